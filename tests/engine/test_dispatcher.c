/* The dispatcher alone: transitions made by hand, deliveries answered by hand, time moved by hand. */
#include "tests/engine/dispatcher_world.h"
#include <math.h>
#include <stdlib.h>

static struct command *ack(const struct world *world, const char *id, msec_t until)
{
	struct command *command = command_new(COMMAND_ACK);
	const struct alert *alert = g_hash_table_lookup(world->alerts, id);
	g_strlcpy(command->id, alert->id, ULID_SIZE);
	command->by = g_strdup("ann");
	command->until = until;
	return command;
}

/* ---- messages ---- */

Test(dispatcher, a_firing_is_told_once_and_so_is_its_end)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	expect(world, 0, NULL, NULL);
	pass(world, 1000);
	expect(world, 1, "firing", "first");
	answer(world, 0, DELIVERY_SENT);
	pass(world, 3600 * 1000);
	expect(world, 1, "firing", "first");
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 60 * 1000);
	expect(world, 2, "resolved", "all_resolved");
	answer(world, 1, DELIVERY_SENT);
	pass(world, 86400 * 1000);
	expect(world, 2, "resolved", "all_resolved");
	cr_assert_str_eq(json_get_text(sent_at(world, 0)->payload, "root", ""),
			 json_get_text(sent_at(world, 1)->payload, "root", "?"));
	cr_assert_str_neq(json_get_text(sent_at(world, 0)->payload, "key", ""),
			  json_get_text(sent_at(world, 1)->payload, "key", ""));
	world_free(world);
}

Test(dispatcher, worse_and_a_first_critical_do_not_wait_for_the_interval)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_SENT);
	happen(world, TRANSITION_OPENED, "B", SEVERITY_WARNING);
	expect(world, 1, "firing", "first");
	happen(world, TRANSITION_OPENED, "C", SEVERITY_CRITICAL);
	expect(world, 2, "firing", "new_alerts");
	answer(world, 1, DELIVERY_SENT);
	happen(world, TRANSITION_WORSE, "A", SEVERITY_CRITICAL);
	expect(world, 3, "worse", "told_worse");
	world_free(world);
}

Test(dispatcher, it_repeats_after_the_interval_and_not_while_acknowledged)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_SENT);
	pass(world, 4 * 3600 * 1000);
	expect(world, 2, "still", "repeat");
	answer(world, 1, DELIVERY_SENT);
	cr_assert_eq(run(world, ack(world, "A", world->now.wall + 8 * 3600 * 1000)), COMMAND_DONE);
	pass(world, 8 * 3600 * 1000 - 1);
	expect(world, 2, "still", "repeat");
	pass(world, 1);
	expect(world, 3, "still", "ack_ended");
	cr_assert_str_eq(json_get_text(sent_at(world, 2)->payload, "ack_ended_by", ""), "ann");
	world_free(world);
}

Test(dispatcher, an_acknowledgement_ends_when_it_gets_worse_and_never_holds_back_the_end)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_SENT);
	run(world, ack(world, "A", 0));
	happen(world, TRANSITION_WORSE, "A", SEVERITY_CRITICAL);
	expect(world, 2, "worse", "told_worse");
	answer(world, 1, DELIVERY_SENT);
	run(world, ack(world, "A", 0));
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_CRITICAL);
	pass(world, 60 * 1000);
	expect(world, 3, "resolved", "all_resolved");
	world_free(world);
}

Test(dispatcher, commands_that_cannot_be_are_refused)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	struct command *unack = ack(world, "A", 0);
	unack->kind = COMMAND_UNACK;
	cr_assert_eq(run(world, unack), COMMAND_CONFLICT);
	cr_assert_eq(run(world, ack(world, "A", world->now.wall - 1)), COMMAND_INVALID);
	cr_assert_eq(run(world, ack(world, "A", 0)), COMMAND_DONE);
	cr_assert_eq(run(world, ack(world, "A", 0)), COMMAND_CONFLICT);
	struct command *late = ack(world, "A", 0);
	late->sticky = late->if_unacknowledged = true;
	cr_assert_eq(run(world, late), COMMAND_DONE); /* it is ours */
	late = ack(world, "A", 0);
	late->if_unacknowledged = true;
	g_free(late->by);
	late->by = g_strdup("bob");
	cr_assert_eq(run(world, late), COMMAND_CONFLICT);
	struct command *unknown = command_new(COMMAND_ACK);
	g_strlcpy(unknown->id, "01JZZZZZZZZZZZZZZZZZZZZZZZ", ULID_SIZE);
	cr_assert_eq(run(world, unknown), COMMAND_NOT_FOUND);
	struct command *comment = ack(world, "A", 0);
	comment->kind = COMMAND_COMMENT;
	cr_assert_eq(run(world, comment), COMMAND_INVALID);
	world_free(world);
}

