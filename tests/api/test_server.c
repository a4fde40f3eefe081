/* The server as clients meet it: answers of every resource, refusals, roles, foreign pages. */
#include "api/guard.h"
#include "api/rollup.h"
#include "api/routes.h"
#include "api/web_assets.h"
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define JSON "Content-Type: application/json"

static long status_of(struct rig *rig, const char *method, const char *path, const char *token, const char *headers,
		      const char *body)
{
	struct reply reply = rig_call(rig, method, path, token, headers, body);
	long status = reply.status;
	if (status >= 400 && strcmp(method, "HEAD") != 0 && strncmp(path, "/-/", 3) != 0)
		cr_expect(json_is_string(json_object_get(json_object_get(reply.json, "error"), "message")), "%s %s: %s",
			  method, path, reply.body->str);
	reply_release(&reply);
	return status;
}

/* Each route with something for its parameters. */
static char *example(const char *pattern)
{
	GString *path = g_string_new(pattern);
	g_string_replace(path, "{id}", FAKE_FIRING, 0);
	g_string_replace(path, "{cluster}", "prod", 0);
	g_string_replace(path, "{name}", "orders%2Feu", 0);
	if (web_assets[0].path && strcmp(pattern, "/assets/{file}") == 0)
		g_string_printf(path, "/%s", web_assets[0].path);
	return g_string_free(path, FALSE);
}

Test(routes, table_is_sorted_and_found)
{
	for (const struct endpoint *route = routes; route[1].method; route++) {
		int order = strcmp(route[0].path, route[1].path);
		cr_expect(order < 0 || (order == 0 && strcmp(route[0].method, route[1].method) < 0), "%s",
			  route[1].path);
	}
	for (const struct endpoint *route = routes; route->method; route++) {
		char *params[REQUEST_PARAMS_MAX] = {NULL}, *path = example(route->path);
		GString *allow = g_string_new(NULL);
		cr_expect_eq(routes_find(route->method, path, params, allow), route, "%s %s", route->method, path);
		for (size_t i = 0; i < REQUEST_PARAMS_MAX; i++)
			g_free(params[i]);
		g_string_free(allow, TRUE);
		g_free(path);
	}
}

Test(routes, literal_paths_win_and_v1_is_no_cluster)
{
	char *params[REQUEST_PARAMS_MAX] = {NULL};
	GString *allow = g_string_new(NULL);
	cr_expect_null(routes_find("GET", "/api/v1/summary", params, allow));
	cr_expect_null(routes_find("GET", "/api/v2/connectors", params, allow));
	cr_expect_null(routes_find("GET", "/api//connectors", params, allow));
	cr_expect_null(routes_find("GET", "/api/%zz/connectors", params, allow));
	cr_expect_null(routes_find("GET", "/metrics/", params, allow));
	cr_expect_eq(allow->len, 0);
	cr_expect_null(routes_find("PUT", "/api/v1/alerts/x/ack", params, allow));
	cr_expect_str_eq(allow->str, "DELETE, POST");
	g_string_free(allow, TRUE);
}

Test(server, every_route_by_every_role, .timeout = 60)
{
	struct rig rig;
	rig_start(&rig, RIG_TOKENS);
	fake_app_event(rig.app, EVENT_START, "", "{}");
	const char *tokens[] = {NULL, rig.secrets[0], rig.secrets[1], rig.secrets[2], "tcs_guess"};
	for (const struct endpoint *route = routes; route->method; route++) {
		char *path = example(route->path);
		bool change = strcmp(route->method, "GET") != 0;
		for (int i = 0; i < 5; i++) {
			if (strcmp(route->path, "/api/v1/stream") == 0 && i > 0 && i < 4)
				continue; /* it has no end: see test_stream */
			long got = status_of(&rig, route->method, path, tokens[i], change ? JSON : NULL,
					     change ? "{}" : NULL);
			enum role role = i == 4 ? ROLE_NONE : (enum role)i;
			bool may = role >= route->role;
			long want = i == 0 || i == 4 ? 401 : 403;
			if (may)
				cr_expect(route->role == ROLE_NONE || (got != 401 && got != 403), "%s %s role %d: %ld",
					  route->method, path, role, got);
			else
				cr_expect_eq(got, want, "%s %s role %d: %ld", route->method, path, role, got);
		}
		g_free(path);
	}
	rig_stop(&rig);
}

