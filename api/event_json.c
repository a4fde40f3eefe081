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

const char *event_stream_name(enum event_kind kind)
{
	switch (kind) {
	case EVENT_TRANSITION:
	case EVENT_ALERT:
	case EVENT_ACK:
	case EVENT_UNACK:
	case EVENT_COMMENT:
		return "alert";
	case EVENT_TOAST:
		return "toast";
	case EVENT_NOTIFICATION:
	case EVENT_RELOAD:
	case EVENT_START:
	case EVENT_STOP:
	case EVENT_CLOCK_JUMP:
	case EVENT_LIMIT:
	case EVENT_KIND_COUNT:
		break;
	}
	return NULL;
}

void event_frame(GString *out, const char *epoch, const struct event *event)
{
	const char *name = event_stream_name(event->kind);
	if (!name)
		return;
	json_t *body = event_to_json(event);
	char *text = json_text(body); /* one line: JSON escapes line ends */
	g_string_append_printf(out, "id: %s:%" G_GUINT64_FORMAT "\nevent: %s\ndata: %s\n\n", epoch, (guint64)event->seq,
			       name, text);
	free(text);
	json_decref(body);
}
