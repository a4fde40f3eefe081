/* rules, notifications, notification retry. */
#include "base/json.h"
#include "cmd/tocsinctl/client.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>

static char *state, *integration;
static int limit;

const GOptionEntry notifications_options[] = {
	{"state", 0, 0, G_OPTION_ARG_STRING, &state, "pending, sending, sent, retry, ambiguous, dead or cancelled",
	 "STATE"},
	{"integration", 0, 0, G_OPTION_ARG_STRING, &integration, "Only of this integration", "NAME"},
	{"limit", 'n', 0, G_OPTION_ARG_INT, &limit, "At most so many; default 100", "N"},
	{NULL},
};

static char *state_count(const json_t *rule, const char *name)
{
	return output_text(json_object_get(json_object_get(rule, "states"), name));
}

static char *pending_count(const json_t *rule)
{
	return state_count(rule, "pending");
}

static char *firing_count(const json_t *rule)
{
	return state_count(rule, "firing");
}

static char *no_data_count(const json_t *rule)
{
	return state_count(rule, "no_data");
}

static char *rule_place(const json_t *rule)
{
	return output_place(json_object_get(rule, "source"));
}

static const struct column rule_columns[] = {
	{"NAME", "name", NULL},           {"KIND", "kind", NULL},
	{"CONDITION", "condition", NULL}, {"INSTANCES", "instances", NULL},
	{"PENDING", NULL, pending_count}, {"FIRING", NULL, firing_count},
	{"NO DATA", NULL, no_data_count}, {"ERRORS", "errors", NULL},
	{"PLACE", NULL, rule_place},      {NULL, NULL, NULL},
};
static const struct column notification_columns[] = {
	{"ID", "id", NULL},
	{"CREATED", "created_at", NULL},
	{"TYPE", "type", NULL},
	{"STATE", "state", NULL},
	{"ATTEMPTS", "attempts", NULL},
	{"INTEGRATION", "integration", NULL},
	{"RECIPIENT", "recipient", NULL},
	{"RESULT", "result", NULL},
	{NULL, NULL, NULL},
};

static int list(struct ctl *ctl, const char *path, size_t most, const struct column *columns)
{
	json_t *answer = NULL;
	int result = client_list(ctl, path, most, &answer);
	if (result == EXIT_OK)
		output_list(ctl, answer, columns);
	json_decref(answer);
	return result;
}

int run_rules(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	return argc ? usage_error("rules takes no arguments") : list(ctl, "/api/v1/rules", 0, rule_columns);
}

int run_notifications(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	if (argc || limit < 0)
		return usage_error("notifications takes options only, and --limit above 0");
	GString *path = g_string_new("/api/v1/notifications");
	query_add(path, "state", state);
	query_add(path, "integration", integration);
	int result = list(ctl, path->str, limit ? (size_t)limit : 100, notification_columns);
	g_string_free(path, TRUE);
	return result;
}

static int retry(struct ctl *ctl, const char *id)
{
	json_t *body = json_object();
	if (!ctl->token)
		json_object_set_new(body, "by", json_text_value(g_get_user_name()));
	char *path = client_path("/api/v1/notifications/", id, "/retry");
	int code = client_call(ctl, "POST", path, body, NULL);
	g_free(path);
	return code;
}

int run_notification_retry(struct ctl *ctl, int argc, char **argv)
{
	int result = argc > 0 ? EXIT_OK : usage_error("notification retry takes at least one ID");
	json_t *items = json_array();
	for (int i = 0; i < argc; i++) {
		int code = retry(ctl, argv[i]);
		if (code == EXIT_OK && ctl->output == OUTPUT_TABLE)
			output_line(argv[i], "will be tried again");
		json_array_append_new(items, json_pack("{s:o, s:b}", "id", json_text_value(argv[i]), "ok", code == EXIT_OK));
		result = result == EXIT_OK ? code : result;
	}
	json_t *answer = json_pack("{s:o}", "items", items);
	if (argc > 0 && ctl->output != OUTPUT_TABLE)
		output_list(ctl, answer, NULL);
	json_decref(answer);
	return result;
}
