/* dispatcher_world: a dispatcher with one or two receivers: transitions made by hand, deliveries answered by hand, time moved by
 * hand. Included by one test each. */
#ifndef TESTS_ENGINE_DISPATCHER_WORLD_H
#define TESTS_ENGINE_DISPATCHER_WORLD_H

#include "base/json.h"
#include "engine/dispatcher.h"
#include "engine/evaluator.h"
#include "engine/integration_health.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

static inline void never_send(struct integration *integration, const struct delivery *delivery, delivery_done_fn *done,
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

static inline void integration_set(struct integration *integration, const char *receiver, const char *name)
{
	*integration = (struct integration){.kind = &hook_kind,
					    .name = (char *)name,
					    .receiver = (char *)receiver,
					    .concurrency = 8,
					    .give_up_after = 3600 * 1000,
					    .send_resolved = true};
}

static inline void sent_clear(void *pointer)
{
	struct sent *sent = pointer;
	json_decref(sent->payload);
	g_free(sent->type);
	g_free(sent->reason);
}

static inline void world_dispatcher(struct world *world)
{
	struct dispatcher_options options = {.seed = 7, .external_url = "https://tocsin/", .settle_max = 60000};
	world->dispatcher = dispatcher_new(&options);
}

static inline void world_configure(struct world *world)
{
	dispatcher_configure(world->dispatcher, &world->root, &world->receivers);
}

static inline struct world *world_new(void)
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

static inline void world_free(struct world *world)
{
	dispatcher_free(world->dispatcher);
	g_hash_table_destroy(world->alerts);
	g_array_free(world->sent, TRUE);
	g_ptr_array_free(world->events, TRUE);
	g_ptr_array_free(world->kept, TRUE);
	g_free(world);
}

/* P1: what may be sent now stands as `sending` in the effects that are committed before it leaves. */
static inline void expect_claim_in_effects(const struct world *world, const char *id)
{
	cr_assert_gt(world->kept->len, 0);
	const struct effects *effects = world->kept->pdata[world->kept->len - 1];
	for (size_t i = 0; i < effects->outbox_count; i++)
		if (strcmp(effects->outbox[i].id, id) == 0 && effects->outbox[i].state == OUTBOX_SENDING)
			return;
	cr_assert_fail("%s was claimed, but its row is not stored as sending", id);
}

static inline void note_claims(struct world *world)
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

static inline void note_effects(struct world *world, struct effects *effects)
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

static inline void step_with(struct world *world, struct transitions *transitions, struct command **commands, size_t count)
{
	note_effects(world, dispatch_step(world->dispatcher, transitions, commands, count, world->now));
	note_claims(world);
}

static inline void step(struct world *world)
{
	step_with(world, NULL, NULL, 0);
}

/* Runs all timers on the way, as the daemon would. */
static inline void pass(struct world *world, msec_t time)
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

static inline void settle(struct world *world)
{
	dispatcher_settled(world->dispatcher);
	step(world);
}

static inline struct alert *alert_of(struct world *world, const char *id, const char *cluster)
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

static inline void happen_on(struct world *world, enum transition_kind kind, const char *id, enum severity severity,
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

static inline void happen(struct world *world, enum transition_kind kind, const char *id, enum severity severity)
{
	happen_on(world, kind, id, severity, "prod");
}

static inline enum command_outcome run(struct world *world, struct command *command)
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

static inline void answer_with(struct world *world, guint i, struct delivery_result result)
{
	struct command *command = command_new(COMMAND_RESULT);
	g_strlcpy(command->id, sent_at(world, i)->claim.outbox_id, ULID_SIZE);
	command->result = result;
	cr_assert_eq(run(world, command), COMMAND_DONE);
}

static inline void answer(struct world *world, guint i, enum delivery_verdict verdict)
{
	answer_with(world, i, (struct delivery_result){.verdict = verdict, .retry_after = -1});
}

static inline void expect(const struct world *world, guint count, const char *type, const char *reason)
{
	cr_assert_eq(world->sent->len, count, "%u messages, expected %u", world->sent->len, count);
	if (!count)
		return;
	const struct sent *last = sent_at(world, count - 1);
	cr_assert_str_eq(last->type, type);
	cr_assert_str_eq(last->reason, reason);
}

static inline unsigned events_like(const struct world *world, const char *text)
{
	unsigned count = 0;
	for (guint i = 0; i < world->events->len; i++)
		count += strcmp(world->events->pdata[i], text) == 0;
	return count;
}

#endif
