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
	bool mixed = false;
	for (uint32_t i = 1; i < n->alert_count; i++)
		mixed |= g_strcmp0(n->alerts[i].alert->rule.name, n->alerts[0].alert->rule.name) != 0;
	bool still = n->type == NOTIFICATION_PART_RESOLVED;
	if (mixed || !*topic)
		return message_printf(message, "%u alerts%s", count, still ? " still firing" : "");
	const char *rest = message_task_verb(n->alerts[0].alert);
	if (rest)
		return message_printf(message, "%u %s %s%s", count, count == 1 ? "task" : "tasks",
				      still ? "still " : "", clean_text(message->arena, rest, 60));
	return message_printf(message, "%s%s", still ? "still " : "", topic);
}

/* How many different objects are in it (open ones, unless it is over), and whether all have one place. */
static unsigned count_objects(const struct message *message, bool *one_place)
{
	const struct notification *n = message->notification;
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	const char *place = NULL;
	*one_place = !n->rest.elsewhere;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct alert *alert = n->alerts[i].alert;
		if (!message->over && (n->alerts[i].resolved_now || alert->state == ALERT_RESOLVED))
			continue;
		g_hash_table_add(seen, (gpointer)alert_object(alert));
		if (place && strcmp(place, alert_place(alert)))
			*one_place = false;
		place = alert_place(alert);
	}
	unsigned count = g_hash_table_size(seen) + n->rest.objects;
	g_hash_table_destroy(seen);
	return count;
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
	bool one_place;
	unsigned objects = count_objects(message, &one_place);
	message->noun = object_noun(message);
	if (objects == 1)
		message->object = clean_name(message->arena, alert_object(worst), MESSAGE_NAME_MAX);
	else
		message->object = message_printf(message, "%u %s", objects, message->noun);
	message->place =
		one_place ? clean_name(message->arena, alert_place(worst), MESSAGE_NAME_MAX) : "several clusters";
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
