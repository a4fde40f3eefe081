#include "engine/scenario_world.h"
#include "base/json.h"
#include "engine/evaluator.h"
#include "engine/route.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define WALL_START ((msec_t)1751328000000) /* 2025-07-01T00:00:00Z */
#define CHECKPOINT_EVERY ((msec_t)10 * 1000)
enum { STEPS_AT_ONCE = 10000 };

struct written_series {
	struct labels *labels;
	double value, per_second;
	msec_t since;
	bool announced;
};

struct target {
	char *name, *failure;
	GArray *series; /* struct written_series */
	bool hangs;
	uint64_t generation;
};

struct configuration {
	struct config_tree *tree;
	struct rulebook *rulebook;
	struct receivers *receivers;
	struct route *route;
};

struct in_flight {
	char id[ULID_SIZE];
	struct scenario_message *message;
};

struct scenario_world {
	uint64_t seed;
	struct now now;
	msec_t started_mono, interval, next_poll;
	struct configuration configuration;
	struct notifier_context context;
	struct evaluator *evaluator;
	struct dispatcher *dispatcher;
	struct scenario_store *store;
	GArray *targets; /* struct target */
	GPtrArray *messages; /* struct scenario_message */
	GArray *faults; /* struct scenario_fault */
	GArray *flying; /* struct in_flight */
	GPtrArray *answers; /* struct command: results for the next step */
	char *held;
	bool suppressed;
};

/* ---- life ---- */

static void message_free(void *pointer)
{
	struct scenario_message *message = pointer;
	if (!message)
		return;
	char *texts[] = {message->integration, message->receiver, message->kind,
			 message->type,        message->reason,   message->key};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_ptr_array_free(message->firing, TRUE);
	g_ptr_array_free(message->resolved, TRUE);
	g_free(message);
}

static void series_clear(void *pointer)
{
	labels_unref(((struct written_series *)pointer)->labels);
}

static void target_clear(void *pointer)
{
	struct target *target = pointer;
	g_free(target->name);
	g_free(target->failure);
	g_array_free(target->series, TRUE);
}

static void fault_clear(void *pointer)
{
	g_free(((struct scenario_fault *)pointer)->to);
}

struct scenario_world *scenario_world_new(uint64_t seed)
{
	struct scenario_world *world = g_new0(struct scenario_world, 1);
	world->seed = seed;
	world->interval = 5000;
	world->now = (struct now){.mono = 1000, .wall = WALL_START};
	world->started_mono = world->next_poll = world->now.mono;
	world->store = scenario_store_new();
	world->targets = g_array_new(FALSE, TRUE, sizeof(struct target));
	g_array_set_clear_func(world->targets, target_clear);
	world->messages = g_ptr_array_new_with_free_func(message_free);
	world->faults = g_array_new(FALSE, TRUE, sizeof(struct scenario_fault));
	g_array_set_clear_func(world->faults, fault_clear);
	world->flying = g_array_new(FALSE, TRUE, sizeof(struct in_flight));
	world->answers = g_ptr_array_new();
	return world;
}

static void configuration_release(struct configuration *configuration)
{
	route_free(configuration->route);
	if (configuration->receivers)
		receivers_unref(configuration->receivers);
	if (configuration->rulebook)
		rulebook_unref(configuration->rulebook);
	if (configuration->tree)
		config_tree_free(configuration->tree);
}

static void land_all(struct scenario_world *world, bool delivered)
{
	for (guint i = 0; i < world->flying->len; i++) {
		struct in_flight *flight = &g_array_index(world->flying, struct in_flight, i);
		if (delivered)
			g_ptr_array_add(world->messages, flight->message);
		else
			message_free(flight->message);
	}
	g_array_set_size(world->flying, 0);
}

static void drop_answers(struct scenario_world *world)
{
	for (guint i = 0; i < world->answers->len; i++)
		command_free(world->answers->pdata[i]);
	g_ptr_array_set_size(world->answers, 0);
}

void scenario_world_free(struct scenario_world *world)
{
	if (!world)
		return;
	dispatcher_free(world->dispatcher);
	evaluator_free(world->evaluator);
	configuration_release(&world->configuration);
	scenario_store_free(world->store);
	land_all(world, false);
	drop_answers(world);
	g_array_free(world->targets, TRUE);
	g_array_free(world->flying, TRUE);
	g_array_free(world->faults, TRUE);
	g_ptr_array_free(world->answers, TRUE);
	g_ptr_array_free(world->messages, TRUE);
	g_free(world->held);
	g_free(world);
}

