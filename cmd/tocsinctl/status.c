/* status, reload: the daemon itself. */
#include "base/json.h"
#include "cmd/tocsinctl/client.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>

static void print_counts(const char *title, const json_t *counts)
{
	GString *text = g_string_new(NULL);
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)counts, name, value) g_string_append_printf(
		text, "%s%lld %s", text->len ? ", " : "", (long long)json_integer_value(value), name);
	output_line(title, "%s", text->len ? text->str : "none");
	g_string_free(text, TRUE);
}

static void print_unwell(const json_t *status)
{
	size_t i;
	json_t *it;
	json_array_foreach(json_object_get(status, "targets"), i, it) if (!json_get_bool(it, "up", true))
		output_line("Target down", "%s %s: %s", json_get_text(it, "source", ""),
			    json_get_text(it, "instance", ""), json_get_text(it, "failure", "not read yet"));
	json_array_foreach(json_object_get(status, "integrations"), i,
			   it) if (json_get_int(it, "dead_letters", 0) || json_get_int(it, "queued", 0))
		output_line("Channel", "%s: %lld queued, %lld dead: %s", json_get_text(it, "name", ""),
			    (long long)json_get_int(it, "queued", 0), (long long)json_get_int(it, "dead_letters", 0),
			    json_get_text(it, "last_error", "no error yet"));
	const char *problem = json_get_text(json_object_get(status, "store"), "problem", NULL);
	const char *reload = json_get_text(json_object_get(status, "config"), "reload_error", NULL);
	if (problem)
		output_line("Store", "%s", problem);
	if (reload)
		output_line("Reload failed", "%s", reload);
}

static void print_status(const struct ctl *ctl, const json_t *status)
{
	const json_t *alerts = json_object_get(status, "alerts");
	char *age = output_age(json_get_text(status, "started_at", NULL));
	char *last = output_age(json_get_text(status, "last_evaluation_at", NULL));
	output_line("Tocsin", "%s at %s, up %s", json_get_text(status, "version", ""), ctl->server, age);
	output_line("Health", "%s, %s", json_get_bool(status, "healthy", false) ? "healthy" : "NOT HEALTHY",
		    json_get_bool(status, "ready", false) ? "ready" : "not every source was read once");
	output_line("Evaluated", "%s ago, %lld rules, %lld instances, %lld series", last,
		    (long long)json_get_int(status, "rules", 0), (long long)json_get_int(status, "instances", 0),
		    (long long)json_get_int(status, "series", 0));
	print_counts("Open alerts", json_object_get(alerts, "by_severity"));
	print_counts("States", json_object_get(alerts, "by_state"));
	print_unwell(status);
	g_free(age);
	g_free(last);
}

int run_status(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	json_t *status = NULL;
	if (argc)
		return usage_error("status takes no arguments");
	int result = client_call(ctl, "GET", "/api/v1/status", NULL, &status);
	if (result == EXIT_OK && !output_object(ctl, status))
		print_status(ctl, status);
	json_decref(status);
	return result;
}

int run_reload(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	json_t *answer = NULL;
	if (argc)
		return usage_error("reload takes no arguments");
	int result = client_call(ctl, "POST", "/-/reload", json_object(), &answer);
	if (result == EXIT_OK && !output_object(ctl, answer))
		output_line("Reloaded", "%s", json_get_text(answer, "report", ""));
	json_decref(answer);
	return result;
}
