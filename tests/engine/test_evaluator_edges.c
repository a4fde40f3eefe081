/* What the world does to the evaluator beside polls: clocks that jump, a store that refuses, restarts in bad moments, edits. */
#include "tests/engine/lab.h"
#include <criterion/criterion.h>

enum { POLL = 5000 };

static void poll_value(struct lab *lab, double value)
{
	lab_poll(lab, lab_batch(lab, 0, 1, value));
	lab_pass(lab, POLL);
}

static void start_one(struct lab *lab, double value)
{
	lab_poll(lab, lab_announce(lab_batch(lab, 0, 1, value), 0, "m", "0"));
	lab_pass(lab, POLL);
}

static struct effects *rows_of(const struct lab *lab)
{
	struct effects *rows = effects_new();
	for (size_t i = 0; i < lab->out.count; i++) {
		struct instance_row *row = effects_add_instance(rows);
		row->rule = arena_strdup(rows->arena, lab->out.items[i].rule);
		row->labels = labels_ref(lab->out.items[i].labels);
		row->state = lab->out.items[i].state;
		if (lab->out.items[i].alert)
			effects_add_alert(rows, lab->out.items[i].alert);
	}
	return rows;
}

static struct lab restarted(struct lab *lab, struct effects *rows, struct rulebook *rules, uint32_t targets)
{
	struct lab next = {
		.now = {.mono = 1000, .wall = lab->now.wall + 1000}, .generation = 7, .arena = arena_new()};
	struct evaluator_options options = {.seed = 43};
	next.evaluator = evaluator_new(&options);
	transitions_init(&next.out, next.arena);
	evaluator_set_rules(next.evaluator, rules);
	evaluator_set_targets(next.evaluator, targets, NULL);
	evaluator_restore(next.evaluator, rows);
	effects_free(rows);
	lab_stop(lab);
	return next;
}

