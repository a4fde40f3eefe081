/* The dispatcher alone: transitions made by hand, deliveries answered by hand, time moved by hand. */
#include "base/json.h"
#include "engine/dispatcher.h"
#include "engine/evaluator.h"
#include "engine/integration_health.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a world of one or two receivers ---- */

static void never_send(struct integration *integration, const struct delivery *delivery, delivery_done_fn *done,
		       void *ctx)
{
	cr_assert_fail("the dispatcher never sends");
}

static const char *const two_recipients[] = {"a@example.com", "b@example.com", NULL};
static const char *const *recipients_of_mail(const struct integration *integration)
{
	return two_recipients;
}

static const struct notifier_kind hook_kind = {.name = "webhook", .send = never_send};
static const struct notifier_kind mail_kind = {.name = "email", .recipients = recipients_of_mail, .send = never_send};

struct sent {
	struct claim claim;
	json_t *payload;
	char *type, *reason;
};

struct world {
	struct dispatcher *dispatcher;
	struct now now;
	struct integration hook, spare;
	struct receiver oncall, fallback;
	struct integration *oncall_list[1], *fallback_list[1];
	struct receiver *list[2];
	struct receivers receivers;
	struct route root, child;
	struct route *children[1];
	char *group_by[1];
	GHashTable *alerts; /* id -> struct alert */
	GArray *sent; /* struct sent, all claims so far */
	GPtrArray *events; /* "kind reason state" */
	uint64_t seq;
	size_t rows, effects;
	GPtrArray *kept; /* struct effects */
};

static void integration_set(struct integration *integration, const char *receiver, const char *name)
{
	*integration = (struct integration){.kind = &hook_kind,
					    .name = (char *)name,
					    .receiver = (char *)receiver,
					    .concurrency = 8,
					    .give_up_after = 3600 * 1000,
					    .send_resolved = true};
}

static void sent_clear(void *pointer)
{
	struct sent *sent = pointer;
	json_decref(sent->payload);
	g_free(sent->type);
	g_free(sent->reason);
}

static void world_dispatcher(struct world *world)
{
	struct dispatcher_options options = {.seed = 7, .external_url = "https://tocsin/", .settle_max = 60000};
	world->dispatcher = dispatcher_new(&options);
}

static void world_configure(struct world *world)
{
	dispatcher_configure(world->dispatcher, &world->root, &world->receivers);
}

static struct world *world_new(void)
{
	struct world *world = g_new0(struct world, 1);
	json_setup();
	integration_set(&world->hook, "oncall", "oncall/webhook/hook");
	integration_set(&world->spare, "spare", "spare/webhook/hook");
	world->oncall_list[0] = &world->hook;
	world->fallback_list[0] = &world->spare;
	world->oncall = (struct receiver){.name = (char *)"oncall",
					  .timezone = (char *)"",
					  .integrations = world->oncall_list,
					  .integration_count = 1};
	world->fallback = (struct receiver){.name = (char *)"spare",
					    .timezone = (char *)"",
					    .integrations = world->fallback_list,
					    .integration_count = 1};
	world->list[0] = &world->oncall;
	world->list[1] = &world->fallback;
	world->receivers = (struct receivers){.references = 1000, .receivers = world->list, .count = 2};
	world->group_by[0] = (char *)"cluster";
	world->root = (struct route){.path = (char *)"{}",
				     .text = (char *)"the default route",
				     .receiver = (char *)"oncall",
				     .group_by = world->group_by,
				     .group_by_count = 1,
				     .group_wait = 1000,
				     .group_interval = 60000,
				     .repeat_interval = 4 * 3600 * 1000};
	world->now = (struct now){.mono = 5000, .wall = 1750000000000};
	world->alerts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)alert_unref);
	world->sent = g_array_new(FALSE, TRUE, sizeof(struct sent));
	g_array_set_clear_func(world->sent, sent_clear);
	world->events = g_ptr_array_new_with_free_func(g_free);
	world->kept = g_ptr_array_new_with_free_func((GDestroyNotify)effects_free);
	world_dispatcher(world);
	world_configure(world);
	return world;
}

static void world_free(struct world *world)
{
	dispatcher_free(world->dispatcher);
	g_hash_table_destroy(world->alerts);
	g_array_free(world->sent, TRUE);
	g_ptr_array_free(world->events, TRUE);
	g_ptr_array_free(world->kept, TRUE);
	g_free(world);
}

