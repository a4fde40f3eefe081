#include "engine/flap.h"
#include "engine/lifecycle.h"
#include <criterion/criterion.h>
#include <glib.h>

/* One rule: warning over 10 (clear under 5) for 60 s, critical over 20 (clear under 15) for 30 s, kept firing for
 * 120 s, no data after 300 s, expiry after 1 h. Each row of a table below is one cell of DESIGN section 5. */
static const struct rule_kind kind = {.name = "test"};
static const struct level levels[2] = {
	{.severity = SEVERITY_WARNING, .raise = 10, .clear = 5, .for_time = 60000},
	{.severity = SEVERITY_CRITICAL, .raise = 20, .clear = 15, .for_time = 30000},
};
enum { STEP = 10000 };

static char rule_name[] = "R";

static struct rule make_rule(enum no_data_policy policy)
{
	return (struct rule){.name = rule_name,
			     .kind = &kind,
			     .keep_firing_for = 120000,
			     .no_data = policy,
			     .no_data_after = 300000,
			     .no_data_severity = SEVERITY_WARNING,
			     .expire_after = 3600000};
}

struct subject {
	struct rule rule;
	struct level levels[2];
	struct instance_state state;
	struct lifecycle_step step;
	msec_t at;
	bool vanished;
};

static struct subject subject(enum no_data_policy policy)
{
	struct subject s = {.rule = make_rule(policy), .at = 1000000};
	memcpy(s.levels, levels, sizeof levels);
	return s;
}

static void feed(struct subject *s, double value, msec_t elapsed)
{
	struct evaluation now = {.at = s->at += elapsed, .elapsed = elapsed, .vanished = s->vanished};
	lifecycle_condition(&s->rule, s->levels, 2, value, &now);
	lifecycle_advance(&s->rule, s->levels, 2, &now, &s->state, &s->step);
}

static void feed_for(struct subject *s, double value, msec_t time)
{
	for (msec_t left = time; left > 0; left -= STEP)
		feed(s, value, STEP);
}

static bool told(const struct subject *s, enum transition_kind wanted)
{
	for (unsigned i = 0; i < s->step.count; i++)
		if (s->step.kinds[i] == wanted)
			return true;
	return false;
}

#define QUIET 2.0
#define HOLD_WARNING 7.0 /* warning not clear, nothing raised */
#define HOLD_CRITICAL 17.0 /* warning raised, critical not clear */
#define WARN 12.0
#define CRIT 25.0

/* ---- conditions ---- */

Test(condition, names_what_a_value_means)
{
	static const struct {
		double value;
		enum condition condition;
		uint32_t raised, not_clear;
	} cases[] = {
		{QUIET, CONDITION_CLEAR, 0, 0}, {HOLD_WARNING, CONDITION_HOLD, 0, 1},
		{WARN, CONDITION_RAISED, 1, 1}, {HOLD_CRITICAL, CONDITION_RAISED, 1, 3},
		{CRIT, CONDITION_RAISED, 3, 3},
	};
	struct rule rule = make_rule(NO_DATA_KEEP);
	struct evaluation out;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		lifecycle_condition(&rule, levels, 2, cases[i].value, &out);
		cr_expect_eq(out.condition, cases[i].condition, "value %g", cases[i].value);
		cr_expect_eq(out.raised, cases[i].raised, "value %g", cases[i].value);
		cr_expect_eq(out.not_clear, cases[i].not_clear, "value %g", cases[i].value);
	}
	lifecycle_condition(&rule, levels, 2, VALUE_UNKNOWN, &out);
	cr_expect_eq(out.condition, CONDITION_UNKNOWN);
	lifecycle_condition(&rule, levels, 2, NAN, &out);
	cr_expect_eq(out.condition, CONDITION_UNKNOWN);
	lifecycle_condition(&rule, levels, 2, VALUE_GONE, &out);
	cr_expect_eq(out.condition, CONDITION_GONE);
	lifecycle_condition(&rule, levels, 2, VALUE_HOLD, &out);
	cr_expect_eq(out.condition, CONDITION_HOLD);
	cr_expect_eq(out.raised, 0);
}

