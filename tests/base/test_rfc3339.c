#include "base/rfc3339.h"
#include <criterion/criterion.h>

Test(rfc3339, reads_and_writes)
{
	static const struct {
		const char *text;
		msec_t wall;
		const char *back;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"},
		{"2026-07-16T01:08:31.250Z", INT64_C(1784164111250), "2026-07-16T01:08:31.250Z"},
		{"2026-07-16T03:08:31.25+02:00", INT64_C(1784164111250), "2026-07-16T01:08:31.250Z"},
		{"2026-07-15t19:38:31.250999999-05:30", INT64_C(1784164111250), "2026-07-16T01:08:31.250Z"},
		{"2000-02-29T23:59:60Z", INT64_C(951868800000), "2000-03-01T00:00:00.000Z"},
		{"1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"},
		{"0000-01-01T00:00:00Z", INT64_C(-62167219200000), "0000-01-01T00:00:00.000Z"},
		{"9999-12-31T23:59:59.999Z", INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
	};
	char text[RFC3339_SIZE];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		msec_t wall = 0;
		cr_assert(rfc3339_parse(rows[i].text, &wall), "%s", rows[i].text);
		cr_assert_eq(wall, rows[i].wall, "%s", rows[i].text);
		cr_assert_str_eq(rfc3339_format(wall, text), rows[i].back);
	}
	cr_assert_str_eq(rfc3339_format(INT64_MAX, text), "9999-12-31T23:59:59.999Z");
	for (msec_t day = -800000; day < 2900000; day += 97) {
		msec_t wall = 0;
		rfc3339_format(day * 86400000 + 1, text);
		cr_assert(rfc3339_parse(text, &wall) && wall == (day < -719528 ? wall : day * 86400000 + 1), "%s",
			  text);
	}
}

Test(rfc3339, refuses_anything_else)
{
	static const char *const bad[] = {"",
					  "2026",
					  "2026-07-16",
					  "2026-07-16T01:08:31",
					  "2026-02-29T00:00:00Z",
					  "2026-13-01T00:00:00Z",
					  "2026-00-01T00:00:00Z",
					  "2026-01-01T24:00:00Z",
					  "2026-01-01T00:60:00Z",
					  "2026-01-01T00:00:61Z",
					  "2026-01-01T00:00:00.Z",
					  "2026-01-01T00:00:00.1234567890Z",
					  "2026-01-01T00:00:00+24:00",
					  "2026-01-01T00:00:00Zx",
					  " 2026-01-01T00:00:00Z",
					  "2026-01-01T00:00:00+0100",
					  "+026-01-01T00:00:00Z"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		msec_t wall = 7;
		cr_assert_not(rfc3339_parse(bad[i], &wall), "%s", bad[i]);
		cr_assert_eq(wall, 7);
	}
	cr_assert_not(rfc3339_parse(NULL, NULL));
}
