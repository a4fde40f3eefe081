/* The toast feed of the page: the one-line form, split at its first full stop. Nothing leaves the process here: the
 * event travels in the result and is published after the commit. */
#include "base/json.h"
#include "notifiers/custom.h"
#include "notifiers/http_verdict.h"
#include "notifiers/kinds.h"
#include "notifiers/message_compose.h"
#include <stdlib.h>
#include <string.h>

static json_t *alert_ids(const struct notification *n)
{
	json_t *ids = json_array();
	for (uint32_t i = 0; i < n->alert_count; i++)
		json_array_append_new(ids, json_string(n->alerts[i].alert->id));
	return ids;
}

/* "1.3 %" has a full stop, too: the one that ends a sentence has a blank behind it and a letter or digit after. */
static size_t first_sentence(const char *line)
{
	const char *stop = strstr(line, ". ");
	return stop ? (size_t)(stop - line) : strlen(line);
}

static json_t *toast_event(const struct message *message)
{
	const struct notification *n = message->notification;
	size_t title = first_sentence(message->one_line);
	const char *body = message->one_line + title;
	while (*body == '.' || *body == ' ')
		body++;
	char *head = g_strndup(message->one_line, title);
	json_t *event = json_object();
	json_object_set_new(event, "id", json_string(n->key));
	json_object_set_new(event, "incident", json_text_value(n->incident));
	json_object_set_new(event, "type", json_string(notification_type_name(n->type)));
	json_object_set_new(event, "severity", json_string(message->severity_word));
	json_object_set_new(event, "title", json_text_value(head));
	json_object_set_new(event, "body", json_text_value(body));
	json_object_set_new(event, "alerts", alert_ids(n));
	json_object_set_new(event, "url", message->open_url ? json_text_value(message->open_url) : json_null());
	json_object_set_new(event, "at", json_time_value(n->at));
	g_free(head);
	return event;
}

static void toast_send(struct integration *integration, const struct delivery *delivery, delivery_done_fn *done,
		       void *ctx)
{
	struct arena *arena = arena_new();
	struct message *message = message_new(delivery->notification, arena);
	struct delivery_result result;
	delivery_result_init(&result, DELIVERY_SENT);
	delivery_detail(&result, "published");
	json_t *event = toast_event(message);
	result.toast = json_text(event);
	json_decref(event);
	message_release(message);
	arena_free(arena);
	done(ctx, &result);
}

static char *toast_target(const struct integration *integration)
{
	return g_strdup("toast"); /* there is one feed */
}

static const struct notifier_defaults defaults = {
	.rate = "1000", .burst = "10000", .concurrency = "64", .timeout = "5s", .give_up_after = "1h"};

const struct notifier_kind notifier_toast = {
	.name = "toast",
	.data_size = 1,
	.defaults = &defaults,
	.target = toast_target,
	.shown = toast_target,
	.send = toast_send,
};