/* ---- inactive ---- */

Test(inactive, raised_becomes_pending)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, WARN, 0);
	cr_expect_eq(s.state.state, ALERT_PENDING);
	cr_expect_eq(s.state.since, s.at);
	cr_expect(told(&s, TRANSITION_PENDING));
	cr_expect_eq(s.step.count, 1);
}

Test(inactive, raised_with_for_zero_fires_on_the_same_evaluation)
{
	struct subject s = subject(NO_DATA_KEEP);
	s.levels[1].for_time = 0;
	feed(&s, CRIT, 0);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
	cr_expect_eq(s.step.count, 1);
	cr_expect(told(&s, TRANSITION_OPENED));
	cr_expect_eq(s.state.peak, CRIT);
}

Test(inactive, hold_clear_and_unknown_stay)
{
	const double values[] = {HOLD_WARNING, QUIET, VALUE_UNKNOWN, VALUE_HOLD};
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		struct subject s = subject(NO_DATA_KEEP);
		feed_for(&s, values[i], 600000);
		cr_expect_eq(s.state.state, ALERT_INACTIVE, "case %zu", i);
		cr_expect_eq(s.step.count, 0, "case %zu", i);
	}
}

Test(inactive, gone_is_dropped_without_a_word)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, VALUE_GONE, STEP);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect_eq(s.step.count, 0);
	s.state.flap_score = 1;
	s.state.flap_at = s.at;
	s.state.flap_starts[0] = 5;
	feed(&s, VALUE_GONE, STEP);
	cr_expect_eq(s.state.flap_score, 0);
	cr_expect_eq(s.state.flap_starts[0], 0);
	cr_expect(told(&s, TRANSITION_CHECKPOINT), "its stored row must go");
}

/* ---- pending ---- */

Test(pending, raised_accrues_and_opens_at_its_own_for)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, WARN, 0);
	feed_for(&s, WARN, 50000);
	cr_expect_eq(s.state.state, ALERT_PENDING);
	cr_expect_eq(s.state.accrued[SEVERITY_WARNING], 50000);
	feed(&s, WARN, STEP);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.state.level_severity, SEVERITY_WARNING);
	cr_expect(told(&s, TRANSITION_OPENED));
	cr_expect_eq(s.step.reasons[0], REASON_HELD);
	cr_expect_str_empty(s.state.episode);
}

Test(pending, the_highest_level_held_for_its_own_for_opens)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, CRIT, 0);
	feed_for(&s, CRIT, 30000);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
}

Test(pending, a_level_accrues_only_between_two_evaluations_that_found_it_raised)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, WARN, 0);
	feed(&s, CRIT, STEP);
	cr_expect_eq(s.state.accrued[SEVERITY_WARNING], STEP);
	cr_expect_eq(s.state.accrued[SEVERITY_CRITICAL], 0);
	feed(&s, WARN, STEP);
	feed(&s, CRIT, STEP);
	cr_expect_eq(s.state.accrued[SEVERITY_CRITICAL], 0);
}

Test(pending, hold_and_clear_drop_it)
{
	const double values[] = {HOLD_WARNING, QUIET, VALUE_HOLD};
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		struct subject s = subject(NO_DATA_KEEP);
		feed(&s, WARN, 0);
		feed(&s, values[i], STEP);
		cr_expect_eq(s.state.state, ALERT_INACTIVE, "case %zu", i);
		cr_expect(told(&s, TRANSITION_DROPPED), "case %zu", i);
		cr_expect_eq(s.step.reasons[0], REASON_NOT_HELD);
		cr_expect_eq(s.state.accrued[SEVERITY_WARNING], 0);
	}
}