/* ---- configuration ---- */

static bool load(struct scenario_world *world, const char *name, const char *text, struct configuration *out,
		 struct error *err)
{
	struct config_report report = {0};
	out->tree = config_tree_parse(name, text, &report);
	if (out->tree && !report.errors) {
		out->rulebook = rulebook_load(out->tree, &report);
		out->receivers = receivers_load(out->tree, &world->context, &report);
		if (out->receivers)
			out->route = route_load(out->tree, out->receivers, &report);
	}
	bool fine = !report.errors && out->rulebook && out->receivers && out->route;
	if (!fine) {
		char *problems = config_report_text(&report);
		error_set(err, "%s", problems);
		free(problems);
	}
	config_report_release(&report);
	return fine;
}

static bool hold_while_on(void *state, const struct alert *alert, msec_t now_wall, char id[ULID_SIZE], msec_t *until)
{
	/* Asked again every second, since a switch cannot say when it will be turned. */
	*until = now_wall + 1000;
	return *(const bool *)state;
}
static const struct suppressor switch_suppressor = {"switch", SUPPRESSED_SILENCED, hold_while_on};

static void announce_anew(struct scenario_world *world)
{
	for (guint i = 0; i < world->targets->len; i++) {
		struct target *target = &g_array_index(world->targets, struct target, i);
		target->generation++;
		for (guint k = 0; k < target->series->len; k++)
			g_array_index(target->series, struct written_series, k).announced = false;
	}
}

static void set_targets(struct scenario_world *world)
{
	uint32_t count = MAX(world->targets->len, 1);
	msec_t *intervals = g_new0(msec_t, count);
	for (uint32_t i = 0; i < count; i++)
		intervals[i] = world->interval;
	evaluator_set_targets(world->evaluator, count, intervals);
	g_free(intervals);
	announce_anew(world);
}

static void start(struct scenario_world *world)
{
	struct evaluator_options evaluator = {.seed = world->seed++,
					      .limits = {.per_target = 10000, .total = 100000},
					      .checkpoint_every = CHECKPOINT_EVERY};
	struct dispatcher_options dispatcher = {
		.seed = world->seed++, .external_url = "https://tocsin.example.com/", .settle_max = 120000};
	uint64_t last_seq;
	struct effects *rows = scenario_store_recover(world->store, &last_seq);
	world->evaluator = evaluator_new(&evaluator);
	evaluator_restore(world->evaluator, rows);
	set_targets(world);
	evaluator_set_rules(world->evaluator, world->configuration.rulebook);
	world->dispatcher = dispatcher_new(&dispatcher);
	dispatcher_restore(world->dispatcher, rows, last_seq, world->now);
	dispatcher_configure(world->dispatcher, world->configuration.route, world->configuration.receivers);
	dispatcher_add_suppressor(world->dispatcher, &switch_suppressor, &world->suppressed);
	effects_free(rows);
}

bool scenario_world_configure(struct scenario_world *world, const char *name, const char *text, struct error *err)
{
	struct configuration next = {0};
	if (!load(world, name, text, &next, err)) {
		configuration_release(&next);
		return false;
	}
	struct configuration before = world->configuration;
	world->configuration = next;
	if (!world->dispatcher) {
		start(world);
	} else {
		evaluator_set_rules(world->evaluator, next.rulebook);
		set_targets(world);
		dispatcher_configure(world->dispatcher, next.route, next.receivers);
		world->next_poll = world->now.mono;
	}
	configuration_release(&before);
	return true;
}

void scenario_world_every(struct scenario_world *world, msec_t interval)
{
	world->interval = interval;
}

uint32_t scenario_world_target(struct scenario_world *world, const char *name)
{
	for (guint i = 0; i < world->targets->len; i++)
		if (strcmp(g_array_index(world->targets, struct target, i).name, name) == 0)
			return i;
	struct target target = {.name = g_strdup(name), .generation = 1};
	target.series = g_array_new(FALSE, TRUE, sizeof(struct written_series));
	g_array_set_clear_func(target.series, series_clear);
	g_array_append_val(world->targets, target);
	if (world->evaluator)
		set_targets(world);
	return world->targets->len - 1;
}

