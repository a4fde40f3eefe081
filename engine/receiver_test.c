#include "engine/receiver_test.h"

#include "base/ulid.h"
#include <assert.h>
#include <glib.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static void make_key(struct notification *notification)
{
	unsigned char secret[32];
	rng_secret(secret, sizeof secret);
	for (size_t i = 0; i < sizeof secret; i++)
		snprintf(notification->key + 2 * i, 3, "%02x", secret[i]);
}

static struct notification *make_message(const struct receiver_test_request *request, const struct receiver *receiver,
					 const struct integration *integration, struct now now)
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
	notification->external_url = g_strdup(request->external_url);
	notification->timezone = g_strdup(receiver->timezone ? receiver->timezone : "");
	notification->at = notification->since = now.wall;
	notification->note = g_strdup_printf("%s on %s", request->by, g_get_host_name());
	return notification;
}

static void answered(struct receiver_test *test)
{
	if (atomic_fetch_sub(&test->waiting, 1) == 1)
		test->done(test->ctx, test);
}

static void on_delivery(void *ctx, const struct delivery_result *delivery)
{
	struct receiver_test_result *result = ctx;
	result->delivery = *delivery;
	answered(result->test);
}

static const char *const *recipients_of(const struct integration *integration)
{
	static const char *const nobody[] = {"", NULL};
	const char *const *recipients = integration->kind->recipients ? integration->kind->recipients(integration) : NULL;
	return recipients ? recipients : nobody;
}

static size_t count_results(const struct receiver *receiver)
{
	size_t count = 0;
	for (uint32_t i = 0; i < receiver->integration_count; i++)
		for (const char *const *one = recipients_of(receiver->integrations[i]); *one; one++)
			count++;
	return count;
}

static void send_one(struct receiver_test_result *result, struct integration *integration, struct now now)
{
	struct delivery delivery = {
		.notification = result->notification,
		.recipient = result->recipient,
		.attempt = 1,
		.deadline = integration->timeout,
		.now = now,
	};
	integration->kind->send(integration, &delivery, on_delivery, result);
}

static void fill_result(struct receiver_test_result *result, struct integration *integration, const char *recipient)
{
	result->integration = g_strdup(integration->name);
	result->kind = g_strdup(integration->kind->name);
	result->recipient = g_strdup(recipient);
}

void receiver_test_run(const struct receiver_test_request *request,
		       void (*done)(void *ctx, struct receiver_test *test), void *ctx)
{
	const struct receiver *receiver = receivers_find(request->receivers, request->receiver);
	struct now now = request->clock->read(request->clock);
	assert(receiver);
	struct receiver_test *test = g_new0(struct receiver_test, 1);
	test->receivers = receivers_ref(request->receivers);
	test->done = done;
	test->ctx = ctx;
	test->count = count_results(receiver);
	test->results = g_new0(struct receiver_test_result, test->count + 1);
	atomic_store(&test->waiting, test->count + 1); /* and this call itself */
	size_t at = 0;
	for (uint32_t i = 0; i < receiver->integration_count; i++) {
		struct integration *integration = receiver->integrations[i];
		for (const char *const *one = recipients_of(integration); *one; one++) {
			struct receiver_test_result *result = &test->results[at++];
			result->test = test;
			fill_result(result, integration, *one);
			result->notification = make_message(request, receiver, integration, now);
			send_one(result, integration, now);
		}
	}
	answered(test);
}

void receiver_test_free(struct receiver_test *test)
{
	if (!test)
		return;
	for (size_t i = 0; i < test->count; i++) {
		struct receiver_test_result *result = &test->results[i];
		free(result->delivery.toast);
		notification_free(result->notification);
		g_free(result->integration);
		g_free(result->kind);
		g_free(result->recipient);
	}
	g_free(test->results);
	receivers_unref(test->receivers);
	g_free(test);
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

char *receiver_test_text(const struct receiver_test_result *result)
{
	const struct delivery_result *delivery = &result->delivery;
	char status[24] = "";
	if (delivery->status)
		snprintf(status, sizeof status, " (%d)", delivery->status);
	return g_strconcat(verdict_text(delivery->verdict), status, delivery->detail[0] ? ": " : "", delivery->detail,
			   NULL);
}
