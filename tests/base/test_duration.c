#include "base/duration.h"
#include <criterion/criterion.h>
#include <string.h>

Test(duration, reads_what_people_write_and_refuses_the_rest)
{
	static const struct {
		const char *text;
		msec_t want;
	} good[] = {
		{"0", 0},         {"0s", 0},         {"250ms", 250},
		{"90s", 90000},   {"1m30s", 90000},  {"2h", 7200000},
		{"1d", 86400000}, {"1w", 604800000}, {"1w1d1h1m1s1ms", 694861001},
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		msec_t got = -1;
		struct error err = {""};
		cr_assert(duration_parse(good[i].text, &got, &err), "%s: %s", good[i].text, err.text);
		cr_assert_eq(got, good[i].want, "%s", good[i].text);
	}
	static const char *const bad[] = {"",
					  "5",
					  "00",
					  "s",
					  "5x",
					  "-5s",
					  "5s ",
					  " 5s",
					  "5 s",
					  "1.5h",
					  "1s1m",
					  "1s1s",
					  "5S",
					  "99999999999999999999s",
					  "9223372036854775807w",
					  "9223372036854775807ms"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		msec_t got = 42;
		struct error err = {""};
		cr_assert_not(duration_parse(bad[i], &got, &err), "%s", bad[i]);
		cr_assert_eq(got, 42);
		cr_assert(strlen(err.text) > 10);
	}
}

Test(duration, formats_for_people_and_exactly)
{
	static const struct {
		msec_t msec;
		const char *people, *exact;
	} rows[] = {
		{0, "0 s", "0s"},
		{250, "250 ms", "250ms"},
		{60000, "1 m", "1m"},
		{90000, "1 m 30 s", "1m30s"},
		{21120000, "5 h 52 m", "5h52m"},
		{273600000, "3 d 4 h", "3d4h"},
		{1700, "1 s", "1s700ms"},
		{3601000, "1 h", "1h1s"},
		{-90000, "-1 m 30 s", "-1m30s"},
		{691200000, "8 d", "1w1d"},
	};
	char text[64];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		duration_format(rows[i].msec, text, sizeof text);
		cr_assert_str_eq(text, rows[i].people);
		duration_format_exact(rows[i].msec, text, sizeof text);
		cr_assert_str_eq(text, rows[i].exact);
	}
	duration_format_exact(90000, text, 3);
	cr_assert_str_eq(text, "1m");
	for (msec_t msec = 1; msec > 0 && msec < INT64_MAX / 7; msec = msec * 7 + 3) {
		msec_t back = 0;
		duration_format_exact(msec, text, sizeof text);
		cr_assert(duration_parse(text, &back, NULL));
		cr_assert_eq(back, msec);
	}
}

Test(duration, sizes_and_ratios)
{
	int64_t bytes = 0;
	double ratio = 0;
	cr_assert(size_parse("64MiB", &bytes, NULL) && bytes == 64 << 20);
	cr_assert(size_parse("10 kB", &bytes, NULL) && bytes == 10000);
	cr_assert(size_parse("512", &bytes, NULL) && bytes == 512);
	static const char *const bad_sizes[] = {"", "MiB", "-1", "5mib", "9999999999TiB", "1.5MiB", "5  MB"};
	for (size_t i = 0; i < sizeof bad_sizes / sizeof *bad_sizes; i++)
		cr_assert_not(size_parse(bad_sizes[i], &bytes, NULL), "%s", bad_sizes[i]);
	cr_assert(ratio_parse("5%", &ratio, NULL));
	cr_assert_float_eq(ratio, 0.05, 1e-12);
	cr_assert(ratio_parse("0.05", &ratio, NULL) && ratio == 0.05);
	static const char *const bad_ratios[] = {"", "%", "5%%", "nan", "inf", "1e999", "5 percent", "0x10", "5%x"};
	for (size_t i = 0; i < sizeof bad_ratios / sizeof *bad_ratios; i++)
		cr_assert_not(ratio_parse(bad_ratios[i], &ratio, NULL), "%s", bad_ratios[i]);
}
