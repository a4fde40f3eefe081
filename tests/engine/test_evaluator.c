#include "tests/engine/lab.h"
#include <criterion/criterion.h>

enum { POLL = 5000 };

/* Polls target 0 with one value every POLL for a time; the first announces the series. */
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

static void fire(struct lab *lab)
{
	start_one(lab, 20.0);
	poll_value(lab, 20.0);
	poll_value(lab, 20.0);
	cr_assert(lab_find(lab, TRANSITION_OPENED));
}

Test(evaluator, a_breach_goes_through_pending_firing_recovering_resolved)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	start_one(&lab, 1.0);
	cr_expect_eq(lab.out.count, 0);
	poll_value(&lab, 20.0);
	const struct transition *pending = lab_find(&lab, TRANSITION_PENDING);
	cr_assert(pending);
	cr_expect_str_eq(pending->rule, "High");
	cr_expect_str_eq(labels_get(pending->labels, "alertname"), "High");
	cr_expect_str_eq(labels_get(pending->labels, "task"), "0");
	cr_expect_null(labels_get(pending->labels, "severity"));
	cr_expect_null(pending->alert);
	msec_t pending_at = pending->at;
	poll_value(&lab, 21.0);
	cr_expect_not(lab_find(&lab, TRANSITION_OPENED));
	poll_value(&lab, 22.0);
	const struct transition *opened = lab_find(&lab, TRANSITION_OPENED);
	cr_assert(opened);
	cr_assert(opened->alert);
	cr_expect(ulid_valid(opened->alert->id));
	cr_expect_str_eq(opened->alert->id, opened->state.episode);
	cr_expect_eq(opened->alert->state, ALERT_FIRING);
	cr_expect_eq(opened->alert->severity, SEVERITY_WARNING);
	cr_expect_eq(opened->alert->value, 22.0);
	cr_expect_eq(opened->alert->raise, 10.0);
	cr_expect_eq(opened->alert->clear, 5.0);
	cr_expect_eq(opened->alert->pending_since, pending_at);
	cr_expect_eq(opened->alert->started_at, pending_at + 2 * POLL);
	cr_expect_str_eq(opened->alert->rule.place, "test.conf:7");
	cr_expect_str_eq(opened->alert->rule.topic, "m is high");
	cr_assert_eq(opened->alert->level_count, 2);
	cr_expect_eq(opened->alert->levels[0].severity, SEVERITY_WARNING);
	cr_expect(opened->alert->levels[0].raise == 10.0 && opened->alert->levels[0].clear == 5.0);
	cr_expect(opened->alert->levels[1].raise > 10.0 && opened->alert->levels[1].severity == SEVERITY_CRITICAL);
	cr_expect_not_null(opened->alert->fact);
	char id[ULID_SIZE];
	memcpy(id, opened->alert->id, sizeof id);
	poll_value(&lab, 200.0);
	const struct transition *worse = lab_find(&lab, TRANSITION_WORSE);
	cr_assert(worse);
	cr_expect_str_eq(worse->alert->id, id);
	cr_expect_eq(worse->alert->was, SEVERITY_WARNING);
	cr_expect_eq(worse->alert->severity, SEVERITY_CRITICAL);
	cr_expect_eq(worse->alert->peak, 200.0);
	poll_value(&lab, 1.0);
	cr_expect_eq(lab_find(&lab, TRANSITION_RECOVERING)->alert->state, ALERT_RECOVERING);
	for (int i = 0; i < 3; i++)
		poll_value(&lab, 1.0);
	poll_value(&lab, 1.0);
	const struct transition *resolved = lab_find(&lab, TRANSITION_RESOLVED);
	cr_assert(resolved);
	cr_expect_str_eq(resolved->alert->id, id);
	cr_expect_eq(resolved->alert->state, ALERT_RESOLVED);
	cr_expect_eq(resolved->alert->peak_severity, SEVERITY_CRITICAL);
	cr_expect_gt(resolved->alert->ended_at, resolved->alert->started_at);
	cr_expect_eq(resolved->state.state, ALERT_INACTIVE);
	lab_stop(&lab);
	lab_book_free(&book);
}

