#include "engine/app.h"
#include "base/json.h"
#include "base/log.h"
#include "config.h"
#include "engine/app_state.h"
#include "sources/demo.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void wake(void *ctx)
{
	struct app *app = ctx;
	mailbox_wake(app->inbox);
}

static struct app *app_new(const struct app_options *options)
{
	struct app *app = g_new0(struct app, 1);
	app->sink.accept = app_sink_accept;
	app->clock = options->clock ? options->clock : clock_system();
	app->config_path = g_strdup(options->demo ? "demo.conf" : options->config_path);
	app->config_text = options->demo ? g_strdup(demo_config_text) : NULL;
	app->listen = g_strdup(options->listen);
	app->state = g_strdup(options->state);
	app->insecure = options->insecure;
	app->libexec_directory = g_strdup(options->libexec_directory ? options->libexec_directory : TOCSIN_LIBEXECDIR);
	pthread_mutex_init(&app->lock, NULL);
	pthread_mutex_init(&app->bus_lock, NULL);
	app->listeners = g_ptr_array_new();
	app->waiting = g_ptr_array_new();
	app->answering = g_ptr_array_new();
	g_queue_init(&app->settings_waiting);
	app->step_arena = arena_new();
	app->trends = connector_trends_new();
	app->clusters = cluster_watch_new();
	app->inbox = mailbox_new(app->clock, APP_INBOX);
	app->http = http_client_new(app->clock, 512);
	app->parsers = executor_new("parse", 2, 4096);
	app->senders = executor_new("send", 2, 4096);
	app->blocking = executor_new("mail", BLOCKING_THREADS, 4096);
	app->chores = executor_new("chore", 1, 16);
	app->delivery = delivery_runner_new(app->clock, app->senders, wake, app);
	app->notifier_context = (struct notifier_context){
		.clock = app->clock,
		.http = app->http,
		.blocking = app->blocking,
		.libexec_directory = app->libexec_directory,
		.stopping = &app->helpers_stop,
	};
	return app;
}

static void app_free(struct app *app)
{
	for (guint i = 0; i < app->waiting->len; i++)
		command_free(app->waiting->pdata[i]);
	g_queue_clear_full(&app->settings_waiting, app_message_free);
	/* Sources and deliveries end before what they call into. */
	if (app->settings)
		source_set_stop(app->settings->sources);
	executor_free(app->chores);
	source_sets_settle();
	executor_free(app->senders); /* before the client that its jobs hand requests to */
	http_client_free(app->http);
	atomic_store(&app->helpers_stop, true); /* what they did not live to say is asked again after the next start */
	executor_free(app->blocking);
	delivery_runner_free(app->delivery);
	executor_free(app->parsers);
	evaluator_free(app->evaluator);
	dispatcher_free(app->dispatcher);
	store_close(app->store);
	effects_free(app->in_flight);
	mailbox_free(app->inbox, app_message_free);
	snapshot_unref(app->snapshot);
	connector_view_unref(app->view);
	alert_list_unref(app->pending);
	connector_trends_free(app->trends);
	cluster_watch_free(app->clusters);
	if (app->settings != app->first_settings)
		settings_unref(app->settings);
	settings_unref(app->first_settings);
	g_ptr_array_unref(app->listeners);
	g_ptr_array_unref(app->waiting);
	g_ptr_array_unref(app->answering);
	arena_free(app->step_arena);
	pthread_mutex_destroy(&app->lock);
	pthread_mutex_destroy(&app->bus_lock);
	g_free(app->targets);
	g_free(app->reload_error);
	g_free(app->reload_text);
	g_free(app->config_path);
	g_free(app->config_text);
	g_free(app->listen);
	g_free(app->state);
	g_free(app->libexec_directory);
	g_free(app);
}

static void replace_text(char **field, const char *text)
{
	if (!text)
		return;
	free(*field);
	*field = strdup(text);
}