void scenario_world_fail_polls(struct scenario_world *world, uint32_t index, const char *reason)
{
	struct target *target = &g_array_index(world->targets, struct target, index);
	g_free(target->failure);
	target->failure = g_strdup(reason);
	target->hangs = false;
}

void scenario_world_hang_polls(struct scenario_world *world, uint32_t index)
{
	g_array_index(world->targets, struct target, index).hangs = true;
}

void scenario_world_set(struct scenario_world *world, uint32_t index, struct labels *labels, double value,
			double per_second)
{
	struct target *target = &g_array_index(world->targets, struct target, index);
	struct written_series next = {.value = value, .per_second = per_second, .since = world->now.mono};
	for (guint i = 0; i < target->series->len; i++) {
		struct written_series *series = &g_array_index(target->series, struct written_series, i);
		if (!labels_equal(series->labels, labels))
			continue;
		next.labels = series->labels;
		next.announced = series->announced;
		*series = next;
		return;
	}
	next.labels = labels_ref(labels);
	g_array_append_val(target->series, next);
}

/* ---- polls ---- */

static double value_at(const struct written_series *series, msec_t mono)
{
	if (!value_is_number(series->value))
		return series->value;
	return series->value + series->per_second * (double)(mono - series->since) / 1000;
}

static enum metric_type type_of(const struct labels *labels)
{
	const char *name = labels_get_or_empty(labels, "__name__");
	if (g_str_has_suffix(name, "_total"))
		return METRIC_COUNTER;
	return g_str_has_suffix(name, "_state") ? METRIC_STATE : METRIC_GAUGE;
}

static void fill_batch(struct scenario_world *world, struct target *target, struct batch *batch)
{
	uint32_t count = target->series->len;
	batch->slot_count = count;
	batch->values = calloc(count ? count : 1, sizeof *batch->values);
	batch->added = arena_alloc(batch->arena, (count + 1) * sizeof *batch->added);
	for (uint32_t i = 0; i < count; i++) {
		struct written_series *series = &g_array_index(target->series, struct written_series, i);
		batch->values[i] = value_at(series, world->now.mono);
		if (series->announced)
			continue;
		series->announced = true;
		batch->added[batch->added_count++] =
			(struct batch_series){i, type_of(series->labels), labels_ref(series->labels)};
	}
}

static void poll(struct scenario_world *world, uint32_t index)
{
	struct target *target = &g_array_index(world->targets, struct target, index);
	if (target->hangs)
		return;
	struct batch *batch = batch_new(index);
	batch->generation = target->generation;
	batch->at = world->now;
	batch->failed = target->failure != NULL;
	if (batch->failed)
		g_strlcpy(batch->failure, target->failure, sizeof batch->failure);
	else
		fill_batch(world, target, batch);
	evaluator_ingest(world->evaluator, batch);
}

static void poll_all(struct scenario_world *world)
{
	for (uint32_t i = 0; i < world->targets->len; i++)
		poll(world, i);
	world->next_poll = world->now.mono + world->interval;
}

/* ---- deliveries ---- */

static struct scenario_message *read_message(const struct scenario_world *world, const struct claim *claim)
{
	struct error err;
	json_t *payload = json_parse(claim->payload, strlen(claim->payload), 0, &err);
	assert(payload);
	struct scenario_message *message = g_new0(struct scenario_message, 1);
	const struct integration *integration =
		receivers_integration(world->configuration.receivers, claim->integration);
	message->at = world->now.mono - world->started_mono;
	message->integration = g_strdup(claim->integration);
	message->receiver = g_strdup(integration ? integration->receiver : "");
	message->kind = g_strdup(integration ? integration->kind->name : "");
	message->type = g_strdup(json_get_text(payload, "type", ""));
	message->reason = g_strdup(json_get_text(payload, "reason", ""));
	message->key = g_strdup(json_get_text(payload, "key", ""));
	message->firing = g_ptr_array_new_with_free_func(g_free);
	message->resolved = g_ptr_array_new_with_free_func(g_free);
	json_t *alerts = json_object_get(payload, "alerts");
	for (size_t i = 0; i < json_array_size(alerts); i++) {
		const json_t *listed = json_array_get(alerts, i);
		bool over = json_get_bool(listed, "resolved_now", false);
		const char *id = json_get_text(json_object_get(listed, "alert"), "id", "");
		g_ptr_array_add(over ? message->resolved : message->firing, g_strdup(id));
	}
	json_decref(payload);
	return message;
}