static const struct {
	const char *method, *path, *headers, *body;
	long status;
} refusals[] = {
	/* what comes from another page, or looks like it */
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", NULL, "{}", 415},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", "Content-Type: text/plain", "{}", 415},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", "Content-Type: application/jsonp", "{}", 415},
	{"DELETE", "/api/v1/alerts/" FAKE_FIRING "/ack", NULL, NULL, 415},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON "\nOrigin: http://evil.example", "{}", 403},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON "\nOrigin: null", "{}", 403},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON "\nOrigin: http://127.0.0.1:1", "{}", 403},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON "\nSec-Fetch-Site: cross-site", "{}", 403},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON "\nOrigin: http://evil.example\nHost: evil.example", "{}",
	 421},
	{"GET", "/api/v1/alerts", "Host: rebound.example", NULL, 421},
	{"GET", "/", "Host: rebound.example:80", NULL, 421},
	{"GET", "/-/healthy", "Host: anything.example", NULL, 200},
	{"GET", "/api/v1/alerts", "Host: localhost:9797", NULL, 200},
	{"GET", "/api/v1/alerts", "Host: [::1]:9797", NULL, 200},
	/* paths, methods, queries */
	{"GET", "/nothing", NULL, NULL, 404},
	{"GET", "/api/nowhere/connectors", NULL, NULL, 404},
	{"GET", "/api/prod/connectors/nobody/metrics", NULL, NULL, 404},
	{"GET", "/api/v1/alerts/nonsense", NULL, NULL, 404},
	{"GET", "/api/v1/alerts/01HZZZZZZZZZZZZZZZZZZZZZZ9", NULL, NULL, 404},
	{"PUT", "/api/v1/alerts", NULL, NULL, 405},
	{"POST", "/metrics", JSON, "{}", 405},
	{"GET", "/api/v1/alerts?limitt=5", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?limit=0", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?limit=1001", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?limit=5&limit=5", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?state=fired", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?severity=bad", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?match=a%3D~'('", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?match=%ff", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?match=%00", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?match=%g1", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?cursor=abc", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?sort=colour", NULL, NULL, 400},
	{"GET", "/api/v1/alerts?acknowledged=maybe", NULL, NULL, 400},
	{"GET", "/api/v1/history?from=yesterday", NULL, NULL, 400},
	{"GET", "/api/v1/history?from=now&to=-1h", NULL, NULL, 400},
	{"GET", "/api/v1/history?at=now&from=-1h", NULL, NULL, 400},
	{"GET", "/api/v1/history/counts?buckets=0", NULL, NULL, 400},
	{"GET", "/api/v1/history/counts?buckets=1001", NULL, NULL, 400},
	{"GET", "/api/v1/history/counts?from=now", NULL, NULL, 400},
	{"GET", "/api/v1/history/counts?match=a%3D~'('", NULL, NULL, 400},
	{"GET", "/api/v1/events?after=-1", NULL, NULL, 400},
	{"GET", "/api/v1/notifications?state=lost", NULL, NULL, 400},
	{"GET", "/api/v1/notifications?cursor=zzz", NULL, NULL, 400},
	{"GET", "/api/v1/notifications?cursor=" FAKE_LOST, NULL, NULL, 500},
	{"GET", "/api/v1/history?cursor=zzz", NULL, NULL, 400},
	{"GET", "/api/v1/history?cursor=" FAKE_LOST, NULL, NULL, 500},
	{"GET", "/api/v1/history?cursor=" FAKE_LOST, "Accept: text/csv", NULL, 500},
	/* bodies */
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"fro\":1}", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "[]", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"by\":1}", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"by\":\"a\",\"by\":\"b\"}", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"for\":\"2\"}", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"for\":\"0s\"}", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"for\":\"9999w\"}", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"until\":\"2001-01-01T00:00:00Z\"}", 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"for\":\"1h\",\"until\":\"2031-01-01T00:00:00Z\"}",
	 400},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/ack", JSON, "{\"sticky\":1}", 400},
	{"POST", "/api/v1/alerts/ack", NULL, "{\"ids\":[\"" FAKE_FIRING "\"]}", 415},
	{"POST", "/api/v1/alerts/ack", JSON "\nOrigin: http://evil.example", "{\"ids\":[\"" FAKE_FIRING "\"]}", 403},
	{"DELETE", "/api/v1/alerts/ack", JSON "\nOrigin: null", "{\"ids\":[\"" FAKE_FIRING "\"]}", 403},
	{"GET", "/api/v1/alerts/ack", NULL, NULL, 405},
	{"POST", "/api/v1/alerts/ack", JSON, "{}", 400},
	{"POST", "/api/v1/alerts/ack", JSON, "{\"ids\":[]}", 400},
	{"POST", "/api/v1/alerts/ack", JSON, "{\"ids\":\"" FAKE_FIRING "\"}", 400},
	{"POST", "/api/v1/alerts/ack", JSON, "{\"ids\":[\"" FAKE_FIRING "9\"]}", 400},
	{"POST", "/api/v1/alerts/ack", JSON, "{\"ids\":[\"" FAKE_FIRING "\"],\"for\":\"never\"}", 400},
	{"POST", "/api/v1/alerts/" FAKE_ACKED "/ack", JSON, "{\"by\":\"joe\",\"if_unacknowledged\":true}", 409},
	{"POST", "/api/v1/alerts/" FAKE_ACKED "/ack", JSON, "{\"by\":\"ada\",\"if_unacknowledged\":true}", 200},
	{"POST", "/api/v1/alerts/" FAKE_FIRING "/comments", JSON, "{}", 400},
	{"POST", "/api/v1/alerts/" FAKE_CLOSED "/ack", JSON, "{}", 409},
	{"POST", "/api/v1/alerts/01HZZZZZZZZZZZZZZZZZZZZZZ9/ack", JSON, "{}", 404},
	{"POST", "/-/reload", JSON, "", 422},
	{"POST", "/api/v1/session", JSON, "{\"token\":\"x\"}", 409},
};

