#include "notifiers/message_actions.h"
#include "model/words.h"
#include <string.h>

static bool http_url(const char *url)
{
	return url && (g_str_has_prefix(url, "https://") || g_str_has_prefix(url, "http://")) &&
	       strlen(url) <= MESSAGE_URL_MAX;
}

/* Blanks, quotes and brackets cannot stand in a link of any channel; | ends Slack's. */
static const char *clean_url(struct message *message, const char *url)
{
	char *escaped = g_uri_escape_string(url, ":/?#[]@!$&'()*+,;=%~", FALSE);
	char *copy = arena_strdup(message->arena, escaped);
	g_free(escaped);
	return copy;
}

static const char *receiver_url(struct message *message, const char *base)
{
	char *name = g_uri_escape_string(message->notification->receiver, NULL, FALSE);
	const char *url = message_printf(message, "%sreceivers/%s", base, name);
	g_free(name);
	return url;
}

static const char *runbook_of(const struct notification *notification)
{
	const char *url = NULL;
	if (notification->common_annotations)
		url = labels_get(notification->common_annotations, "runbook");
	for (uint32_t i = 0; !url && i < notification->alert_count; i++)
		if (notification->alerts[i].alert->annotations)
			url = labels_get(notification->alerts[i].alert->annotations, "runbook");
	return url;
}

void message_add_actions(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	const char *base = n->external_url && http_url(n->external_url) ? clean_url(message, n->external_url) : "";
	message->manage_url = *base && n->receiver ? receiver_url(message, base) : NULL;
	message->open_label = "Open";
	if (!*base)
		return;
	if (n->type == NOTIFICATION_TEST || !first) {
		message->open_label = "Open Delivery";
		message->open_url = message->manage_url ? message->manage_url : base;
		return;
	}
	message->open_url = message->group ? message_printf(message, "%sgroups/%s", base, n->incident)
					   : message_printf(message, "%salerts/%s", base, first->alert->id);
	if (message->must_act) {
		unsigned open = message_open_count(n);
		message->ack_label = message->group ? message_printf(message, "Acknowledge %u", open) : "Acknowledge";
		message->ack_url =
			message->group ? message->open_url : message_printf(message, "%s?ack", message->open_url);
	}
	const char *runbook = message->over ? NULL : runbook_of(n);
	if (http_url(runbook)) {
		message->runbook_url = clean_url(message, runbook);
		const char *verb = message_task_verb(first->alert);
		message->runbook_title = verb ? message_printf(message, "task %s", clean_text(message->arena, verb, 60))
					      : clean_text(message->arena, first->alert->rule.topic, 60);
	}
}
