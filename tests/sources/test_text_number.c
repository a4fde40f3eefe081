#include "sources/text_number.h"
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool whole_short(const char *text, double *out)
{
	const char *behind = text_number_short(text, out);
	return behind && *behind == '\0';
}

Test(text_number, the_short_path_rounds_as_strtod_does)
{
	static const char *const numbers[] = {"0",
					      "-0",
					      "1",
					      "+1",
					      "42",
					      "0.1",
					      "-12.75",
					      "1e3",
					      "1E-3",
					      "1.5e+3",
					      "123456789012345678",
					      "9007199254740991",
					      "0.000123",
					      "3.",
					      ".5",
					      "1e22",
					      "1e-22",
					      "1.7e9",
					      "1731331234.517",
					      "179.76931348623157"};
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		double expected = strtod(numbers[i], NULL), got;
		if (!whole_short(numbers[i], &got))
			cr_assert(text_number_parse(numbers[i], strlen(numbers[i]), false, &got), "%s", numbers[i]);
		cr_assert(got == expected && signbit(got) == signbit(expected), "%s: %.17g", numbers[i], got);
	}
}

Test(text_number, random_numbers_round_as_strtod_does)
{
	uint64_t state = 88172645463325252ULL;
	for (int i = 0; i < 20000; i++) {
		char text[64];
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		snprintf(text, sizeof text, "%.*g", 1 + (int)(state % 17), (double)state / (double)(1 + state % 99991));
		double got, expected = strtod(text, NULL);
		if (!whole_short(text, &got))
			cr_assert(text_number_parse(text, strlen(text), false, &got), "%s", text);
		cr_assert_eq(got, expected, "%s", text);
	}
}

Test(text_number, odd_numbers)
{
	static const struct {
		const char *text;
		bool decimal, hex;
		double value;
	} cases[] = {
		{"NaN", true, true, NAN},
		{"nan", true, true, NAN},
		{"+Inf", true, true, INFINITY},
		{"-inf", true, true, -INFINITY},
		{"Infinity", true, true, INFINITY},
		{"1e999", true, true, INFINITY},
		{"-1e999", true, true, -INFINITY},
		{"1e-999", true, true, 0},
		{"0x1p-2", false, true, 0.25},
		{"-0X1.8p1", false, true, -3},
		{"0x10", false, false, 0},
		{"1_000", false, false, 0},
		{"", false, false, 0},
		{"-", false, false, 0},
		{".", false, false, 0},
		{"e5", false, false, 0},
		{"1e", false, false, 0},
		{"1e+", false, false, 0},
		{"1,5", false, false, 0},
		{"12a", false, false, 0},
		{"--1", false, false, 0},
		{"infx", false, false, 0},
		{"0x", false, false, 0},
		{"0xp1", false, false, 0},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		double value = 12345;
		cr_assert_eq(text_number_parse(cases[i].text, strlen(cases[i].text), false, &value), cases[i].decimal,
			     "%s", cases[i].text);
		cr_assert_eq(text_number_parse(cases[i].text, strlen(cases[i].text), true, &value), cases[i].hex, "%s",
			     cases[i].text);
		if (cases[i].hex)
			cr_assert(value == cases[i].value || (isnan(value) && isnan(cases[i].value)), "%s",
				  cases[i].text);
		else
			cr_assert_eq(value, 12345, "%s: untouched on failure", cases[i].text);
	}
}