Test(pending, unknown_freezes)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, WARN, 0);
	feed_for(&s, WARN, 30000);
	feed_for(&s, VALUE_UNKNOWN, 600000);
	cr_expect_eq(s.state.state, ALERT_PENDING);
	cr_expect_eq(s.state.accrued[SEVERITY_WARNING], 30000);
	feed(&s, WARN, STEP);
	cr_expect_eq(s.state.accrued[SEVERITY_WARNING], 30000, "the time of not knowing does not count");
	feed_for(&s, WARN, 30000);
	cr_expect_eq(s.state.state, ALERT_FIRING);
}

Test(pending, gone_drops_it)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, WARN, 0);
	feed(&s, VALUE_GONE, STEP);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect(told(&s, TRANSITION_DROPPED));
	cr_expect_eq(s.step.reasons[0], REASON_GONE);
}

/* ---- firing ---- */

static struct subject fired(enum no_data_policy policy, double value)
{
	struct subject s = subject(policy);
	feed(&s, value, 0);
	feed_for(&s, value, 60000);
	cr_assert_eq(s.state.state, ALERT_FIRING);
	memcpy(s.state.episode, "E", 2);
	return s;
}

Test(firing, a_level_above_held_for_its_own_for_is_worse)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	feed(&s, CRIT, STEP);
	feed_for(&s, CRIT, 20000);
	cr_expect_eq(s.state.level_severity, SEVERITY_WARNING);
	cr_expect_eq(s.step.count, 0);
	feed(&s, CRIT, STEP);
	cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
	cr_expect(told(&s, TRANSITION_WORSE));
	cr_expect_str_eq(s.state.episode, "E");
}

Test(firing, staying_raised_says_nothing)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	feed_for(&s, WARN, 600000);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.step.count, 0);
}

Test(firing, raised_or_hold_below_its_level_steps_down_after_keep_firing_for)
{
	const double values[] = {WARN, HOLD_WARNING};
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		struct subject s = fired(NO_DATA_KEEP, CRIT);
		feed(&s, values[i], STEP);
		feed_for(&s, values[i], 110000);
		cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL, "case %zu", i);
		feed(&s, values[i], STEP);
		cr_expect_eq(s.state.level_severity, SEVERITY_WARNING, "case %zu", i);
		cr_expect(told(&s, TRANSITION_BETTER), "case %zu", i);
	}
}

Test(firing, hold_at_its_level_resets_the_down_timer)
{
	struct subject s = fired(NO_DATA_KEEP, CRIT);
	feed(&s, WARN, STEP);
	feed_for(&s, WARN, 100000);
	feed(&s, HOLD_CRITICAL, STEP);
	cr_expect_eq(s.state.down_accrued, 0);
	feed(&s, WARN, STEP);
	feed_for(&s, WARN, 110000);
	cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
}

Test(firing, a_value_that_says_nothing_never_steps_down)
{
	struct subject s = fired(NO_DATA_KEEP, CRIT);
	feed_for(&s, VALUE_HOLD, 600000);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
}

Test(firing, clear_becomes_recovering)
{
	struct subject s = fired(NO_DATA_KEEP, CRIT);
	feed(&s, QUIET, STEP);
	cr_expect_eq(s.state.state, ALERT_RECOVERING);
	cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
	cr_expect(told(&s, TRANSITION_RECOVERING));
}

Test(firing, clear_without_keep_firing_for_resolves_at_once)
{
	struct subject s = fired(NO_DATA_KEEP, CRIT);
	s.rule.keep_firing_for = 0;
	feed(&s, QUIET, STEP);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect_eq(s.step.count, 1);
	cr_expect(told(&s, TRANSITION_RESOLVED));
}

Test(firing, unknown_freezes_and_is_marked_once)
{
	struct subject s = fired(NO_DATA_KEEP, CRIT);
	unsigned marks = 0;
	feed(&s, WARN, STEP);
	feed_for(&s, WARN, 100000);
	for (int i = 0; i < 200; i++) {
		feed(&s, VALUE_UNKNOWN, STEP);
		marks += told(&s, TRANSITION_NO_DATA);
		if (i == 28)
			cr_expect_eq(marks, 0);
	}
	cr_expect_eq(marks, 1);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.state.down_accrued, 100000);
	feed(&s, WARN, STEP);
	cr_expect(told(&s, TRANSITION_DATA_BACK));
	cr_expect_eq(s.state.down_accrued, 100000);
}

