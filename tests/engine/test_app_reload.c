/* The whole daemon on its demo source: what a reload does when something fails in the middle of it. */
#include "base/failpoint.h"
#include "base/json.h"
#include "engine/app.h"
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdatomic.h>

enum { PATIENCE = 30000, TURN = 20 };

static char *directory;
static struct app *app;
static atomic_uint taken, refused;

static void pause_for(msec_t duration)
{
	struct clock *clock = clock_system();
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

/* Waits until it holds, not longer than PATIENCE. */
static bool comes(bool (*holds)(msec_t since), msec_t since)
{
	for (msec_t waited = 0; !holds(since); waited += TURN) {
		if (waited >= PATIENCE)
			return false;
		pause_for(TURN);
	}
	return true;
}

static bool polled_after(msec_t since)
{
	struct snapshot *snapshot = app_snapshot(app);
	bool all = snapshot->target_count > 0;
	for (uint32_t i = 0; i < snapshot->target_count; i++)
		all &= snapshot->targets[i].last_poll_at > since;
	snapshot_unref(snapshot);
	return all;
}

static bool answered(msec_t since)
{
	return atomic_load(&taken) + atomic_load(&refused) > 0;
}

static bool some_are_refused(msec_t since)
{
	return atomic_load(&refused) > 0;
}

static void on_reload(void *ctx, bool ok, const char *text)
{
	atomic_fetch_add(ok ? &taken : &refused, 1);
}

static void fail(const char *points)
{
	struct error err;
	cr_assert(failpoint_configure(points, &err), "%s", err.text);
}

static void start(void)
{
	struct config_report report = {0};
	struct error err = {""};
	json_setup();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	directory = g_dir_make_tmp("tocsin-reload-XXXXXX", NULL);
	struct app_options options = {.demo = true, .state = directory};
	app = app_start(&options, &report, &err);
	cr_assert(app, "%s", err.text);
	config_report_release(&report);
}

static void stop(void)
{
	fail(NULL);
	app_stop(app);
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(dir))) {
		char *path = g_build_filename(directory, name, NULL);
		g_unlink(path);
		g_free(path);
	}
	g_dir_close(dir);
	g_rmdir(directory);
	g_free(directory);
}

Test(app_reload, sources_that_cannot_start_leave_the_old_ones_running, .init = start, .fini = stop)
{
	cr_assert(comes(polled_after, 0));
	struct snapshot *before = app_snapshot(app);
	fail("sources.start=error");
	cr_assert(app_reload(app, on_reload, NULL));
	cr_assert(comes(answered, 0));
	cr_expect_eq(atomic_load(&refused), 1);
	cr_expect(comes(polled_after, clock_system()->read(clock_system()).wall), "nothing is polled any more");
	struct snapshot *after = app_snapshot(app);
	cr_expect_eq(after->config_generation, before->config_generation);
	cr_expect_not_null(after->reload_error);
	snapshot_unref(before);
	snapshot_unref(after);
}

Test(app_reload, while_the_store_refuses_few_of_them_wait, .init = start, .fini = stop)
{
	cr_assert(comes(polled_after, 0));
	fail("store.begin=error");
	cr_assert(app_reload(app, on_reload, NULL));
	for (int i = 0; i < 200 && !some_are_refused(0); i++) {
		cr_assert(app_reload(app, on_reload, NULL));
		pause_for(TURN);
	}
	cr_expect(some_are_refused(0), "200 configurations wait for the store");
}
