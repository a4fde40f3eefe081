#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { STEP = 1000, MINUTE = 60 * 1000 };

static void grow(struct rig *rig, uint32_t slot, msec_t *at, double *total, msec_t lasting, double per_second,
		 bool learn)
{
	for (msec_t end = *at + lasting; *at < end;) {
		*at += STEP;
		*total += per_second;
		rig_set(rig, slot, *at, *total);
		if (learn)
			rig_value(rig, *at);
	}
}

Test(throughput_drop, floor_is_records_per_second)
{
	struct rig rig;
	rig_init(&rig, "kind = \"throughput_drop\"; against = \"floor\"; window = \"1m\";"
		       "levels = ( { severity = \"warning\"; raise = 10; clear = 20; } );");
	uint32_t slot = rig_series(&rig, "connector_records_total", "0", true);
	msec_t at = 0;
	double total = 0;
	grow(&rig, slot, &at, &total, 30 * STEP, 15, false);
	cr_assert(value_is_unknown(rig_value(&rig, at)), "warming up");
	grow(&rig, slot, &at, &total, 90 * STEP, 15, false);
	cr_assert(eq(dbl, rig_value(&rig, at), 15));
	cr_assert(level_raised(rig.rule, rig.rule->levels, 9) && !level_raised(rig.rule, rig.rule->levels, 10));
	cr_assert(level_clear(rig.rule, rig.rule->levels, 20) && !level_clear(rig.rule, rig.rule->levels, 19));
	cr_assert(eq(str, rig.rule->condition, (char *)"under 10/s"));
	rig_release(&rig);
}

static const char usual[] = "kind = \"throughput_drop\"; window = \"1m\"; min_windows = 3; windows = 5;"
			    "levels = ( { severity = \"warning\"; raise = \"40%\"; clear = \"70%\"; for = \"2m\"; } );";

Test(throughput_drop, baseline_is_learnt_and_does_not_learn_the_drop)
{
	struct rig rig;
	rig_init(&rig, usual);
	cr_assert(eq(str, rig.rule->condition, (char *)"under 40\xc2\xa0% of the usual for 2 m"));
	uint32_t slot = rig_series(&rig, "connector_records_total", "0", true);
	msec_t at = 0;
	double total = 0;
	grow(&rig, slot, &at, &total, 2 * MINUTE, 100, true);
	cr_assert(value_is_unknown(rig_value(&rig, at)), "too few windows");
	grow(&rig, slot, &at, &total, 4 * MINUTE, 100, true);
	cr_assert(eq(dbl, rig_value(&rig, at), 1));
	grow(&rig, slot, &at, &total, 60 * MINUTE, 20, true);
	cr_assert(eq(dbl, rig_value(&rig, at), 0.2), "an hour's outage is not the usual");
	grow(&rig, slot, &at, &total, 10 * MINUTE, 80, true);
	cr_assert(eq(dbl, rig_value(&rig, at), 1), "a new usual near the old one is");
	rig_release(&rig);
}

Test(throughput_drop, a_clock_set_back_does_not_stop_the_learning)
{
	struct rig rig;
	rig_init(&rig, usual);
	uint32_t slot = rig_series(&rig, "connector_records_total", "0", true);
	msec_t at = 24 * 60 * MINUTE;
	double total = 0;
	grow(&rig, slot, &at, &total, 2 * MINUTE, 100, true);
	at = MINUTE;
	ring_clear(rig.rings[slot]); /* as the engine does then */
	grow(&rig, slot, &at, &total, 5 * MINUTE, 100, true);
	cr_assert(eq(dbl, rig_value(&rig, at), 1));
	rig_release(&rig);
}

Test(throughput_drop, a_window_that_reaches_into_a_pause_says_nothing)
{
	static const char *const againsts[] = {"floor\"; levels = ( { severity = \"warning\"; raise = 10; clear = 20; } );",
					       "baseline\"; levels = ( { severity = \"warning\"; raise = 0.4; clear = 0.7; } );"};
	for (size_t i = 0; i < sizeof againsts / sizeof *againsts; i++) {
		struct rig rig;
		char keys[256];
		snprintf(keys, sizeof keys, "kind = \"throughput_drop\"; window = \"1m\"; against = \"%s", againsts[i]);
		rig_init(&rig, keys);
		uint32_t slot = rig_series(&rig, "connector_records_total", "0", true);
		uint32_t state = rig_series(&rig, "connector_state", NULL, false);
		msec_t at = 0;
		double total = 0;
		rig_set(&rig, state, STEP, 1);
		grow(&rig, slot, &at, &total, 10 * MINUTE, 100, true);
		rig_set(&rig, state, at, 2);
		grow(&rig, slot, &at, &total, 10 * MINUTE, 0, true);
		cr_assert(value_is_hold(rig_value(&rig, at)));
		rig_set(&rig, state, at, 1);
		grow(&rig, slot, &at, &total, MINUTE - STEP, 100, true);
		cr_assert(value_is_hold(rig_value(&rig, at)), "half of it is pause");
		grow(&rig, slot, &at, &total, STEP, 100, true);
		cr_assert(eq(dbl, rig_value(&rig, at), i ? 1 : 100));
		rig_release(&rig);
	}
}

/* The engine hands an instance's memory on over a reload. */
Test(throughput_drop, more_windows_after_a_reload_hold_nothing_that_was_never_seen)
{
	struct rig rig, after;
	msec_t at = 0;
	double total = 0;
	rig_init(&rig, "kind = \"throughput_drop\"; window = \"1m\"; min_windows = 3; windows = 3;"
		       "levels = ( { severity = \"warning\"; raise = \"40%\"; clear = \"70%\"; } );");
	grow(&rig, rig_series(&rig, "connector_records_total", "0", true), &at, &total, 9 * MINUTE, 100, true);
	rig_init(&after, "kind = \"throughput_drop\"; window = \"1m\"; min_windows = 3; windows = 12;"
			 "levels = ( { severity = \"warning\"; raise = \"40%\"; clear = \"70%\"; } );");
	memcpy(after.memory, rig.memory, after.rule->kind->memory_size);
	uint32_t slot = rig_series(&after, "connector_records_total", "0", true);
	for (int i = 0; i < 12; i++) {
		grow(&after, slot, &at, &total, MINUTE, 100, true);
		if (i > 1)
			cr_assert(eq(dbl, rig_value(&after, at), 1), "minute %d", i);
	}
	rig_release(&rig);
	rig_release(&after);
}

Test(throughput_drop, small_and_resting_connectors_are_left_alone)
{
	struct rig rig;
	rig_init(&rig, usual);
	uint32_t slot = rig_series(&rig, "connector_records_total", "0", true);
	uint32_t state = rig_series(&rig, "connector_state", NULL, false);
	msec_t at = 0;
	double total = 0;
	rig_set(&rig, state, STEP, 1);
	grow(&rig, slot, &at, &total, 10 * MINUTE, 0.5, true);
	cr_assert(value_is_hold(rig_value(&rig, at)), "under min_usual");
	rig_set(&rig, state, at, 2);
	cr_assert(value_is_hold(rig_value(&rig, at)), "paused");
	rig.values[slot] = VALUE_UNKNOWN;
	rig_set(&rig, state, at + STEP, 1);
	cr_assert(value_is_unknown(rig_value(&rig, at)));
	rig.values[slot] = VALUE_GONE;
	cr_assert(value_is_gone(rig_value(&rig, at)));
	rig_release(&rig);
}