/* ---- delivery ---- */

Test(dispatcher, what_never_left_is_merged_with_what_follows)
{
	struct world *world = world_new();
	world->hook.concurrency = 1;
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_RETRY);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 3600 * 1000);
	guint tries = world->sent->len;
	for (guint i = 0; i < tries; i++)
		cr_assert_str_eq(sent_at(world, i)->type, "firing");
	world_free(world);
}

Test(dispatcher, an_end_behind_a_firing_that_fails_goes_with_it)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 60 * 1000);
	expect(world, 1, "firing", "first");
	answer(world, 0, DELIVERY_RETRY);
	pass(world, 3600 * 1000);
	expect(world, 1, "firing", "first");
	cr_assert_eq(events_like(world, "notification merged cancelled"), 2);
	world_free(world);
}

Test(dispatcher, an_end_waits_for_an_ambiguous_firing_and_follows_it)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_AMBIGUOUS);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 120 * 1000);
	expect(world, 2, "firing", "first");
	cr_assert(sent_at(world, 1)->claim.maybe_repeat);
	cr_assert_str_eq(json_get_text(sent_at(world, 0)->payload, "key", ""),
			 json_get_text(sent_at(world, 1)->payload, "key", "?"));
	answer(world, 1, DELIVERY_SENT);
	expect(world, 3, "resolved", "all_resolved");
	world_free(world);
}

Test(dispatcher, a_dead_letter_goes_to_the_fallback_which_hears_the_end_too)
{
	struct world *world = world_new();
	world->hook.fallback = (char *)"spare";
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_CRITICAL);
	pass(world, 1000);
	answer(world, 0, DELIVERY_PERMANENT);
	expect(world, 2, "firing", "fallback");
	cr_assert_str_eq(sent_at(world, 1)->claim.integration, "spare/webhook/hook");
	answer(world, 1, DELIVERY_SENT);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_CRITICAL);
	pass(world, 60 * 1000);
	expect(world, 3, "resolved", "all_resolved");
	cr_assert_str_eq(sent_at(world, 2)->claim.integration, "spare/webhook/hook");
	answer(world, 2, DELIVERY_SENT);
	struct command *retry = command_new(COMMAND_RETRY);
	g_strlcpy(retry->id, sent_at(world, 0)->claim.outbox_id, ULID_SIZE);
	cr_assert_eq(run(world, retry), COMMAND_DONE);
	expect(world, 4, "firing", "first");
	answer(world, 3, DELIVERY_SENT);
	expect(world, 5, "resolved", "all_resolved");
	cr_assert_str_eq(sent_at(world, 4)->claim.integration, "oncall/webhook/hook");
	world_free(world);
}

/* Another group of the receiver said the end first: kept with the dead letter, it goes into the letter's thread. */
Test(dispatcher, an_end_kept_with_a_dead_letter_of_another_group_comes_in_its_thread)
{
	struct world *world = world_new();
	struct route slow = world->root, quick = world->root, *both[] = {&slow, &quick};
	slow.path = (char *)"{}/slow";
	slow.group_interval = 3600 * 1000;
	slow.go_on = true;
	quick.path = (char *)"{}/quick";
	world->root.children = both;
	world->root.child_count = 2;
	world_configure(world);
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_CRITICAL);
	pass(world, 1000);
	answer(world, 0, DELIVERY_PERMANENT);
	pass(world, 120 * 1000);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_CRITICAL);
	pass(world, 120 * 1000);
	expect(world, 1, "firing", "first");
	struct command *retry = command_new(COMMAND_RETRY);
	g_strlcpy(retry->id, sent_at(world, 0)->claim.outbox_id, ULID_SIZE);
	cr_assert_eq(run(world, retry), COMMAND_DONE);
	answer(world, 1, DELIVERY_SENT);
	expect(world, 3, "resolved", "all_resolved");
	const json_t *beginning = sent_at(world, 1)->payload, *end = sent_at(world, 2)->payload;
	static const char *const keys[] = {"root", "incident", "subject"};
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		cr_expect_str_eq(json_get_text(end, keys[i], ""), json_get_text(beginning, keys[i], "?"));
	world_free(world);
}

