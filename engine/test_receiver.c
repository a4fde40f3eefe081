/* test_receiver: --test-receiver: a receiver's test from the command line, without store or engine. */
#include "engine/app.h"
#include "engine/receiver_test.h"
#include "sources/demo.h"
#include <glib.h>
#include <pthread.h>
#include <stdio.h>

struct waiting {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct receiver_test *test; /* NULL: not yet */
};

static void on_done(void *ctx, struct receiver_test *test)
{
	struct waiting *waiting = ctx;
	pthread_mutex_lock(&waiting->mutex);
	waiting->test = test;
	pthread_cond_signal(&waiting->cond);
	pthread_mutex_unlock(&waiting->mutex);
}

static struct receiver_test *run(const struct receiver_test_request *request)
{
	struct waiting waiting = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	clock_cond_init(&waiting.cond);
	receiver_test_run(request, on_done, &waiting);
	pthread_mutex_lock(&waiting.mutex);
	while (!waiting.test)
		pthread_cond_wait(&waiting.cond, &waiting.mutex);
	pthread_mutex_unlock(&waiting.mutex);
	pthread_cond_destroy(&waiting.cond);
	return waiting.test;
}

/* Prints what came back; how many failed. */
static int print_results(const struct receiver_test *test)
{
	int failures = 0;
	for (size_t i = 0; i < test->count; i++) {
		const struct receiver_test_result *result = &test->results[i];
		char *text = receiver_test_text(result);
		printf("%s%s%s: %s\n", result->integration, result->recipient[0] ? " " : "", result->recipient, text);
		failures += result->delivery.verdict != DELIVERY_SENT;
		g_free(text);
	}
	return failures;
}

static int send_all(const struct settings *settings, const char *name, struct clock *clock)
{
	if (!receivers_find(settings->receivers, name)) {
		fprintf(stderr, "tocsind: no receiver is named '%s'\n", name);
		return 1;
	}
	struct receiver_test_request request = {
		.receivers = settings->receivers,
		.receiver = name,
		.external_url = settings->global.external_url,
		.by = g_get_user_name(),
		.clock = clock,
	};
	struct receiver_test *test = run(&request);
	int failures = print_results(test);
	receiver_test_free(test);
	return failures > 0;
}

int app_test_receiver(const struct app_options *options, const char *receiver)
{
	struct clock *clock = options->clock ? options->clock : clock_system();
	struct notifier_context context = {
		.clock = clock,
		.http = http_client_new(clock, 16),
		.blocking = executor_new("mail", 2, 64),
		.libexec_directory = options->libexec_directory ? options->libexec_directory : TOCSIN_LIBEXECDIR,
	};
	struct config_report report = {0};
	struct settings *settings =
		settings_load(options->config_path, options->demo ? demo_config_text : NULL, &context, &report);
	char *text = config_report_text(&report);
	fputs(text, stderr);
	free(text);
	config_report_release(&report);
	int status = settings ? send_all(settings, receiver, clock) : 1;
	http_client_free(context.http);
	executor_free(context.blocking);
	settings_unref(settings);
	return status;
}