/* The first look, which passes over what is quiet, knows the limit exactly. */
Test(evaluator, a_breach_by_the_smallest_step_is_seen)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->levels[0] = (struct level){SEVERITY_WARNING, 0.1, 0.05, 0, 0, 0};
	rule->level_count = 1;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 0.0);
	poll_value(&lab, nextafter(0.1, 0));
	cr_expect_not(lab_find(&lab, TRANSITION_OPENED));
	poll_value(&lab, nextafter(0.1, 1));
	cr_expect(lab_find(&lab, TRANSITION_OPENED));
	lab_stop(&lab);
	lab_book_free(&book);
}

/* Task 3 has limits of its own, and its record moves to the first place while it fires. */
Test(evaluator, limits_and_alert_follow_a_record_that_moves)
{
	struct error err;
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	struct override own = {matchers_parse("task='3'", &err),
			       {{SEVERITY_WARNING, 1000, 500, 0, 0, 0}, {SEVERITY_CRITICAL, 9000, 8000, 0, 0, 0}},
			       2};
	rule->overrides = &own;
	rule->override_count = 1;
	rule->keep_firing_for = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	struct batch *batch = lab_batch(&lab, 0, 4, 120.0, 1.0, 1.0, 120.0);
	for (uint32_t slot = 0; slot < 4; slot++)
		lab_announce(batch, slot, "m", (const char *const[]){"0", "1", "2", "3"}[slot]);
	lab_poll(&lab, batch);
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	cr_expect_str_eq(labels_get(lab_find(&lab, TRANSITION_OPENED)->labels, "task"), "0");
	lab_pass(&lab, POLL);
	lab_poll(&lab, lab_batch(&lab, 0, 4, 120.0, 1.0, 1.0, 2000.0));
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	cr_expect_str_eq(labels_get(lab_find(&lab, TRANSITION_OPENED)->labels, "task"), "3");
	lab_pass(&lab, POLL);
	lab_poll(&lab, lab_batch(&lab, 0, 4, VALUE_GONE, VALUE_GONE, 1.0, 600.0));
	lab_pass(&lab, POLL);
	lab_poll(&lab, lab_batch(&lab, 0, 4, VALUE_GONE, VALUE_GONE, 120.0, 600.0));
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	cr_expect_str_eq(labels_get(lab_find(&lab, TRANSITION_OPENED)->labels, "task"), "2");
	cr_expect_not(lab_find(&lab, TRANSITION_RESOLVED), "600 is not clear of 500");
	lab_pass(&lab, POLL);
	lab_poll(&lab, lab_batch(&lab, 0, 4, VALUE_GONE, VALUE_GONE, 120.0, 400.0));
	const struct transition *resolved = lab_find(&lab, TRANSITION_RESOLVED);
	cr_assert(resolved);
	cr_expect_str_eq(labels_get(resolved->labels, "task"), "3");
	lab_pass(&lab, POLL);
	lab_poll(&lab, lab_batch(&lab, 0, 4, VALUE_GONE, VALUE_GONE, 120.0, 900.0));
	cr_expect_eq(lab.out.count, 0, "quiet under its own limits");
	lab_stop(&lab);
	lab_book_free(&book);
	matchers_free(own.match);
}

