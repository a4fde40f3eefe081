/* event_json: how an event of the log looks to clients: {"seq","at","kind","episode","by", …its data}. Pure. */
#ifndef API_EVENT_JSON_H
#define API_EVENT_JSON_H

#include "model/event.h"
#include <glib.h>
#include <jansson.h>

/* The data's own keys follow; a toast's data stands under "toast". */
json_t *event_to_json(const struct event *event);
/* Does the stream carry it, and under which name ("alert" or "toast")? NULL = no. */
const char *event_stream_name(enum event_kind kind);
/* One server-sent event: id, event, data. */
void event_frame(GString *out, const char *epoch, const struct event *event);

#endif
