#include "api/event_queue.h"

#include "api/stream_topic.h"
#include <string.h>

enum { EVENTS_MAX = 1 << 16, BYTES_MAX = 64 << 20 };

void queued_event_free(struct event *event)
{
	g_free((char *)event->by);
	g_free((char *)event->data);
	g_free(event);
}

static void free_item(void *item)
{
	queued_event_free(item);
}

void event_queue_clear(struct event_queue *queue)
{
	g_queue_clear_full(&queue->events, free_item);
	queue->bytes = 0;
}

void event_queue_push(struct event_queue *queue, const struct event *event)
{
	if (queue->events.length >= EVENTS_MAX || queue->bytes > BYTES_MAX) {
		event_queue_clear(queue);
		queue->gap = true;
	}
	struct event *copy = g_memdup2(event, sizeof *copy);
	copy->by = g_strdup(event->by);
	copy->data = event_topic(event->kind) ? g_strdup(event->data) : NULL;
	queue->bytes += sizeof *copy + (copy->data ? strlen(copy->data) : 0);
	g_queue_push_tail(&queue->events, copy);
}

GQueue event_queue_take(struct event_queue *queue)
{
	GQueue taken = queue->events;
	g_queue_init(&queue->events);
	queue->bytes = 0;
	return taken;
}
