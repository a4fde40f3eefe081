/* race_app: the real daemon in one process: demo source, engine, store, API; readers, commands, streams and reloads from
 * several threads at once, then an orderly stop. Made for ThreadSanitizer; elsewhere it is a smoke test. Prints TAP. */
#include "api/server.h"
#include "base/json.h"
#include "engine/receiver_test.h"
#include <curl/curl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const msec_t span = 12000;

struct run {
	struct app *app;
	const char *address;
	atomic_bool over;
	struct alert *unknown;
	atomic_uint trails, routes, tests;
	atomic_uint views, series, reloads, answers, snapshots, alerts_seen;
};

static void pause_for(struct clock *clock, msec_t duration)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond;
	clock_cond_init(&cond);
	msec_t until = clock->read(clock).mono + duration;
	pthread_mutex_lock(&mutex);
	while (clock->read(clock).mono < until)
		clock->wait(clock, &cond, &mutex, until);
	pthread_mutex_unlock(&mutex);
	pthread_cond_destroy(&cond);
}

static void on_view(void *ctx, struct connector_view *view)
{
	atomic_fetch_add(&((struct run *)ctx)->views, 1);
	connector_view_unref(view);
}

static void on_series(void *ctx, struct app_series_list *list)
{
	atomic_fetch_add(&((struct run *)ctx)->series, 1);
	app_series_list_free(list);
}

static void on_trails(void *ctx, struct app_trails *trails)
{
	atomic_fetch_add(&((struct run *)ctx)->trails, 1);
	app_trails_free(trails);
}

static void on_routes(void *ctx, struct app_routes *found)
{
	atomic_fetch_add(&((struct run *)ctx)->routes, found->count > 0);
	app_routes_free(found);
}

static void on_test(void *ctx, struct receiver_test *test)
{
	atomic_fetch_add(&((struct run *)ctx)->tests, test != NULL);
	receiver_test_free(test);
}

/* Of an alert that is open, or of one that nobody knows. */
static void ask_about(struct run *run, struct alert *alert)
{
	struct app_trails *trails = app_trails_new(1);
	trails->items[0].alert = alert_ref(alert);
	if (!app_trails(run->app, trails, on_trails, run))
		app_trails_free(trails);
	app_routes(run->app, alert->labels, on_routes, run);
}

static void test_receiver(struct run *run, struct settings *settings)
{
	if (settings->receivers->count)
		app_receiver_test(run->app, settings, settings->receivers->receivers[0]->name, "race", on_test, run);
}

static void on_reload(void *ctx, bool ok, const char *text)
{
	(void)text;
	if (ok)
		atomic_fetch_add(&((struct run *)ctx)->reloads, 1);
}

static void on_command(void *ctx, struct command *command)
{
	(void)command;
	atomic_fetch_add(&((struct run *)ctx)->answers, 1);
}

static void acknowledge(struct run *run, const struct alert *alert)
{
	struct command *command = command_new(COMMAND_ACK);
	g_strlcpy(command->id, alert->id, ULID_SIZE);
	command->by = g_strdup("race");
	command->done = on_command;
	command->ctx = run;
	if (!app_post(run->app, command))
		command_free(command);
}

/* Reads what is published, and asks the engine for things. */
static void *ask(void *ctx)
{
	struct run *run = ctx;
	while (!atomic_load(&run->over)) {
		struct snapshot *snapshot = app_snapshot(run->app);
		atomic_fetch_add(&run->snapshots, 1);
		for (size_t i = 0; i < snapshot->alert_count; i++) {
			atomic_fetch_add(&run->alerts_seen, 1);
			acknowledge(run, snapshot->alerts[i]);
			ask_about(run, snapshot->alerts[i]);
		}
		snapshot_unref(snapshot);
		ask_about(run, run->unknown);
		app_connectors(run->app, on_view, run);
		app_model_series(run->app, on_series, run);
		app_healthy(run->app);
		pause_for(clock_system(), 50);
	}
	return NULL;
}

static void *reload(void *ctx)
{
	struct run *run = ctx;
	while (!atomic_load(&run->over)) {
		struct snapshot *snapshot = app_snapshot(run->app);
		app_reload(run->app, on_reload, run);
		test_receiver(run, snapshot->settings);
		snapshot_unref(snapshot);
		pause_for(clock_system(), 2000);
	}
	return NULL;
}

static size_t swallow(char *data, size_t size, size_t count, void *ctx)
{
	(void)data;
	(void)ctx;
	return size * count;
}

/* A browser's calls: pages of everything, and a stream that is cut after a while. */
static void *browse(void *ctx)
{
	static const char *const paths[] = {"/api/v1/alerts", "/api/v1/status", "/api/v1/history", "/api/v1/connectors", "/metrics",
					    "/api/v1/notifications", "/api/v1/stream", "/api/v1/events?after=0", "/-/ready", "/",
					    "/api/v1/rules", "/api/v1/receivers", "/api/v1/points?cluster=demo"};
	struct run *run = ctx;
	for (size_t turn = 0; !atomic_load(&run->over); turn++) {
		CURL *curl = curl_easy_init();
		char *url = g_strdup_printf("http://%s%s", run->address, paths[turn % G_N_ELEMENTS(paths)]);
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 700L);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
		curl_easy_perform(curl);
		curl_easy_cleanup(curl);
		g_free(url);
	}
	return NULL;
}

static void remove_state(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(directory, name, NULL);
		g_unlink(path);
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(directory);
}

static int number;

static bool check(bool held, const char *name)
{
	printf("%s %d - %s\n", held ? "ok" : "not ok", ++number, name);
	return held;
}

int main(void)
{
	char *directory = g_dir_make_tmp("tocsin-race-XXXXXX", NULL);
	struct app_options options = {.demo = true, .state = directory, .listen = "127.0.0.1:0"};
	struct config_report report = {0};
	struct error err = {""};
	signal(SIGPIPE, SIG_IGN);
	json_setup();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	struct run run = {.app = app_start(&options, &report, &err)};
	run.unknown = alert_new();
	run.unknown->labels = labels_new(&(struct label){"alertname", "Unknown"}, 1);
	struct server *server = run.app ? server_start(run.app, &err) : NULL;
	if (!server) {
		printf("Bail out! %s\n", err.text);
		return EXIT_FAILURE;
	}
	run.address = server_address(server);
	static void *(*const jobs[])(void *) = {ask, ask, reload, browse, browse};
	pthread_t threads[G_N_ELEMENTS(jobs)];
	for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++)
		pthread_create(&threads[i], NULL, jobs[i], &run);
	pause_for(clock_system(), span);
	atomic_store(&run.over, true);
	for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++)
		pthread_join(threads[i], NULL);
	server_stop(server);
	app_stop(run.app);
	alert_unref(run.unknown);
	bool fine = check(atomic_load(&run.snapshots) > 0, "snapshots were read while the engine published");
	fine &= check(atomic_load(&run.views) > 0 && atomic_load(&run.series) > 0, "the engine answered questions");
	fine &= check(atomic_load(&run.trails) > 0 && atomic_load(&run.routes) > 0, "trails and routes of alerts came back");
	fine &= check(atomic_load(&run.tests) > 0, "receivers were tested meanwhile");
	fine &= check(atomic_load(&run.reloads) > 0, "configurations were read again while it ran");
	fine &= check(true, "server and engine stopped in order");
	printf("1..%d\n", number);
	config_report_release(&report);
	remove_state(directory);
	g_free(directory);
	return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
