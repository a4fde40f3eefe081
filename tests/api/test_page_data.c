/* What the page reads beside alerts: points, rules, why an alert was told, receivers. */
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <string.h>

static json_t *at(const json_t *value, const char *path)
{
	char **keys = g_strsplit(path, ".", -1);
	for (char **key = keys; *key && value; key++)
		value = g_ascii_isdigit(**key) && json_is_array(value)
				? json_array_get(value, (size_t)g_ascii_strtoull(*key, NULL, 10))
				: json_object_get(value, *key);
	g_strfreev(keys);
	return (json_t *)(uintptr_t)value;
}

static const char *text_at(const json_t *value, const char *path)
{
	const char *text = json_string_value(at(value, path));
	return text ? text : "(none)";
}

static double number_at(const json_t *value, const char *path)
{
	return json_number_value(at(value, path));
}

static struct reply get(struct rig *rig, const char *path, long status)
{
	struct reply reply = rig_call(rig, "GET", path, NULL, NULL, NULL);
	cr_expect_eq(reply.status, status, "%s: %ld %s", path, reply.status, reply.body->str);
	return reply;
}

Test(points, of_alerts)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply =
		get(&rig, "/api/v1/points?alert=" FAKE_FIRING ",01HZZZZZZZZZZZZZZZZZZZZZZ9," FAKE_ACKED, 200);
	cr_assert_eq(json_array_size(at(reply.json, "items")), 2, "unknown ids are left out: %s", reply.body->str);
	cr_expect_str_eq(text_at(reply.json, "items.0.alert"), FAKE_FIRING);
	cr_expect_str_eq(text_at(reply.json, "items.1.alert"), FAKE_ACKED);
	cr_expect_str_eq(text_at(reply.json, "items.0.cluster"), "prod");
	cr_expect_str_eq(text_at(reply.json, "items.0.connector"), "orders");
	cr_expect_str_eq(text_at(reply.json, "items.0.metric"), "value");
	cr_expect_str_eq(text_at(reply.json, "items.0.unit"), "ratio");
	cr_expect_eq(json_array_size(at(reply.json, "items.0.points")), 120);
	cr_expect_eq(json_integer_value(at(reply.json, "items.0.points.0.0")), 1764123456789);
	cr_expect_eq(number_at(reply.json, "items.0.points.50.1"), 0.5);
	cr_expect(json_is_null(at(reply.json, "items.0.points.60.1")), "unknown is null");
	reply_release(&reply);
	rig_stop(&rig);
}

Test(points, of_an_alert_that_is_over_there_are_none)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = get(&rig, "/api/v1/points?alert=" FAKE_CLOSED, 200);
	cr_expect_str_eq(text_at(reply.json, "items.0.alert"), FAKE_CLOSED);
	cr_expect_eq(json_array_size(at(reply.json, "items.0.points")), 0);
	cr_expect(json_is_array(at(reply.json, "items.0.points")));
	reply_release(&reply);
	rig_stop(&rig);
}

Test(points, fewer_keep_the_peak_and_the_newest)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = get(&rig, "/api/v1/points?alert=" FAKE_FIRING "&max=24", 200);
	cr_assert_eq(json_array_size(at(reply.json, "items.0.points")), 24);
	bool peak = false;
	msec_t before = 0;
	for (size_t i = 0; i < 24; i++) {
		const json_t *point = json_array_get(at(reply.json, "items.0.points"), i);
		peak |= json_number_value(json_array_get(point, 1)) == 0.5;
		cr_expect_lt(before, json_integer_value(json_array_get(point, 0)), "in order");
		before = json_integer_value(json_array_get(point, 0));
		cr_expect(i == 23 || !json_is_null(json_array_get(point, 1)), "a gap of one is no gap of its stretch");
	}
	cr_expect(peak);
	cr_expect_eq(before, 1764123456789 + 119000);
	cr_expect(json_is_null(at(reply.json, "items.0.points.23.1")), "the newest is unknown, and says so");
	reply_release(&reply);
	rig_stop(&rig);
}

