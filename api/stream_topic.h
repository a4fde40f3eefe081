/* stream_topic: what a client of the stream may want to hear of. Pure. */
#ifndef API_STREAM_TOPIC_H
#define API_STREAM_TOPIC_H

#include "model/event.h"
#include <stdbool.h>

enum stream_topic { TOPIC_NONE, TOPIC_ALERTS = 1, TOPIC_TOASTS = 2, TOPIC_DELIVERY = 4, TOPIC_RULES = 8 };

/* TOPIC_NONE: the stream does not carry it. */
enum stream_topic event_topic(enum event_kind kind);
/* Its events' name on the stream: "alert", "toast", "delivery", "rules"; NULL for TOPIC_NONE. */
const char *stream_topic_word(enum stream_topic topic);
/* "alerts,delivery" as bits; silences and connectors are known, and have no events. False: some word is not known. */
bool stream_topics_parse(const char *text, unsigned *out);

#endif
