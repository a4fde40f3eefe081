/* receivers, receivers test. */
#include "base/json.h"
#include "cmd/tocsinctl/client.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>

static char *oldest(const json_t *row)
{
	return output_age(json_get_text(row, "oldest_queued_at", NULL));
}

static char *last_sent(const json_t *row)
{
	return output_age(json_get_text(row, "last_sent_at", NULL));
}

static char *last_error(const json_t *row)
{
	return output_text(json_object_get(json_object_get(row, "last_error"), "text"));
}

static const struct column receiver_columns[] = {
	{"RECEIVER", "receiver", NULL},
	{"KIND", "kind", NULL},
	{"NAME", "name", NULL},
	{"TARGET", "target", NULL},
	{"STATE", "state", NULL},
	{"QUEUED", "queued", NULL},
	{"OLDEST", NULL, oldest},
	{"SENT 24H", "sent_24h", NULL},
	{"FAILED 24H", "failed_24h", NULL},
	{"DEAD", "dead", NULL},
	{"LAST SENT", NULL, last_sent},
	{"LAST ERROR", NULL, last_error},
	{NULL, NULL, NULL},
};
static const struct column test_columns[] = {
	{"INTEGRATION", "integration", NULL},
	{"RECIPIENT", "recipient", NULL},
	{"OK", "ok", NULL},
	{"ANSWER", "text", NULL},
	{NULL, NULL, NULL},
};

/* One row an integration, with its receiver's name in it. */
static json_t *rows_of(const json_t *receivers)
{
	json_t *rows = json_array(), *receiver, *integration;
	size_t i, k;
	json_array_foreach(receivers, i, receiver)
	{
		json_array_foreach(json_object_get(receiver, "integrations"), k, integration)
		{
			json_object_set(integration, "receiver", json_object_get(receiver, "name"));
			json_array_append(rows, integration);
		}
	}
	return rows;
}

int run_receivers(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	json_t *answer = NULL;
	if (argc)
		return usage_error("receivers takes no arguments; 'receivers test NAME' tries one");
	int result = client_list(ctl, "/api/v1/receivers", 0, &answer);
	if (result == EXIT_OK && ctl->output == OUTPUT_TABLE) {
		json_t *rows = rows_of(json_object_get(answer, "items"));
		output_list(ctl, rows, receiver_columns);
		json_decref(rows);
	} else if (result == EXIT_OK) {
		output_list(ctl, answer, receiver_columns);
	}
	json_decref(answer);
	return result;
}

static bool all_ok(const json_t *items)
{
	for (size_t i = 0; i < json_array_size(items); i++)
		if (!json_get_bool(json_array_get(items, i), "ok", false))
			return false;
	return true;
}

int run_receiver_test(struct ctl *ctl, int argc, char **argv)
{
	json_t *answer = NULL, *body = json_object();
	if (argc != 1) {
		json_decref(body);
		return usage_error("receivers test takes the NAME of a receiver");
	}
	if (!ctl->token)
		json_object_set_new(body, "by", json_text_value(g_get_user_name()));
	char *path = client_path("/api/v1/receivers/", argv[0], "/test");
	int result = client_call(ctl, "POST", path, body, &answer);
	if (result == EXIT_OK) {
		output_list(ctl, answer, test_columns);
		result = all_ok(json_object_get(answer, "items")) ? EXIT_OK : EXIT_FAILED;
	}
	json_decref(answer);
	g_free(path);
	return result;
}
