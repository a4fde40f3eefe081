#include "engine/scenario_world.h"
#include "engine/evaluator.h"
#include "engine/route.h"
#include "engine/scenario_check.h"
#include "engine/scenario_target.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define WALL_START ((msec_t)1751328000000) /* 2025-07-01T00:00:00Z */
#define CHECKPOINT_EVERY ((msec_t)10 * 1000)
enum { STEPS_AT_ONCE = 10000 };

struct configuration {
	struct config_tree *tree;
	struct rulebook *rulebook;
	struct receivers *receivers;
	struct route *route;
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
	GArray *targets; /* struct scenario_target */
	struct scenario_post post;
	bool suppressed;
	scenario_watch_fn *watch; /* or NULL */
	void *watch_ctx;
};

/* ---- life ---- */

struct scenario_world *scenario_world_new(uint64_t seed)
{
	struct scenario_world *world = g_new0(struct scenario_world, 1);
	world->seed = seed;
	world->interval = 5000;
	world->now = (struct now){.mono = 1000, .wall = WALL_START};
	world->started_mono = world->next_poll = world->now.mono;
	world->store = scenario_store_new();
	world->targets = g_array_new(FALSE, TRUE, sizeof(struct scenario_target));
	g_array_set_clear_func(world->targets, (GDestroyNotify)scenario_target_release);
	scenario_post_init(&world->post);
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

void scenario_world_free(struct scenario_world *world)
{
	if (!world)
		return;
	dispatcher_free(world->dispatcher);
	evaluator_free(world->evaluator);
	configuration_release(&world->configuration);
	scenario_store_free(world->store);
	scenario_post_release(&world->post);
	g_array_free(world->targets, TRUE);
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

static struct scenario_target *target_at(const struct scenario_world *world, uint32_t index)
{
	return &g_array_index(world->targets, struct scenario_target, index);
}

static void set_targets(struct scenario_world *world)
{
	uint32_t count = MAX(world->targets->len, 1);
	msec_t *intervals = g_new0(msec_t, count);
	for (uint32_t i = 0; i < count; i++)
		intervals[i] = world->interval;
	evaluator_set_targets(world->evaluator, count, intervals);
	g_free(intervals);
	for (guint i = 0; i < world->targets->len; i++)
		scenario_target_announce(target_at(world, i));
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
		if (strcmp(target_at(world, i)->name, name) == 0)
			return i;
	struct scenario_target target;
	scenario_target_init(&target, name);
	g_array_append_val(world->targets, target);
	if (world->evaluator)
		set_targets(world);
	return world->targets->len - 1;
}

void scenario_world_fail_polls(struct scenario_world *world, uint32_t index, const char *reason)
{
	struct scenario_target *target = target_at(world, index);
	g_free(target->failure);
	target->failure = g_strdup(reason);
	target->hangs = false;
}

void scenario_world_hang_polls(struct scenario_world *world, uint32_t index)
{
	target_at(world, index)->hangs = true;
}

void scenario_world_set(struct scenario_world *world, uint32_t index, struct labels *labels, double value,
			double per_second)
{
	scenario_target_set(target_at(world, index), labels, value, per_second, world->now.mono);
}

/* ---- steps ---- */

static void poll_all(struct scenario_world *world)
{
	for (uint32_t i = 0; i < world->targets->len; i++) {
		struct batch *batch = scenario_target_poll(target_at(world, i), i, world->now);
		if (batch)
			evaluator_ingest(world->evaluator, batch);
	}
	world->next_poll = world->now.mono + world->interval;
}

static void deliver(struct scenario_world *world, const struct effects *effects)
{
	const struct claim *claims;
	size_t count = dispatcher_claims(world->dispatcher, &claims);
	if (world->watch)
		world->watch(world->watch_ctx, world, effects, claims, count);
	scenario_post_deliver(&world->post, claims, count, world->configuration.receivers,
			      scenario_world_elapsed(world));
}

static void step(struct scenario_world *world, bool checkpoint)
{
	struct arena *arena = arena_new();
	struct transitions transitions;
	transitions_init(&transitions, arena);
	GPtrArray *commands = world->post.answers;
	world->post.answers = g_ptr_array_new_with_free_func((GDestroyNotify)command_free);
	evaluate_step(world->evaluator, world->now, &transitions);
	if (checkpoint)
		evaluator_checkpoint(world->evaluator, world->now, &transitions);
	if (evaluator_settled(world->evaluator))
		dispatcher_settled(world->dispatcher);
	struct effects *effects = dispatch_step(world->dispatcher, &transitions,
						(struct command *const *)commands->pdata, commands->len, world->now);
	if (effects)
		scenario_store_commit(world->store, effects);
	deliver(world, effects);
	effects_free(effects);
	g_ptr_array_free(commands, TRUE);
	transitions_release(&transitions);
	arena_free(arena);
}

/* Until nothing more happens at this moment. */
static void step_until_quiet(struct scenario_world *world)
{
	for (int i = 0; i < STEPS_AT_ONCE; i++) {
		step(world, false);
		bool more = world->post.answers->len || dispatcher_due(world->dispatcher, world->now) <= world->now.mono;
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
	scenario_post_cut(&world->post, in_flight_delivered);
	dispatcher_free(world->dispatcher);
	evaluator_free(world->evaluator);
	advance(world, world->now.mono + away);
	start(world);
	world->next_poll = world->now.mono;
}

void scenario_world_command(struct scenario_world *world, struct command *command)
{
	g_ptr_array_add(world->post.answers, command);
	step_until_quiet(world);
}

void scenario_world_suppress(struct scenario_world *world, bool on)
{
	world->suppressed = on;
}

void scenario_world_fail(struct scenario_world *world, const struct scenario_fault *fault)
{
	scenario_post_fail(&world->post, fault);
}

void scenario_world_hold(struct scenario_world *world, const char *to)
{
	scenario_post_hold(&world->post, to);
	if (!to)
		step_until_quiet(world);
}

void scenario_world_watch(struct scenario_world *world, scenario_watch_fn *watch, void *ctx)
{
	world->watch = watch;
	world->watch_ctx = ctx;
}

struct scenario_store *scenario_world_store(struct scenario_world *world)
{
	return world->store;
}

GPtrArray *scenario_world_messages(const struct scenario_world *world)
{
	return world->post.messages;
}

bool scenario_world_check(const struct scenario_world *world, struct error *err)
{
	return scenario_check(world->post.messages, err);
}