Test(firing, gone_resolves)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	feed(&s, VALUE_GONE, STEP);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect(told(&s, TRANSITION_RESOLVED));
	cr_expect_eq(s.step.reasons[0], REASON_GONE);
	cr_expect_str_empty(s.state.episode);
}

/* ---- recovering ---- */

static struct subject recovering(enum no_data_policy policy, double value)
{
	struct subject s = fired(policy, value);
	feed(&s, QUIET, STEP);
	cr_assert_eq(s.state.state, ALERT_RECOVERING);
	return s;
}

Test(recovering, raised_and_hold_relapse_without_an_episode)
{
	const double values[] = {WARN, HOLD_WARNING, VALUE_HOLD};
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		struct subject s = recovering(NO_DATA_KEEP, CRIT);
		feed_for(&s, QUIET, 100000);
		feed(&s, values[i], STEP);
		cr_expect_eq(s.state.state, ALERT_FIRING, "case %zu", i);
		cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
		cr_expect(told(&s, TRANSITION_RELAPSED));
		cr_expect_not(told(&s, TRANSITION_OPENED));
		cr_expect_str_eq(s.state.episode, "E");
		feed(&s, QUIET, STEP);
		cr_expect_eq(s.state.clear_accrued, 0, "the time of clearness starts anew");
	}
}

Test(recovering, clear_accrues_and_resolves_at_keep_firing_for)
{
	struct subject s = recovering(NO_DATA_KEEP, WARN);
	feed_for(&s, QUIET, 110000);
	cr_expect_eq(s.state.state, ALERT_RECOVERING);
	feed(&s, QUIET, STEP);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect(told(&s, TRANSITION_RESOLVED));
	cr_expect_eq(s.step.reasons[0], REASON_CLEARED);
}

Test(recovering, unknown_freezes)
{
	struct subject s = recovering(NO_DATA_KEEP, WARN);
	feed_for(&s, QUIET, 110000);
	feed_for(&s, VALUE_UNKNOWN, 3000000);
	cr_expect_eq(s.state.state, ALERT_RECOVERING);
	feed(&s, QUIET, STEP);
	cr_expect_eq(s.state.state, ALERT_RECOVERING);
	feed(&s, QUIET, STEP);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
}

Test(recovering, gone_resolves)
{
	struct subject s = recovering(NO_DATA_KEEP, WARN);
	feed(&s, VALUE_GONE, STEP);
	cr_expect(told(&s, TRANSITION_RESOLVED));
	cr_expect_eq(s.step.reasons[0], REASON_GONE);
}

/* ---- no data ---- */

static struct subject without_data(void)
{
	struct subject s = subject(NO_DATA_ALERT);
	feed(&s, QUIET, 0);
	feed_for(&s, VALUE_UNKNOWN, 290000);
	cr_assert_eq(s.state.state, ALERT_INACTIVE);
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_assert_eq(s.state.state, ALERT_NO_DATA);
	cr_assert(told(&s, TRANSITION_OPENED));
	cr_assert_eq(s.step.reasons[0], REASON_NO_DATA);
	cr_assert_eq(s.state.level_severity, SEVERITY_WARNING);
	memcpy(s.state.episode, "E", 2);
	return s;
}

Test(no_data, raised_is_firing_in_the_same_episode)
{
	struct subject s = without_data();
	feed(&s, CRIT, STEP);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.state.level_severity, SEVERITY_CRITICAL);
	cr_expect_str_eq(s.state.episode, "E");
	cr_expect(told(&s, TRANSITION_DATA_BACK));
	cr_expect(told(&s, TRANSITION_WORSE), "its receivers heard of a warning");
	cr_expect_not(told(&s, TRANSITION_OPENED));
	s = without_data();
	feed(&s, WARN, STEP);
	cr_expect_not(told(&s, TRANSITION_WORSE));
}