Test(dispatcher, a_rate_limit_is_waited_for_and_is_no_failure)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer_with(world, 0,
		    (struct delivery_result){DELIVERY_RETRY,
					     .retry_after = 7000,
					     .rate_limited = true,
					     .built_in = BUILT_IN_TEMPLATE_FAILED});
	happen_on(world, TRANSITION_OPENED, "B", SEVERITY_CRITICAL, "other");
	pass(world, 6999);
	expect(world, 1, "firing", "first");
	pass(world, 1);
	cr_assert_eq(world->sent->len, 3);
	struct integration_health health;
	dispatcher_integration_health(world->dispatcher, 0, &health);
	cr_assert_eq(health.rate_limited, 1);
	cr_expect_eq(health.template_failures, 1);
	cr_assert_eq(health.failed, 0);
	world_free(world);
}

Test(dispatcher, a_breaker_opens_after_failures_and_probes_with_one)
{
	struct world *world = world_new();
	settle(world);
	for (char name[2] = "A"; name[0] < 'I'; name[0]++)
		happen_on(world, TRANSITION_OPENED, name, SEVERITY_WARNING, name);
	pass(world, 1000);
	cr_assert_eq(world->sent->len, 8);
	for (guint i = 0; i < 8; i++)
		answer(world, i, DELIVERY_RETRY);
	struct integration_health health;
	dispatcher_integration_health(world->dispatcher, 0, &health);
	cr_assert_eq(health.breaker, BREAKER_OPEN);
	guint before = world->sent->len;
	pass(world, 11 * 1000);
	cr_assert_eq(world->sent->len, before + 1);
	answer(world, before, DELIVERY_SENT);
	cr_assert_gt(world->sent->len, before + 1);
	world_free(world);
}

/* To each of whom a first message is on its way. */
static struct world *two_addresses(void)
{
	struct world *world = world_new();
	world->hook.kind = &mail_kind;
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	return world;
}

Test(dispatcher, mail_is_one_row_a_recipient_with_a_key_of_its_own)
{
	struct world *world = two_addresses();
	cr_assert_eq(world->sent->len, 2);
	cr_assert_str_neq(json_get_text(sent_at(world, 0)->payload, "key", ""),
			  json_get_text(sent_at(world, 1)->payload, "key", ""));
	world_free(world);
}

static const struct told_row *told_in_last_effects(const struct world *world)
{
	cr_assert_gt(world->kept->len, 0);
	const struct effects *effects = world->kept->pdata[world->kept->len - 1];
	cr_assert_eq(effects->told_count, 1);
	return &effects->told[0];
}

/* What a restart would read, while another address still waits for the same end. */
Test(dispatcher, the_ledger_follows_what_arrived)
{
	struct world *world = world_new();
	world->hook.kind = &mail_kind;
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	cr_expect_eq(told_in_last_effects(world)->told, TOLD_MAYBE);
	answer(world, 0, DELIVERY_SENT);
	cr_expect_eq(told_in_last_effects(world)->told, TOLD_FIRING);
	answer(world, 1, DELIVERY_SENT);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 60000);
	cr_assert_eq(world->sent->len, 4);
	answer(world, 2, DELIVERY_SENT);
	cr_expect_eq(told_in_last_effects(world)->told, TOLD_RESOLVED);
	cr_expect_not(told_in_last_effects(world)->deleted);
	answer(world, 3, DELIVERY_SENT);
	cr_expect(told_in_last_effects(world)->deleted);
	world_free(world);
}

/* "You were told it fired (02:42)", not once for each address. */
Test(dispatcher, a_message_to_several_addresses_counts_once)
{
	struct world *world = two_addresses();
	answer(world, 0, DELIVERY_SENT);
	pass(world, 500);
	answer(world, 1, DELIVERY_SENT);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 60000);
	cr_assert_eq(world->sent->len, 4);
	cr_expect_eq(json_array_size(json_object_get(sent_at(world, 2)->payload, "told_times")), 1);
	world_free(world);
}

/* One address has the first message, the other is still waiting for it: the end is the second message all the same. */
Test(dispatcher, a_number_that_one_address_saw_is_not_given_again)
{
	struct world *world = two_addresses();
	answer(world, 0, DELIVERY_SENT);
	answer_with(world, 1, (struct delivery_result){DELIVERY_RETRY, .retry_after = 3600000});
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 60000);
	cr_assert_eq(world->sent->len, 3);
	cr_expect_str_eq(sent_at(world, 2)->type, "resolved");
	cr_expect_eq(json_get_int(sent_at(world, 2)->payload, "message", 0), 2);
	world_free(world);
}