Test(points, of_connectors)
{
	static const char *const names[] = {"records_per_second", "bytes_per_second", "error_rate", "errors_per_second",
					    "lag",                "lag_seconds",      "failed_tasks"};
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = get(&rig, "/api/v1/points?cluster=prod&connector=orders%2Feu", 200);
	cr_assert_eq(json_array_size(at(reply.json, "items")), G_N_ELEMENTS(names), "%s", reply.body->str);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const json_t *item = json_array_get(at(reply.json, "items"), i);
		cr_expect_str_eq(text_at(item, "metric"), names[i]);
		cr_expect_str_eq(text_at(item, "connector"), "orders/eu");
		cr_expect_eq(json_array_size(at(item, "points")), 2);
		cr_expect_null(at(item, "alert"));
	}
	cr_expect_str_eq(text_at(reply.json, "items.0.unit"), "records/s");
	cr_expect_eq(number_at(reply.json, "items.0.points.1.1"), 7);
	cr_expect_eq(number_at(reply.json, "items.2.points.1.1"), 0.25);
	cr_expect(json_is_null(at(reply.json, "items.4.points.0.1")), "unknown lag is null");
	cr_expect_eq(number_at(reply.json, "items.6.points.1.1"), 1);
	reply_release(&reply);
	reply = get(&rig, "/api/v1/points?cluster=prod", 200);
	cr_expect_eq(json_array_size(at(reply.json, "items")), G_N_ELEMENTS(names));
	reply_release(&reply);
	rig_stop(&rig);
}

Test(points, refuses_with_a_reason)
{
	static const struct {
		const char *query;
		long status;
		const char *field;
	} cases[] = {
		{"", 400, "alert"},
		{"?alert=a&cluster=prod", 400, "alert"},
		{"?alert=a&connector=x", 400, "alert"},
		{"?connector=x", 400, "alert"},
		{"?alert=" FAKE_FIRING "&max=1", 400, "max"},
		{"?alert=" FAKE_FIRING "&max=121", 400, "max"},
		{"?cluster=prod&max=x", 400, "max"},
		{"?alert=01HZZZZZZZZZZZZZZZZZZZZZZ9", 404, "alert"},
		{"?cluster=nowhere", 404, "cluster"},
		{"?cluster=prod&connector=none", 404, "connector"},
	};
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *path = g_strconcat("/api/v1/points", cases[i].query, NULL);
		struct reply reply = get(&rig, path, cases[i].status);
		cr_expect_str_eq(text_at(reply.json, "error.field"), cases[i].field, "%s", path);
		reply_release(&reply);
		g_free(path);
	}
	GString *many = g_string_new("/api/v1/points?alert=a");
	for (int i = 0; i < 100; i++)
		g_string_append(many, ",a");
	struct reply reply = get(&rig, many->str, 400);
	reply_release(&reply);
	g_string_free(many, TRUE);
	fake_app_full(rig.app, true);
	reply = get(&rig, "/api/v1/points?alert=" FAKE_FIRING, 503);
	reply_release(&reply);
	fake_app_full(rig.app, false);
	rig_stop(&rig);
}

