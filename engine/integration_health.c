#include "engine/integration_health.h"
#include "engine/dispatch_state.h"

size_t dispatcher_integrations(const struct dispatcher *dispatcher)
{
	return dispatcher->queues->len;
}

void dispatcher_integration_health(const struct dispatcher *dispatcher, size_t i, struct integration_health *out)
{
	const struct queue *queue = dispatcher->queues->pdata[i];
	*out = queue->health;
	out->name = queue->name;
	out->receiver = queue->receiver ? queue->receiver : "";
	out->kind = queue->kind ? queue->kind : "";
	out->queued = queue->rows->len;
	out->sending = queue->sending;
	out->dead_letters = queue->dead.length;
	for (guint k = 0; k < queue->rows->len; k++) {
		msec_t at = ((const struct row *)queue->rows->pdata[k])->stored.created_at;
		if (!out->oldest_queued_at || at < out->oldest_queued_at)
			out->oldest_queued_at = at;
	}
	switch (queue->breaker.state) {
	case BREAKER_IS_CLOSED:
		out->breaker = BREAKER_CLOSED;
		break;
	case BREAKER_IS_OPEN:
		out->breaker = BREAKER_OPEN;
		break;
	case BREAKER_IS_HALF_OPEN:
		out->breaker = BREAKER_HALF_OPEN;
		break;
	}
	msec_t left = queue->breaker.until - dispatcher->now.mono;
	out->breaker_until = queue->breaker.state != BREAKER_IS_CLOSED ? dispatcher->now.wall + left : 0;
}
