#include "sources/connect_rest.h"
#include "tests/sources/fixtures.h"
#include <criterion/criterion.h>
#include <string.h>

Test(connect_rest, reads_states_workers_and_traces)
{
	struct arena *arena = arena_new();
	struct connect_inventory inventory;
	struct error err = {""};
	size_t length;
	char *body = fixture("connect-status.json", &length);

	cr_assert(connect_inventory_parse(body, length, arena, &inventory, &err), "%s", err.text);
	g_free(body);
	cr_expect_eq(inventory.count, 5);
	const struct connect_connector *sink = connect_inventory_find(&inventory, "orders-sink");
	cr_assert_not_null(sink);
	cr_expect_str_eq(sink->type, "sink");
	cr_expect_eq(sink->state, CONNECT_STATE_RUNNING);
	const struct connect_task *failed = connect_connector_task(sink, 1);
	cr_assert_not_null(failed);
	cr_expect_eq(failed->state, CONNECT_STATE_FAILED);
	cr_expect_str_eq(failed->worker, "connect-2:8083");
	cr_expect(g_str_has_prefix(failed->trace, "org.apache.kafka.connect.errors.ConnectException"));
	cr_expect(strstr(failed->trace, "\nCaused by: java.io.IOException: No space left on device"));
	cr_expect_null(strstr(failed->trace, "Thread.run"));
	cr_expect_null(connect_connector_task(sink, 0)->trace);
	const struct connect_connector *stopped = connect_inventory_find(&inventory, "stopped");
	cr_expect(stopped->state == CONNECT_STATE_STOPPED && stopped->task_count == 0);
	cr_expect_eq(connect_inventory_find(&inventory, "strange")->state, CONNECT_STATE_OTHER);
	cr_expect_null(connect_inventory_find(&inventory, "orders"));
	arena_free(arena);
}

Test(connect_rest, an_empty_cluster_is_an_inventory_and_a_broken_answer_is_none)
{
	static const struct {
		const char *body;
		bool ok;
	} cases[] = {
		{"{}", true},
		{"[]", false},
		{"[\"a\"]", false},
		{"", false},
		{"<html>", false},
		{"{\"a\":{\"info\":{}}}", false},
		{"{\"a\":{\"status\":{\"connector\":{}}}}", true},
		{"{\"a\":{\"status\":{\"connector\":{\"state\":7},\"tasks\":{}}}}", false},
		{"{\"a\":{\"status\":{\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[1,{\"id\":\"x\"},{\"id\":0}]}}}",
		 true},
		{"{\"a\":{\"status\":{\"connector\":{\"state\":\"RUNNING\"}}}", false},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct connect_inventory inventory = {.count = 77};
		struct error err = {""};
		bool ok = connect_inventory_parse(cases[i].body, strlen(cases[i].body), arena, &inventory, &err);
		cr_expect_eq(ok, cases[i].ok, "%s: %s", cases[i].body, err.text);
		cr_expect(ok ? inventory.count <= 1 : inventory.count == 77 && err.text[0], "%s", cases[i].body);
	}
	arena_free(arena);
}

Test(connect_rest, errors_say_what_they_mean)
{
	static const struct {
		int status;
		const char *body, *text;
	} cases[] = {
		{409,
		 "{\"error_code\":409,\"message\":\"Cannot complete request momentarily due to stale configuration\"}",
		 "HTTP 409: Cannot complete request momentarily due to stale configuration"},
		{409, "", "HTTP 409: a rebalance is going on"},
		{404, "<html>not found</html>",
		 "HTTP 404: no such path: not Kafka Connect's REST, or it is still starting"},
		{500, "{\"message\":12}", "HTTP 500"},
		{502, "<html>", "HTTP 502"},
		{500, "{\"message\":\"a\\u001b[31mb\"}", "HTTP 500: ab"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char text[256];
		connect_error_text(cases[i].status, cases[i].body, strlen(cases[i].body), text, sizeof text);
		cr_expect_str_eq(text, cases[i].text);
	}
}

Test(connect_rest, a_trace_is_bounded)
{
	struct arena *arena = arena_new();
	char *line = g_strnfill(100000, 'x'), *many = g_strdup("");

	cr_expect_leq(strlen(connect_trace_cut(line, arena)), 2048);
	cr_expect_gt(strlen(connect_trace_cut(line, arena)), 1000);
	for (int i = 0; i < 500; i++) {
		char *longer = g_strconcat(many, "Caused by: something\n", NULL);
		g_free(many);
		many = longer;
	}
	cr_expect_leq(strlen(connect_trace_cut(many, arena)), 2048);
	cr_expect_null(connect_trace_cut(NULL, arena));
	g_free(line);
	g_free(many);
	arena_free(arena);
}