Test(rules, tell_what_is_written_and_how_it_goes)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = get(&rig, "/api/v1/rules", 200);
	const json_t *rule = at(reply.json, "items.0");
	static const char *const texts[][2] = {
		{"name", "ErrorRate"},
		{"kind", "error_rate"},
		{"health", "ok"},
		{"source.file", "tocsin.conf"},
		{"match", "cluster='prod'"},
		{"window", "5 m"},
		{"for", "1 m"},
		{"no_data", "keep"},
		{"unit", "ratio"},
		{"direction", ">"},
		{"labels.team", "streams"},
		{"runbook", "https://runbooks.example.com/{{connector}}"},
		{"annotations.runbook", "https://runbooks.example.com/{{connector}}"},
		{"levels.0.severity", "warning"},
		{"levels.0.for", "1 m"},
		{"levels.1.severity", "critical"},
		{"levels.1.for", "0 s"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		cr_expect_str_eq(text_at(rule, texts[i][0]), texts[i][1], "%s", texts[i][0]);
	cr_expect_eq(number_at(rule, "source.line"), 6);
	cr_expect_eq(number_at(rule, "levels.0.raise"), 0.01);
	cr_expect_eq(number_at(rule, "levels.1.clear"), 0.02);
	cr_expect(g_str_has_prefix(text_at(rule, "levels.1.condition"), "over 5"), "%s", reply.body->str);
	cr_expect_eq(number_at(rule, "states.firing"), 2);
	cr_expect_eq(number_at(rule, "states.inactive"), 1);
	cr_expect_eq(number_at(rule, "instances"), 3);
	cr_expect_eq(number_at(rule, "fired_30d"), 4);
	cr_expect(json_is_string(at(rule, "last_fired_at")) && json_is_string(at(rule, "last_evaluation_at")));
	static const char *const doubles[] = {"place", "pending", "firing", "recovering", "last_evaluation", "last_fired"};
	for (size_t i = 0; i < G_N_ELEMENTS(doubles); i++)
		cr_expect_null(at(rule, doubles[i]), "a fact has one name: %s", doubles[i]);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(why, rule_route_group_and_what_holds_back)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = get(&rig, "/api/v1/alerts/" FAKE_ACKED, 200);
	cr_expect_str_eq(text_at(reply.json, "why.rule.file"), "conf.d/errors.conf");
	cr_expect_eq(number_at(reply.json, "why.rule.line"), 12);
	cr_expect_str_eq(text_at(reply.json, "why.route.text"), "cluster=~'prod.*' sends to oncall");
	cr_expect_str_eq(text_at(reply.json, "why.route.file"), "tocsin.conf");
	cr_expect_eq(json_array_size(at(reply.json, "why.routes")), 1);
	cr_expect(g_str_has_prefix(text_at(reply.json, "why.group.text"), "One group by cluster, alertname"), "%s",
		  text_at(reply.json, "why.group.text"));
	cr_expect(g_str_has_suffix(text_at(reply.json, "why.group.text"),
				   ". More than 20 incidents in a minute for oncall are told to people as one"),
		  "%s", text_at(reply.json, "why.group.text"));
	cr_expect_str_eq(text_at(reply.json, "why.held_back.0.by"), "acknowledged");
	cr_expect_str_eq(text_at(reply.json, "why.held_back.0.text"), "ada acknowledged it");
	cr_expect_str_eq(text_at(reply.json, "receivers.0"), "oncall");
	cr_expect_str_eq(text_at(reply.json, "trace"), "java.lang.IllegalStateException: no\n\tat A.b(A.java:1)");
	cr_expect_str_eq(text_at(reply.json, "worker"), "connect-2:8083");
	cr_expect_str_eq(text_at(reply.json, "direction"), ">");
	cr_expect_str_eq(text_at(reply.json, "rule_source.file"), "conf.d/errors.conf");
	cr_expect_eq(number_at(reply.json, "rule_source.line"), 12);
	cr_expect_eq(number_at(reply.json, "levels.0.raise"), 0.01);
	cr_expect(json_is_false(at(reply.json, "flapping")));
	reply_release(&reply);
	reply = get(&rig, "/api/v1/alerts/" FAKE_FIRING, 200);
	cr_expect_eq(json_array_size(at(reply.json, "why.held_back")), 0);
	cr_expect(json_is_null(at(reply.json, "trace")));
	reply_release(&reply);
	reply = get(&rig, "/api/v1/alerts", 200);
	cr_expect_str_eq(text_at(reply.json, "items.0.direction"), ">");
	cr_expect_str_eq(text_at(reply.json, "items.1.annotations.trace"), "java.lang.IllegalStateException: no");
	cr_expect_null(at(reply.json, "items.0.why"));
	cr_expect(!at(reply.json, "items.0.place") && !at(reply.json, "items.0.lower_is_worse"));
	reply_release(&reply);
	rig_stop(&rig);
}

Test(receivers, show_how_each_channel_does_and_no_secret)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = get(&rig, "/api/v1/receivers", 200);
	cr_assert_eq(json_array_size(at(reply.json, "items")), 2, "%s", reply.body->str);
	cr_expect_null(strstr(reply.body->str, "SECRET"));
	cr_expect_null(strstr(reply.body->str, "PASSWORD"));
	cr_expect_str_eq(text_at(reply.json, "items.0.name"), "oncall");
	cr_expect_str_eq(text_at(reply.json, "items.0.file"), "tocsin.conf");
	cr_expect_eq(number_at(reply.json, "items.0.line"), 1);
	const json_t *slack = at(reply.json, "items.0.integrations.0");
	static const char *const texts[][2] = {
		{"id", "oncall/slack/team"},
		{"kind", "slack"},
		{"name", "team"},
		{"target", "hooks.example.com:8443"},
		{"state", "open"},
		{"last_error.text", "503 busy"},
		{"last_error.at", "2025-11-26T02:17:30.000Z"},
		{"retry_at", "2025-11-26T02:17:36.789Z"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		cr_expect_str_eq(text_at(slack, texts[i][0]), texts[i][1], "%s", texts[i][0]);
	cr_expect_eq(number_at(slack, "queued"), 3);
	cr_expect_eq(number_at(slack, "sent_24h"), 7);
	cr_expect_eq(number_at(slack, "failed_24h"), 1);
	cr_expect_eq(number_at(slack, "latency_p50_msec"), 120);
	cr_expect_eq(number_at(slack, "latency_p95_msec"), 900);
	cr_expect_eq(json_array_size(at(slack, "strip")), 24);
	cr_expect_eq(number_at(slack, "strip.0.sent"), 2);
	cr_expect_eq(number_at(slack, "strip.23.failed"), 1);
	const json_t *webhook = at(reply.json, "items.0.integrations.1");
	cr_expect_str_eq(text_at(webhook, "name"), "webhook", "a hash is no name");
	cr_expect_str_eq(text_at(webhook, "target"), "example.com");
	cr_expect_str_eq(text_at(webhook, "state"), "idle");
	cr_expect(json_is_null(at(webhook, "latency_p50_msec")) && json_is_null(at(webhook, "last_sent_at")) &&
		  json_is_null(at(webhook, "last_error")) && json_is_null(at(webhook, "retry_at")));
	cr_expect_str_eq(text_at(reply.json, "items.1.integrations.0.target"), "toast");
	reply_release(&reply);
	rig_stop(&rig);
}

Test(receivers, a_test_says_what_each_other_side_said)
{
	static const char json[] = "Content-Type: application/json";
	struct rig rig;
	rig_start(&rig, RIG_TOKENS | RIG_VIRTUAL);
	struct reply reply = rig_call(&rig, "POST", "/api/v1/receivers/oncall/test", rig.secrets[1], json, "{}");
	cr_assert_eq(reply.status, 200, "%s", reply.body->str);
	cr_assert_eq(json_array_size(at(reply.json, "items")), 2);
	cr_expect_str_eq(text_at(reply.json, "items.0.integration"), "oncall/slack/team");
	cr_expect_str_eq(text_at(reply.json, "items.0.kind"), "slack");
	cr_expect(json_is_true(at(reply.json, "items.0.ok")));
	cr_expect_str_eq(text_at(reply.json, "items.0.text"), "delivered (200): ok");
	cr_expect(json_is_false(at(reply.json, "items.1.ok")));
	cr_expect_str_eq(text_at(reply.json, "items.1.text"), "refused for good (404): no_service");
	cr_expect_str_neq(fake_app_last_by(rig.app), "anonymous", "by comes from the token");
	reply_release(&reply);
	static const struct {
		const char *name, *body;
		unsigned who;
		long status;
	} cases[] = {
		{"oncall", "{}", 0, 403}, {"nobody", "{}", 1, 404}, {"oncall", "{\"x\":1}", 1, 400}, {"oncall", "{\"by\":7}", 1, 400}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *path = g_strconcat("/api/v1/receivers/", cases[i].name, "/test", NULL);
		reply = rig_call(&rig, "POST", path, rig.secrets[cases[i].who], json, cases[i].body);
		cr_expect_eq(reply.status, cases[i].status, "%s: %ld %s", path, reply.status, reply.body->str);
		reply_release(&reply);
		g_free(path);
	}
	clock_virtual_advance(rig.clock, 10000);
	fake_app_full(rig.app, true);
	reply = rig_call(&rig, "POST", "/api/v1/receivers/oncall/test", rig.secrets[1], json, "{}");
	cr_expect_eq(reply.status, 503);
	reply_release(&reply);
	rig_stop(&rig);
}

/* A test reaches people, and past all limits of a channel: a held key must not. */
Test(receivers, are_tested_once_in_ten_seconds)
{
	static const char path[] = "/api/v1/receivers/oncall/test", json[] = "Content-Type: application/json";
	static const struct {
		const char *path;
		msec_t before;
		long status;
	} calls[] = {{path, 0, 200}, {path, 0, 429}, {"/api/v1/receivers/web/test", 0, 200}, {path, 9999, 429}, {path, 1, 200}};
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
		clock_virtual_advance(rig.clock, calls[i].before);
		struct reply reply = rig_call(&rig, "POST", calls[i].path, NULL, json, "{}");
		cr_expect_eq(reply.status, calls[i].status, "call %zu: %ld %s", i, reply.status, reply.body->str);
		char *wait = reply_header(&reply, "Retry-After");
		cr_expect_str_eq(wait ? wait : "", i == 1 ? "10" : i == 3 ? "1" : "", "call %zu", i);
		g_free(wait);
		reply_release(&reply);
	}
	rig_stop(&rig);
}

Test(pending, is_listed_where_it_is_asked_for)
{
	static const struct {
		const char *query;
		size_t count;
	} cases[] = {
		{"", 2},
		{"?state=firing", 2},
		{"?state=pending", 1},
		{"?state=pending,firing", 3},
		{"?state=pending&severity=critical", 0},
		{"?state=pending&match=connector%3D%22payments%22", 1},
		{"?state=pending&match=connector%3D%22orders%22", 0},
		{"?state=pending&acknowledged=true", 0},
	};
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *path = g_strconcat("/api/v1/alerts", cases[i].query, NULL);
		struct reply reply = get(&rig, path, 200);
		cr_expect_eq(json_array_size(at(reply.json, "items")), cases[i].count, "%s: %s", path, reply.body->str);
		cr_expect_eq(at(reply.json, "left_off") != NULL, strstr(path, "pending") != NULL, "%s", path);
		reply_release(&reply);
		g_free(path);
	}
	struct reply reply = get(&rig, "/api/v1/alerts?state=pending", 200);
	cr_expect_str_eq(text_at(reply.json, "items.0.id"), FAKE_PENDING);
	cr_expect_str_eq(text_at(reply.json, "items.0.state"), "pending");
	cr_expect(json_is_string(at(reply.json, "items.0.pending_since")));
	cr_expect_eq(number_at(reply.json, "left_off"), 7);
	reply_release(&reply);
	fake_app_full(rig.app, true);
	reply = get(&rig, "/api/v1/alerts?state=pending", 503);
	reply_release(&reply);
	reply = get(&rig, "/api/v1/alerts", 200);
	reply_release(&reply);
	rig_stop(&rig);
}