static bool addressed(const char *to, const struct scenario_message *message)
{
	return strcmp(to, message->receiver) == 0 || strcmp(to, message->kind) == 0 ||
	       strcmp(to, message->integration) == 0;
}

static struct delivery_result fate_of(struct scenario_world *world, const struct scenario_message *message)
{
	for (guint i = 0; i < world->faults->len; i++) {
		struct scenario_fault *fault = &g_array_index(world->faults, struct scenario_fault, i);
		if (!addressed(fault->to, message))
			continue;
		struct delivery_result result = fault->result;
		if (!--fault->times)
			g_array_remove_index(world->faults, i);
		return result;
	}
	return (struct delivery_result){.verdict = DELIVERY_SENT, .retry_after = -1, .status = 200, .detail = "ok"};
}

static void answer(struct scenario_world *world, const char *id, struct scenario_message *message)
{
	struct command *command = command_new(COMMAND_RESULT);
	g_strlcpy(command->id, id, ULID_SIZE);
	command->result = fate_of(world, message);
	/* An ambiguous delivery did arrive here: the worse of the two cases. */
	bool arrived = command->result.verdict == DELIVERY_SENT || command->result.verdict == DELIVERY_AMBIGUOUS;
	if (arrived)
		g_ptr_array_add(world->messages, message);
	else
		message_free(message);
	g_ptr_array_add(world->answers, command);
}

static void deliver(struct scenario_world *world)
{
	const struct claim *claims;
	size_t count = dispatcher_claims(world->dispatcher, &claims);
	for (size_t i = 0; i < count; i++) {
		struct in_flight flight = {.message = read_message(world, &claims[i])};
		g_strlcpy(flight.id, claims[i].outbox_id, ULID_SIZE);
		if (world->held && addressed(world->held, flight.message))
			g_array_append_val(world->flying, flight);
		else
			answer(world, flight.id, flight.message);
	}
}

/* ---- steps ---- */

static void step(struct scenario_world *world, bool checkpoint)
{
	struct arena *arena = arena_new();
	struct transitions transitions;
	transitions_init(&transitions, arena);
	GPtrArray *commands = world->answers;
	world->answers = g_ptr_array_new();
	evaluate_step(world->evaluator, world->now, &transitions);
	if (checkpoint)
		evaluator_checkpoint(world->evaluator, world->now, &transitions);
	if (evaluator_settled(world->evaluator))
		dispatcher_settled(world->dispatcher);
	struct effects *effects = dispatch_step(world->dispatcher, &transitions,
						(struct command *const *)commands->pdata, commands->len, world->now);
	if (effects)
		scenario_store_commit(world->store, effects);
	effects_free(effects);
	for (guint i = 0; i < commands->len; i++)
		command_free(commands->pdata[i]);
	g_ptr_array_free(commands, TRUE);
	deliver(world);
	transitions_release(&transitions);
	arena_free(arena);
}

/* Until nothing more happens at this moment. */
static void step_until_quiet(struct scenario_world *world)
{
	for (int i = 0; i < STEPS_AT_ONCE; i++) {
		step(world, false);
		bool more = world->answers->len || dispatcher_due(world->dispatcher, world->now) <= world->now.mono;
		if (!more)
			return;
	}
	assert(!"the engine never comes to rest");
}

static void advance(struct scenario_world *world, msec_t mono)
{
	msec_t by = mono - world->now.mono;
	if (by <= 0)
		return;
	world->now.mono += by;
	world->now.wall += by;
}

void scenario_world_run(struct scenario_world *world, msec_t until)
{
	msec_t end = world->started_mono + until;
	for (;;) {
		msec_t next = MIN(world->next_poll, dispatcher_due(world->dispatcher, world->now));
		next = MIN(next, evaluator_due(world->evaluator));
		if (next > end)
			break;
		advance(world, MAX(next, world->now.mono + (next < world->next_poll && next <= world->now.mono)));
		if (world->now.mono >= world->next_poll)
			poll_all(world);
		step_until_quiet(world);
	}
	advance(world, end);
}

