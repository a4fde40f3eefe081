#include "notifiers/message_headline.h"
#include "model/words.h"
#include <math.h>
#include <string.h>

static const char *closed_words(const struct message *message)
{
	const struct alert *alert = message_first(message)->alert;
	switch (alert->reason) {
	case REASON_EXPIRED:
		return "its numbers stayed away";
	case REASON_NO_DATA:
		return "no data any more";
	case REASON_RULE_GONE:
		return "its rule was removed";
	default:
		break;
	}
	if (message->group)
		return "they no longer exist";
	if (labels_get(alert->labels, "task"))
		return "the task no longer exists";
	return labels_get(alert->labels, "connector") ? "connector deleted" : "it no longer exists";
}

/* "tasks failed" of 14 alerts is "14 tasks failed"; "records fail" stays as it is. */
static const char *group_fact(struct message *message)
{
	const struct notification *n = message->notification;
	const char *topic = clean_text(message->arena, n->alerts[0].alert->rule.topic, 60);
	unsigned count = message_open_count(n);
	bool still = n->type == NOTIFICATION_PART_RESOLVED;
	if (message->many_rules || !*topic)
		return message_printf(message, "%u alerts%s", count, still ? " still firing" : "");
	const char *rest = message_task_verb(n->alerts[0].alert);
	if (rest)
		return message_printf(message, "%u %s %s%s", count, count == 1 ? "task" : "tasks",
				      still ? "still " : "", clean_text(message->arena, rest, 60));
	return message_printf(message, "%s%s", still ? "still " : "", topic);
}

struct extent { /* of what is open, or of all if it is over */
	unsigned objects, places, rules; /* the latter two of what is listed */
	bool clusters; /* each place is one */
};

static struct extent extent_of(const struct message *message)
{
	const struct notification *n = message->notification;
	GHashTable *objects = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *rules = g_hash_table_new(g_str_hash, g_str_equal);
	struct extent extent = {.clusters = true};
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct alert *alert = n->alerts[i].alert;
		if (!message->over && (n->alerts[i].resolved_now || alert->state == ALERT_RESOLVED))
			continue;
		g_hash_table_add(objects, (gpointer)alert_object(alert));
		g_hash_table_add(places, (gpointer)alert_place(alert));
		g_hash_table_add(rules, alert->rule.name ? alert->rule.name : (char *)"");
		extent.clusters &= labels_get(alert->labels, "cluster") != NULL;
	}
	extent.objects = g_hash_table_size(objects) + n->rest.objects;
	extent.places = g_hash_table_size(places);
	extent.rules = g_hash_table_size(rules);
	g_hash_table_destroy(objects);
	g_hash_table_destroy(places);
	g_hash_table_destroy(rules);
	return extent;
}

static const char *object_noun(const struct message *message)
{
	const struct notification *n = message->notification;
	for (uint32_t i = 0; i < n->alert_count; i++)
		if (!labels_get(n->alerts[i].alert->labels, "connector"))
			return labels_get(n->alerts[i].alert->labels, "worker") ? "workers" : "objects";
	return "connectors";
}

static void group_names(struct message *message)
{
	const struct alert *worst = message_first(message)->alert;
	const struct notification_rest *rest = &message->notification->rest;
	struct extent extent = extent_of(message);
	message->noun = object_noun(message);
	message->many_rules = extent.rules > 1 || rest->other_rules;
	message->many_places = extent.places > 1 || rest->elsewhere;
	if (extent.objects == 1)
		message->object = clean_name(message->arena, alert_object(worst), MESSAGE_NAME_MAX);
	else
		message->object = message_printf(message, "%u %s", extent.objects, message->noun);
	const char *places = extent.clusters ? "clusters" : "places";
	if (!message->many_places)
		message->place = clean_name(message->arena, alert_place(worst), MESSAGE_NAME_MAX);
	else if (rest->elsewhere)
		message->place = message_printf(message, "several %s", places);
	else
		message->place = message_printf(message, "%u %s", extent.places, places);
}

static const char *on_place(struct message *message)
{
	return *message->place ? message_printf(message, "%s on %s", message->object, message->place) : message->object;
}

void message_add_headline(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	if (n->type == NOTIFICATION_TEST || !first) {
		message->object = message->place = "";
		message->fact = "nothing is broken";
		message->headline = message_printf(message, "Test to %s: nothing is broken",
						   clean_name(message->arena, n->receiver, MESSAGE_NAME_MAX));
		return;
	}
	if (message->group) {
		group_names(message);
		message->fact = group_fact(message);
	} else {
		message->object = clean_name(message->arena, alert_object(first->alert), MESSAGE_NAME_MAX);
		message->place = clean_name(message->arena, alert_place(first->alert), MESSAGE_NAME_MAX);
		bool unknown = first->alert->no_data && !isfinite(first->alert->value);
		const char *fact =
			unknown && first->alert->rule.unknown ? first->alert->rule.unknown : first->alert->fact;
		message->fact =
			clean_text(message->arena, fact && *fact ? fact : first->alert->rule.topic, MESSAGE_FACT_MAX);
	}
	msec_t ended = message_ended_at(n);
	if (message->tone == TONE_CLOSED)
		message->headline = message_printf(message, "Closed: %s, %s", on_place(message), closed_words(message));
	else if (message->over)
		message->headline = message_printf(message, "Resolved: %s after %s", on_place(message),
						   message_duration(message, ended - n->since));
	else
		message->headline = message_printf(message, "%s: %s", on_place(message), message->fact);
	message->headline = clean_text(message->arena, message->headline, MESSAGE_HEADLINE_MAX);
}
