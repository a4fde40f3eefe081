#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { STEP = 1000, MINUTE = 60 * 1000 };

static const char keys[] = "kind = \"error_rate\"; window = \"1m\"; min_count = 100;"
			   "levels = ( { severity = \"warning\"; raise = \"1%\"; } );";

/* Both counters grow by so much a second from `from` to `to`. */
static void run(struct rig *rig, uint32_t errors, uint32_t records, msec_t from, msec_t to, double bad, double all)
{
	for (msec_t at = from; at <= to; at += STEP) {
		rig_set(rig, errors, at, bad * (double)(at / STEP));
		rig_set(rig, records, at, all * (double)(at / STEP));
	}
}

Test(error_rate, is_growth_by_growth_over_all_tasks)
{
	struct rig rig;
	rig_init(&rig, keys);
	uint32_t e0 = rig_series(&rig, "connector_errors_total", "0", true);
	uint32_t r0 = rig_series(&rig, "connector_records_total", "0", true);
	uint32_t e1 = rig_series(&rig, "connector_errors_total", "1", true);
	uint32_t r1 = rig_series(&rig, "connector_records_total", "1", true);
	rig_series(&rig, "connector_lag", NULL, false);
	run(&rig, e0, r0, STEP, 2 * MINUTE, 1, 10);
	run(&rig, e1, r1, STEP, 2 * MINUTE, 0, 10);
	cr_assert(eq(dbl, rig_value(&rig, 2 * MINUTE), 60.0 / 1200));
	rig_release(&rig);
}

Test(error_rate, a_task_that_starts_again_makes_no_spike)
{
	struct rig rig;
	rig_init(&rig, keys);
	uint32_t e = rig_series(&rig, "connector_errors_total", "0", true);
	uint32_t r = rig_series(&rig, "connector_records_total", "0", true);
	run(&rig, e, r, STEP, 90 * STEP, 1, 100);
	for (msec_t at = 91 * STEP; at <= 120 * STEP; at += STEP) {
		rig_set(&rig, e, at, (double)(at / STEP - 90));
		rig_set(&rig, r, at, 100.0 * (double)(at / STEP - 90));
	}
	cr_assert(eq(dbl, rig_value(&rig, 120 * STEP), 0.01));
	rig_release(&rig);
}

Test(error_rate, few_records_say_nothing_unless_none_failed)
{
	struct rig rig;
	rig_init(&rig, keys);
	uint32_t e = rig_series(&rig, "connector_errors_total", "0", true);
	uint32_t r = rig_series(&rig, "connector_records_total", "0", true);
	run(&rig, e, r, STEP, 2 * MINUTE, 1, 1); /* 60 in the window */
	cr_assert(value_is_hold(rig_value(&rig, 2 * MINUTE)));
	run(&rig, e, r, 3 * MINUTE, 5 * MINUTE, 0, 1);
	run(&rig, e, r, 5 * MINUTE, 7 * MINUTE, 0, 1);
	cr_assert(eq(dbl, rig_value(&rig, 7 * MINUTE), 0));
	rig_release(&rig);
}

Test(error_rate, more_errors_than_records_is_all_of_them)
{
	struct rig rig;
	rig_init(&rig, keys);
	uint32_t e = rig_series(&rig, "connector_errors_total", "0", true);
	uint32_t r = rig_series(&rig, "connector_records_total", "0", true);
	run(&rig, e, r, STEP, 2 * MINUTE, 30, 10); /* retries count as failures */
	cr_assert(eq(dbl, rig_value(&rig, 2 * MINUTE), 1));
	rig_release(&rig);
}

Test(error_rate, what_is_missing_is_not_recovery)
{
	struct rig rig;
	rig_init(&rig, keys);
	uint32_t e0 = rig_series(&rig, "connector_errors_total", "0", true);
	uint32_t r0 = rig_series(&rig, "connector_records_total", "0", true);
	uint32_t e1 = rig_series(&rig, "connector_errors_total", "1", true);
	uint32_t r1 = rig_series(&rig, "connector_records_total", "1", true);
	run(&rig, e0, r0, STEP, 30 * STEP, 0, 10);
	cr_assert(value_is_unknown(rig_value(&rig, 30 * STEP)), "the window warms up");
	run(&rig, e0, r0, 31 * STEP, 2 * MINUTE, 0, 10);
	run(&rig, e1, r1, STEP, 2 * MINUTE, 10, 10);
	rig.values[e1] = VALUE_UNKNOWN;
	cr_assert(value_is_unknown(rig_value(&rig, 2 * MINUTE)), "a task is unknown");
	rig.values[e1] = rig.values[r1] = VALUE_GONE;
	cr_assert(eq(dbl, rig_value(&rig, 2 * MINUTE), 0), "a task that is gone drops out");
	rig.values[e0] = VALUE_GONE;
	cr_assert(value_is_unknown(rig_value(&rig, 2 * MINUTE)), "records without errors");
	rig.values[r0] = VALUE_GONE;
	cr_assert(value_is_gone(rig_value(&rig, 2 * MINUTE)), "all gone");
	rig_release(&rig);
}

Test(error_rate, a_new_task_does_not_blind_the_others)
{
	struct rig rig;
	rig_init(&rig, keys);
	uint32_t e0 = rig_series(&rig, "connector_errors_total", "0", true);
	uint32_t r0 = rig_series(&rig, "connector_records_total", "0", true);
	uint32_t e1 = rig_series(&rig, "connector_errors_total", "1", true);
	uint32_t r1 = rig_series(&rig, "connector_records_total", "1", true);
	run(&rig, e0, r0, STEP, 2 * MINUTE, 1, 10);
	run(&rig, e1, r1, 2 * MINUTE - 10 * STEP, 2 * MINUTE, 1, 10); /* ten seconds old */
	cr_assert(eq(dbl, rig_value(&rig, 2 * MINUTE), 70.0 / 700));
	rig_release(&rig);
}