/* Three of them in any order, one a page: each comes once. */
Test(pending, pages_go_through_it)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	GString *seen = g_string_new(NULL);
	char *cursor = g_strdup("");
	for (int page = 0; page < 3; page++) {
		char *path = g_strconcat("/api/v1/alerts?state=pending,firing&sort=-started_at&limit=1", cursor, NULL);
		struct reply reply = get(&rig, path, 200);
		g_string_append_printf(seen, "%s ", text_at(reply.json, "items.0.id"));
		g_free(cursor);
		cursor = page < 2 ? g_strconcat("&cursor=", text_at(reply.json, "next"), NULL) : NULL;
		cr_expect(page < 2 || json_is_null(at(reply.json, "next")));
		reply_release(&reply);
		g_free(path);
	}
	cr_expect_str_eq(seen->str, FAKE_PENDING " " FAKE_ACKED " " FAKE_FIRING " ");
	g_string_free(seen, TRUE);
	rig_stop(&rig);
}

Test(pending, cannot_be_taken)
{
	static const struct {
		const char *method, *path, *body;
		long status;
	} cases[] = {
		{"POST", "/api/v1/alerts/" FAKE_PENDING "/ack", "{}", 409},
		{"DELETE", "/api/v1/alerts/" FAKE_PENDING "/ack", "{}", 409},
		{"POST", "/api/v1/alerts/" FAKE_PENDING "/comments", "{\"comment\":\"x\"}", 409},
		{"POST", "/api/v1/alerts/ack", "{\"ids\":[\"" FAKE_FIRING "\",\"" FAKE_PENDING "\"]}", 409},
		{"GET", "/api/v1/alerts/" FAKE_PENDING, NULL, 404},
	};
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct reply reply = rig_call(&rig, cases[i].method, cases[i].path, NULL,
					      cases[i].body ? "Content-Type: application/json" : NULL, cases[i].body);
		cr_expect_eq(reply.status, cases[i].status, "case %zu: %ld %s", i, reply.status, reply.body->str);
		cr_expect(reply.status != 409 || strstr(text_at(reply.json, "error.message"), "pending"), "%s", reply.body->str);
		reply_release(&reply);
	}
	rig_stop(&rig);
}

Test(pending, has_points_by_its_key)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = get(&rig, "/api/v1/points?alert=" FAKE_PENDING "," FAKE_FIRING ",pending:0000000000000000", 200);
	cr_assert_eq(json_array_size(at(reply.json, "items")), 2, "%s", reply.body->str);
	cr_expect_str_eq(text_at(reply.json, "items.0.alert"), FAKE_PENDING);
	cr_expect_str_eq(text_at(reply.json, "items.0.connector"), "payments");
	cr_expect(json_array_size(at(reply.json, "items.0.points")) > 0);
	reply_release(&reply);
	reply = get(&rig, "/api/v1/points?alert=pending:0000000000000000", 200);
	cr_expect_eq(json_array_size(at(reply.json, "items")), 0, "it fired, or it is over");
	reply_release(&reply);
	rig_stop(&rig);
}