static bool open_store(struct app *app, struct error *err)
{
	const struct settings_global *global = &app->settings->global;
	if (mkdir(global->state, 0750) != 0 && errno != EEXIST)
		return error_set(err, "state directory %s: %s", global->state, g_strerror(errno));
	struct store_options options = {
		.directory = global->state,
		.retention = global->retention,
		.size_limit = global->history_size,
		.free_space_least = (int64_t)64 << 20,
		.clock = app->clock,
	};
	app->store = store_open(&options, err);
	return app->store != NULL;
}

static void make_steps(struct app *app, const struct recovered *recovered, struct now now)
{
	const struct settings_global *global = &app->settings->global;
	uint64_t seed = global->seed ? (uint64_t)global->seed : rng_entropy_seed();
	struct evaluator_options evaluator = {
		.seed = seed,
		.limits = {.per_target = (uint32_t)global->series_per_target, .total = (uint32_t)global->series_total},
		.checkpoint_every = 10000,
	};
	msec_t longest = 0;
	app->target_count = source_set_targets(app->settings->sources);
	app->targets = g_new0(struct target_status, app->target_count + 1);
	msec_t *intervals = g_new0(msec_t, app->target_count + 1);
	for (uint32_t i = 0; i < app->target_count; i++) {
		intervals[i] = source_set_target(app->settings->sources, i)->interval;
		longest = MAX(longest, intervals[i]);
	}
	app->evaluator = evaluator_new(&evaluator);
	evaluator_restore(app->evaluator, recovered->rows);
	evaluator_set_rules(app->evaluator, app->settings->rulebook);
	evaluator_set_targets(app->evaluator, app->target_count, intervals);
	g_free(intervals);
	struct dispatcher_options dispatcher = {
		.seed = seed + 1,
		.external_url = global->external_url,
		.claims_max = 64,
		.settle_max = 2 * longest,
	};
	app->dispatcher = dispatcher_new(&dispatcher);
	dispatcher_configure(app->dispatcher, app->settings->route, app->settings->receivers);
	dispatcher_restore(app->dispatcher, recovered->rows, recovered->last_seq, now);
	memcpy(app->epoch, recovered->epoch, ULID_SIZE);
}

static bool recover(struct app *app, struct now now, struct error *err)
{
	struct recovered recovered = {0};
	if (!store_recover(app->store, &recovered, err))
		return false;
	make_steps(app, &recovered, now);
	app_note(app, EVENT_START, json_pack("{s:s, s:b}", "version", PACKAGE_VERSION, "unclean", recovered.unclean));
	recovered_release(&recovered);
	return true;
}

void app_override(const struct app *app, struct settings *settings)
{
	settings_listen(settings, app->listen);
	replace_text(&settings->global.state, app->state);
	settings->global.insecure |= app->insecure;
}

static bool begin(struct app *app, struct config_report *report, struct error *err)
{
	app->settings = settings_load(app->config_path, app->config_text, &app->notifier_context, report);
	if (!app->settings)
		return error_set(err, "the configuration has errors");
	app->first_settings = app->settings;
	app_override(app, app->settings);
	struct now now = app->clock->read(app->clock);
	app->started_at = app->config_loaded_at = now.wall;
	app->config_generation = 1;
	atomic_store(&app->alive_at, now.mono);
	if (!open_store(app, err) || !recover(app, now, err))
		return false;
	app_publish(app, now);
	int failed = pthread_create(&app->thread, NULL, app_loop, app);
	if (failed)
		return error_set(err, "thread: %s", g_strerror(failed));
	app->running = true;
	return app_start_sources(app, app->settings, app->config_generation, err);
}

struct app *app_start(const struct app_options *options, struct config_report *report, struct error *err)
{
	struct app *app = app_new(options);
	if (begin(app, report, err))
		return app;
	app_stop(app);
	return NULL;
}

