/* receivers: GET /api/v1/receivers: who is told, by which channels, and how these do; POST …/{name}/test: try them. */
#include "api/answer_cache.h"
#include "api/command_call.h"
#include "api/context.h"
#include "api/routes.h"
#include "api/store_call.h"
#include "base/json.h"
#include "engine/receiver_test.h"
#include <string.h>

#define ONE_DAY ((msec_t)86400000)

static const msec_t KEPT = 5000;

/* ---- the list ---- */

/* One integration from its three sides: configuration, queue, log. Those that have none yet are all zero. */
struct sides {
	const struct integration *integration;
	struct snapshot_integration health;
	struct store_delivery_count counts;
};

static struct sides sides_of(const struct integration *integration, const struct snapshot *snapshot,
			     const struct store_page *page)
{
	struct sides sides = {.integration = integration, .counts = {.latency_p50 = -1, .latency_p95 = -1}};
	for (size_t i = 0; i < snapshot->integration_count; i++)
		if (strcmp(snapshot->integrations[i].name, integration->name) == 0)
			sides.health = snapshot->integrations[i];
	for (size_t i = 0; i < page->delivery_count; i++)
		if (strcmp(page->deliveries[i].integration, integration->name) == 0)
			sides.counts = page->deliveries[i];
	return sides;
}

static msec_t last_sent(const struct sides *sides)
{
	return MAX(sides->health.last_sent_at, sides->counts.last_sent_at);
}

static const char *state_of(const struct sides *sides)
{
	if (sides->health.breaker && strcmp(sides->health.breaker, "closed") != 0)
		return "open";
	if (sides->health.last_failed_at > last_sent(sides))
		return "failing";
	return last_sent(sides) ? "ok" : "idle";
}

static json_int_t sum(const uint32_t hours[STORE_HOURS])
{
	json_int_t total = 0;
	for (size_t i = 0; i < STORE_HOURS; i++)
		total += hours[i];
	return total;
}

static json_t *strip_json(const struct store_delivery_count *counts)
{
	json_t *out = json_array();
	for (size_t i = 0; i < STORE_HOURS; i++)
		json_array_append_new(out, json_pack("{s:I, s:I}", "sent", (json_int_t)counts->sent[i], "failed",
						     (json_int_t)counts->failed[i]));
	return out;
}

static json_t *latency_json(msec_t latency)
{
	return latency < 0 ? json_null() : json_integer(latency);
}

static json_t *last_error_json(const struct snapshot_integration *health)
{
	if (!health->last_error || !*health->last_error)
		return json_null();
	return json_pack("{s:o, s:o}", "at", json_time_value(health->last_failed_at), "text",
			 json_text_value(health->last_error));
}

static json_t *integration_json(const struct sides *sides)
{
	const struct integration *integration = sides->integration;
	char *target = integration_shown(integration);
	json_t *out = json_object();
	json_object_set_new(out, "id", json_text_value(integration->name));
	json_object_set_new(out, "kind", json_text_value(integration->kind->name));
	json_object_set_new(out, "name", json_text_value(integration->named ? strrchr(integration->name, '/') + 1
										       : integration->kind->name));
	json_object_set_new(out, "target", json_text_value(target));
	json_object_set_new(out, "state", json_string(state_of(sides)));
	json_object_set_new(out, "queued", json_integer(sides->health.queued));
	json_object_set_new(out, "oldest_queued_at", json_time_value(sides->health.oldest_queued_at));
	json_object_set_new(out, "sent_24h", json_integer(sum(sides->counts.sent)));
	json_object_set_new(out, "failed_24h", json_integer(sum(sides->counts.failed)));
	json_object_set_new(out, "dead", json_integer(sides->health.dead_letters));
	json_object_set_new(out, "latency_p50_msec", latency_json(sides->counts.latency_p50));
	json_object_set_new(out, "latency_p95_msec", latency_json(sides->counts.latency_p95));
	json_object_set_new(out, "last_sent_at", json_time_value(last_sent(sides)));
	json_object_set_new(out, "last_error", last_error_json(&sides->health));
	json_object_set_new(out, "retry_at", json_time_value(sides->health.breaker_until));
	json_object_set_new(out, "strip", strip_json(&sides->counts));
	g_free(target);
	return out;
}