Test(no_data, hold_is_firing_at_the_highest_not_clear)
{
	struct subject s = without_data();
	feed(&s, HOLD_WARNING, STEP);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.state.level_severity, SEVERITY_WARNING);
	s = without_data();
	feed(&s, VALUE_HOLD, STEP);
	cr_expect_eq(s.state.level_severity, SEVERITY_WARNING, "a value that says nothing names the mildest");
}

Test(no_data, clear_is_recovering)
{
	struct subject s = without_data();
	feed(&s, QUIET, STEP);
	cr_expect_eq(s.state.state, ALERT_RECOVERING);
	cr_expect(told(&s, TRANSITION_DATA_BACK));
	feed_for(&s, QUIET, 120000);
	cr_expect(told(&s, TRANSITION_RESOLVED));
}

Test(no_data, unknown_stays)
{
	struct subject s = without_data();
	feed_for(&s, VALUE_UNKNOWN, 3000000);
	cr_expect_eq(s.state.state, ALERT_NO_DATA);
	cr_expect_eq(s.step.count, 0);
}

Test(no_data, gone_resolves)
{
	struct subject s = without_data();
	feed(&s, VALUE_GONE, STEP);
	cr_expect(told(&s, TRANSITION_RESOLVED));
	cr_expect_eq(s.step.reasons[0], REASON_GONE);
}

Test(no_data, the_policy_decides_for_each_state)
{
	struct subject s = recovering(NO_DATA_ALERT, WARN);
	feed_for(&s, VALUE_UNKNOWN, 300000);
	cr_expect_eq(s.state.state, ALERT_RECOVERING, "alert adds a reason to the open one");
	cr_expect(told(&s, TRANSITION_NO_DATA));

	s = fired(NO_DATA_RESOLVE, WARN);
	feed_for(&s, VALUE_UNKNOWN, 300000);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect(told(&s, TRANSITION_RESOLVED));
	cr_expect_eq(s.step.reasons[0], REASON_NO_DATA);

	s = subject(NO_DATA_ALERT);
	feed(&s, WARN, 0);
	feed_for(&s, VALUE_UNKNOWN, 300000);
	cr_expect_eq(s.state.state, ALERT_NO_DATA);

	s = subject(NO_DATA_RESOLVE);
	feed(&s, WARN, 0);
	feed_for(&s, VALUE_UNKNOWN, 300000);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect(told(&s, TRANSITION_DROPPED));

	s = fired(NO_DATA_KEEP, WARN);
	s.rule.no_data_after = 0;
	feed_for(&s, VALUE_UNKNOWN, 3000000);
	cr_expect_eq(s.step.count, 0, "0 is never");
}

/* ---- expiry ---- */

Test(expiry, a_vanished_series_closes_after_expire_after)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	s.vanished = true;
	feed_for(&s, VALUE_UNKNOWN, 3590000);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
	cr_expect(told(&s, TRANSITION_RESOLVED));
	cr_expect_eq(s.step.reasons[0], REASON_EXPIRED);
}

Test(expiry, failed_polls_never_expire)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	feed_for(&s, VALUE_UNKNOWN, 7200000);
	cr_expect_eq(s.state.state, ALERT_FIRING);
}

/* ---- flapping ---- */

static void episode(struct subject *s)
{
	feed(s, CRIT, STEP);
	feed(s, QUIET, STEP);
}

static struct subject flapper(void)
{
	struct subject s = subject(NO_DATA_KEEP);
	s.rule.keep_firing_for = 0;
	s.levels[0].for_time = s.levels[1].for_time = 0;
	return s;
}

