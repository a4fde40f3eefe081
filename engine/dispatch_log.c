#include "engine/dispatch_log.h"
#include "base/json.h"
#include <stdlib.h>
#include <string.h>

static struct event *add(struct dispatcher *dispatcher, enum event_kind kind, const char *episode, const char *by)
{
	struct event *event = effects_add_event(dispatcher->effects);
	event->seq = ++dispatcher->seq;
	event->at = dispatcher->now.wall;
	event->kind = kind;
	if (episode)
		g_strlcpy(event->episode, episode, ULID_SIZE);
	event->by = arena_strdup(dispatcher->effects->arena, by);
	return event;
}

void dispatch_log(struct dispatcher *dispatcher, enum event_kind kind, const char *episode, const char *by,
		  json_t *data)
{
	struct event *event = add(dispatcher, kind, episode, by);
	char *text = json_text(data);
	event->data = arena_strdup(dispatcher->effects->arena, text);
	free(text);
	json_decref(data);
}

void dispatch_log_text(struct dispatcher *dispatcher, enum event_kind kind, const char *by, const char *text)
{
	struct event *event = add(dispatcher, kind, NULL, by);
	event->data = arena_strdup(dispatcher->effects->arena, text && text[0] ? text : "{}");
}

void dispatch_log_transition(struct dispatcher *dispatcher, const struct transition *transition,
			     const struct alert *alert)
{
	json_t *data = json_object();
	json_object_set_new(data, "transition", json_string(transition_kind_name(transition->kind)));
	json_object_set_new(data, "reason", json_string(reason_name(transition->reason)));
	json_object_set_new(data, "at", json_time_value(transition->at));
	json_object_set_new(data, "rule", json_text_value(transition->rule));
	if (alert)
		json_object_set_new(data, "alert", alert_to_json(alert));
	else if (transition->labels)
		json_object_set_new(data, "labels", labels_to_json(transition->labels));
	dispatch_log(dispatcher, EVENT_TRANSITION, alert ? alert->id : NULL, NULL, data);
}

static json_t *row_data(const struct row *row, enum reason reason)
{
	const struct outbox_row *stored = &row->stored;
	json_t *data = json_object();
	json_object_set_new(data, "id", json_string(stored->id));
	json_object_set_new(data, "integration", json_text_value(stored->integration));
	json_object_set_new(data, "receiver", json_text_value(stored->receiver));
	json_object_set_new(data, "kind", json_text_value(stored->kind));
	json_object_set_new(data, "recipient", json_text_value(stored->recipient));
	json_object_set_new(data, "type", json_text_value(stored->type));
	json_object_set_new(data, "state", json_string(outbox_state_name(stored->state)));
	json_object_set_new(data, "reason", json_string(reason_name(reason)));
	json_object_set_new(data, "attempts", json_integer(stored->attempts));
	json_object_set_new(data, "detail", json_text_value(stored->result));
	json_object_set_new(data, "next_at", json_time_value(stored->next_at));
	if (row->incident)
		json_object_set_new(data, "incident", json_string(row->incident->name));
	return data;
}

void dispatch_log_row(struct dispatcher *dispatcher, const struct row *row, enum reason reason)
{
	json_t *data = row_data(row, reason);
	for (guint i = 0; i < row->alerts->len; i++) {
		const char *episode = g_array_index(row->alerts, struct row_alert, i).episode;
		dispatch_log(dispatcher, EVENT_NOTIFICATION, episode, NULL, json_incref(data));
	}
	if (!row->alerts->len)
		dispatch_log(dispatcher, EVENT_NOTIFICATION, NULL, NULL, json_incref(data));
	json_decref(data);
}

void dispatch_log_unsent(struct dispatcher *dispatcher, const struct episode *episode, const char *integration,
			 const char *receiver, const char *state, enum reason reason)
{
	json_t *data = json_object();
	json_object_set_new(data, "integration", json_text_value(integration));
	json_object_set_new(data, "receiver", json_text_value(receiver));
	json_object_set_new(data, "state", json_string(state));
	json_object_set_new(data, "reason", json_string(reason_name(reason)));
	dispatch_log(dispatcher, EVENT_NOTIFICATION, episode->id, NULL, data);
}