Test(clock, a_window_goes_on_when_the_wall_clock_is_set_back)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	for (int i = 0; i < 15; i++)
		poll_value(&lab, 1.0);
	lab.now.wall -= 3600000;
	unsigned opened = 0;
	for (int i = 0; i < 12; i++) {
		poll_value(&lab, 30.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(clock, a_window_goes_on_when_the_wall_clock_is_set_forward)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	for (int i = 0; i < 15; i++)
		poll_value(&lab, 1.0);
	lab.now.wall += 3600000;
	unsigned opened = 0;
	for (int i = 0; i < 10; i++) {
		poll_value(&lab, 30.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 0, "that is no minute's mean yet");
	for (int i = 0; i < 5; i++) {
		poll_value(&lab, 30.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(restart, an_alert_does_not_expire_while_its_target_fails)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	struct rulebook *rules = lab_rules(&book, 1, rule);
	struct lab lab = lab_start(1, rules);
	rule->levels[0].for_time = 0;
	evaluator_set_rules(lab.evaluator, rules);
	start_one(&lab, 20.0);
	cr_assert(lab_find(&lab, TRANSITION_OPENED));
	lab = restarted(&lab, rows_of(&lab), rules, 1);
	for (int i = 0; i < 1000; i++) {
		lab_fail(&lab, 0);
		lab_pass(&lab, POLL);
		cr_assert_not(lab_find(&lab, TRANSITION_RESOLVED), "after %d s", i * 5);
	}
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(edit, a_shorter_patience_with_missing_data_holds_at_once)
{
	struct lab_book book, edited;
	struct rule *rule = lab_rule("High", &lab_plain), *shorter = lab_rule("High", &lab_plain);
	rule->no_data = shorter->no_data = NO_DATA_ALERT;
	shorter->no_data_after = 20000;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	for (int i = 0; i < 8; i++) {
		lab_fail(&lab, 0);
		lab_pass(&lab, POLL);
	}
	evaluator_set_rules(lab.evaluator, lab_rules(&edited, 1, shorter));
	unsigned opened = 0;
	for (int i = 0; i < 20; i++) {
		lab_fail(&lab, 0);
		lab_pass(&lab, POLL);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1);
	lab_stop(&lab);
	lab_book_free(&book);
	lab_book_free(&edited);
}

Test(store, what_was_polled_meanwhile_counts_and_not_time_alone)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	start_one(&lab, 20.0);
	cr_assert(lab_find(&lab, TRANSITION_PENDING));
	for (int i = 0; i < 10; i++) {
		evaluator_ingest(lab.evaluator, lab_batch(&lab, 0, 1, 1.0));
		lab_pass(&lab, POLL);
	}
	lab_step(&lab);
	cr_expect_not(lab_find(&lab, TRANSITION_OPENED), "it held for five seconds");
	cr_expect(lab_find(&lab, TRANSITION_DROPPED));
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(checkpoint, what_waits_for_no_data_has_no_row)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->no_data = NO_DATA_ALERT;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	unsigned saved = 0;
	for (int i = 0; i < 11; i++) {
		lab_fail(&lab, 0);
		lab_pass(&lab, POLL);
		saved += lab_count(&lab, TRANSITION_CHECKPOINT);
	}
	cr_expect_eq(saved, 0);
	lab_stop(&lab);
	lab_book_free(&book);
}

/* A step an hour late comes to what steps in time would have: it fires at its own time, and then its data is missing. */
Test(store, a_target_that_fell_silent_meanwhile_is_unknown_from_its_time_on)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->levels[0].for_time = 3000;
	struct lab lab = lab_start(2, lab_rules(&book, 1, rule));
	lab_poll(&lab, lab_announce(lab_batch(&lab, 1, 1, 1.0), 0, "m", "1"));
	start_one(&lab, 20.0);
	msec_t raised = lab.now.wall - POLL;
	lab_pass(&lab, 3600000);
	lab_poll(&lab, lab_batch(&lab, 1, 1, 1.0));
	const struct transition *opened = lab_find(&lab, TRANSITION_OPENED), *marked = lab_find(&lab, TRANSITION_NO_DATA);
	cr_assert(opened && marked);
	cr_expect_eq(opened->at, raised + 3000);
	cr_expect_eq(marked->at, raised + 3000 + 60000, "a minute after it was looked at last");
	lab_stop(&lab);
	lab_book_free(&book);
}

/* ---- windows that are warming up ---- */

Test(warming, a_window_that_is_not_full_yet_is_no_missing_data)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->no_data = NO_DATA_ALERT;
	rule->no_data_after = 20000;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	unsigned opened = 0;
	for (int i = 0; i < 15; i++) {
		poll_value(&lab, 1.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 0);
	for (int i = 0; i < 5; i++) {
		lab_fail(&lab, 0);
		lab_pass(&lab, POLL);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1, "that is");
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(warming, a_restart_does_not_resolve)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->levels[0].for_time = 0;
	rule->no_data = NO_DATA_RESOLVE;
	rule->no_data_after = 20000;
	struct rulebook *rules = lab_rules(&book, 1, rule);
	struct lab lab = lab_start(1, rules);
	start_one(&lab, 30.0);
	for (int i = 0; i < 15 && !lab_find(&lab, TRANSITION_OPENED); i++)
		poll_value(&lab, 30.0);
	cr_assert(lab_find(&lab, TRANSITION_OPENED));
	lab = restarted(&lab, rows_of(&lab), rules, 1);
	start_one(&lab, 30.0);
	for (int i = 0; i < 15; i++) {
		poll_value(&lab, 30.0);
		cr_assert_not(lab_find(&lab, TRANSITION_RESOLVED), "after %d s", i * 5);
	}
	lab_stop(&lab);
	lab_book_free(&book);
}

/* ---- edits while it was away ---- */

Test(restart, what_the_rule_no_longer_selects_is_gone)
{
	struct error err;
	struct lab_book book, narrower;
	struct rule *rule = lab_rule("High", &lab_plain), *narrow = lab_rule("High", &lab_plain);
	rule->levels[0].for_time = 0;
	narrow->match = matchers_parse("task=~'[1-9]', zone='a', alertname!='High'", &err);
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	struct batch *batch = lab_batch(&lab, 0, 2, 20.0, 20.0);
	lab_poll(&lab, lab_announce(lab_announce(batch, 0, "m", "0"), 1, "m", "1"));
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 2);
	lab = restarted(&lab, rows_of(&lab), lab_rules(&narrower, 1, narrow), 1);
	lab_step(&lab);
	cr_assert_eq(lab_count(&lab, TRANSITION_RESOLVED), 1, "of task 1 nobody knows its zone");
	cr_expect_eq(lab_find(&lab, TRANSITION_RESOLVED)->reason, REASON_GONE);
	cr_expect_str_eq(labels_get(lab_find(&lab, TRANSITION_RESOLVED)->labels, "task"), "0");
	lab_stop(&lab);
	matchers_free(narrow->match);
	lab_book_free(&book);
	lab_book_free(&narrower);
}

Test(checkpoint, what_one_accrual_loses_and_another_gains_is_saved)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->levels[0].for_time = 20000;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 200.0);
	poll_value(&lab, 20.0);
	poll_value(&lab, 20.0);
	transitions_release(&lab.out);
	evaluator_checkpoint(lab.evaluator, lab.now, &lab.out);
	cr_assert_eq(lab.out.count, 1);
	cr_expect_eq(lab.out.items[0].state.down_accrued, POLL);
	poll_value(&lab, 200.0);
	transitions_release(&lab.out);
	evaluator_checkpoint(lab.evaluator, lab.now, &lab.out);
	cr_assert_eq(lab.out.count, 1);
	cr_expect_eq(lab.out.items[0].state.down_accrued, 0);
	cr_expect_eq(lab.out.items[0].state.accrued[SEVERITY_WARNING], 3 * POLL);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(edit, labels_take_the_row_along)
{
	struct lab_book book, edited;
	struct rule *rule = lab_rule("High", &lab_plain), *labelled = lab_rule("High", &lab_plain);
	rule->levels[0].for_time = 0;
	labelled->labels = labels_new(&(struct label){"team", "streams"}, 1);
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 20.0);
	cr_assert(lab_find(&lab, TRANSITION_OPENED));
	evaluator_set_rules(lab.evaluator, lab_rules(&edited, 1, labelled));
	cr_expect_leq(evaluator_due(lab.evaluator), lab.now.mono);
	lab_step(&lab);
	cr_assert_eq(lab.out.count, 2);
	cr_expect_eq(lab_count(&lab, TRANSITION_CHECKPOINT), 2);
	cr_expect_null(labels_get(lab.out.items[0].labels, "team"));
	cr_expect_eq(lab.out.items[0].state.state, ALERT_INACTIVE, "its old row goes");
	cr_expect_str_eq(labels_get(lab.out.items[1].labels, "team"), "streams");
	cr_expect_eq(lab.out.items[1].state.state, ALERT_FIRING);
	lab_step(&lab);
	cr_expect_eq(lab.out.count, 0);
	evaluator_set_rules(lab.evaluator, &book.book);
	lab_step(&lab);
	cr_expect_eq(lab_count(&lab, TRANSITION_CHECKPOINT), 2, "without the label: another row again, not another alert");
	poll_value(&lab, 20.0);
	cr_expect_eq(lab.out.count, 0);
	lab_stop(&lab);
	lab_book_free(&book);
	lab_book_free(&edited);
}