Test(flapping, the_fourth_episode_in_short_time_is_marked_and_kept)
{
	struct subject s = flapper();
	for (int i = 0; i < 4; i++) {
		episode(&s);
		cr_expect_eq(s.state.state, ALERT_INACTIVE, "episode %d", i);
	}
	feed(&s, CRIT, STEP);
	cr_expect(told(&s, TRANSITION_OPENED));
	cr_expect(told(&s, TRANSITION_FLAPPING));
	feed(&s, QUIET, STEP);
	cr_expect_eq(s.state.state, ALERT_RECOVERING, "not resolved while flapping");
	feed(&s, CRIT, STEP);
	cr_expect(told(&s, TRANSITION_RELAPSED));
	cr_expect_not(told(&s, TRANSITION_OPENED));
}

Test(flapping, it_resolves_once_when_the_score_has_decayed)
{
	struct subject s = flapper();
	unsigned resolved = 0, steady = 0;
	for (int i = 0; i < 5; i++)
		episode(&s);
	cr_assert(s.state.flapping);
	msec_t start = s.at;
	for (int i = 0; i < 400; i++) {
		feed(&s, QUIET, STEP);
		resolved += told(&s, TRANSITION_RESOLVED);
		steady += told(&s, TRANSITION_STEADY);
		if (resolved && s.at - start < FLAP_HALF_LIFE)
			cr_assert_fail("resolved after %d s", (int)((s.at - start) / 1000));
	}
	cr_expect_eq(resolved, 1);
	cr_expect_eq(steady, 1);
	cr_expect_eq(s.state.state, ALERT_INACTIVE);
}

Test(flapping, earlier_starts_are_kept_while_there_is_a_score_and_no_more_than_fit)
{
	struct subject s = flapper();
	msec_t opened[FLAP_STARTS_MAX + 2];
	for (int i = 0; i < FLAP_STARTS_MAX + 2; i++) {
		s.state.flap_score = 1; /* each ends at once */
		s.state.flapping = false;
		feed(&s, CRIT, STEP);
		cr_assert(told(&s, TRANSITION_OPENED));
		opened[i] = s.at;
		feed(&s, QUIET, STEP);
		cr_assert(told(&s, TRANSITION_RESOLVED));
	}
	for (int i = 0; i < FLAP_STARTS_MAX; i++)
		cr_expect_eq(s.state.flap_starts[i], opened[i + 2], "start %d", i);
	feed_for(&s, QUIET, 4 * FLAP_HALF_LIFE);
	cr_expect_eq(s.state.flap_starts[FLAP_STARTS_MAX - 1], 0, "forgotten with the score");
}

Test(flapping, episodes_far_apart_never_flap)
{
	struct subject s = flapper();
	for (int i = 0; i < 20; i++) {
		episode(&s);
		feed_for(&s, QUIET, FLAP_HALF_LIFE);
		cr_expect_not(s.state.flapping, "episode %d", i);
	}
}

Test(flapping, a_score_is_forgotten_and_its_row_goes)
{
	struct subject s = flapper();
	unsigned rows = 0;
	episode(&s);
	for (int i = 0; i < 400; i++) {
		feed(&s, QUIET, STEP);
		rows += told(&s, TRANSITION_CHECKPOINT);
	}
	cr_expect_eq(rows, 1);
	cr_expect_eq(s.state.flap_score, 0);
}

Test(flapping, a_wall_clock_that_jumps_back_changes_nothing)
{
	struct subject s = flapper();
	episode(&s);
	double before = s.state.flap_score;
	cr_expect_eq(flap_score(&s.state, s.at - 3600000), before);
}

Test(flapping, it_decays_from_where_the_wall_clock_was_set_back_to)
{
	struct subject s = flapper();
	for (int i = 0; i < 5; i++)
		episode(&s);
	cr_assert(s.state.flapping);
	s.at -= 86400000;
	unsigned resolved = 0;
	for (int i = 0; i < 400; i++) {
		feed(&s, QUIET, STEP);
		resolved += told(&s, TRANSITION_RESOLVED);
	}
	cr_expect_eq(resolved, 1, "it need not wait for the day to come again");
}

/* ---- restart, edit, timers ---- */