/* P1: what may be sent now stands as `sending` in the effects that are committed before it leaves. */
static void expect_claim_in_effects(const struct world *world, const char *id)
{
	cr_assert_gt(world->kept->len, 0);
	const struct effects *effects = world->kept->pdata[world->kept->len - 1];
	for (size_t i = 0; i < effects->outbox_count; i++)
		if (strcmp(effects->outbox[i].id, id) == 0 && effects->outbox[i].state == OUTBOX_SENDING)
			return;
	cr_assert_fail("%s was claimed, but its row is not stored as sending", id);
}

static void note_claims(struct world *world)
{
	const struct claim *claims;
	size_t count = dispatcher_claims(world->dispatcher, &claims);
	for (size_t i = 0; i < count; i++) {
		expect_claim_in_effects(world, claims[i].outbox_id);
		struct sent sent = {.claim = claims[i]};
		struct error err;
		sent.payload = json_parse(claims[i].payload, strlen(claims[i].payload), 0, &err);
		cr_assert(sent.payload, "%s", err.text);
		sent.type = g_strdup(json_get_text(sent.payload, "type", ""));
		sent.reason = g_strdup(json_get_text(sent.payload, "reason", ""));
		g_array_append_val(world->sent, sent);
	}
}

static void note_effects(struct world *world, struct effects *effects)
{
	for (size_t i = 0; effects && i < effects->events_count; i++) {
		struct error err;
		const struct event *event = &effects->events[i];
		cr_assert_eq(event->seq, ++world->seq, "seq is dense");
		json_t *data = json_parse(event->data, strlen(event->data), 0, &err);
		cr_assert(data, "%s", err.text);
		g_ptr_array_add(world->events,
				g_strdup_printf("%s %s %s", event_kind_name(event->kind),
						json_get_text(data, "reason", "-"), json_get_text(data, "state", "-")));
		json_decref(data);
	}
	if (effects)
		g_ptr_array_add(world->kept, effects);
}

static void step_with(struct world *world, struct transitions *transitions, struct command **commands, size_t count)
{
	note_effects(world, dispatch_step(world->dispatcher, transitions, commands, count, world->now));
	note_claims(world);
}

static void step(struct world *world)
{
	step_with(world, NULL, NULL, 0);
}

/* Runs all timers on the way, as the daemon would. */
static void pass(struct world *world, msec_t time)
{
	msec_t end = world->now.mono + time;
	for (int guard = 0; guard < 100000; guard++) {
		msec_t due = dispatcher_due(world->dispatcher, world->now);
		if (due > end)
			break;
		cr_assert(due > world->now.mono || guard < 99999, "it spins");
		msec_t by = MAX(due - world->now.mono, 0);
		world->now.mono += by;
		world->now.wall += by;
		step(world);
	}
	world->now.wall += end - world->now.mono;
	world->now.mono = end;
}

static void settle(struct world *world)
{
	dispatcher_settled(world->dispatcher);
	step(world);
}

static struct alert *alert_of(struct world *world, const char *id, const char *cluster)
{
	struct alert *alert = g_hash_table_lookup(world->alerts, id);
	if (alert)
		return alert_copy(alert);
	struct label labels[] = {{"alertname", "R"}, {"cluster", cluster}, {"connector", id}};
	alert = alert_new();
	g_strlcpy(alert->id, "01JZ0000000000000000000000", ULID_SIZE);
	memcpy(alert->id + 26 - strlen(id), id, strlen(id));
	alert->rule.name = g_strdup("R");
	alert->rule.kind = g_strdup("threshold");
	alert->rule.topic = g_strdup("records fail");
	alert->labels = labels_new(labels, 3);
	alert->annotations = labels_new(NULL, 0);
	alert->started_at = world->now.wall;
	return alert;
}

static void happen_on(struct world *world, enum transition_kind kind, const char *id, enum severity severity,
		      const char *cluster)
{
	struct arena *arena = arena_new();
	struct transitions transitions;
	transitions_init(&transitions, arena);
	struct alert *alert = alert_of(world, id, cluster);
	alert->severity = severity;
	alert->state = kind == TRANSITION_RESOLVED ? ALERT_RESOLVED : ALERT_FIRING;
	alert->value = 0.05;
	if (kind == TRANSITION_RESOLVED)
		alert->ended_at = world->now.wall;
	struct transition *transition = transitions_add(&transitions);
	transition->kind = kind;
	transition->reason = kind == TRANSITION_RESOLVED ? REASON_CLEARED : REASON_HELD;
	transition->at = world->now.wall;
	transition->rule = "R";
	transition->labels = labels_ref(alert->labels);
	transition->alert = alert_ref(alert);
	g_hash_table_replace(world->alerts, g_strdup(id), alert);
	step_with(world, &transitions, NULL, 0);
	transitions_release(&transitions);
	arena_free(arena);
}

