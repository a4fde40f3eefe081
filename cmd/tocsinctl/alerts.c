/* alerts, alert show, history. */
#include "base/json.h"
#include "cmd/tocsinctl/client.h"
#include "cmd/tocsinctl/filter.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>
#include <string.h>

static int limit;
static char *sort, *from, *to, *state;
static gboolean exit_code, unacknowledged;

const GOptionEntry alerts_options[] = {
	{"sort", 0, 0, G_OPTION_ARG_STRING, &sort, "severity, started_at or updated_at; '-' in front: descending",
	 "KEY"},
	{"limit", 'n', 0, G_OPTION_ARG_INT, &limit, "At most so many", "N"},
	{"state", 0, 0, G_OPTION_ARG_STRING, &state, "pending, firing, recovering or no_data; several with commas", "STATE"},
	{"unacknowledged", 0, 0, G_OPTION_ARG_NONE, &unacknowledged, "Only what nobody has taken", NULL},
	{"exit-code", 0, 0, G_OPTION_ARG_NONE, &exit_code, "Exit with 10 if there are any", NULL},
	{NULL},
};
const GOptionEntry history_options[] = {
	{"from", 0, 0, G_OPTION_ARG_STRING, &from, "From this time: RFC 3339, -24h or now; default -24h", "TIME"},
	{"to", 0, 0, G_OPTION_ARG_STRING, &to, "To this time; default now", "TIME"},
	{"limit", 'n', 0, G_OPTION_ARG_INT, &limit, "At most so many; default 100", "N"},
	{NULL},
};

static char *object_text(const json_t *alert)
{
	return output_object_name(json_object_get(alert, "labels"));
}

static char *age_text(const json_t *alert)
{
	return output_age(json_get_text(alert, "started_at", NULL));
}

static char *taken_text(const json_t *alert)
{
	return output_text(json_object_get(json_object_get(alert, "acknowledged"), "by"));
}

static char *fact_text(const json_t *alert)
{
	const char *summary = json_get_text(json_object_get(alert, "annotations"), "summary", "");
	return output_clean(json_get_text(alert, "fact", summary));
}

static const struct column alert_columns[] = {
	{"ID", "id", NULL},          {"SEVERITY", "severity", NULL}, {"STATE", "state", NULL},
	{"AGE", NULL, age_text},     {"RULE", "rule", NULL},         {"OBJECT", NULL, object_text},
	{"TAKEN", NULL, taken_text}, {"FACT", NULL, fact_text},      {NULL, NULL, NULL},
};
static const struct column history_columns[] = {
	{"ID", "id", NULL},
	{"SEVERITY", "peak_severity", NULL},
	{"STATE", "state", NULL},
	{"STARTED", "started_at", NULL},
	{"ENDED", "ended_at", NULL},
	{"RULE", "rule", NULL},
	{"OBJECT", NULL, object_text},
	{"REASON", "reason", NULL},
	{NULL, NULL, NULL},
};

static int list(struct ctl *ctl, GString *path, size_t most, const struct column *columns, bool *some)
{
	json_t *answer = NULL;
	int result = client_list(ctl, path->str, most, &answer);
	if (result == EXIT_OK)
		output_list(ctl, answer, columns);
	*some = json_array_size(json_object_get(answer, "items")) > 0;
	json_decref(answer);
	return result;
}

int run_alerts(struct ctl *ctl, int argc, char **argv)
{
	GString *path = g_string_new("/api/v1/alerts?limit=1000");
	bool some = false;
	int result = EXIT_USAGE;
	query_add(path, "sort", sort);
	query_add(path, "state", state);
	query_add(path, "acknowledged", unacknowledged ? "false" : NULL);
	if (limit < 0)
		usage_error("--limit is a number above 0");
	else if (filter_add(path, argc, argv))
		result = list(ctl, path, (size_t)limit, alert_columns, &some);
	g_string_free(path, TRUE);
	return result == EXIT_OK && exit_code && some ? EXIT_CONDITION : result;
}

