#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { STEP = 1000, MINUTE = 60 * 1000 };

static void counter(struct rig *rig, uint32_t slot, msec_t from, msec_t to, double start, double per_step)
{
	for (msec_t at = from; at <= to; at += STEP)
		rig_set(rig, slot, at, start + per_step * (double)((at - from) / STEP));
}

Test(stall, a_flat_counter_with_lag_is_a_stall)
{
	struct rig rig;
	rig_init(&rig, "kind = \"stall\"; window = \"1m\";");
	uint32_t records = rig_series(&rig, "connector_records_written_total", "0", true);
	uint32_t lag = rig_series(&rig, "connector_lag", NULL, false),
		 state = rig_series(&rig, "connector_state", NULL, false);
	rig_set(&rig, state, STEP, 1);
	rig_set(&rig, lag, STEP, 100);
	counter(&rig, records, STEP, 30 * STEP, 500, 0);
	cr_assert(value_is_unknown(rig_value(&rig, 30 * STEP)), "warming up");
	counter(&rig, records, 31 * STEP, 2 * MINUTE, 500, 0);
	cr_assert(eq(dbl, rig_value(&rig, 2 * MINUTE), 1));
	rig_set(&rig, lag, 2 * STEP, 0);
	cr_assert(eq(dbl, rig_value(&rig, 2 * MINUTE), 0), "nothing to do");
	rig.values[lag] = VALUE_UNKNOWN;
	cr_assert(value_is_unknown(rig_value(&rig, 2 * MINUTE)));
	rig_set(&rig, state, 2 * STEP, 2);
	cr_assert(value_is_hold(rig_value(&rig, 2 * MINUTE)), "paused");
	counter(&rig, records, 2 * MINUTE + STEP, 3 * MINUTE, 500, 1);
	cr_assert(eq(dbl, rig_value(&rig, 3 * MINUTE), 0), "it moves, whatever else");
	rig.values[records] = VALUE_GONE;
	cr_assert(value_is_gone(rig_value(&rig, 3 * MINUTE)));
	rig_release(&rig);
}

Test(stall, a_connector_that_goes_on_has_a_window_to_move)
{
	struct rig rig;
	rig_init(&rig, "kind = \"stall\"; window = \"1m\";");
	uint32_t records = rig_series(&rig, "connector_records_written_total", "0", true);
	uint32_t lag = rig_series(&rig, "connector_lag", NULL, false),
		 state = rig_series(&rig, "connector_state", NULL, false);
	rig_set(&rig, lag, STEP, 100);
	rig_set(&rig, state, STEP, 2);
	counter(&rig, records, STEP, 10 * MINUTE, 500, 0);
	cr_assert(value_is_hold(rig_value(&rig, 10 * MINUTE)), "paused");
	rig_set(&rig, state, 10 * MINUTE, 1);
	counter(&rig, records, 10 * MINUTE + STEP, 11 * MINUTE, 500, 0);
	cr_assert(value_is_hold(rig_value(&rig, 11 * MINUTE - STEP)), "it has just been let go");
	cr_assert(eq(dbl, rig_value(&rig, 11 * MINUTE), 1));
	rig_release(&rig);
}

Test(stall, one_task_that_moves_is_enough)
{
	struct rig rig;
	rig_init(&rig, "kind = \"stall\"; window = \"1m\"; when = \"always\"; metric = \"n\";");
	uint32_t idle = rig_series(&rig, "n", "0", true), busy = rig_series(&rig, "n", "1", true);
	counter(&rig, idle, STEP, 2 * MINUTE, 5, 0);
	counter(&rig, busy, STEP, 2 * MINUTE, 5, 1);
	cr_assert(eq(dbl, rig_value(&rig, 2 * MINUTE), 0));
	counter(&rig, idle, 2 * MINUTE + STEP, 4 * MINUTE, 5, 0);
	counter(&rig, busy, 2 * MINUTE + STEP, 4 * MINUTE, 124, 0);
	cr_assert(eq(dbl, rig_value(&rig, 4 * MINUTE), 1));
	rig.values[idle] = VALUE_UNKNOWN;
	cr_assert(value_is_unknown(rig_value(&rig, 4 * MINUTE)), "the unknown one might move");
	rig_release(&rig);
}
