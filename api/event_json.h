/* event_json: how an event of the log looks to clients: {"seq","at","kind","episode","by", …its data}. Pure. */
#ifndef API_EVENT_JSON_H
#define API_EVENT_JSON_H

#include "api/stream_topic.h"
#include "model/event.h"
#include <glib.h>
#include <jansson.h>

/* The data's own keys follow; a toast's data stands under "toast". */
json_t *event_to_json(const struct event *event);

/* One server-sent event: id, event, data; nothing for TOPIC_NONE. replay: it happened before the client came. */
void event_frame(GString *out, const char *epoch, const struct event *event, bool replay);

#endif