int run_history(struct ctl *ctl, int argc, char **argv)
{
	GString *path = g_string_new("/api/v1/history");
	bool some;
	int result = EXIT_USAGE;
	query_add(path, "from", from ? from : "-24h");
	query_add(path, "to", to);
	if (limit < 0)
		usage_error("--limit is a number above 0");
	else if (filter_add(path, argc, argv))
		result = list(ctl, path, limit ? (size_t)limit : 100, history_columns, &some);
	g_string_free(path, TRUE);
	return result;
}

static void print_labels(const char *title, const json_t *labels)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)labels, name, value)
	{
		output_line(title, "%s = %s", name, json_string_value(value));
		title = "";
	}
}

static void print_timeline(const json_t *events)
{
	size_t i;
	json_t *event;
	puts("\nTimeline");
	json_array_foreach(events, i, event)
	{
		const char *by = json_get_text(event, "by", NULL), *what = json_get_text(event, "transition", NULL);
		const char *detail = json_get_text(event, "comment", json_get_text(event, "detail", NULL));
		const char *where = json_get_text(event, "integration", NULL);
		output_line("", "%s  %s%s%s%s%s%s%s%s%s", json_get_text(event, "at", ""),
			    json_get_text(event, "kind", ""), what ? " " : "", what ? what : "", where ? " " : "",
			    where ? where : "", by ? " by " : "", by ? by : "", detail ? ": " : "",
			    detail ? detail : "");
		const char *reason = json_get_text(event, "reason", NULL);
		if (reason)
			output_line("", "    because: %s", reason);
	}
}

static void print_notifications(const json_t *rows)
{
	size_t i;
	json_t *row;
	if (json_array_size(rows) > 0)
		puts("\nNotifications");
	json_array_foreach(rows, i, row)
	{
		const char *result = json_get_text(row, "result", NULL);
		output_line("", "%s  %s %s to %s, attempts %lld%s%s", json_get_text(row, "created_at", ""),
			    json_get_text(row, "type", ""), json_get_text(row, "state", ""),
			    json_get_text(row, "integration", ""), (long long)json_get_int(row, "attempts", 0),
			    result ? ": " : "", result ? result : "");
	}
}

static void print_alert(const json_t *alert)
{
	const json_t *ack = json_object_get(alert, "acknowledged");
	char *object = object_text(alert), *age = age_text(alert), *fact = fact_text(alert);
	char *place = output_place(json_object_get(alert, "rule_source"));
	output_line("Alert", "%s", json_get_text(alert, "id", ""));
	output_line("Rule", "%s (%s)", json_get_text(alert, "rule", ""), place);
	output_line("Object", "%s", object);
	output_line("State", "%s, %s%s", json_get_text(alert, "state", ""), json_get_text(alert, "severity", ""),
		    json_get_bool(alert, "flapping", false) ? ", flapping" : "");
	output_line("Fact", "%s", fact);
	output_line("Started", "%s (%s ago)", json_get_text(alert, "started_at", ""), age);
	if (json_get_text(alert, "ended_at", NULL))
		output_line("Ended", "%s", json_get_text(alert, "ended_at", ""));
	output_line("Reason", "%s: %s", json_get_text(alert, "reason", ""),
		    json_get_text(json_object_get(alert, "why"), "text", ""));
	if (json_is_object(ack))
		output_line("Taken", "by %s until %s%s%s", json_get_text(ack, "by", ""),
			    json_get_text(ack, "until",
					  json_get_bool(ack, "sticky", false) ? "resolved" : "resolved or worse"),
			    json_get_text(ack, "comment", NULL) ? ": " : "", json_get_text(ack, "comment", ""));
	print_labels("Labels", json_object_get(alert, "labels"));
	print_labels("Annotations", json_object_get(alert, "annotations"));
	print_timeline(json_object_get(alert, "timeline"));
	print_notifications(json_object_get(alert, "notifications"));
	g_free(place);
	g_free(object);
	g_free(age);
	g_free(fact);
}

int run_alert_show(struct ctl *ctl, int argc, char **argv)
{
	json_t *alert = NULL;
	if (argc != 1)
		return usage_error("alert show takes one ID");
	char *path = client_path("/api/v1/alerts/", argv[0], "");
	int result = client_call(ctl, "GET", path, NULL, &alert);
	if (result == EXIT_OK && !output_object(ctl, alert))
		print_alert(alert);
	json_decref(alert);
	g_free(path);
	return result;
}
