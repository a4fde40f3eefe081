/* test_receiver: a marked test to every integration of one receiver, without store or engine: what --test-receiver does. */
#include "base/json.h"
#include "base/ulid.h"
#include "engine/app.h"
#include "sources/demo.h"
#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct waiting {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool done;
	struct delivery_result result;
};

static void on_done(void *ctx, const struct delivery_result *result)
{
	struct waiting *waiting = ctx;
	pthread_mutex_lock(&waiting->mutex);
	waiting->result = *result;
	waiting->done = true;
	pthread_cond_signal(&waiting->cond);
	pthread_mutex_unlock(&waiting->mutex);
}

static void make_key(struct notification *notification)
{
	unsigned char secret[32];
	rng_secret(secret, sizeof secret);
	for (size_t i = 0; i < sizeof secret; i++)
		snprintf(notification->key + 2 * i, 3, "%02x", secret[i]);
}

static struct notification *make_test(const struct receiver *receiver, const struct integration *integration,
				      const char *external_url, struct now now)
{
	struct notification *notification = notification_new();
	struct rng rng;
	char name[4];
	rng_seed(&rng, rng_entropy_seed());
	ulid_short(&rng, 3, name);
	notification->type = NOTIFICATION_TEST;
	notification->reason = REASON_TEST;
	make_key(notification);
	g_strlcpy(notification->incident, "TEST", sizeof notification->incident);
	ulid_make(now.wall, &rng, notification->root);
	notification->message = 1;
	notification->subject = g_strdup_printf("Test from Tocsin to %s [TEST-%s]", receiver->name, name);
	notification->receiver = g_strdup(receiver->name);
	notification->integration = g_strdup(integration->name);
	notification->group_key = g_strdup("{}:{}");
	notification->group_labels = labels_new(NULL, 0);
	notification->common_labels = labels_new(NULL, 0);
	notification->common_annotations = labels_new(NULL, 0);
	notification->route = g_strdup("no route: a test goes straight to the receiver");
	notification->external_url = g_strdup(external_url);
	notification->timezone = g_strdup(receiver->timezone);
	notification->at = notification->since = now.wall;
	const char *user = g_get_user_name(), *host = g_get_host_name();
	notification->note = g_strdup_printf("%s on %s", user, host);
	return notification;
}

static const char *verdict_text(enum delivery_verdict verdict)
{
	switch (verdict) {
	case DELIVERY_SENT:
		return "delivered";
	case DELIVERY_RETRY:
		return "not delivered; would be tried again";
	case DELIVERY_AMBIGUOUS:
		return "perhaps delivered; would be tried again";
	case DELIVERY_PERMANENT:
		return "refused for good";
	}
	return "";
}

static bool send_one(const struct receiver *receiver, struct integration *integration, const char *recipient,
		     const char *external_url, struct clock *clock)
{
	struct now now = clock->read(clock);
	struct notification *notification = make_test(receiver, integration, external_url, now);
	struct delivery delivery = {
		.notification = notification,
		.recipient = recipient,
		.attempt = 1,
		.deadline = integration->timeout,
		.now = now,
	};
	struct waiting waiting = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	clock_cond_init(&waiting.cond);
	integration->kind->send(integration, &delivery, on_done, &waiting);
	pthread_mutex_lock(&waiting.mutex);
	while (!waiting.done)
		pthread_cond_wait(&waiting.cond, &waiting.mutex);
	pthread_mutex_unlock(&waiting.mutex);
	pthread_cond_destroy(&waiting.cond);
	printf("%s%s%s: %s", integration->name, recipient[0] ? " " : "", recipient, verdict_text(waiting.result.verdict));
	if (waiting.result.status)
		printf(" (%d)", waiting.result.status);
	printf("%s%s\n", waiting.result.detail[0] ? ": " : "", waiting.result.detail);
	free(waiting.result.toast);
	notification_free(notification);
	return waiting.result.verdict == DELIVERY_SENT;
}

static int send_all(const struct settings *settings, const char *name, struct clock *clock)
{
	const struct receiver *receiver = receivers_find(settings->receivers, name);
	if (!receiver) {
		fprintf(stderr, "tocsind: no receiver is named '%s'\n", name);
		return 1;
	}
	int failures = 0;
	for (uint32_t i = 0; i < receiver->integration_count; i++) {
		struct integration *integration = receiver->integrations[i];
		const char *const *recipients =
			integration->kind->recipients ? integration->kind->recipients(integration) : NULL;
		static const char *const nobody[] = {"", NULL};
		for (const char *const *one = recipients ? recipients : nobody; *one; one++)
			if (!send_one(receiver, integration, *one, settings->global.external_url, clock))
				failures++;
	}
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
