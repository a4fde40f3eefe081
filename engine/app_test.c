/* app_test: a receiver's test asked for while the daemon runs: sent from the sender pool, its toast put into the feed. */
#include "engine/app_state.h"
#include "engine/receiver_test.h"

struct testing {
	struct app *app;
	struct settings *settings; /* one reference */
	char *receiver, *by;
	void (*done)(void *ctx, struct receiver_test *test);
	void *ctx;
};

static void testing_free(struct testing *testing)
{
	settings_unref(testing->settings);
	g_free(testing->receiver);
	g_free(testing->by);
	g_free(testing);
}

/* A toast is an event of the log like any other; nobody waits for its commit. */
static void publish_toast(struct app *app, struct receiver_test_result *result)
{
	if (!result->delivery.toast)
		return;
	struct command *command = command_new(COMMAND_NOTE);
	command->event_kind = EVENT_TOAST;
	command->data = g_steal_pointer(&result->delivery.toast);
	if (!app_post(app, command))
		command_free(command);
}

static void on_done(void *ctx, struct receiver_test *test)
{
	struct testing *testing = ctx;
	for (size_t i = 0; i < test->count; i++)
		publish_toast(testing->app, &test->results[i]);
	testing->done(testing->ctx, test);
	testing_free(testing);
}

static void run(void *job)
{
	struct testing *testing = job;
	struct receiver_test_request request = {
		.receivers = testing->settings->receivers,
		.receiver = testing->receiver,
		.external_url = testing->settings->global.external_url,
		.by = testing->by,
		.clock = testing->app->clock,
	};
	receiver_test_run(&request, on_done, testing);
}

static void cancel(void *job)
{
	struct testing *testing = job;
	testing->done(testing->ctx, NULL);
	testing_free(testing);
}

bool app_receiver_test(struct app *app, struct settings *settings, const char *receiver, const char *by,
		       void (*done)(void *ctx, struct receiver_test *test), void *ctx)
{
	struct testing *testing = g_new0(struct testing, 1);
	*testing = (struct testing){
		.app = app,
		.settings = settings_ref(settings),
		.receiver = g_strdup(receiver),
		.by = g_strdup(by),
		.done = done,
		.ctx = ctx,
	};
	if (executor_submit(app->senders, run, cancel, testing))
		return true;
	testing_free(testing);
	return false;
}
