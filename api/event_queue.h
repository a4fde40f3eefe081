/* event_queue: copies of events that wait to be rendered. Bounded: at its bound it forgets what it holds and remembers
 * that there is a gap. Whoever owns the queue locks. */
#ifndef API_EVENT_QUEUE_H
#define API_EVENT_QUEUE_H

#include "model/event.h"
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct event_queue {
	GQueue events; /* of struct event */
	size_t bytes;
	bool gap; /* some events before the oldest one are missing */
};

/* A queue of zeroes is an empty one. */
void event_queue_push(struct event_queue *queue, const struct event *event);
/* All that waits, in order; the queue is empty then. Free them by queued_event_free. */
GQueue event_queue_take(struct event_queue *queue);
void event_queue_clear(struct event_queue *queue);
void queued_event_free(struct event *event);

#endif
