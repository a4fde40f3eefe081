/* event_json: how an event of the log looks to clients: {"seq","at","kind","episode","by", …its data}. Pure. */
#ifndef API_EVENT_JSON_H
#define API_EVENT_JSON_H

#include "model/event.h"
#include <glib.h>
#include <jansson.h>

/* The data's own keys follow; a toast's data stands under "toast". */
json_t *event_to_json(const struct event *event);

/* What a client of the stream may want to hear of. */
enum stream_topic { TOPIC_NONE, TOPIC_ALERTS = 1, TOPIC_TOASTS = 2, TOPIC_DELIVERY = 4, TOPIC_RULES = 8 };
/* TOPIC_NONE: the stream does not carry it. */
enum stream_topic event_topic(enum event_kind kind);
/* One server-sent event: id, event, data; nothing for TOPIC_NONE. replay: it happened before the client came. */
void event_frame(GString *out, const char *epoch, const struct event *event, bool replay);

#endif
