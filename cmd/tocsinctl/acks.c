/* ack, unack, comment: what people do with alerts. */
#include "base/json.h"
#include "cmd/tocsinctl/client.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>

static char *message, *length, *until;
static gboolean sticky;

const GOptionEntry ack_options[] = {
	{"message", 'm', 0, G_OPTION_ARG_STRING, &message, "A comment", "TEXT"},
	{"for", 0, 0, G_OPTION_ARG_STRING, &length, "For this long: 30m, 2h, 1d", "DURATION"},
	{"until", 0, 0, G_OPTION_ARG_STRING, &until, "Until this time, RFC 3339", "TIME"},
	{"sticky", 0, 0, G_OPTION_ARG_NONE, &sticky, "Keep it even if it gets worse", NULL},
	{NULL},
};
const GOptionEntry comment_options[] = {
	{"message", 'm', 0, G_OPTION_ARG_STRING, &message, "The comment", "TEXT"},
	{NULL},
};

static void set_text(json_t *body, const char *key, const char *text)
{
	if (text)
		json_object_set_new(body, key, json_text_value(text));
}

/* With a token the server knows who we are. */
static json_t *new_body(const struct ctl *ctl)
{
	json_t *body = json_object();
	set_text(body, "by", ctl->token ? NULL : g_get_user_name());
	set_text(body, "comment", message);
	return body;
}

static int one(struct ctl *ctl, const char *method, const char *id, const char *what, json_t *body)
{
	json_t *alert = NULL;
	char *path = client_path("/api/v1/alerts/", id, what);
	int result = client_call(ctl, method, path, body, &alert);
	if (result == EXIT_OK && !output_object(ctl, alert)) {
		const char *by = json_get_text(json_object_get(alert, "acknowledged"), "by", NULL);
		char *object = output_object_name(json_object_get(alert, "labels"));
		output_line(json_get_text(alert, "id", id), "%s %s, %s%s", json_get_text(alert, "rule", ""), object,
			    by ? "taken by " : "taken by nobody", by ? by : "");
		g_free(object);
	}
	json_decref(alert);
	g_free(path);
	return result;
}

static int item_code(const json_t *item)
{
	const char *code = json_get_text(json_object_get(item, "error"), "code", "");
	if (json_get_bool(item, "ok", false))
		return EXIT_OK;
	return g_str_equal(code, "not_found")  ? EXIT_NOT_FOUND
	       : g_str_equal(code, "conflict") ? EXIT_CONFLICT
					       : EXIT_FAILED;
}

static void tell_item(const json_t *item)
{
	const char *id = json_get_text(item, "id", "");
	if (json_get_bool(item, "ok", false)) {
		output_line(id, "done");
		return;
	}
	char *why = output_clean(json_get_text(json_object_get(item, "error"), "message", ""));
	fprintf(stderr, "tocsinctl: %s: %s\n", id, why);
	g_free(why);
}

/* All or some of them: the exit code is that of the first that failed. */
static int many(struct ctl *ctl, const char *method, int argc, char **argv, json_t *body)
{
	json_t *answer = NULL, *ids = json_array(), *item;
	size_t i;
	for (int at = 0; at < argc; at++)
		json_array_append_new(ids, json_text_value(argv[at]));
	json_object_set_new(body, "ids", ids);
	int result = client_call(ctl, method, "/api/v1/alerts/ack", body, &answer);
	bool machine = result == EXIT_OK && output_object(ctl, answer);
	json_array_foreach(json_object_get(answer, "items"), i, item)
	{
		if (!machine)
			tell_item(item);
		result = result == EXIT_OK ? item_code(item) : result;
	}
	json_decref(answer);
	return result;
}

static int act(struct ctl *ctl, const char *method, int argc, char **argv, json_t *body)
{
	return argc == 1 ? one(ctl, method, argv[0], "/ack", body) : many(ctl, method, argc, argv, body);
}

int run_ack(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 0)
		return usage_error("ack takes at least one ID");
	json_t *body = new_body(ctl);
	set_text(body, "for", length);
	set_text(body, "until", until);
	if (sticky)
		json_object_set_new(body, "sticky", json_true());
	return act(ctl, "POST", argc, argv, body);
}

int run_unack(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 0)
		return usage_error("unack takes at least one ID");
	return act(ctl, "DELETE", argc, argv, new_body(ctl));
}

int run_comment(struct ctl *ctl, int argc, char **argv)
{
	if (argc != 1 || !message)
		return usage_error("comment takes one ID and -m TEXT");
	return one(ctl, "POST", argv[0], "/comments", new_body(ctl));
}
