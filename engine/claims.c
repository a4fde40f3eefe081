#include "engine/claims.h"
#include "engine/line.h"
#include "engine/outbox.h"
#include "engine/row.h"
#include "engine/row_told.h"
#include "engine/row_unheard.h"

static uint32_t concurrency(const struct queue *queue)
{
	int64_t wanted = queue->integration->concurrency;
	return wanted > 0 ? (uint32_t)wanted : 1;
}

static bool queue_waits(const struct queue *queue)
{
	for (int i = 0; i < LANES; i++)
		if (queue->lanes[i].length)
			return true;
	return false;
}

/* What all share may be taken by receivers that hang: each may have one message on its way all the same. */
static bool slot_is_free(const struct dispatcher *dispatcher, const struct queue *queue)
{
	uint32_t all = dispatcher->options.claims_max;
	return all > 0 && (dispatcher->sending < all || queue->sending == 0);
}

static bool queue_may_send(const struct dispatcher *dispatcher, struct queue *queue)
{
	msec_t mono = dispatcher->now.mono;
	return queue->integration && queue->sending < concurrency(queue) && slot_is_free(dispatcher, queue) &&
	       breaker_allows(&queue->breaker, queue->sending, mono) && token_bucket_take(&queue->bucket, mono);
}

static void claim(struct dispatcher *dispatcher, struct row *row)
{
	line_unready(row);
	if (row->stored.state == OUTBOX_AMBIGUOUS)
		row->maybe = true;
	row->stored.state = OUTBOX_SENDING;
	row->stored.attempts++;
	row->stored.started_at = dispatcher->now.wall;
	breaker_started(&row->queue->breaker, dispatcher->now.mono);
	row->queue->sending++;
	dispatcher->sending++;
	row_tell_maybe(dispatcher, row);
	row_changed(dispatcher, row);
	struct claim out = {.integration = row->queue->name,
			    .recipient = row->stored.recipient,
			    .payload = row->stored.payload,
			    .attempt = row->stored.attempts,
			    .maybe_repeat = row->maybe};
	g_strlcpy(out.outbox_id, row->stored.id, ULID_SIZE);
	g_array_append_val(dispatcher->claims, out);
}

static void claim_or_drop(struct dispatcher *dispatcher, struct row *row)
{
	if (row_leave_out_unheard(dispatcher, row))
		claim(dispatcher, row);
	else
		outbox_drop(dispatcher, row, REASON_NEVER_TOLD);
}

/* One row of each queue in turn, so that a long queue does not take all slots. */
void outbox_claim(struct dispatcher *dispatcher)
{
	guint queues = dispatcher->queues->len;
	for (int lane = 0; lane < LANES; lane++) {
		guint idle = 0;
		while (idle < queues) {
			struct queue *queue = dispatcher->queues->pdata[dispatcher->queue_turn++ % queues];
			idle++;
			if (!queue->lanes[lane].length || !queue_may_send(dispatcher, queue))
				continue;
			claim_or_drop(dispatcher, g_queue_peek_head(&queue->lanes[lane]));
			idle = 0;
		}
	}
}

msec_t outbox_due(const struct dispatcher *dispatcher, struct now now)
{
	msec_t due = MSEC_NEVER;
	for (guint i = 0; i < dispatcher->queues->len; i++) {
		const struct queue *queue = dispatcher->queues->pdata[i];
		if (!queue->integration || !queue_waits(queue) || queue->sending >= concurrency(queue) ||
		    !slot_is_free(dispatcher, queue))
			continue;
		bool probing = queue->breaker.state != BREAKER_IS_CLOSED;
		if (probing && queue->sending)
			continue;
		msec_t at = token_bucket_ready_at(&queue->bucket, now.mono);
		if (probing && queue->breaker.until > at)
			at = queue->breaker.until;
		due = MIN(due, at);
	}
	return due;
}