void app_stop(struct app *app)
{
	if (!app)
		return;
	if (app->running) {
		atomic_store(&app->stopping, true);
		mailbox_wake(app->inbox);
		pthread_join(app->thread, NULL);
	}
	app_free(app);
}

struct snapshot *app_snapshot(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	struct snapshot *snapshot = snapshot_ref(app->snapshot);
	pthread_mutex_unlock(&app->lock);
	return snapshot;
}

struct store *app_store(struct app *app)
{
	return app->store;
}

const struct settings_global *app_settings(struct app *app)
{
	return &app->first_settings->global;
}

struct clock *app_clock(struct app *app)
{
	return app->clock;
}

bool app_post(struct app *app, struct command *command)
{
	return app_post_message(app, (struct app_message){.kind = MESSAGE_COMMAND, .command = command});
}

static void free_command(void *command)
{
	command_free(command);
}

bool app_post_all(struct app *app, struct command *const *commands, size_t count)
{
	GPtrArray *list = g_ptr_array_new_full((guint)count, free_command);
	for (size_t i = 0; i < count; i++)
		g_ptr_array_add(list, commands[i]);
	if (app_post_message(app, (struct app_message){.kind = MESSAGE_COMMANDS, .commands = list}))
		return true;
	g_ptr_array_set_free_func(list, NULL);
	g_ptr_array_unref(list);
	return false;
}

bool app_connectors(struct app *app, void (*done)(void *ctx, struct connector_view *view), void *ctx)
{
	return app_post_message(app, (struct app_message){.kind = MESSAGE_VIEW, .view_done = done, .ctx = ctx});
}

bool app_model_series(struct app *app, void (*done)(void *ctx, struct app_series_list *list), void *ctx)
{
	return app_post_message(app, (struct app_message){.kind = MESSAGE_SERIES, .series_done = done, .ctx = ctx});
}

bool app_routes(struct app *app, struct labels *labels, void (*done)(void *ctx, struct app_routes *routes), void *ctx)
{
	if (app_post_message(app, (struct app_message){.kind = MESSAGE_ROUTES,
						       .labels = labels_ref(labels),
						       .routes_done = done,
						       .ctx = ctx}))
		return true;
	labels_unref(labels);
	return false;
}

bool app_trails(struct app *app, struct app_trails *trails, void (*done)(void *ctx, struct app_trails *trails), void *ctx)
{
	return app_post_message(
		app, (struct app_message){.kind = MESSAGE_TRAILS, .trails = trails, .trails_done = done, .ctx = ctx});
}

bool app_pending(struct app *app, app_pending_fn *done, void *ctx)
{
	return app_post_message(app, (struct app_message){.kind = MESSAGE_PENDING, .pending_done = done, .ctx = ctx});
}

bool app_reload(struct app *app, void (*done)(void *ctx, bool ok, const char *text), void *ctx)
{
	return app_post_message(app, (struct app_message){.kind = MESSAGE_RELOAD, .reload_done = done, .ctx = ctx});
}

void app_subscribe(struct app *app, struct bus_listener *listener)
{
	pthread_mutex_lock(&app->bus_lock);
	g_ptr_array_add(app->listeners, listener);
	pthread_mutex_unlock(&app->bus_lock);
}

void app_unsubscribe(struct app *app, struct bus_listener *listener)
{
	pthread_mutex_lock(&app->bus_lock);
	g_ptr_array_remove(app->listeners, listener);
	pthread_mutex_unlock(&app->bus_lock);
}

bool app_healthy(struct app *app)
{
	struct store_health health = {0};
	store_health(app->store, &health);
	struct now now = app->clock->read(app->clock);
	return health.accepts && now.mono - atomic_load(&app->alive_at) < 10000;
}

bool app_ready(struct app *app)
{
	struct snapshot *snapshot = app_snapshot(app);
	bool ready = snapshot->settled;
	snapshot_unref(snapshot);
	return ready;
}