Test(reload, windows_go_on)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	for (int i = 0; i < 15; i++)
		poll_value(&lab, 1.0);
	evaluator_set_rules(lab.evaluator, &book.book);
	evaluator_set_targets(lab.evaluator, 1, NULL);
	lab.generation++;
	start_one(&lab, 30.0);
	unsigned opened = 0;
	for (int i = 0; i < 5; i++) {
		poll_value(&lab, 30.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1, "six samples of 30 and six of 1");
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(reload, windows_that_go_on_take_every_sample_of_a_shorter_interval)
{
	static const msec_t minute = 60000;
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	evaluator_set_targets(lab.evaluator, 1, &minute);
	lab_poll(&lab, lab_announce(lab_batch(&lab, 0, 1, 1.0), 0, "m", "0"));
	lab_pass(&lab, minute);
	evaluator_set_targets(lab.evaluator, 1, &(msec_t){POLL});
	lab.generation++;
	start_one(&lab, 1.0);
	unsigned opened = 0;
	for (int i = 1; i < 12; i++) {
		poll_value(&lab, i % 3 ? 60.0 : 1.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1, "two of three are over the limit");
	lab_stop(&lab);
	lab_book_free(&book);
}

/* Its value is how often its instance was evaluated, which is all it remembers. */
struct counted {
	double polls;
};

static void count_polls(const struct rule *rule, const struct span *span, msec_t now, double *out)
{
	for (uint32_t i = 0; i < span->count; i++)
		out[i] = ++((struct counted *)span->memory[i])->polls;
}

static const struct rule_kind counting = {.name = "counting",
					  .wording = &lab_wording,
					  .selects = lab_selects,
					  .identity = lab_identity,
					  .values = count_polls,
					  .memory_size = sizeof(struct counted),
					  .manner = {.needs_levels = true}};

static unsigned polls_until_opened(struct lab *lab)
{
	unsigned polls = 1;
	start_one(lab, 1.0);
	for (; !lab_find(lab, TRANSITION_OPENED) && polls < 50; polls++)
		poll_value(lab, 1.0);
	return polls;
}

Test(reload, what_members_remember_goes_on_unless_the_kind_is_another)
{
	struct lab_book book, other;
	struct rule *rule = lab_rule("Count", &counting);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	for (int i = 0; i < 6; i++)
		poll_value(&lab, 1.0);
	for (int reloads = 0; reloads < 2; reloads++) { /* the second before anything was read */
		evaluator_set_rules(lab.evaluator, &book.book);
		evaluator_set_targets(lab.evaluator, 1, NULL);
	}
	lab.generation++;
	cr_expect_eq(polls_until_opened(&lab), 4, "the eleventh is over ten");
	evaluator_set_rules(lab.evaluator, lab_rules(&other, 1, lab_rule("Count", &lab_kind_average)));
	evaluator_set_targets(lab.evaluator, 1, NULL);
	evaluator_set_rules(lab.evaluator, &book.book);
	evaluator_set_targets(lab.evaluator, 1, NULL);
	lab.generation++;
	start_one(&lab, 1.0);
	cr_expect(lab_find(&lab, TRANSITION_RECOVERING), "it counts from one again");
	lab_stop(&lab);
	lab_book_free(&book);
	lab_book_free(&other);
}

Test(reload, windows_go_on_though_the_wall_clock_was_set_back_meanwhile)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	for (int i = 0; i < 15; i++)
		poll_value(&lab, 1.0);
	evaluator_set_targets(lab.evaluator, 1, NULL);
	lab.now.wall -= 3600000;
	lab.generation++;
	start_one(&lab, 30.0);
	unsigned opened = 0;
	for (int i = 0; i < 16; i++) {
		poll_value(&lab, 30.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1, "it does not wait for the old time");
	lab_stop(&lab);
	lab_book_free(&book);
}
