#include "model/unit.h"
#include "model/value.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define S "\xc2\xa0"

Test(unit, numbers_as_people_read_them)
{
	static const struct {
		enum unit unit;
		double value;
		const char *text;
	} cases[] = {
		{UNIT_NUMBER, 0, "0"},
		{UNIT_NUMBER, 38100, "38.1" S "k"},
		{UNIT_NUMBER, 999.97, "1" S "k"},
		{UNIT_NUMBER, 1234567, "1.2" S "M"},
		{UNIT_NUMBER, 0.05, "0.05"},
		{UNIT_NUMBER, -5, "-5"},
		{UNIT_RATIO, 0.074, "7.4" S "%"},
		{UNIT_RATIO, 0.34, "34" S "%"},
		{UNIT_RATIO, 0, "0" S "%"},
		{UNIT_RATIO, 1, "100" S "%"},
		{UNIT_RATIO, 0.003, "0.3" S "%"},
		{UNIT_PER_SECOND, 38100, "38.1" S "k/s"},
		{UNIT_PER_SECOND, 3, "3/s"},
		{UNIT_RECORDS, 38100, "38.1" S "k" S "records"},
		{UNIT_RECORDS, 1, "1" S "record"},
		{UNIT_SECONDS, 4320, "1" S "h" S "12" S "m"},
		{UNIT_SECONDS, 0.25, "250" S "ms"},
		{UNIT_BYTES, 1288490189, "1.2" S "GiB"},
		{UNIT_BYTES, 512, "512" S "B"},
		{UNIT_STATE, 7, "FAILED"},
		{UNIT_STATE, 99, "OTHER"},
		{UNIT_NONE, 1, ""},
		{UNIT_NUMBER, NAN, "unknown"},
		{UNIT_RATIO, INFINITY, "unknown"},
		{UNIT_NONE, NAN, ""},
	};
	char out[64];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_assert(eq(str, unit_format(cases[i].unit, cases[i].value, out, sizeof out), (char *)cases[i].text));
}

Test(unit, huge_numbers_and_small_buffers_do_no_harm)
{
	char out[8];
	for (int unit = UNIT_NUMBER; unit <= UNIT_NONE; unit++)
		for (double value = 1e300; value >= -1e300; value -= 1e300)
			cr_assert(lt(sz, strlen(unit_format((enum unit)unit, value, out, sizeof out)), sizeof out));
}

Test(unit, names_come_back)
{
	for (int unit = UNIT_NUMBER; unit <= UNIT_NONE; unit++) {
		enum unit back = UNIT_NONE;
		cr_assert(unit_parse(unit_name((enum unit)unit), &back));
		cr_assert(eq(int, (int)back, unit));
	}
	enum unit untouched = UNIT_BYTES;
	cr_assert(not(unit_parse("furlongs", &untouched)));
	cr_assert(not(unit_parse(NULL, &untouched)));
	cr_assert(eq(int, (int)untouched, UNIT_BYTES));
}
