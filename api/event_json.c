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

void event_frame(GString *out, const char *epoch, const struct event *event, bool replay)
{
	const char *name = stream_topic_word(event_topic(event->kind));
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
