/* /metrics in both formats, held against promtool where it is installed; and the document against the table. */
#include "api/routes.h"
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check_with_promtool(const char *text)
{
	if (system("command -v promtool >/dev/null 2>&1") != 0)
		cr_skip("promtool is not installed");
	char *said = NULL, *problems = NULL, path[] = "/tmp/tocsin-metrics-XXXXXX";
	int status = 0;
	close(mkstemp(path));
	g_file_set_contents(path, text, -1, NULL);
	char *command = g_strdup_printf("sh -c 'promtool check metrics <%s'", path);
	g_spawn_command_line_sync(command, &said, &problems, &status, NULL);
	cr_expect_eq(status, 0, "%s%s", said, problems);
	remove(path);
	g_free(command);
	g_free(said);
	g_free(problems);
}

Test(metrics, prometheus_text)
{
	struct rig rig;
	rig_start(&rig, 0);
	struct reply reply = rig_call(&rig, "GET", "/metrics", NULL, NULL, NULL);
	char *type = reply_header(&reply, "Content-Type");
	cr_expect_str_eq(type, "text/plain; version=0.0.4; charset=utf-8");
	cr_expect(strstr(reply.body->str, "\n# TYPE connector_records_total counter\n"
					  "connector_records_total{connector=\"b\\\"\\\\x\"} 5\n"));
	cr_expect(strstr(reply.body->str, "\nconnector_lag{connector=\"a\"} 1.5\n"));
	cr_expect(strstr(reply.body->str, "tocsin_alerts{state=\"firing\",severity=\"critical\"} 1\n"));
	cr_expect(strstr(reply.body->str, "tocsin_notifications_sent_total{integration=\"oncall/slack/team\""));
	cr_expect(strstr(reply.body->str, "tocsin_template_failures_total{integration=\"oncall/slack/team\","
					  "receiver=\"oncall\",kind=\"slack\"} 3\n"));
	cr_expect(strstr(reply.body->str, "\n# TYPE tocsin_rule_errors_total counter\n"));
	cr_expect_null(strstr(reply.body->str, "NaN"));
	cr_expect_null(strstr(reply.body->str, "# EOF"));
	check_with_promtool(reply.body->str);
	g_free(type);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(metrics, openmetrics)
{
	struct rig rig;
	rig_start(&rig, 0);
	struct reply reply =
		rig_call(&rig, "GET", "/metrics", NULL, "Accept: application/openmetrics-text;version=1.0.0", NULL);
	char *type = reply_header(&reply, "Content-Type");
	cr_expect_str_eq(type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
	cr_expect(strstr(reply.body->str, "\n# TYPE connector_records counter\nconnector_records_total{"));
	cr_expect(g_str_has_suffix(reply.body->str, "\n# EOF\n"));
	g_free(type);
	reply_release(&reply);
	reply = rig_call(&rig, "GET", "/metrics", NULL,
			 "Accept: text/plain;version=0.0.4;q=0.6, application/openmetrics-text;version=1.0.0;q=0.5", NULL);
	cr_expect_null(strstr(reply.body->str, "# EOF"), "what it likes better");
	reply_release(&reply);
	rig_stop(&rig);
}

struct documented {
	char *method, *path, *role;
	GString *query;
};

/* The part of YAML that the document is written in: two blanks a level, a path, a method, x-role, parameters. */
static GPtrArray *read_document(const char *text)
{
	GPtrArray *list = g_ptr_array_new();
	char **lines = g_strsplit(text, "\n", -1), *path = NULL;
	struct documented *last = NULL;
	for (char **line = lines; *line && strcmp(*line, "components:") != 0; line++) {
		char name[64], method[16];
		if (g_str_has_prefix(*line, "  /")) {
			g_free(path);
			path = g_strndup(*line + 2, strlen(*line) - 3);
		} else if (path && strncmp(*line, "    ", 4) == 0 && (*line)[4] != ' ' &&
			   sscanf(*line, " %15[a-z]:", method) == 1) {
			last = g_new0(struct documented, 1);
			*last = (struct documented){g_ascii_strup(method, -1), g_strdup(path), NULL,
						    g_string_new(NULL)};
			g_ptr_array_add(list, last);
		} else if (last && g_str_has_prefix(*line, "      x-role: ")) {
			last->role = g_strdup(*line + strlen("      x-role: "));
		} else if (last && strstr(*line, "in: query") && sscanf(*line, " - {name: %63[a-z_],", name) == 1) {
			g_string_append_printf(last->query, "%s%s", last->query->len ? " " : "", name);
		}
	}
	g_free(path);
	g_strfreev(lines);
	return list;
}

static char *document(void)
{
	const char *top = getenv("top_srcdir");
	char *file = g_strconcat(top ? top : ".", "/api/openapi.yaml", NULL), *text = NULL;
	cr_assert(g_file_get_contents(file, &text, NULL, NULL), "%s", file);
	g_free(file);
	return text;
}

Test(openapi, document_and_table_say_the_same)
{
	char *text = document();
	GPtrArray *list = read_document(text);
	size_t count = 0;
	for (const struct endpoint *route = routes; route->method; route++, count++) {
		bool found = false;
		for (guint i = 0; i < list->len; i++) {
			const struct documented *it = list->pdata[i];
			if (strcmp(it->method, route->method) != 0 || strcmp(it->path, route->path) != 0)
				continue;
			found = true;
			cr_expect_str_eq(it->role, role_name(route->role), "%s %s", it->method, it->path);
			const char *query = route->query && strcmp(route->query, "*") != 0 ? route->query : "";
			cr_expect_str_eq(it->query->str, query, "%s %s", it->method, it->path);
		}
		cr_expect(found, "%s %s is not in the document", route->method, route->path);
	}
	cr_expect_eq(list->len, count, "the document has routes that the table has not");
	for (guint i = 0; i < list->len; i++) {
		struct documented *it = list->pdata[i];
		g_free(it->method);
		g_free(it->path);
		g_free(it->role);
		g_string_free(it->query, TRUE);
		g_free(it);
	}
	g_ptr_array_free(list, TRUE);
	g_free(text);
}

static bool documents(const char *text, const char *key)
{
	size_t length = strlen(key);
	for (const char *at = text; (at = strstr(at, key)); at += length)
		if (at > text && strchr(" {", at[-1]) && at[length] == ':')
			return true;
	return false;
}

/* Keys of these are not the server's words. */
static bool is_free(const char *key)
{
	static const char *const keys[] = {"labels", "annotations", "by_state", "by_severity", "states"};
	return g_strv_contains(keys, key);
}

static void expect_documented(const json_t *value, const char *text, const char *path)
{
	const char *key;
	json_t *part;
	size_t i;
	json_array_foreach(value, i, part)
	{
		expect_documented(part, text, path);
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, part)
	{
		cr_expect(documents(text, key), "%s answers %s, of which the document says nothing", path, key);
		if (!is_free(key))
			expect_documented(part, text, path);
	}
}

Test(openapi, document_says_of_each_key_that_is_answered)
{
	static const char *const paths[] = {
		"/api/v1/alerts?state=pending,firing", "/api/v1/alerts/" FAKE_ACKED, "/api/v1/alerts/nobody", "/api/v1/clusters",
		"/api/v1/connectors", "/api/v1/events", "/api/v1/history", "/api/v1/history/counts", "/api/v1/notifications",
		"/api/v1/points?cluster=prod", "/api/v1/points?alert=" FAKE_FIRING, "/api/v1/receivers", "/api/v1/rules",
		"/api/v1/session", "/api/v1/status", "/api/prod/connectors", "/api/prod/connectors/orders%2Feu/metrics",
		"/api/prod/summary"};
	struct rig rig;
	rig_start(&rig, 0);
	char *text = document();
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		struct reply reply = rig_call(&rig, "GET", paths[i], NULL, NULL, NULL);
		cr_assert_not_null(reply.json, "%s: %s", paths[i], reply.body->str);
		expect_documented(reply.json, text, paths[i]);
		reply_release(&reply);
	}
	g_free(text);
	rig_stop(&rig);
}