Test(evaluator, a_failed_poll_freezes_and_never_resolves)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	unsigned marks = 0;
	for (int i = 0; i < 5000; i++) { /* seven hours, longer than expire_after */
		lab_fail(&lab, 0);
		lab_pass(&lab, POLL);
		marks += lab_count(&lab, TRANSITION_NO_DATA);
		cr_assert_not(lab_find(&lab, TRANSITION_RESOLVED));
	}
	cr_expect_eq(marks, 1);
	poll_value(&lab, 20.0);
	cr_expect(lab_find(&lab, TRANSITION_DATA_BACK));
	cr_expect_not(lab_find(&lab, TRANSITION_OPENED));
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(evaluator, a_series_that_expired_is_forgotten_when_its_target_starts_anew)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	struct rule_health health;
	fire(&lab);
	while (!lab_find(&lab, TRANSITION_RESOLVED))
		poll_value(&lab, VALUE_UNKNOWN);
	cr_assert_eq(lab_find(&lab, TRANSITION_RESOLVED)->reason, REASON_EXPIRED);
	evaluator_rule_health(lab.evaluator, 0, &health);
	cr_expect_eq(health.instances, 1, "it still is a slot");
	lab.generation++;
	lab_poll(&lab, lab_batch(&lab, 0, 0));
	evaluator_rule_health(lab.evaluator, 0, &health);
	cr_expect_eq(health.instances, 0);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(evaluator, silence_of_a_target_is_no_data_by_time_alone)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->no_data = NO_DATA_ALERT;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	bool opened = false;
	for (int steps = 0; steps < 20 && !opened; steps++) {
		msec_t due = evaluator_due(lab.evaluator);
		cr_assert_lt(due, lab.now.mono + 600000, "something must be due");
		lab_pass(&lab, due > lab.now.mono ? due - lab.now.mono : 0);
		lab_step(&lab);
		opened = lab_find(&lab, TRANSITION_OPENED);
	}
	cr_assert(opened);
	cr_expect_eq(lab_find(&lab, TRANSITION_OPENED)->alert->state, ALERT_NO_DATA);
	cr_expect(lab_find(&lab, TRANSITION_OPENED)->alert->no_data);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(evaluator, for_ends_between_two_polls)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	start_one(&lab, 20.0);
	msec_t raised = lab.now.wall - POLL;
	cr_expect_eq(evaluator_due(lab.evaluator), lab.now.mono - POLL + 10000);
	lab_pass(&lab, 7000); /* late: the deadline counts, not the step */
	lab_step(&lab);
	cr_assert(lab_find(&lab, TRANSITION_OPENED));
	cr_expect_eq(lab_find(&lab, TRANSITION_OPENED)->at, raised + 10000);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(evaluator, a_gone_object_resolves_and_its_slot_is_free)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	poll_value(&lab, VALUE_GONE);
	const struct transition *resolved = lab_find(&lab, TRANSITION_RESOLVED);
	cr_assert(resolved);
	cr_expect_eq(resolved->reason, REASON_GONE);
	cr_expect_eq(series_table_count(evaluator_series(lab.evaluator)), 0);
	lab_poll(&lab, lab_announce(lab_batch(&lab, 0, 1, 500.0), 0, "m", "9"));
	cr_assert(lab_find(&lab, TRANSITION_OPENED));
	cr_expect_str_eq(labels_get(lab_find(&lab, TRANSITION_OPENED)->labels, "task"), "9");
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(evaluator, gone_counts_even_if_the_slot_was_taken_again_before_the_step)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	evaluator_ingest(lab.evaluator, lab_batch(&lab, 0, 1, VALUE_GONE));
	evaluator_ingest(lab.evaluator, lab_announce(lab_batch(&lab, 0, 1, 1.0), 0, "m", "9"));
	lab_step(&lab);
	const struct transition *resolved = lab_find(&lab, TRANSITION_RESOLVED);
	cr_assert(resolved);
	cr_expect_eq(resolved->reason, REASON_GONE);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(evaluator, a_series_that_moves_between_targets_keeps_its_alert)
{
	struct lab_book book;
	struct lab lab = lab_start(2, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	unsigned opened = 0, ended = 0;
	lab_poll(&lab, lab_batch(&lab, 0, 1, VALUE_UNKNOWN));
	lab_poll(&lab, lab_announce(lab_batch(&lab, 1, 1, 20.0), 0, "m", "0"));
	for (int i = 0; i < 10; i++) {
		lab_pass(&lab, POLL);
		lab_poll(&lab, lab_batch(&lab, 0, 1, VALUE_UNKNOWN));
		opened += lab_count(&lab, TRANSITION_OPENED);
		ended += lab_count(&lab, TRANSITION_RESOLVED);
		lab_poll(&lab, lab_batch(&lab, 1, 1, 20.0));
		opened += lab_count(&lab, TRANSITION_OPENED);
		ended += lab_count(&lab, TRANSITION_RESOLVED);
	}
	cr_expect_eq(opened, 0);
	cr_expect_eq(ended, 0);
	for (int i = 0; i < 10; i++) {
		lab_pass(&lab, POLL);
		lab_poll(&lab, lab_batch(&lab, 1, 1, 1.0));
		ended += lab_count(&lab, TRANSITION_RESOLVED);
	}
	cr_expect_eq(ended, 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(evaluator, the_same_series_at_two_targets_is_one_instance)
{
	struct lab_book book;
	struct lab lab = lab_start(2, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	lab_poll(&lab, lab_announce(lab_batch(&lab, 0, 1, 500.0), 0, "m", "0"));
	cr_expect_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	lab_poll(&lab, lab_announce(lab_batch(&lab, 1, 1, 500.0), 0, "m", "0"));
	cr_expect_eq(lab.out.count, 0);
	lab_poll(&lab, lab_batch(&lab, 0, 1, VALUE_GONE));
	cr_expect_eq(lab.out.count, 0, "the other target still has it");
	struct rule_health health;
	evaluator_rule_health(lab.evaluator, 0, &health);
	cr_expect_eq(health.instances, 1);
	cr_expect_eq(health.firing, 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

/* ---- restart ---- */

static struct effects *rows_of(const struct lab *lab, bool with_alert)
{
	struct effects *rows = effects_new();
	for (size_t i = 0; i < lab->out.count; i++) {
		struct instance_row *row = effects_add_instance(rows);
		row->rule = arena_strdup(rows->arena, lab->out.items[i].rule);
		row->labels = labels_ref(lab->out.items[i].labels);
		row->state = lab->out.items[i].state;
		if (lab->out.items[i].alert && with_alert)
			effects_add_alert(rows, lab->out.items[i].alert);
	}
	return rows;
}

static struct lab restarted(struct lab *lab, struct effects *rows, struct rulebook *rules, msec_t downtime)
{
	struct lab next = {
		.now = {.mono = 1000, .wall = lab->now.wall + downtime}, .generation = 7, .arena = arena_new()};
	struct evaluator_options options = {.seed = 43};
	next.evaluator = evaluator_new(&options);
	transitions_init(&next.out, next.arena);
	evaluator_set_rules(next.evaluator, rules);
	evaluator_set_targets(next.evaluator, 1, NULL);
	evaluator_restore(next.evaluator, rows);
	effects_free(rows);
	lab_stop(lab);
	return next;
}

Test(restart, a_firing_alert_goes_on_and_resolves_once)
{
	struct lab_book book;
	struct rulebook *rules = lab_rules(&book, 1, lab_rule("High", &lab_plain));
	struct lab lab = lab_start(1, rules);
	fire(&lab);
	char id[ULID_SIZE];
	memcpy(id, lab_find(&lab, TRANSITION_OPENED)->alert->id, sizeof id);
	uint32_t version = lab_find(&lab, TRANSITION_OPENED)->alert->version;
	lab = restarted(&lab, rows_of(&lab, true), rules, 86400000);
	lab_step(&lab);
	cr_expect_eq(lab.out.count, 0);
	start_one(&lab, 20.0);
	cr_expect_eq(lab.out.count, 0, "it fires already");
	poll_value(&lab, 1.0);
	cr_assert(lab_find(&lab, TRANSITION_RECOVERING));
	cr_expect_str_eq(lab_find(&lab, TRANSITION_RECOVERING)->alert->id, id);
	cr_expect_eq(lab_find(&lab, TRANSITION_RECOVERING)->alert->version, version + 1);
	for (int i = 0; i < 4; i++)
		poll_value(&lab, 1.0);
	cr_assert(lab_find(&lab, TRANSITION_RESOLVED));
	cr_expect_str_eq(lab_find(&lab, TRANSITION_RESOLVED)->alert->id, id);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(restart, pending_keeps_what_accrued_and_downtime_adds_nothing)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	struct rulebook *rules = lab_rules(&book, 1, rule);
	struct lab lab = lab_start(1, rules);
	rule->levels[0].for_time = 20000;
	evaluator_set_rules(lab.evaluator, rules);
	start_one(&lab, 20.0);
	poll_value(&lab, 20.0);
	poll_value(&lab, 20.0);
	transitions_release(&lab.out);
	evaluator_checkpoint(lab.evaluator, lab.now, &lab.out);
	cr_assert_eq(lab.out.count, 1);
	cr_expect_eq(lab.out.items[0].kind, TRANSITION_CHECKPOINT);
	cr_expect_eq(lab.out.items[0].state.accrued[SEVERITY_WARNING], 2 * POLL);
	lab = restarted(&lab, rows_of(&lab, false), rules, 3600000);
	start_one(&lab, 20.0);
	cr_expect_eq(lab.out.count, 0, "an hour of downtime is no hour of breach");
	poll_value(&lab, 20.0);
	cr_expect_not(lab_find(&lab, TRANSITION_OPENED));
	poll_value(&lab, 20.0);
	cr_expect(lab_find(&lab, TRANSITION_OPENED), "10 s before and 10 s after make 20 s");
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(restart, an_alert_whose_series_stays_away_is_kept_and_then_expires)
{
	struct lab_book book;
	struct rulebook *rules = lab_rules(&book, 1, lab_rule("High", &lab_plain));
	struct lab lab = lab_start(1, rules);
	fire(&lab);
	lab = restarted(&lab, rows_of(&lab, true), rules, 1000);
	unsigned resolved = 0;
	for (int i = 0; i < 730; i++) {
		lab_poll(&lab, lab_batch(&lab, 0, 0));
		lab_pass(&lab, POLL);
		resolved += lab_count(&lab, TRANSITION_RESOLVED);
		if (i < 700)
			cr_assert_eq(resolved, 0);
	}
	cr_expect_eq(resolved, 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(restart, a_rule_that_is_gone_resolves_its_alert)
{
	struct lab_book book, other;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	lab = restarted(&lab, rows_of(&lab, true), lab_rules(&other, 1, lab_rule("Other", &lab_plain)), 1000);
	lab_step(&lab);
	cr_assert(lab_find(&lab, TRANSITION_RESOLVED));
	cr_expect_eq(lab_find(&lab, TRANSITION_RESOLVED)->reason, REASON_RULE_GONE);
	cr_expect_str_eq(lab_find(&lab, TRANSITION_RESOLVED)->rule, "High");
	lab_stop(&lab);
	lab_book_free(&book);
	lab_book_free(&other);
}

static struct batch *announce_connector(struct batch *batch, uint32_t slot, const char *name, const char *connector)
{
	struct batch_series *added = arena_alloc(batch->arena, (batch->added_count + 1) * sizeof *added);
	if (batch->added_count)
		memcpy(added, batch->added, batch->added_count * sizeof *added);
	const struct label pairs[] = {{"__name__", name}, {"cluster", "c"}, {"connector", connector}};
	added[batch->added_count++] = (struct batch_series){slot, METRIC_GAUGE, labels_new(pairs, 3)};
	batch->added = added;
	return batch;
}

static struct batch *two_connectors(struct lab *lab, const char *orders, bool inventory)
{
	struct batch *batch = lab_batch(lab, 0, 3, 500.0, 1.0, 1.0);
	batch->inventory = inventory;
	announce_connector(batch, 1, "m", "other");
	announce_connector(batch, 2, "connector_state", "other");
	return orders ? announce_connector(batch, 0, "m", orders) : batch;
}

Test(restart, an_object_deleted_meanwhile_is_gone_once_a_complete_inventory_says_so)
{
	struct lab_book book;
	struct rulebook *rules = lab_rules(&book, 1, lab_rule("High", &lab_plain));
	struct lab lab = lab_start(1, rules);
	lab_poll(&lab, two_connectors(&lab, "orders", true));
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	lab = restarted(&lab, rows_of(&lab, true), rules, 1000);
	lab_fail(&lab, 0);
	cr_expect_eq(lab.out.count, 0);
	lab_poll(&lab, two_connectors(&lab, NULL, false));
	cr_expect_eq(lab.out.count, 0, "no complete inventory: unknown");
	struct batch *batch = lab_batch(&lab, 0, 3, 500.0, 1.0, 1.0);
	batch->inventory = true;
	g_strlcpy(batch->failure, "a worker is away", sizeof batch->failure);
	lab_poll(&lab, batch);
	cr_expect_eq(lab.out.count, 0, "a target of the cluster complains: unknown");
	batch = lab_batch(&lab, 0, 3, 500.0, 1.0, 1.0);
	batch->inventory = true;
	lab_poll(&lab, batch);
	cr_assert_eq(lab_count(&lab, TRANSITION_RESOLVED), 1);
	cr_expect_eq(lab_find(&lab, TRANSITION_RESOLVED)->reason, REASON_GONE);
	lab_stop(&lab);
	lab_book_free(&book);
}

/* ---- rulebooks ---- */

Test(rulebook, an_edit_of_limits_texts_and_labels_keeps_the_episode)
{
	struct lab_book book, edited;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	char id[ULID_SIZE];
	memcpy(id, lab_find(&lab, TRANSITION_OPENED)->alert->id, sizeof id);
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->levels[0].raise = 15;
	rule->labels = labels_new(&(struct label){"team", "streams"}, 1);
	evaluator_set_rules(lab.evaluator, lab_rules(&edited, 1, rule));
	lab_step(&lab);
	cr_expect_eq(lab.out.count, lab_count(&lab, TRANSITION_CHECKPOINT));
	poll_value(&lab, 20.0);
	cr_expect_eq(lab.out.count, 0);
	poll_value(&lab, 500.0);
	const struct transition *worse = lab_find(&lab, TRANSITION_WORSE);
	cr_assert(worse);
	cr_expect_str_eq(worse->alert->id, id);
	cr_expect_str_eq(labels_get(worse->labels, "team"), "streams");
	lab_stop(&lab);
	lab_book_free(&book);
	lab_book_free(&edited);
}

Test(rulebook, a_removed_rule_resolves_and_so_does_what_is_no_longer_selected)
{
	struct lab_book book, smaller;
	struct rule *narrow = lab_rule("B", &lab_plain);
	struct lab lab = lab_start(1, lab_rules(&book, 2, lab_rule("A", &lab_plain), lab_rule("B", &lab_plain)));
	start_one(&lab, 500.0);
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 2);
	narrow->topic = (char *)"another"; /* selects other series */
	evaluator_set_rules(lab.evaluator, lab_rules(&smaller, 1, narrow));
	lab_step(&lab);
	cr_assert_eq(lab_count(&lab, TRANSITION_RESOLVED), 2);
	for (size_t i = 0; i < lab.out.count; i++)
		cr_expect_eq(lab.out.items[i].reason,
			     strcmp(lab.out.items[i].rule, "A") == 0 ? REASON_RULE_GONE : REASON_GONE);
	lab_stop(&lab);
	lab_book_free(&book);
	lab_book_free(&smaller);
}

Test(rulebook, new_targets_keep_state_until_they_are_read)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	evaluator_set_targets(lab.evaluator, 3, NULL);
	lab_step(&lab);
	cr_expect_eq(lab.out.count, 0);
	cr_expect_not(evaluator_settled(lab.evaluator));
	lab_poll(&lab, lab_announce(lab_batch(&lab, 2, 1, 20.0), 0, "m", "0"));
	cr_expect_eq(lab.out.count, 0);
	lab_fail(&lab, 0);
	lab_fail(&lab, 1);
	cr_expect(evaluator_settled(lab.evaluator));
	struct rule_health health;
	evaluator_rule_health(lab.evaluator, 0, &health);
	cr_expect_eq(health.firing, 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(rulebook, a_recovery_does_not_end_by_time_while_nothing_is_read)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	fire(&lab);
	poll_value(&lab, 1.0);
	cr_assert(lab_find(&lab, TRANSITION_RECOVERING));
	evaluator_set_targets(lab.evaluator, 1, NULL);
	lab_pass(&lab, 60000);
	lab_step(&lab);
	cr_expect_eq(lab.out.count, 0);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(flapping, one_opening_marked_and_one_resolution)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->levels[0].for_time = rule->keep_firing_for = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	unsigned opened = 0, resolved = 0, flapping = 0;
	start_one(&lab, 1.0);
	for (int i = 0; i < 60; i++) { /* ten minutes of coming and going */
		poll_value(&lab, i % 2 ? 1.0 : 20.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
		resolved += lab_count(&lab, TRANSITION_RESOLVED);
		if (lab_find(&lab, TRANSITION_FLAPPING)) {
			flapping++;
			const struct alert *alert = lab_find(&lab, TRANSITION_OPENED)->alert;
			cr_expect(alert->flapping);
			cr_expect_eq(alert->flap.start_count, opened - 1);
			cr_expect_lt(alert->flap.starts[0], alert->flap.starts[1]);
			cr_expect_lt(alert->flap.starts[1], alert->started_at);
			cr_expect_geq(alert->flap.score, alert->flap.steady_under);
		}
	}
	cr_expect_eq(flapping, 1);
	cr_expect_eq(opened, 5);
	cr_expect_eq(resolved, 4, "the fifth is kept open");
	for (int i = 0; i < 1000; i++) {
		poll_value(&lab, 1.0);
		resolved += lab_count(&lab, TRANSITION_RESOLVED);
	}
	cr_expect_eq(resolved, 5);
	lab_stop(&lab);
	lab_book_free(&book);
}

/* ---- several series to one instance ---- */

Test(shared, a_sum_over_targets_is_evaluated_at_the_rules_interval)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Sum", &lab_kind_sum);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(2, lab_rules(&book, 1, rule));
	lab_poll(&lab, lab_announce(lab_batch(&lab, 0, 1, 6.0), 0, "m", "0"));
	lab_poll(&lab, lab_announce(lab_batch(&lab, 1, 1, 1.0), 0, "m", "1"));
	cr_expect_eq(lab.out.count, 0);
	lab_pass(&lab, POLL);
	lab_poll(&lab, lab_batch(&lab, 1, 1, 7.0));
	cr_expect_eq(lab.out.count, 0, "its interval is not over");
	msec_t due = evaluator_due(lab.evaluator);
	cr_expect_leq(due, lab.now.mono + 10000);
	lab_pass(&lab, due - lab.now.mono);
	lab_step(&lab);
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	cr_expect_eq(lab_find(&lab, TRANSITION_OPENED)->alert->value, 13.0);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(shared, a_sum_in_one_target_follows_its_series)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Sum", &lab_kind_sum);
	rule->levels[0].for_time = 0;
	rule->keep_firing_for = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	struct batch *batch = lab_announce(lab_batch(&lab, 0, 2, 6.0, 7.0), 0, "m", "0");
	lab_poll(&lab, lab_announce(batch, 1, "m", "1"));
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	lab_poll(&lab, lab_batch(&lab, 0, 2, 1.0, VALUE_GONE)); /* the sum is unknown in this very step */
	lab_poll(&lab, lab_batch(&lab, 0, 2, 1.0, VALUE_GONE));
	cr_assert_eq(lab_count(&lab, TRANSITION_RESOLVED), 1, "without the gone one it is clear");
	lab_poll(&lab, lab_announce(lab_batch(&lab, 0, 3, 1.0, VALUE_GONE, 50.0), 2, "m", "2"));
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	lab_poll(&lab, lab_batch(&lab, 0, 3, VALUE_GONE, VALUE_GONE, VALUE_GONE));
	cr_assert_eq(lab_count(&lab, TRANSITION_RESOLVED), 1);
	cr_expect_eq(lab_find(&lab, TRANSITION_RESOLVED)->reason, REASON_GONE);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(shared, absent_stands_without_series_once_settled)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Away", &lab_kind_absent);
	rule->levels[0].for_time = 0;
	rule->keep_firing_for = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	lab_step(&lab);
	cr_expect_eq(lab.out.count, 0, "nothing is absent before the first poll");
	lab_poll(&lab, lab_batch(&lab, 0, 0));
	cr_assert_eq(lab_count(&lab, TRANSITION_OPENED), 1);
	cr_expect_str_eq(labels_get(lab_find(&lab, TRANSITION_OPENED)->labels, "job"), "j");
	lab_pass(&lab, 15000);
	lab_poll(&lab, lab_announce(lab_batch(&lab, 0, 1, 1.0), 0, "m", "0"));
	cr_expect_eq(lab_count(&lab, TRANSITION_RESOLVED), 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(window, a_windowed_rule_reads_rings_and_a_failed_poll_is_unknown)
{
	struct lab_book book;
	struct rule *rule = lab_rule("Mean", &lab_kind_average);
	rule->levels[0].for_time = 0;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 1.0);
	for (int i = 0; i < 11; i++)
		poll_value(&lab, 1.0);
	cr_expect_eq(lab.out.count, 0);
	unsigned opened = 0;
	for (int i = 0; i < 12; i++) {
		poll_value(&lab, 30.0);
		opened += lab_count(&lab, TRANSITION_OPENED);
	}
	cr_expect_eq(opened, 1);
	for (int i = 0; i < 10; i++) {
		lab_fail(&lab, 0);
		lab_pass(&lab, POLL);
	}
	struct rule_health health;
	evaluator_rule_health(lab.evaluator, 0, &health);
	cr_expect_eq(health.firing, 1);
	lab_stop(&lab);
	lab_book_free(&book);
}

/* ---- bookkeeping ---- */

Test(checkpoint, accruals_are_saved_at_most_every_ten_seconds_and_only_when_they_moved)
{
	struct lab_book book;
	struct rule *rule = lab_rule("High", &lab_plain);
	rule->levels[0].for_time = 60000;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	start_one(&lab, 20.0);
	unsigned saved = 0;
	for (int i = 0; i < 11; i++) {
		poll_value(&lab, 20.0);
		saved += lab_count(&lab, TRANSITION_CHECKPOINT);
	}
	cr_expect_geq(saved, 4);
	cr_expect_leq(saved, 6);
	saved = 0;
	for (int i = 0; i < 100; i++) {
		poll_value(&lab, 20.0);
		saved += lab_count(&lab, TRANSITION_CHECKPOINT);
	}
	cr_expect_leq(saved, 1, "a steady alert writes nothing");
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(seed, the_same_run_makes_the_same_ids)
{
	char ids[2][ULID_SIZE];
	for (int run = 0; run < 2; run++) {
		struct lab_book book;
		struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
		fire(&lab);
		memcpy(ids[run], lab_find(&lab, TRANSITION_OPENED)->alert->id, ULID_SIZE);
		lab_stop(&lab);
		lab_book_free(&book);
	}
	cr_expect_str_eq(ids[0], ids[1]);
}
