/* queue: all rows of one integration: what is ready, by urgency, and how the other side behaves. It lives as long as the
 * dispatcher, since what it owes outlives a configuration. Engine thread, within a step. */
#ifndef ENGINE_QUEUE_H
#define ENGINE_QUEUE_H

#include "engine/dispatch_state.h"

struct queue *queue_get(struct dispatcher *dispatcher, const char *integration);
void queue_free(struct queue *queue);
/* After a reload: a queue for each integration, with its rates as they are now. */
void queues_bind(struct dispatcher *dispatcher);

#endif
