#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { STEP = 1000, MINUTE = 60 * 1000 };

#define ONE "levels = ( { severity = \"warning\"; raise = 10; clear = 5; } );"

Test(lag, records_add_up_and_seconds_take_the_worst)
{
	static const struct {
		const char *keys, *metric;
		double wanted;
	} cases[] = {{"kind = \"lag\"; " ONE, "connector_lag", 30},
		     {"kind = \"lag\"; unit = \"seconds\"; " ONE, "connector_lag_seconds", 20},
		     {"kind = \"lag\"; metric = \"other\"; " ONE, "other", 30}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rig rig;
		rig_init(&rig, cases[i].keys);
		uint32_t a = rig_series(&rig, cases[i].metric, "0", false),
			 b = rig_series(&rig, cases[i].metric, "1", false);
		rig_set(&rig, a, STEP, 10);
		rig_set(&rig, b, STEP, 20);
		cr_assert(eq(dbl, rig_value(&rig, STEP), cases[i].wanted));
		rig.values[a] = VALUE_UNKNOWN;
		cr_assert(value_is_unknown(rig_value(&rig, STEP)));
		rig.values[a] = VALUE_GONE;
		cr_assert(eq(dbl, rig_value(&rig, STEP), 20));
		rig.values[b] = VALUE_GONE;
		cr_assert(value_is_gone(rig_value(&rig, STEP)));
		rig_release(&rig);
	}
}

Test(lag, seconds_may_be_written_as_durations)
{
	struct rig rig;
	rig_init(&rig, "kind = \"lag\"; unit = \"seconds\"; levels = ( { severity = \"warning\"; raise = \"5m\"; clear "
		       "= 90; } );");
	cr_assert(eq(dbl, rig.rule->levels[0].raise, 300));
	cr_assert(eq(dbl, rig.rule->levels[0].clear, 90));
	rig_release(&rig);
}

Test(lag, slope_is_growth_per_second)
{
	struct rig rig;
	rig_init(&rig, "kind = \"lag\"; test = \"slope\"; window = \"1m\"; " ONE);
	uint32_t slot = rig_series(&rig, "connector_lag", NULL, false);
	for (int i = 1; i <= 30; i++)
		rig_set(&rig, slot, i * STEP, 1000 + 7 * i);
	cr_assert(value_is_unknown(rig_value(&rig, 30 * STEP)), "warming up");
	for (int i = 31; i <= 90; i++)
		rig_set(&rig, slot, i * STEP, 1000 + 7 * i);
	cr_assert(ieee_ulp_eq(dbl, rig_value(&rig, 90 * STEP), 7.0, 1000));
	rig_release(&rig);
}

Test(lag, slopes_of_records_add_up_and_of_seconds_the_worst_counts)
{
	static const struct {
		const char *unit, *metric;
		double wanted;
	} cases[] = {{"records", "connector_lag", 5}, {"seconds", "connector_lag_seconds", 7}};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct rig rig;
		char keys[256];
		snprintf(keys, sizeof keys, "kind = \"lag\"; test = \"slope\"; unit = \"%s\"; window = \"1m\"; " ONE,
			 cases[c].unit);
		rig_init(&rig, keys);
		uint32_t a = rig_series(&rig, cases[c].metric, "0", false);
		uint32_t b = rig_series(&rig, cases[c].metric, "1", false);
		for (int i = 1; i <= 90; i++) {
			rig_set(&rig, a, i * STEP, 1000 + 7 * i);
			rig_set(&rig, b, i * STEP, 1000 - 2 * i);
		}
		cr_assert(ieee_ulp_eq(dbl, rig_value(&rig, 90 * STEP), cases[c].wanted, 1000));
		rig_release(&rig);
	}
}

Test(lag, status_tests_need_no_limits)
{
	static const struct {
		const char *test;
		double status;
	} cases[] = {{"stop", 2}, {"stall", 3}, {"rewind", 4}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rig rig;
		char keys[128];
		snprintf(keys, sizeof keys, "kind = \"lag\"; test = \"%s\";", cases[i].test);
		rig_init(&rig, keys);
		uint32_t slot = rig_series(&rig, "connector_lag_status", NULL, false);
		for (double status = 0; status <= 4; status++) {
			rig_set(&rig, slot, STEP, status);
			double value = rig_value(&rig, STEP);
			cr_assert(eq(dbl, value, status == cases[i].status ? 1 : 0), "%s %g", cases[i].test, status);
			cr_assert(eq(int, level_raised(rig.rule, rig.rule->levels, value), status == cases[i].status));
			cr_assert(eq(int, level_clear(rig.rule, rig.rule->levels, value), status != cases[i].status));
		}
		rig.values[slot] = VALUE_UNKNOWN;
		cr_assert(value_is_unknown(rig_value(&rig, STEP)));
		rig_release(&rig);
	}
}

Test(lag, groups_that_are_no_connectors)
{
	struct rig rig;
	rig_init(&rig, "kind = \"lag\"; metric = \"g\"; by = [ \"cluster\", \"group\" ]; " ONE);
	struct labels *with =
		labels_new((struct label[]){{"__name__", "g"}, {"cluster", "c"}, {"group", "x"}, {"topic", "t"}}, 4);
	struct labels *without = labels_new((struct label[]){{"__name__", "g"}, {"cluster", "c"}}, 2);
	uint8_t role;
	cr_assert(rig.rule->kind->selects(rig.rule, with, &role));
	cr_assert(not(rig.rule->kind->selects(rig.rule, without, &role)));
	struct labels *identity = rig.rule->kind->identity(rig.rule, with);
	cr_assert(eq(sz, labels_count(identity), 2));
	labels_unref(identity);
	labels_unref(with);
	labels_unref(without);
	rig_release(&rig);
}