Test(server, refuses_with_a_reason, .timeout = 60)
{
	struct rig rig;
	rig_start(&rig, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
		cr_expect_eq(status_of(&rig, refusals[i].method, refusals[i].path, NULL, refusals[i].headers,
				       refusals[i].body),
			     refusals[i].status, "%s %s %s", refusals[i].method, refusals[i].path,
			     refusals[i].body ? refusals[i].body : "");
	struct reply reply = rig_call(&rig, "GET", "/api/v1/alerts?limitt=5", NULL, NULL, NULL);
	cr_expect_str_eq(json_string_value(json_object_get(json_object_get(reply.json, "error"), "field")), "limitt");
	reply_release(&reply);
	reply = rig_call(&rig, "PUT", "/api/v1/alerts", NULL, NULL, NULL);
	char *allow = reply_header(&reply, "Allow");
	cr_expect_str_eq(allow, "GET, HEAD");
	g_free(allow);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(server, alerts_are_filtered_sorted_and_paged)
{
	static const struct {
		const char *query;
		size_t count;
		const char *first;
	} cases[] = {
		{"", 2, FAKE_FIRING},
		{"?sort=severity", 2, FAKE_ACKED},
		{"?sort=-started_at", 2, FAKE_ACKED},
		{"?severity=critical", 1, FAKE_FIRING},
		{"?severity=warning,critical", 2, FAKE_FIRING},
		{"?acknowledged=true", 1, FAKE_ACKED},
		{"?state=recovering", 0, NULL},
		{"?match=connector%3D'orders'", 1, FAKE_FIRING},
		{"?match=rule%3D~'Error.*'", 2, FAKE_FIRING},
	};
	struct rig rig;
	rig_start(&rig, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *path = g_strconcat("/api/v1/alerts", cases[i].query, NULL);
		struct reply reply = rig_call(&rig, "GET", path, NULL, NULL, NULL);
		json_t *items = json_object_get(reply.json, "items");
		cr_assert_eq(json_array_size(items), cases[i].count, "%s: %s", path, reply.body->str);
		if (cases[i].first)
			cr_expect_str_eq(json_string_value(json_object_get(json_array_get(items, 0), "id")),
					 cases[i].first);
		char *seq = reply_header(&reply, "X-Seq"), *epoch = reply_header(&reply, "X-Epoch");
		cr_expect_str_eq(seq, "0");
		cr_expect_str_eq(epoch, FAKE_EPOCH);
		g_free(seq);
		g_free(epoch);
		g_free(path);
		reply_release(&reply);
	}
	struct reply one = rig_call(&rig, "GET", "/api/v1/alerts?limit=1", NULL, NULL, NULL);
	const char *next = json_string_value(json_object_get(one.json, "next"));
	cr_assert_not_null(next);
	char *path = g_strdup_printf("/api/v1/alerts?limit=1&cursor=%s", next);
	struct reply two = rig_call(&rig, "GET", path, NULL, NULL, NULL);
	cr_expect_str_eq(
		json_string_value(json_object_get(json_array_get(json_object_get(two.json, "items"), 0), "id")),
		FAKE_ACKED);
	cr_expect(json_is_null(json_object_get(two.json, "next")));
	g_free(path);
	reply_release(&one);
	reply_release(&two);
	rig_stop(&rig);
}

Test(server, reads)
{
	struct rig rig;
	rig_start(&rig, 0);
	fake_app_event(rig.app, EVENT_TRANSITION, FAKE_FIRING,
		       "{\"transition\":\"opened\",\"reason\":\"held\",\"alert\":{\"severity\":\"warning\",\"value\":7.5}}");
	fake_app_event(rig.app, EVENT_TOAST, FAKE_FIRING, "{\"title\":\"t\"}");
	struct reply reply = rig_call(&rig, "GET", "/api/v1/alerts/" FAKE_FIRING, NULL, NULL, NULL);
	json_t *timeline = json_object_get(reply.json, "timeline");
	cr_assert_eq(json_array_size(timeline), 2, "%s", reply.body->str);
	cr_expect_str_eq(json_string_value(json_object_get(json_array_get(timeline, 0), "reason")), "held");
	cr_expect_null(json_object_get(json_array_get(timeline, 0), "alert"));
	cr_expect_str_eq(json_string_value(json_object_get(json_array_get(timeline, 0), "severity")), "warning");
	cr_expect(json_is_number(json_object_get(json_array_get(timeline, 0), "value")));
	cr_expect_eq(json_array_size(json_object_get(reply.json, "notifications")), 1);
	reply_release(&reply);
	reply = rig_call(&rig, "GET", "/api/v1/alerts/" FAKE_CLOSED, NULL, NULL, NULL);
	cr_expect_str_eq(json_string_value(json_object_get(reply.json, "state")), "resolved");
	reply_release(&reply);
	static const struct {
		const char *path;
		size_t count;
	} lists[] = {
		{"/api/v1/history", 3},           {"/api/v1/history?state=resolved", 1},
		{"/api/v1/history?severity=critical", 2}, {"/api/v1/history?severity=warning", 1},
		{"/api/v1/history?from=-10m", 2}, {"/api/v1/events", 2},
		{"/api/v1/events?after=1", 1},    {"/api/v1/rules", 1},
		{"/api/v1/notifications", 1},     {"/api/v1/notifications?state=sent", 0},
		{"/api/v1/connectors", 1},        {"/api/v1/connectors?cluster=x", 0},
		{"/api/v1/clusters", 1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		reply = rig_call(&rig, "GET", lists[i].path, NULL, NULL, NULL);
		cr_expect_eq(json_array_size(json_object_get(reply.json, "items")), lists[i].count, "%s: %s",
			     lists[i].path, reply.body->str);
		cr_expect_not_null(json_object_get(reply.json, "next"), "%s", lists[i].path);
		reply_release(&reply);
	}
	for (const struct endpoint *route = routes; route->method; route++) {
		if (strcmp(route->method, "GET") != 0 || (route->handle == handle_asset && !web_assets[0].path))
			continue;
		char *bare = example(route->path);
		char *path = g_strconcat(bare, strcmp(bare, "/api/v1/points") == 0 ? "?cluster=prod" : "", NULL);
		g_free(bare);
		reply = rig_call(&rig, "HEAD", path, NULL, NULL, NULL);
		cr_expect_eq(reply.status, 200, "HEAD %s: %ld", path, reply.status);
		cr_expect_eq(reply.body->len, 0);
		reply_release(&reply);
		g_free(path);
	}
	rig_stop(&rig);
}

Test(server, collector_json_keeps_its_names_and_unknown_is_null)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = rig_call(&rig, "GET", "/api/prod/connectors/orders%2Feu/metrics", NULL, NULL, NULL);
	json_t *m = reply.json;
	cr_assert_eq(reply.status, 200);
	cr_expect_str_eq(json_string_value(json_object_get(m, "connectorName")), "orders/eu");
	cr_expect_eq(json_real_value(json_object_get(json_object_get(m, "throughput"), "recordsPerSecond")), 7.5);
	cr_expect(json_is_null(json_object_get(json_object_get(m, "lag"), "totalLag")));
	cr_expect(json_is_null(json_object_get(json_object_get(m, "resources"), "cpuPercent")));
	cr_expect(json_is_null(json_object_get(json_object_get(m, "errors"), "lastErrorTime")));
	json_t *task = json_array_get(json_object_get(m, "tasks"), 0);
	cr_expect_eq(json_integer_value(json_object_get(task, "taskId")), 0);
	cr_expect(json_is_integer(json_object_get(task, "taskId")) &&
		  json_is_null(json_object_get(task, "bytesProcessed")));
	cr_expect_eq(json_integer_value(json_object_get(m, "collectionDuration")), 12000000);
	cr_expect_eq(json_array_size(json_object_get(m, "trend")), 2);
	cr_expect_eq(json_array_size(json_object_get(m, "warnings")), 1);
	reply_release(&reply);
	reply = rig_call(&rig, "GET", "/api/prod/summary", NULL, NULL, NULL);
	cr_expect_eq(json_integer_value(json_object_get(json_object_get(reply.json, "connectors"), "running")), 1);
	cr_expect(json_is_null(json_object_get(json_object_get(reply.json, "lag"), "totalLag")));
	cr_expect_eq(json_array_size(json_object_get(reply.json, "trend")), 2);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(server, commands_reach_the_engine)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	const char *ack = "/api/v1/alerts/" FAKE_FIRING "/ack";
	cr_expect_eq(status_of(&rig, "POST", ack, NULL, JSON,
			       "{\"by\":\"joe\",\"comment\":\"on \\u001b[31mit\",\"for\":\"2h\"}"),
		     200);
	cr_expect_str_eq(fake_app_last_by(rig.app), "joe");
	cr_expect_str_eq(fake_app_last_comment(rig.app), "on it");
	cr_expect_eq(fake_app_last_until(rig.app), 1780000000000 + 7200000);
	cr_expect_eq(status_of(&rig, "DELETE", ack, NULL, JSON, NULL), 200);
	cr_expect_str_eq(fake_app_last_by(rig.app), "anonymous");
	cr_expect_eq(
		status_of(&rig, "POST", "/api/v1/alerts/" FAKE_FIRING "/comments", NULL, JSON, "{\"comment\":\"x\"}"),
		201);
	cr_expect_eq(status_of(&rig, "POST", "/api/v1/notifications/" FAKE_FIRING "/retry", NULL, JSON, "{}"), 202);
	char *own = g_strdup_printf(JSON "\nOrigin: http://%s", server_address(rig.server));
	cr_expect_eq(status_of(&rig, "POST", ack, NULL, own, "{}"), 200);
	g_free(own);
	fake_app_full(rig.app, true);
	cr_expect_eq(status_of(&rig, "POST", ack, NULL, JSON, "{}"), 503);
	rig_stop(&rig);
}

static const json_t *item_at(const struct reply *reply, size_t i)
{
	return json_array_get(json_object_get(reply->json, "items"), i);
}

static const char *error_code(const json_t *item)
{
	const char *code = json_string_value(json_object_get(json_object_get(item, "error"), "code"));
	return code ? code : "";
}

Test(server, many_acknowledgements_are_one_answer)
{
	static const char *const ids = "{\"ids\":[\"" FAKE_FIRING "\",\"" FAKE_ACKED "\",\"" FAKE_CLOSED
				       "\",\"01HZZZZZZZZZZZZZZZZZZZZZZ9\"]%s}";
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	char *body = g_strdup_printf(ids, ",\"by\":\"joe\",\"comment\":\"ours\",\"for\":\"1h\",\"if_unacknowledged\":true");
	struct reply reply = rig_call(&rig, "POST", "/api/v1/alerts/ack", NULL, JSON, body);
	cr_assert_eq(reply.status, 200, "%s", reply.body->str);
	cr_expect(json_is_true(json_object_get(item_at(&reply, 0), "ok")));
	cr_expect_str_eq(json_string_value(json_object_get(item_at(&reply, 0), "id")), FAKE_FIRING);
	cr_expect(json_is_false(json_object_get(item_at(&reply, 1), "ok")));
	cr_expect_str_eq(error_code(item_at(&reply, 1)), "conflict");
	cr_expect_str_eq(json_string_value(json_object_get(json_object_get(item_at(&reply, 1), "error"), "by")), "ada");
	cr_expect_str_eq(error_code(item_at(&reply, 2)), "conflict");
	cr_expect_str_eq(error_code(item_at(&reply, 3)), "not_found");
	cr_expect_str_eq(fake_app_last_by(rig.app), "joe");
	cr_expect_str_eq(fake_app_last_comment(rig.app), "ours");
	cr_expect_eq(fake_app_last_until(rig.app), 1780000000000 + 3600000);
	reply_release(&reply);
	g_free(body);
	body = g_strdup_printf(ids, "");
	reply = rig_call(&rig, "DELETE", "/api/v1/alerts/ack", NULL, JSON, body);
	cr_expect_eq(reply.status, 200);
	cr_expect(json_is_true(json_object_get(item_at(&reply, 1), "ok")));
	reply_release(&reply);
	fake_app_full(rig.app, true);
	cr_expect_eq(status_of(&rig, "POST", "/api/v1/alerts/ack", NULL, JSON, body), 503);
	g_free(body);
	rig_stop(&rig);
}

Test(server, connectors_and_clusters_as_the_page_wants_them)
{
	struct rig rig;
	rig_start(&rig, 0);
	struct reply reply = rig_call(&rig, "GET", "/api/v1/connectors", NULL, NULL, NULL);
	const json_t *it = item_at(&reply, 0);
	cr_expect_str_eq(json_string_value(json_object_get(it, "rollup")), "degraded");
	cr_expect_str_eq(json_string_value(json_object_get(it, "state")), "RUNNING");
	cr_expect_str_eq(json_string_value(json_object_get(it, "class")),
			 "io.confluent.connect.jdbc.JdbcSinkConnector");
	cr_expect(json_is_null(json_object_get(it, "lag")));
	cr_expect_eq(json_integer_value(json_object_get(it, "alerts")), 0);
	const json_t *task = json_array_get(json_object_get(it, "tasks"), 1);
	cr_expect_eq(json_integer_value(json_object_get(task, "task")), 1);
	cr_expect_str_eq(json_string_value(json_object_get(task, "trace")),
			 "org.apache.kafka.connect.errors.ConnectException: Exiting\nCaused by: PSQLException: deadlock");
	cr_expect(json_is_null(json_object_get(task, "records_per_second")));
	reply_release(&reply);
	reply = rig_call(&rig, "GET", "/api/v1/clusters", NULL, NULL, NULL);
	it = item_at(&reply, 0);
	cr_expect_str_eq(json_string_value(json_object_get(it, "cluster")), "prod");
	cr_expect_str_eq(json_string_value(json_object_get(it, "version")), "3.9.1");
	cr_expect_str_eq(json_string_value(json_object_get(it, "rollup")), "degraded");
	cr_expect(json_is_null(json_object_get(it, "quiet_since")));
	cr_expect_eq(json_integer_value(json_object_get(json_object_get(it, "tasks"), "unassigned")), 1);
	const json_t *workers = json_object_get(it, "workers");
	cr_assert_eq(json_array_size(workers), 6);
	cr_expect(json_is_null(json_object_get(json_array_get(workers, 0), "memory_max_bytes")));
	cr_expect(json_is_true(json_object_get(json_array_get(workers, 0), "up")));
	cr_expect(json_is_true(json_object_get(json_array_get(workers, 1), "up")), "idle, but it answers");
	cr_expect(json_is_false(json_object_get(json_array_get(workers, 2), "up")), "asked, and it does not answer");
	cr_expect(json_is_null(json_object_get(json_array_get(workers, 3), "up")), "nothing is known");
	cr_expect(json_is_true(json_object_get(json_array_get(workers, 4), "up")), "a failed task stands there");
	cr_expect(json_is_false(json_object_get(json_array_get(workers, 5), "up")), "what was there has no worker");
	const json_t *warning = json_array_get(json_object_get(it, "warnings"), 0);
	cr_expect_str_eq(json_string_value(json_object_get(warning, "source")), "prod");
	cr_expect_str_eq(json_string_value(json_object_get(warning, "since")), "1970-01-01T00:00:02.000Z");
	reply_release(&reply);
	rig_stop(&rig);
}

Test(rollup, one_word_for_many)
{
	enum { RUNNING = CONNECT_STATE_RUNNING, FAILED = CONNECT_STATE_FAILED, OTHER = CONNECT_STATE_OTHER };
	static const struct {
		int state, tasks[2];
		enum rollup want;
	} cases[] = {
		{RUNNING, {RUNNING, RUNNING}, ROLLUP_RUNNING},
		{RUNNING, {RUNNING, FAILED}, ROLLUP_DEGRADED},
		{RUNNING, {FAILED, FAILED}, ROLLUP_FAILED},
		{FAILED, {RUNNING, RUNNING}, ROLLUP_FAILED},
		{RUNNING, {RUNNING, CONNECT_STATE_UNASSIGNED}, ROLLUP_DEGRADED},
		{CONNECT_STATE_PAUSED, {CONNECT_STATE_PAUSED, CONNECT_STATE_PAUSED}, ROLLUP_PAUSED},
		{CONNECT_STATE_PAUSED, {CONNECT_STATE_PAUSED, FAILED}, ROLLUP_DEGRADED},
		{RUNNING, {RUNNING, OTHER}, ROLLUP_UNKNOWN},
		{OTHER, {RUNNING, RUNNING}, ROLLUP_UNKNOWN},
		{OTHER, {FAILED, RUNNING}, ROLLUP_DEGRADED},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct view_task tasks[] = {{.state = (enum connect_state)cases[i].tasks[0]},
					    {.state = (enum connect_state)cases[i].tasks[1]}};
		struct view_connector it = {
			.state = (enum connect_state)cases[i].state, .tasks = tasks, .task_count = 2};
		cr_expect_eq(rollup_connector(&it), cases[i].want, "case %zu", i);
	}
}

Test(server, names_come_from_the_token)
{
	struct rig rig;
	rig_start(&rig, RIG_TOKENS);
	const char *ack = "/api/v1/alerts/" FAKE_FIRING "/ack";
	cr_expect_eq(status_of(&rig, "POST", ack, rig.secrets[1], JSON, "{\"by\":\"somebody else\"}"), 200);
	cr_expect_str_eq(fake_app_last_by(rig.app), "rob");
	rig_stop(&rig);
}

Test(server, sessions)
{
	struct rig rig;
	rig_start(&rig, RIG_TOKENS);
	char *body = g_strdup_printf("{\"token\":\"%s\"}", rig.secrets[1]);
	cr_expect_eq(status_of(&rig, "POST", "/api/v1/session", NULL, JSON, "{\"token\":\"tcs_wrong\"}"), 401);
	struct reply reply = rig_call(&rig, "POST", "/api/v1/session", NULL, JSON, body);
	char *cookie = reply_header(&reply, "Set-Cookie");
	cr_assert_eq(reply.status, 200);
	cr_expect(strstr(cookie, "HttpOnly") && strstr(cookie, "SameSite=Strict") && !strstr(cookie, "Secure"));
	*strchr(cookie, ';') = '\0';
	char *headers = g_strdup_printf("Cookie: %s\nAuthorization: Basic cHJveHk6c2VjcmV0\n" JSON, cookie); /* a proxy's */
	cr_expect_eq(status_of(&rig, "GET", "/api/v1/alerts", NULL, headers, NULL), 200);
	struct reply who = rig_call(&rig, "GET", "/api/v1/session", NULL, headers, NULL);
	cr_expect(json_is_true(json_object_get(who.json, "authenticated")) &&
		  json_is_true(json_object_get(who.json, "tokens")) &&
		  json_is_string(json_object_get(who.json, "expires_at")));
	cr_expect_str_eq(json_string_value(json_object_get(who.json, "role")), "responder");
	reply_release(&who);
	who = rig_call(&rig, "GET", "/api/v1/session", rig.secrets[0], NULL, NULL);
	cr_expect(json_is_null(json_object_get(who.json, "expires_at")), "a token has no end of its own");
	reply_release(&who);
	cr_expect_eq(status_of(&rig, "POST", "/api/v1/alerts/" FAKE_FIRING "/ack", NULL, headers, "{}"), 200);
	cr_expect_str_eq(fake_app_last_by(rig.app), "rob");
	cr_expect_eq(status_of(&rig, "POST", "/-/reload", NULL, headers, ""), 403);
	cr_expect_eq(status_of(&rig, "DELETE", "/api/v1/session", NULL, headers, NULL), 200);
	cr_expect_eq(status_of(&rig, "GET", "/api/v1/alerts", NULL, headers, NULL), 401);
	g_free(headers);
	g_free(cookie);
	g_free(body);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(server, sign_in_is_not_for_guessing)
{
	struct rig rig;
	rig_start(&rig, RIG_TOKENS | RIG_VIRTUAL);
	for (int i = 0; i < 10; i++)
		cr_expect_eq(status_of(&rig, "POST", "/api/v1/session", NULL, JSON, "{\"token\":\"tcs_x\"}"), 401);
	struct reply reply = rig_call(&rig, "POST", "/api/v1/session", NULL, JSON, "{\"token\":\"tcs_x\"}");
	char *wait = reply_header(&reply, "Retry-After");
	cr_expect_eq(reply.status, 429);
	cr_expect_str_eq(wait, "6");
	clock_virtual_advance(rig.clock, 6000);
	cr_expect_eq(status_of(&rig, "POST", "/api/v1/session", NULL, JSON, "{\"token\":\"tcs_x\"}"), 401);
	cr_expect_eq(status_of(&rig, "GET", "/api/v1/alerts", rig.secrets[0], NULL, NULL), 200, "tokens come in");
	g_free(wait);
	reply_release(&reply);
	rig_stop(&rig);
}

/* Whoever asks may say what he likes before a proxy adds from where it was asked. */
Test(server, sign_in_counts_by_what_the_proxy_says)
{
	static const char *const proxies[] = {"127.0.0.1", NULL};
	struct rig rig;
	rig_start_with(&rig, RIG_TOKENS | RIG_VIRTUAL,
		       &(struct settings_global){.trusted_proxies = (char **)(uintptr_t)proxies});
	for (int i = 0; i <= 10; i++) {
		char *headers = g_strdup_printf(JSON "\nX-Forwarded-For: 192.0.2.%d%s203.0.113.7", i,
						i % 2 ? ", " : "\nX-Forwarded-For: ");
		cr_expect_eq(status_of(&rig, "POST", "/api/v1/session", NULL, headers, "{\"token\":\"tcs_x\"}"),
			     i < 10 ? 401 : 429, "try %d", i);
		g_free(headers);
	}
	cr_expect_eq(status_of(&rig, "POST", "/api/v1/session", NULL, JSON "\nX-Forwarded-For: 203.0.113.8",
			       "{\"token\":\"tcs_x\"}"),
		     401, "another address");
	rig_stop(&rig);
}

#define ALLOWED "Origin: https://monitor.example.com"

static void expect_header(const struct reply *reply, const char *name, const char *want)
{
	char *value = reply_header(reply, name);
	cr_expect_eq(g_strcmp0(value, want), 0, "%s: %s, not %s", name, value ? value : "-", want ? want : "-");
	g_free(value);
}

Test(server, pages_of_listed_origins_only)
{
	static const char *const origins[] = {"https://monitor.example.com", NULL};
	static const struct {
		const char *method, *path, *headers;
		long status;
		bool allowed;
	} cases[] = {
		{"GET", "/api/v1/alerts", ALLOWED, 200, true},
		{"GET", "/api/v1/alerts", "Origin: https://evil.example", 200, false},
		{"GET", "/api/v1/alerts", "Origin: http://monitor.example.com", 200, false},
		{"OPTIONS", "/api/v1/alerts/ack", ALLOWED "\nAccess-Control-Request-Method: POST", 200, true},
		{"OPTIONS", "/api/v1/alerts/ack", "Origin: https://evil.example", 403, false},
		{"OPTIONS", "/api/v1/alerts/ack", "Origin: null", 403, false},
		{"OPTIONS", "/api/v1/nothing", ALLOWED, 404, true},
		{"OPTIONS", "/api/v1/alerts", NULL, 200, false},
		{"POST", "/api/v1/alerts/ack", ALLOWED "\n" JSON, 400, true},
		{"POST", "/api/v1/alerts/ack", JSON "\nOrigin: https://evil.example", 403, false},
	};
	struct rig rig;
	rig_start_with(&rig, RIG_TOKENS, &(struct settings_global){.cors_origins = (char **)(uintptr_t)origins});
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool preflight = strcmp(cases[i].method, "OPTIONS") == 0;
		struct reply reply = rig_call(&rig, cases[i].method, cases[i].path, preflight ? NULL : rig.secrets[1],
					      cases[i].headers, preflight || *cases[i].method == 'G' ? NULL : "{}");
		cr_expect_eq(reply.status, cases[i].status, "case %zu: %ld", i, reply.status);
		expect_header(&reply, "Access-Control-Allow-Origin", cases[i].allowed ? origins[0] : NULL);
		expect_header(&reply, "Access-Control-Allow-Credentials", NULL);
		expect_header(&reply, "Vary", reply.body->len < REQUEST_GZIP_LEAST ? "Origin" : "Accept-Encoding, Origin");
		if (preflight && cases[i].status == 200 && cases[i].allowed) {
			expect_header(&reply, "Access-Control-Allow-Methods", "DELETE, POST");
			expect_header(&reply, "Access-Control-Allow-Headers",
				      "Accept, Authorization, Content-Type, Last-Event-ID");
		}
		reply_release(&reply);
	}
	/* the stream too, with a token, whatever the Host */
	char *text = g_strdup_printf("GET /api/v1/stream HTTP/1.0\r\nHost: alerts.example.com\r\n" ALLOWED
				     "\r\nAuthorization: Bearer %s\r\n\r\n",
				     rig.secrets[0]);
	GString *out = g_string_new(NULL);
	int fd = rig_connect(&rig);
	rig_send(fd, text);
	cr_expect(rig_read_until(fd, out, "event: heartbeat"), "%s", out->str);
	cr_expect(strstr(out->str, "Access-Control-Allow-Origin: https://monitor.example.com\r\n"));
	close(fd);
	g_string_free(out, TRUE);
	g_free(text);
	rig_stop(&rig);
}

Test(server, status_says_where_everything_stands)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	fake_app_event(rig.app, EVENT_START, "", "{}");
	fake_app_event(rig.app, EVENT_STOP, "", "{}");
	struct reply reply = rig_call(&rig, "GET", "/api/v1/status", NULL, NULL, NULL);
	cr_assert_eq(reply.status, 200);
	const json_t *store = json_object_get(reply.json, "store"), *config = json_object_get(reply.json, "config");
	cr_expect_str_eq(json_string_value(json_object_get(store, "path")), "/state/tocsin.db");
	cr_expect_eq(json_integer_value(json_object_get(store, "events")), 2);
	cr_expect_str_eq(json_string_value(json_object_get(store, "oldest")), "2026-05-28T20:26:40.000Z");
	cr_expect(json_is_null(json_object_get(config, "last_reload")));
	const json_t *source = json_array_get(json_object_get(reply.json, "sources"), 0);
	const json_t *target = json_array_get(json_object_get(source, "targets"), 0);
	cr_expect_str_eq(json_string_value(json_object_get(source, "name")), "prod");
	cr_expect_str_eq(json_string_value(json_object_get(target, "instance")), "connect-1:8083");
	cr_expect(json_is_null(json_object_get(target, "up")), "no poll was completed");
	cr_expect_eq(json_integer_value(json_object_get(json_object_get(reply.json, "evaluation"), "rules")), 1);
	cr_expect_eq(json_integer_value(json_object_get(json_object_get(reply.json, "stream"), "clients")), 0);
	cr_expect_eq(json_integer_value(json_object_get(reply.json, "rules")), 1, "present keys stay");
	reply_release(&reply);
	rig_stop(&rig);
}

static void *stop(void *cls)
{
	server_stop(cls);
	return NULL;
}

/* A client that waits for an answer which the engine does not give. */
static int ask_and_wait(struct rig *rig)
{
	fake_app_hold(rig->app, true);
	int fd = rig_connect(rig);
	rig_send(fd, "POST /api/v1/alerts/" FAKE_FIRING
		     "/ack HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
		     "Content-Length: 2\r\n\r\n{}");
	fake_app_await_held(rig->app);
	return fd;
}

Test(server, stops_when_what_was_asked_is_answered)
{
	struct rig rig;
	rig_start(&rig, 0);
	int fd = ask_and_wait(&rig);
	pthread_t thread;
	pthread_create(&thread, NULL, stop, rig.server);
	rig.server = NULL;
	fake_app_hold(rig.app, false);
	GString *out = g_string_new(NULL);
	cr_expect(rig_read_until(fd, out, "200 OK"), "%s", out->str);
	pthread_join(thread, NULL);
	close(fd);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

/* The answer that comes after all finds what it needs: the server lets go of nothing that is owed one. */
Test(server, does_not_wait_for_ever_for_an_answer)
{
	static struct rig rig;
	static struct server *volatile stopped; /* so that it is no leak */
	rig_start(&rig, RIG_VIRTUAL);
	int fd = ask_and_wait(&rig);
	pthread_t thread;
	pthread_create(&thread, NULL, stop, stopped = rig.server);
	rig.server = NULL;
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	while (poll(&readable, 1, 10) == 0)
		clock_virtual_advance(rig.clock, 1000);
	GString *out = g_string_new(NULL);
	cr_expect(rig_read_until(fd, out, " 503 "), "%s", out->str);
	pthread_join(thread, NULL);
	fake_app_hold(rig.app, false);
	close(fd);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(server, refuses_to_be_reachable_without_tokens)
{
	struct error err = {{0}};
	struct settings_global settings = {.listen = (char *)(uintptr_t) "0.0.0.0:0"};
	struct app *app = fake_app_new(clock_system(), &settings);
	cr_expect_null(server_start(app, &err));
	cr_expect(strstr(err.text, "tokens_file"), "%s", err.text);
	settings.insecure = true;
	struct server *server = server_start(app, &err);
	cr_expect_not_null(server, "%s", err.text);
	server_stop(server);
	static const char *const bad[] = {"nonsense", ":80", "127.0.0.1:99999", "127.0.0.1:-1", "host.invalid:80"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		settings.listen = (char *)(uintptr_t)bad[i];
		cr_expect_null(server_start(app, &err), "%s", bad[i]);
	}
	fake_app_free(app);
}

Test(guard, hosts)
{
	static const struct {
		const char *host;
		bool known;
	} cases[] = {
		{"localhost", true},
		{"LOCALHOST:80", true},
		{"127.0.0.1:9797", true},
		{"[::1]:9797", true},
		{"::1", false},
		{"tocsin.example.com", true},
		{"tocsin.example.com.:443", true},
		{"box7:9797", true},
		{"evil.example", false},
		{"127.0.0.1.evil.example", false},
		{"", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		cr_expect_eq(guard_host_known(cases[i].host, "0.0.0.0", "box7", "https://tocsin.example.com/x"),
			     cases[i].known, "%s", cases[i].host);
}

static GString *unzipped(const GString *body)
{
	GString *out = g_string_sized_new(1 << 20);
	z_stream stream = {.next_in = (unsigned char *)body->str, .avail_in = (uInt)body->len,
			   .next_out = (unsigned char *)out->str, .avail_out = 1 << 20};
	cr_assert_eq(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
	cr_assert_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
	g_string_set_size(out, stream.total_out);
	inflateEnd(&stream);
	return out;
}

Test(compression, who_accepts_gzip_gets_the_same_in_less)
{
	static const struct {
		const char *path, *accepted, *encoding, *vary;
	} cases[] = {
		{"/api/v1/alerts", "gzip, br", "gzip", "Accept-Encoding"},
		{"/api/v1/receivers", "gzip", "gzip", "Accept-Encoding"}, /* fresh */
		{"/api/v1/receivers", "gzip", "gzip", "Accept-Encoding"}, /* kept */
		{"/api/v1/alerts", "gzip;q=0, identity", "", "Accept-Encoding"},
		{"/api/v1/alerts", "br", "", "Accept-Encoding"},
		{"/api/v1/session", "gzip", "", ""}, /* short */
	};
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *header = g_strconcat("Accept-Encoding: ", cases[i].accepted, NULL);
		struct reply packed = rig_call(&rig, "GET", cases[i].path, NULL, header, NULL);
		struct reply plain = rig_call(&rig, "GET", cases[i].path, NULL, NULL, NULL);
		char *encoding = reply_header(&packed, "Content-Encoding"), *vary = reply_header(&packed, "Vary");
		cr_expect_str_eq(encoding ? encoding : "", cases[i].encoding, "case %zu", i);
		cr_expect_str_eq(vary ? vary : "", cases[i].vary, "case %zu", i);
		GString *text = encoding ? unzipped(packed.body) : g_string_new_len(packed.body->str, (gssize)packed.body->len);
		cr_expect_str_eq(text->str, plain.body->str, "case %zu", i);
		cr_expect(!encoding || packed.body->len < plain.body->len / 2);
		cr_expect(*cases[i].vary ? plain.body->len >= REQUEST_GZIP_LEAST : plain.body->len < REQUEST_GZIP_LEAST);
		g_string_free(text, TRUE);
		g_free(encoding);
		g_free(vary);
		g_free(header);
		reply_release(&packed);
		reply_release(&plain);
	}
	rig_stop(&rig);
}
