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
	char *text = json_text(data);
	dispatch_log_data(dispatcher, kind, episode, by, text);
	free(text);
	json_decref(data);
}

void dispatch_log_data(struct dispatcher *dispatcher, enum event_kind kind, const char *episode, const char *by,
		       const char *data)
{
	add(dispatcher, kind, episode, by)->data = arena_strdup(dispatcher->effects->arena, data);
}

void dispatch_log_text(struct dispatcher *dispatcher, enum event_kind kind, const char *by, const char *text)
{
	struct event *event = add(dispatcher, kind, NULL, by);
	event->data = arena_strdup(dispatcher->effects->arena, text && text[0] ? text : "{}");
}

/* An object in the dispatcher's buffer, which keeps its size from event to event. */
static struct json_out text_begin(struct dispatcher *dispatcher)
{
	struct json_out out;
	json_out_init(&out, g_string_truncate(dispatcher->text, 0));
	json_out_open(&out, NULL, '{');
	return out;
}

void dispatch_log_transition(struct dispatcher *dispatcher, const struct transition *transition,
			     const struct alert *alert)
{
	struct json_out out = text_begin(dispatcher);
	json_out_text(&out, "transition", transition_kind_name(transition->kind));
	json_out_text(&out, "reason", reason_name(transition->reason));
	json_out_time(&out, "at", transition->at);
	json_out_text(&out, "rule", transition->rule);
	if (alert)
		alert_write_brief(alert, &out, "alert");
	else if (transition->labels)
		labels_write_json(transition->labels, &out, "labels");
	json_out_close(&out, '}');
	dispatch_log_data(dispatcher, EVENT_TRANSITION, alert ? alert->id : NULL, NULL, out.text->str);
}

void dispatch_log_alert(struct dispatcher *dispatcher, const struct alert *alert)
{
	struct json_out out = text_begin(dispatcher);
	alert_write_brief(alert, &out, "alert");
	json_out_close(&out, '}');
	dispatch_log_data(dispatcher, EVENT_ALERT, alert->id, NULL, out.text->str);
}

static void write_row(struct json_out *out, const struct row *row, enum reason reason)
{
	const struct outbox_row *stored = &row->stored;
	json_out_text(out, "id", stored->id);
	json_out_text(out, "integration", stored->integration);
	json_out_text(out, "receiver", stored->receiver);
	json_out_text(out, "kind", stored->kind);
	json_out_text(out, "recipient", stored->recipient);
	json_out_text(out, "type", stored->type);
	json_out_text(out, "state", outbox_state_name(stored->state));
	json_out_text(out, "reason", reason_name(reason));
	json_out_int(out, "attempts", stored->attempts);
	json_out_text(out, "detail", stored->result);
	json_out_time(out, "next_at", stored->next_at);
	if (row->incident)
		json_out_text(out, "incident", row->incident->name);
}

void dispatch_log_row(struct dispatcher *dispatcher, const struct row *row, enum reason reason)
{
	struct json_out out = text_begin(dispatcher);
	write_row(&out, row, reason);
	json_out_close(&out, '}');
	const char *data = arena_strdup(dispatcher->effects->arena, out.text->str); /* one for all its events */
	for (guint i = 0; i < row->alerts->len; i++) {
		const char *episode = g_array_index(row->alerts, struct row_alert, i).episode;
		add(dispatcher, EVENT_NOTIFICATION, episode, NULL)->data = data;
	}
	if (!row->alerts->len)
		add(dispatcher, EVENT_NOTIFICATION, NULL, NULL)->data = data;
}

void dispatch_log_unsent(struct dispatcher *dispatcher, const struct episode *episode, const char *integration,
			 const char *receiver, const char *state, enum reason reason)
{
	struct json_out out = text_begin(dispatcher);
	json_out_text(&out, "integration", integration);
	json_out_text(&out, "receiver", receiver);
	json_out_text(&out, "state", state);
	json_out_text(&out, "reason", reason_name(reason));
	json_out_close(&out, '}');
	dispatch_log_data(dispatcher, EVENT_NOTIFICATION, episode->id, NULL, out.text->str);
}
