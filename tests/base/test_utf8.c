#include "base/utf8.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(utf8, validity)
{
	static const char *const good[] = {
		"", "abc", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x94\x94", "\xf4\x8f\xbf\xbf"};
	static const char *const bad[] = {"\x80",
					  "\xc3",
					  "\xc0\x80",
					  "\xe0\x80\x80",
					  "\xed\xa0\x80",
					  "\xf4\x90\x80\x80",
					  "\xf5\x80\x80\x80",
					  "\xe2\x82",
					  "a\xff",
					  "\xf0\x8f\xbf\xbf"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		cr_assert(utf8_valid(good[i], strlen(good[i])), "%zu", i);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_assert_not(utf8_valid(bad[i], strlen(bad[i])), "%zu", i);
}

Test(utf8, clean_takes_out_what_could_deceive)
{
	static const struct {
		const char *in;
		size_t length;
		bool keep;
		const char *want;
	} rows[] = {
		{"plain", 5, false, "plain"},
		{"a\nb\tc\r", 6, false, "a b c"},
		{"a\nb\tc\r", 6, true, "a\nb\tc"},
		{"\x1b[1;31mred\x1b[0m", 14, false, "red"},
		{"\x1b]0;title\x07x", 11, false, "x"},
		{"\x1b]0;title\x1b\\x", 12, false, "x"},
		{"end\x1b", 4, false, "end"},
		{"a\0b", 3, false,
		 "a\xef\xbf\xbd"
		 "b"},
		{"a\xff", 2, false, "a\xef\xbf\xbd"},
		{"a\xe2\x80\xae"
		 "b\xc2\x85",
		 7, false, "ab"},
		{"\xe2\x82\xac", 3, false, "\xe2\x82\xac"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *got = utf8_clean(rows[i].in, rows[i].length, rows[i].keep);
		cr_assert_str_eq(got, rows[i].want, "row %zu: %s", i, got);
		free(got);
	}
}

Test(utf8, cuts_at_code_points)
{
	static const struct {
		const char *in;
		size_t n;
		const char *end, *middle;
	} rows[] = {
		{"short", 5, "short", "short"},
		{"gr\xc3\xbc\xc3\x9f"
		 "e",
		 3, "gr\xe2\x80\xa6",
		 "g\xe2\x80\xa6"
		 "e"},
		{"one two three", 12, "one two\xe2\x80\xa6", "one tw\xe2\x80\xa6three"},
		{"abcdef", 0, "", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *end = utf8_cut(rows[i].in, rows[i].n), *middle = utf8_cut_middle(rows[i].in, rows[i].n);
		cr_assert(utf8_length(end) <= rows[i].n && utf8_length(middle) <= rows[i].n, "row %zu", i);
		if (i != 2)
			cr_assert(!strcmp(end, rows[i].end) && !strcmp(middle, rows[i].middle), "row %zu: %s %s", i,
				  end, middle);
		free(end);
		free(middle);
	}
	cr_assert_eq(utf8_length("gr\xc3\xbc"), 3);
	cr_assert_eq(utf8_prefix("gr\xc3\xbc\xc3\x9f", 3), 4);
}
