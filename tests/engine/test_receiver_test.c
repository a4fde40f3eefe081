/* A receiver's test with real channels: the toast that stays here, and a web address where nobody listens. */
#include "base/json.h"
#include "engine/receiver_test.h"
#include "engine/settings.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <pthread.h>
#include <string.h>

static const char config[] = "receivers = ( { name = \"oncall\"; toast = ( {} );\n"
			     "  webhook = ( { name = \"dead\"; url = \"http://127.0.0.1:1/x\"; timeout = \"5s\"; } ); } );\n";

struct waiting {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct receiver_test *test;
};

static void on_done(void *ctx, struct receiver_test *test)
{
	struct waiting *waiting = ctx;
	pthread_mutex_lock(&waiting->mutex);
	cr_assert_null(waiting->test, "done comes once");
	waiting->test = test;
	pthread_cond_signal(&waiting->cond);
	pthread_mutex_unlock(&waiting->mutex);
}

static struct receiver_test *await(struct waiting *waiting)
{
	pthread_mutex_lock(&waiting->mutex);
	while (!waiting->test)
		pthread_cond_wait(&waiting->cond, &waiting->mutex);
	pthread_mutex_unlock(&waiting->mutex);
	return waiting->test;
}

static const struct receiver_test_result *result_of(const struct receiver_test *test, const char *kind)
{
	for (size_t i = 0; i < test->count; i++)
		if (strcmp(test->results[i].kind, kind) == 0)
			return &test->results[i];
	return NULL;
}

Test(receiver_test, every_channel_answers_for_itself, .timeout = 30)
{
	json_setup();
	struct clock *clock = clock_system();
	struct notifier_context context = {.clock = clock, .http = http_client_new(clock, 4)};
	struct config_report report = {0};
	struct settings *settings = settings_load("tocsin.conf", config, &context, &report);
	cr_assert_not_null(settings);
	struct waiting waiting = {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};
	struct receiver_test_request request = {
		.receivers = settings->receivers,
		.receiver = "oncall",
		.external_url = "http://tocsin.example.com/",
		.by = "ada",
		.clock = clock,
	};
	receiver_test_run(&request, on_done, &waiting);
	struct receiver_test *test = await(&waiting);
	cr_assert_eq(test->count, 2);
	const struct receiver_test_result *toast = result_of(test, "toast"), *webhook = result_of(test, "webhook");
	cr_assert(toast && webhook);
	cr_expect_eq(toast->delivery.verdict, DELIVERY_SENT);
	cr_assert_not_null(toast->delivery.toast);
	cr_expect(strstr(toast->delivery.toast, "\"test\""), "%s", toast->delivery.toast);
	cr_expect_str_eq(webhook->integration, "oncall/webhook/dead");
	cr_expect_eq(webhook->delivery.verdict, DELIVERY_RETRY);
	char *text = receiver_test_text(webhook);
	cr_expect(g_str_has_prefix(text, "not delivered; would be tried again: "), "%s", text);
	g_free(text);
	receiver_test_free(test);
	http_client_free(context.http);
	settings_unref(settings);
	config_report_release(&report);
}