static json_t *receiver_json(const struct receiver *receiver, const struct snapshot *snapshot,
			     const struct store_page *page)
{
	json_t *integrations = json_array();
	for (uint32_t i = 0; i < receiver->integration_count; i++) {
		struct sides sides = sides_of(receiver->integrations[i], snapshot, page);
		json_array_append_new(integrations, integration_json(&sides));
	}
	bool placed = receiver->file && *receiver->file;
	return json_pack("{s:o, s:o, s:o, s:o}", "name", json_text_value(receiver->name), "file",
			 json_text_value(placed ? receiver->file : NULL), "line",
			 placed ? json_integer(receiver->line) : json_null(), "integrations", integrations);
}

static void finish_list(struct request *request)
{
	const struct store_page *page = store_call_page(request);
	if (!page)
		return;
	struct snapshot *snapshot = app_snapshot(request->api->app);
	const struct receivers *receivers = snapshot->settings->receivers;
	json_t *items = json_array();
	for (uint32_t i = 0; i < receivers->count; i++)
		json_array_append_new(items, receiver_json(receivers->receivers[i], snapshot, page));
	snapshot_unref(snapshot);
	answer_and_keep(request, "receivers", KEPT, json_pack("{s:o, s:n}", "items", items, "next"));
}

void handle_receivers(struct request *request)
{
	if (answer_from_cache(request, "receivers"))
		return;
	request_suspend(request, finish_list);
	if (!store_read_deliveries(app_store(request->api->app), request->now.wall - ONE_DAY, store_call_done, request))
		request_resume(request);
}

/* ---- the test ---- */

static void free_test(void *state)
{
	receiver_test_free(state);
}

static json_t *result_json(const struct receiver_test_result *result)
{
	char *text = receiver_test_text(result);
	json_t *out = json_pack("{s:o, s:o, s:o, s:b, s:o}", "integration", json_text_value(result->integration), "kind",
				json_text_value(result->kind), "recipient",
				json_text_value(*result->recipient ? result->recipient : NULL), "ok",
				result->delivery.verdict == DELIVERY_SENT, "text", json_text_value(text));
	g_free(text);
	return out;
}

static void finish_test(struct request *request)
{
	const struct receiver_test *test = request->state;
	if (!test) {
		request_busy(request);
		return;
	}
	json_t *items = json_array();
	for (size_t i = 0; i < test->count; i++)
		json_array_append_new(items, result_json(&test->results[i]));
	store_call_answer(request, items, NULL);
}

static void end_test(struct request *request)
{
	test_pace_end(request->api->tests, request->params[0]);
	request_resume(request);
}

/* Any thread: only hand over. */
static void test_done(void *ctx, struct receiver_test *test)
{
	struct request *request = ctx;
	request->state = test;
	request->free_state = free_test;
	end_test(request);
}

static bool may_test(struct request *request, const char *name)
{
	msec_t wait;
	if (test_pace_begin(request->api->tests, name, request->now.mono, &wait))
		return true;
	request_add_retry_after(request, wait);
	request_fail(request, MHD_HTTP_TOO_MANY_REQUESTS, "too_many", "name",
		     "this receiver is being tested, or was a moment ago: one test in ten seconds");
	return false;
}

static void start_test(struct request *request, struct settings *settings, const char *by)
{
	const char *name = request->params[0];
	if (!receivers_find(settings->receivers, name)) {
		request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "name", "there is no receiver of this name");
		return;
	}
	if (!may_test(request, name))
		return;
	request_suspend(request, finish_test);
	if (!app_receiver_test(request->api->app, settings, name, by, test_done, request))
		end_test(request);
}

void handle_receiver_test(struct request *request)
{
	char *by;
	json_t *body = request_json(request, "by");
	if (body && command_by(request, body, &by)) {
		struct snapshot *snapshot = app_snapshot(request->api->app);
		start_test(request, snapshot->settings, by);
		snapshot_unref(snapshot);
		g_free(by);
	}
	json_decref(body);
}