Test(dispatcher, critical_goes_first)
{
	struct world *world = world_new();
	world->hook.concurrency = 1;
	settle(world);
	happen_on(world, TRANSITION_OPENED, "A", SEVERITY_WARNING, "1");
	happen_on(world, TRANSITION_OPENED, "B", SEVERITY_WARNING, "2");
	happen_on(world, TRANSITION_OPENED, "C", SEVERITY_CRITICAL, "3");
	pass(world, 1000);
	expect(world, 1, "firing", "first");
	const json_t *alerts = json_object_get(sent_at(world, 0)->payload, "alerts");
	const json_t *alert = json_object_get(json_array_get(alerts, 0), "alert");
	cr_assert_str_eq(json_get_text(alert, "severity", ""), "critical");
	world_free(world);
}

Test(dispatcher, no_resolved_where_none_is_wanted_and_the_log_says_why)
{
	struct world *world = world_new();
	world->hook.send_resolved = false;
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_SENT);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 3600 * 1000);
	expect(world, 1, "firing", "first");
	cr_assert_eq(events_like(world, "notification resolved_unwanted not_sent"), 1);
	world_free(world);
}

Test(dispatcher, rows_of_a_removed_receiver_die_with_that_reason)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_RETRY);
	world->root.receiver = (char *)"spare";
	world->list[0] = &world->fallback;
	world->receivers.count = 1;
	world_configure(world);
	pass(world, 2000);
	cr_assert_eq(events_like(world, "notification receiver_removed dead"), 1);
	expect(world, 2, "firing", "first");
	cr_assert_str_eq(sent_at(world, 1)->claim.integration, "spare/webhook/hook");
	world_free(world);
}

Test(dispatcher, a_changed_route_leaves_the_end_with_whom_the_beginning_was_told)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_SENT);
	world->root.receiver = (char *)"spare";
	world_configure(world);
	pass(world, 2000);
	expect(world, 2, "firing", "first");
	answer(world, 1, DELIVERY_SENT);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_WARNING);
	pass(world, 120 * 1000);
	cr_assert_eq(world->sent->len, 4);
	for (guint i = 2; i < 4; i++)
		cr_assert_str_eq(sent_at(world, i)->type, "resolved");
	cr_assert_str_neq(sent_at(world, 2)->claim.integration, sent_at(world, 3)->claim.integration);
	world_free(world);
}

/* ---- settling and suppression ---- */

Test(dispatcher, nothing_is_sent_before_it_settled)
{
	struct world *world = world_new();
	happen(world, TRANSITION_OPENED, "A", SEVERITY_CRITICAL);
	pass(world, 59 * 1000);
	expect(world, 0, NULL, NULL);
	settle(world);
	expect(world, 1, "firing", "first");
	world_free(world);
}

static bool hold_all(void *state, const struct alert *alert, msec_t now_wall, char id[ULID_SIZE], msec_t *until)
{
	*until = *(msec_t *)state;
	return now_wall < *until;
}
static const struct suppressor test_suppressor = {"test", SUPPRESSED_SILENCED, hold_all};

Test(dispatcher, nothing_holds_back_what_is_over)
{
	struct world *world = world_new();
	msec_t until = world->now.wall;
	dispatcher_add_suppressor(world->dispatcher, &test_suppressor, &until);
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	expect(world, 1, "firing", "first");
	answer(world, 0, DELIVERY_SENT);
	until = world->now.wall + 600 * 1000;
	happen(world, TRANSITION_WORSE, "A", SEVERITY_CRITICAL);
	const struct effects *effects = world->kept->pdata[world->kept->len - 1];
	cr_expect_eq(effects->alerts[effects->alerts_count - 1]->suppressed, SUPPRESSED_SILENCED);
	happen(world, TRANSITION_RESOLVED, "A", SEVERITY_CRITICAL);
	effects = world->kept->pdata[world->kept->len - 1];
	cr_expect_eq(effects->alerts[effects->alerts_count - 1]->state, ALERT_RESOLVED);
	cr_expect_eq(effects->alerts[effects->alerts_count - 1]->suppressed, 0);
	pass(world, 60 * 1000);
	expect(world, 2, "resolved", "all_resolved");
	world_free(world);
}

Test(dispatcher, what_was_held_back_is_told_when_that_ends_but_never_the_end_of_the_untold)
{
	struct world *world = world_new();
	msec_t until = world->now.wall + 600 * 1000;
	dispatcher_add_suppressor(world->dispatcher, &test_suppressor, &until);
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	happen(world, TRANSITION_OPENED, "B", SEVERITY_WARNING);
	pass(world, 300 * 1000);
	expect(world, 0, NULL, NULL);
	cr_assert_eq(events_like(world, "notification silenced held"), 2);
	happen(world, TRANSITION_RESOLVED, "B", SEVERITY_WARNING);
	pass(world, 400 * 1000);
	expect(world, 1, "firing", "suppression_ended");
	cr_assert_eq(json_array_size(json_object_get(sent_at(world, 0)->payload, "alerts")), 1);
	cr_assert_eq(events_like(world, "notification never_told not_sent"), 1);
	world_free(world);
}

