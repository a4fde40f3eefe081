#include "notifiers/message_labels.h"
#include "model/words.h"

void message_add_labels(struct message *message, bool shared_only)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	const struct labels *labels = message->group || shared_only ? n->common_labels : NULL;
	if (!message->group && !shared_only && first)
		labels = first->alert->labels;
	message->labels_title = message->group ? "Shared labels" : "Labels";
	message->labels = "";
	if (!labels || n->type == NOTIFICATION_TEST)
		return;
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < labels_count(labels); i++) {
		struct label label = labels_at(labels, i);
		g_string_append_printf(out, "%s%s=%s", out->len ? " " : "", clean_name(message->arena, label.name, 40),
				       clean_name(message->arena, label.value, MESSAGE_NAME_MAX));
	}
	message->labels = clean_text(message->arena, out->str, MESSAGE_LABELS_MAX);
	g_string_free(out, TRUE);
}