Test(restart, the_first_evaluation_accrues_nothing_and_loses_nothing)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, WARN, 0);
	feed_for(&s, WARN, 50000);
	s.state.raised = 0; /* what is not stored */
	feed(&s, WARN, 0);
	cr_expect_eq(s.state.accrued[SEVERITY_WARNING], 50000);
	feed(&s, WARN, STEP);
	cr_expect_eq(s.state.state, ALERT_FIRING);
}

Test(edit, moved_limits_neither_fire_again_nor_resolve)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	s.levels[0].raise = 1;
	s.levels[0].clear = 0.5;
	feed(&s, WARN, STEP);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	cr_expect_eq(s.step.count, 0);
	s.levels[0].raise = 100;
	s.levels[0].clear = 90;
	s.levels[1] = (struct level){SEVERITY_CRITICAL, 200, 150, 0, 0, 0};
	feed(&s, WARN, STEP);
	cr_expect_eq(s.state.state, ALERT_RECOVERING, "its number is clear now: the usual way, not at once");
	cr_expect_not(told(&s, TRANSITION_RESOLVED));
}

Test(timers, due_is_when_time_alone_changes_it)
{
	struct subject s = subject(NO_DATA_KEEP);
	feed(&s, CRIT, 0);
	cr_expect_eq(lifecycle_due(&s.rule, s.levels, 2, &s.state, CONDITION_RAISED), 30000);
	feed(&s, WARN, STEP);
	cr_expect_eq(lifecycle_due(&s.rule, s.levels, 2, &s.state, CONDITION_RAISED), 50000);
	s = fired(NO_DATA_KEEP, CRIT);
	cr_expect_eq(lifecycle_due(&s.rule, s.levels, 2, &s.state, CONDITION_RAISED), MSEC_NEVER);
	feed(&s, WARN, STEP);
	cr_expect_eq(lifecycle_due(&s.rule, s.levels, 2, &s.state, CONDITION_RAISED), 120000);
	feed(&s, QUIET, STEP);
	feed(&s, QUIET, STEP);
	cr_expect_eq(lifecycle_due(&s.rule, s.levels, 2, &s.state, CONDITION_CLEAR), 110000);
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect_eq(lifecycle_due(&s.rule, s.levels, 2, &s.state, CONDITION_UNKNOWN), 290000);
	s = subject(NO_DATA_KEEP);
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect_eq(lifecycle_due(&s.rule, s.levels, 2, &s.state, CONDITION_UNKNOWN), MSEC_NEVER);
}

Test(edit, a_policy_edited_while_there_is_no_data_holds_from_then_on)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	feed_for(&s, VALUE_UNKNOWN, 400000);
	cr_expect_eq(s.state.state, ALERT_FIRING);
	s.rule.no_data = NO_DATA_RESOLVE;
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect(told(&s, TRANSITION_RESOLVED));
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect_eq(s.step.count, 0);
	s = subject(NO_DATA_KEEP);
	feed(&s, WARN, 0);
	feed_for(&s, VALUE_UNKNOWN, 400000);
	cr_expect_eq(s.state.state, ALERT_PENDING);
	s.rule.no_data = NO_DATA_ALERT;
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect(told(&s, TRANSITION_OPENED));
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect_eq(s.step.count, 0);
}

Test(edit, more_patience_does_not_mark_it_twice)
{
	struct subject s = fired(NO_DATA_KEEP, WARN);
	feed_for(&s, VALUE_UNKNOWN, 400000);
	s.rule.no_data_after = 600000;
	unsigned marks = 0;
	for (int i = 0; i < 100; i++) {
		feed(&s, VALUE_UNKNOWN, STEP);
		marks += told(&s, TRANSITION_NO_DATA);
	}
	cr_expect_eq(marks, 0);
	s.rule.no_data_after = 60000;
	feed(&s, VALUE_UNKNOWN, STEP);
	cr_expect_eq(s.step.count, 0);
	feed(&s, WARN, STEP);
	cr_expect(told(&s, TRANSITION_DATA_BACK));
}
