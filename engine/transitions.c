#include "engine/evaluator.h"
#include <glib.h>

void transitions_init(struct transitions *transitions, struct arena *arena)
{
	*transitions = (struct transitions){.arena = arena};
}

struct transition *transitions_add(struct transitions *transitions)
{
	if (transitions->count == transitions->capacity) {
		transitions->capacity = transitions->capacity ? transitions->capacity * 2 : 16;
		transitions->items = g_renew(struct transition, transitions->items, transitions->capacity);
	}
	struct transition *transition = &transitions->items[transitions->count++];
	*transition = (struct transition){0};
	return transition;
}

void transitions_release(struct transitions *transitions)
{
	for (size_t i = 0; i < transitions->count; i++) {
		labels_unref(transitions->items[i].labels);
		alert_unref(transitions->items[i].alert);
	}
	g_free(transitions->items);
	*transitions = (struct transitions){.arena = transitions->arena};
}