static void happen(struct world *world, enum transition_kind kind, const char *id, enum severity severity)
{
	happen_on(world, kind, id, severity, "prod");
}

static enum command_outcome run(struct world *world, struct command *command)
{
	step_with(world, NULL, &command, 1);
	enum command_outcome outcome = command->outcome;
	command_free(command);
	return outcome;
}

static const struct sent *sent_at(const struct world *world, guint i)
{
	cr_assert_lt(i, world->sent->len);
	return &g_array_index(world->sent, struct sent, i);
}

static void answer_with(struct world *world, guint i, struct delivery_result result)
{
	struct command *command = command_new(COMMAND_RESULT);
	g_strlcpy(command->id, sent_at(world, i)->claim.outbox_id, ULID_SIZE);
	command->result = result;
	cr_assert_eq(run(world, command), COMMAND_DONE);
}

static void answer(struct world *world, guint i, enum delivery_verdict verdict)
{
	answer_with(world, i, (struct delivery_result){.verdict = verdict, .retry_after = -1});
}

static void expect(const struct world *world, guint count, const char *type, const char *reason)
{
	cr_assert_eq(world->sent->len, count, "%u messages, expected %u", world->sent->len, count);
	if (!count)
		return;
	const struct sent *last = sent_at(world, count - 1);
	cr_assert_str_eq(last->type, type);
	cr_assert_str_eq(last->reason, reason);
}

static unsigned events_like(const struct world *world, const char *text)
{
	unsigned count = 0;
	for (guint i = 0; i < world->events->len; i++)
		count += strcmp(world->events->pdata[i], text) == 0;
	return count;
}

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

/* Alerts of the cluster "free" go to the spare receiver, all others to oncall. */
static struct world *world_of_two_routes(void)
{
	struct world *world = world_new();
	struct error err;
	world->hook.concurrency = 1024;
	world->root.group_wait = 0;
	world->child = world->root;
	world->child.path = (char *)"{}/{cluster='free'}";
	world->child.match = matchers_parse("cluster='free'", &err);
	world->child.receiver = (char *)"spare";
	world->children[0] = &world->child;
	world->root.children = world->children;
	world->root.child_count = 1;
	world_configure(world);
	settle(world);
	return world;
}

static void fire_clusters(struct world *world, int count)
{
	for (int i = 0; i < count; i++) {
		char id[16], cluster[16];
		g_snprintf(id, sizeof id, "%05d", i);
		g_snprintf(cluster, sizeof cluster, "c%d", i);
		happen_on(world, TRANSITION_OPENED, id, SEVERITY_WARNING, cluster);
	}
}

static void expect_spare_at_once(struct world *world, const char *id)
{
	guint before = world->sent->len;
	happen_on(world, TRANSITION_OPENED, id, SEVERITY_WARNING, "free");
	cr_assert_eq(world->sent->len, before + 1, "it waits");
	cr_assert_str_eq(sent_at(world, before)->claim.integration, "spare/webhook/hook");
}

Test(dispatcher, a_receiver_that_hangs_leaves_the_others_their_turn)
{
	struct world *world = world_of_two_routes();
	fire_clusters(world, 200); /* none of these is ever answered */
	cr_assert_lt(world->sent->len, 200, "sends in flight have a bound");
	expect_spare_at_once(world, "A");
	cr_assert_gt(dispatcher_due(world->dispatcher, world->now), world->now.mono, "it does not spin");
	guint before = world->sent->len;
	happen_on(world, TRANSITION_OPENED, "B", SEVERITY_WARNING, "free");
	answer(world, before - 1, DELIVERY_SENT);
	pass(world, 61 * 1000);
	cr_assert_gt(world->sent->len, before, "and its next ones follow");
	matchers_free(world->child.match);
	world_free(world);
}

Test(dispatcher, a_receiver_that_fails_is_avoided_alone)
{
	struct world *world = world_of_two_routes();
	fire_clusters(world, 10);
	for (guint i = 0; i < 10; i++)
		answer(world, i, DELIVERY_RETRY);
	struct integration_health health;
	dispatcher_integration_health(world->dispatcher, 0, &health);
	cr_assert_eq(health.breaker, BREAKER_OPEN, "%s", health.name);
	expect_spare_at_once(world, "A");
	matchers_free(world->child.match);
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
