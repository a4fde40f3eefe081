#include "api/event_json.h"

#include "base/json.h"
#include <stdlib.h>
#include <string.h>

json_t *event_to_json(const struct event *event)
{
	json_t *out = json_object();
	json_object_set_new(out, "seq", json_integer((json_int_t)event->seq));
	json_object_set_new(out, "at", json_time_value(event->at));
	json_object_set_new(out, "kind", json_string(event_kind_name(event->kind)));
	json_object_set_new(out, "episode", json_text_value(event->episode[0] ? event->episode : NULL));
	json_object_set_new(out, "by", json_text_value(event->by));
	json_t *data = event->data ? json_parse(event->data, strlen(event->data), 0, NULL) : NULL;
	if (data && event->kind == EVENT_TOAST)
		json_object_set_new(out, "toast", json_incref(data));
	else if (json_is_object(data))
		json_object_update_missing(out, data);
	json_decref(data);
	return out;
}

enum stream_topic event_topic(enum event_kind kind)
{
	switch (kind) {
	case EVENT_TRANSITION:
	case EVENT_ALERT:
	case EVENT_ACK:
	case EVENT_UNACK:
	case EVENT_COMMENT:
		return TOPIC_ALERTS;
	case EVENT_TOAST:
		return TOPIC_TOASTS;
	case EVENT_NOTIFICATION:
		return TOPIC_DELIVERY;
	case EVENT_RELOAD:
		return TOPIC_RULES;
	case EVENT_START:
	case EVENT_STOP:
	case EVENT_CLOCK_JUMP:
	case EVENT_LIMIT:
	case EVENT_KIND_COUNT:
		break;
	}
	return TOPIC_NONE;
}

static const char *topic_event(enum stream_topic topic)
{
	switch (topic) {
	case TOPIC_ALERTS:
		return "alert";
	case TOPIC_TOASTS:
		return "toast";
	case TOPIC_DELIVERY:
		return "delivery";
	case TOPIC_RULES:
		return "rules";
	case TOPIC_NONE:
		break;
	}
	return NULL;
}

void event_frame(GString *out, const char *epoch, const struct event *event, bool replay)
{
	const char *name = topic_event(event_topic(event->kind));
	if (!name)
		return;
	json_t *body = json_pack("{s:I, s:b}", "seq", (json_int_t)event->seq, "replay", (int)replay);
	json_t *rest = event_to_json(event);
	json_object_update_missing(body, rest);
	json_decref(rest);
	char *text = json_text(body); /* one line: JSON escapes line ends */
	g_string_append_printf(out, "id: %s:%" G_GUINT64_FORMAT "\nevent: %s\ndata: %s\n\n", epoch, (guint64)event->seq,
			       name, text);
	free(text);
	json_decref(body);
}
