/* History as clients meet it: items, the board at a time, the spreadsheet, counts. */
#include "api/history_query.h"
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <string.h>

static const json_t *item_at(const struct reply *reply, size_t i)
{
	return json_array_get(json_object_get(reply->json, "items"), i);
}

Test(history, says_who_took_it_and_how_long_it_lasted)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = rig_call(&rig, "GET", "/api/v1/history", NULL, NULL, NULL);
	const json_t *acked = item_at(&reply, 1), *closed = item_at(&reply, 2);
	cr_expect_str_eq(json_string_value(json_object_get(acked, "acknowledged_by")), "ada");
	cr_expect_eq(json_integer_value(json_object_get(acked, "time_to_ack_msec")), 5000);
	cr_expect_eq(json_integer_value(json_object_get(acked, "messages")), 2);
	cr_expect_eq(json_integer_value(json_object_get(acked, "duration_msec")), 30000, "until now");
	cr_expect(json_is_true(json_object_get(acked, "still_open")));
	cr_expect(json_is_null(json_object_get(closed, "time_to_ack_msec")));
	cr_expect_eq(json_integer_value(json_object_get(closed, "duration_msec")), 60000);
	cr_expect(json_is_false(json_object_get(closed, "still_open")));
	cr_expect_str_eq(json_string_value(json_object_get(closed, "max_severity")), "warning");
	reply_release(&reply);
	reply = rig_call(&rig, "GET", "/api/v1/history?at=2026-05-28T19:26:50Z", NULL, NULL, NULL);
	cr_expect_str_eq(json_string_value(json_object_get(reply.json, "at")), "2026-05-28T19:26:50.000Z", "%s",
			 reply.body->str);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(history, as_a_spreadsheet)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = rig_call(&rig, "GET", "/api/v1/history", NULL, "Accept: text/csv;q=0.2, application/json", NULL);
	cr_expect_not_null(reply.json, "what it likes better");
	reply_release(&reply);
	reply = rig_call(&rig, "GET", "/api/v1/history", NULL, "Accept: application/json;q=0.2, text/csv", NULL);
	char *type = reply_header(&reply, "Content-Type"), *how = reply_header(&reply, "Content-Disposition");
	cr_expect(g_str_has_prefix(type, "text/csv"));
	cr_expect(g_str_has_prefix(how, "attachment"));
	char **lines = g_strsplit(reply.body->str, "\r\n", -1);
	cr_assert_eq(g_strv_length(lines), 5, "%s", reply.body->str); /* a head, three episodes, the end */
	cr_expect(g_str_has_prefix(lines[0], "id,rule,state,"));
	cr_expect(g_str_has_prefix(lines[1], FAKE_FIRING ",ErrorRate,firing,critical,critical,prod,orders,"));
	cr_expect(strstr(lines[2], ",ada,5000,2,\"alertname=ErrorRate, cluster=prod"), "%s", lines[2]);
	cr_expect(strstr(lines[3], ",false,60000,,,,0,"), "%s", lines[3]);
	g_strfreev(lines);
	g_free(type);
	g_free(how);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(history, a_spreadsheet_has_a_bound_and_says_so)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	fake_app_fatten(rig.app, 17 << 20); /* two of them are more than 32 MiB */
	for (int whole = 0; whole < 2; whole++) {
		struct reply reply = rig_call(&rig, "GET", whole ? "/api/v1/history?state=firing" : "/api/v1/history", NULL,
					      "Accept: text/csv", NULL);
		char *truncated = reply_header(&reply, "X-Truncated");
		cr_expect_eq(g_strcmp0(truncated, "true") == 0, whole == 0, "the third of them is left out");
		cr_expect(strstr(reply.body->str, FAKE_ACKED) && !strstr(reply.body->str, FAKE_CLOSED));
		g_free(truncated);
		reply_release(&reply);
	}
	rig_stop(&rig);
}

Test(csv, fields)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"plain", "plain"},
		{"a,b", "\"a,b\""},
		{"say \"x\"", "\"say \"\"x\"\"\""},
		{"two\nlines", "\"two\nlines\""},
		{"=1+1", "\"'=1+1\""},
		{"+1", "\"'+1\""},
		{"-1", "\"'-1\""},
		{"@a", "\"'@a\""},
		{"\tx", "\"'\tx\""},
		{"\rx", "\"'\rx\""},
		{"a=b", "a=b"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *out = g_string_new(NULL);
		csv_append(out, cases[i].text);
		cr_expect_str_eq(out->str, cases[i].want);
		g_string_free(out, TRUE);
	}
}

Test(history, in_buckets)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	struct reply reply = rig_call(&rig, "GET", "/api/v1/history/counts?from=-1h&buckets=6", NULL, NULL, NULL);
	const json_t *first = item_at(&reply, 0), *figures = json_object_get(reply.json, "figures");
	cr_expect_eq(json_array_size(json_object_get(reply.json, "items")), 6);
	cr_expect_eq(json_integer_value(json_object_get(reply.json, "bucket_msec")), 600000);
	cr_expect_eq(json_integer_value(json_object_get(json_object_get(first, "opened"), "critical")), 3);
	cr_expect_eq(json_integer_value(json_object_get(json_object_get(first, "open"), "warning")), 2);
	cr_expect_eq(json_integer_value(json_object_get(figures, "median_duration_msec")), 60000);
	cr_expect(json_is_null(json_object_get(figures, "median_time_to_ack_critical_msec")));
	reply_release(&reply);
	rig_stop(&rig);
}