Test(dispatcher, a_jump_of_the_wall_clock_sends_nothing)
{
	struct world *world = world_new();
	settle(world);
	happen(world, TRANSITION_OPENED, "A", SEVERITY_WARNING);
	pass(world, 1000);
	answer(world, 0, DELIVERY_SENT);
	world->now.wall += (msec_t)400 * 86400 * 1000;
	pass(world, 600 * 1000);
	expect(world, 1, "firing", "first");
	world_free(world);
}

/* ---- bounds ---- */

Test(dispatcher, a_quiet_step_changes_nothing)
{
	struct world *world = world_new();
	settle(world);
	size_t before = world->kept->len;
	for (int i = 0; i < 100; i++)
		step(world);
	cr_assert_eq(world->kept->len, before);
	world_free(world);
}

static const json_t *rest_of(const struct world *world, guint sent)
{
	return json_object_get(g_array_index(world->sent, struct sent, sent).payload, "rest");
}

static void expect_rest(const json_t *rest, const char *key, int64_t wanted)
{
	cr_expect_eq(json_get_int(rest, key, -1), wanted, "%s: %lld", key, (long long)json_get_int(rest, key, -1));
}

Test(dispatcher, a_message_counts_the_alerts_that_it_does_not_list)
{
	struct world *world = world_new();
	world->root.group_by_count = 0;
	settle(world);
	for (int i = 0; i < 150; i++) {
		char id[16];
		g_snprintf(id, sizeof id, "%05d", i);
		happen_on(world, TRANSITION_OPENED, id, SEVERITY_WARNING, i < 120 ? "prod" : "far");
		world->now.wall++; /* the list is oldest first */
	}
	pass(world, 2000);
	cr_assert_eq(world->sent->len, 1);
	const json_t *message = g_array_index(world->sent, struct sent, 0).payload;
	cr_expect_eq(json_array_size(json_object_get(message, "alerts")), 100);
	cr_expect_eq(json_get_int(message, "truncated", 0), 50);
	expect_rest(rest_of(world, 0), "fresh", 50);
	expect_rest(rest_of(world, 0), "objects", 50);
	expect_rest(rest_of(world, 0), "elsewhere", 30);
	cr_expect_null(json_object_get(json_object_get(message, "common_labels"), "cluster"),
		       "the label differs beyond the list");
	answer(world, 0, DELIVERY_SENT);
	for (int i = 0; i < 140; i++) {
		char id[16];
		g_snprintf(id, sizeof id, "%05d", i);
		happen_on(world, TRANSITION_RESOLVED, id, SEVERITY_WARNING, i < 120 ? "prod" : "far");
	}
	pass(world, 60000);
	cr_assert_eq(world->sent->len, 2);
	expect_rest(rest_of(world, 1), "resolved", 50);
	expect_rest(rest_of(world, 1), "objects", 0);
	world_free(world);
}

Test(dispatcher, a_storm_of_ten_thousand_leaves_in_a_thousand_messages)
{
	struct world *world = world_new();
	world->hook.concurrency = 64;
	world->root.group_wait = 0;
	settle(world);
	struct arena *arena = arena_new();
	struct transitions transitions;
	transitions_init(&transitions, arena);
	for (int i = 0; i < 10000; i++) {
		char id[16], cluster[16];
		g_snprintf(id, sizeof id, "%05d", i);
		g_snprintf(cluster, sizeof cluster, "c%d", i % 1000);
		struct alert *alert = alert_of(world, id, cluster);
		alert->severity = SEVERITY_WARNING;
		alert->state = ALERT_FIRING;
		struct transition *transition = transitions_add(&transitions);
		transition->kind = TRANSITION_OPENED;
		transition->rule = "R";
		transition->labels = labels_ref(alert->labels);
		transition->alert = alert;
	}
	step_with(world, &transitions, NULL, 0);
	transitions_release(&transitions);
	arena_free(arena);
	for (guint done = 0; done < 1000;) {
		guint end = world->sent->len;
		cr_assert_gt(end, done);
		for (; done < end; done++)
			answer(world, done, DELIVERY_SENT);
	}
	cr_assert_eq(world->sent->len, 1000);
	world_free(world);
}