msec_t scenario_world_wall(const struct scenario_world *world)
{
	return world->now.wall;
}

msec_t scenario_world_elapsed(const struct scenario_world *world)
{
	return world->now.mono - world->started_mono;
}

void scenario_world_jump(struct scenario_world *world, msec_t by)
{
	world->now.wall += by;
	struct command *command = command_new(COMMAND_NOTE);
	command->event_kind = EVENT_CLOCK_JUMP;
	scenario_world_command(world, command);
}

void scenario_world_restart(struct scenario_world *world, msec_t away, bool orderly, bool in_flight_delivered)
{
	if (orderly)
		step(world, true);
	drop_answers(world);
	land_all(world, in_flight_delivered);
	dispatcher_free(world->dispatcher);
	evaluator_free(world->evaluator);
	advance(world, world->now.mono + away);
	start(world);
	world->next_poll = world->now.mono;
}

void scenario_world_command(struct scenario_world *world, struct command *command)
{
	g_ptr_array_add(world->answers, command);
	step_until_quiet(world);
}

void scenario_world_suppress(struct scenario_world *world, bool on)
{
	world->suppressed = on;
}

void scenario_world_fail(struct scenario_world *world, const struct scenario_fault *fault)
{
	struct scenario_fault copy = *fault;
	copy.to = g_strdup(fault->to);
	g_array_append_val(world->faults, copy);
}

void scenario_world_hold(struct scenario_world *world, const char *to)
{
	g_free(world->held);
	world->held = g_strdup(to);
	for (guint i = 0; !to && i < world->flying->len; i++) {
		struct in_flight *flight = &g_array_index(world->flying, struct in_flight, i);
		answer(world, flight->id, flight->message);
	}
	if (!to) {
		g_array_set_size(world->flying, 0);
		step_until_quiet(world);
	}
}

struct scenario_store *scenario_world_store(struct scenario_world *world)
{
	return world->store;
}
GPtrArray *scenario_world_messages(struct scenario_world *world)
{
	return world->messages;
}

/* ---- what must hold in every story ---- */

static bool check_resolved(const struct scenario_message *message, const char *episode, GHashTable *told,
			   struct error *err)
{
	char *name = g_strdup_printf("%s %s", episode, message->integration);
	const char *key = g_hash_table_lookup(told, name);
	bool fine = true;
	if (!key)
		fine = error_set(err, "%s heard that %s is over, but never that it began", message->integration,
				 episode);
	else if (key[0] && strcmp(key, message->key) != 0)
		fine = error_set(err, "%s heard twice that %s is over", message->integration, episode);
	g_hash_table_replace(told, name, g_strdup(message->key));
	return fine;
}

static bool check_firing(const struct scenario_message *message, const char *episode, GHashTable *told,
			 GHashTable *keys, struct error *err)
{
	char *name = g_strdup_printf("%s %s", episode, message->integration);
	const char *key = g_hash_table_lookup(told, name);
	bool again = g_hash_table_contains(keys, message->key);
	if (key && key[0] && !again) {
		g_free(name);
		return error_set(err, "%s heard that %s fires after it heard its end", message->integration, episode);
	}
	if (key)
		g_free(name);
	else
		g_hash_table_insert(told, name, g_strdup(""));
	return true;
}

bool scenario_world_check(const struct scenario_world *world, struct error *err)
{
	GHashTable *told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GHashTable *keys = g_hash_table_new(g_str_hash, g_str_equal);
	bool fine = true;
	for (guint i = 0; fine && i < world->messages->len; i++) {
		const struct scenario_message *message = world->messages->pdata[i];
		for (guint k = 0; fine && k < message->firing->len; k++)
			fine = check_firing(message, message->firing->pdata[k], told, keys, err);
		for (guint k = 0; fine && k < message->resolved->len; k++)
			fine = check_resolved(message, message->resolved->pdata[k], told, err);
		g_hash_table_add(keys, message->key);
	}
	g_hash_table_destroy(keys);
	g_hash_table_destroy(told);
	return fine;
}
