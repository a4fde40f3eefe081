#include "engine/outbox_result.h"
#include "engine/backoff.h"
#include "engine/dead_letter.h"
#include "engine/dispatch_log.h"
#include "engine/incident.h"
#include "engine/outbox.h"
#include "engine/row.h"
#include "engine/row_told.h"

static bool too_old(const struct dispatcher *dispatcher, const struct row *row)
{
	msec_t patience = row->queue->integration->give_up_after;
	return patience > 0 && dispatcher->now.mono - row->created_mono >= patience;
}

static void log_attempt(struct dispatcher *dispatcher, const struct row *row)
{
	/* The first failure and then every tenth: a day of retries is not a day of events. */
	if (row->stored.attempts == 1 || row->stored.attempts % 10 == 0)
		dispatch_log_row(dispatcher, row, row->stored.reason);
}

static void wait_and_retry(struct dispatcher *dispatcher, struct row *row, const struct delivery_result *result)
{
	msec_t named = result->verdict == DELIVERY_RETRY ? result->retry_after : -1;
	msec_t delay = backoff_delay(row->stored.attempts, named, &dispatcher->rng);
	row->stored.state = row->maybe ? OUTBOX_AMBIGUOUS : OUTBOX_RETRY;
	row->stored.next_at = dispatcher->now.wall + delay;
	timers_set(dispatcher->timers, &row->wake.timer, dispatcher->now.mono + delay);
	row->queue->health.retried++;
	row_changed(dispatcher, row);
	log_attempt(dispatcher, row);
}

static void not_delivered(struct dispatcher *dispatcher, struct row *row, const struct delivery_result *result)
{
	struct queue *queue = row->queue;
	row->stored.state = OUTBOX_RETRY;
	if (result->rate_limited) {
		token_bucket_drain(&queue->bucket, dispatcher->now.mono,
				   backoff_delay(row->stored.attempts, result->retry_after, &dispatcher->rng));
		queue->health.rate_limited++;
	} else if (result->one_recipient) {
		breaker_succeeded(&queue->breaker);
		queue->health.failed++;
	} else {
		breaker_failed(&queue->breaker, dispatcher->now.mono);
		queue->health.failed++;
	}
	if (result->verdict == DELIVERY_AMBIGUOUS) {
		row->maybe = true;
		row->incident->delivered = MAX(row->incident->delivered, row->message);
	}
	row_tell_not(dispatcher, row);
	if (!queue->integration)
		dead_letter_make(dispatcher, row, REASON_RECEIVER_REMOVED);
	else if (too_old(dispatcher, row))
		dead_letter_make(dispatcher, row, REASON_GAVE_UP);
	else if (!outbox_merge(dispatcher, row))
		wait_and_retry(dispatcher, row, result);
}

static void delivered(struct dispatcher *dispatcher, struct row *row)
{
	breaker_succeeded(&row->queue->breaker);
	row->queue->health.sent++;
	row->queue->health.last_sent_at = dispatcher->now.wall;
	row_tell_delivered(dispatcher, row);
	incident_told(dispatcher, row->incident, row->stored.severity, row->stored.created_at);
	row->incident->delivered = MAX(row->incident->delivered, row->message);
	outbox_finish(dispatcher, row, OUTBOX_SENT);
	dispatch_log_row(dispatcher, row, row->stored.reason);
}

static void refused(struct dispatcher *dispatcher, struct row *row)
{
	/* It answered: the way there works. */
	breaker_succeeded(&row->queue->breaker);
	row->queue->health.failed++;
	dead_letter_make(dispatcher, row, REASON_PERMANENT);
}

static void note_failure(struct dispatcher *dispatcher, struct queue *queue, const struct delivery_result *result)
{
	if (result->verdict == DELIVERY_SENT)
		return;
	queue->health.last_failed_at = dispatcher->now.wall;
	g_strlcpy(queue->health.last_error, result->detail, sizeof queue->health.last_error);
}

void outbox_result(struct dispatcher *dispatcher, struct command *command)
{
	const struct delivery_result *result = &command->result;
	struct row *row = g_hash_table_lookup(dispatcher->rows, command->id);
	command->outcome = COMMAND_NOT_FOUND;
	if (!row || row->stored.state != OUTBOX_SENDING)
		return;
	command->outcome = COMMAND_DONE;
	row->queue->sending--;
	dispatcher->sending--;
	row_set_result(row, result->detail);
	note_failure(dispatcher, row->queue, result);
	row->queue->health.template_failures += result->built_in == BUILT_IN_TEMPLATE_FAILED;
	if (result->toast)
		dispatch_log_text(dispatcher, EVENT_TOAST, NULL, result->toast);
	switch (result->verdict) {
	case DELIVERY_SENT:
		delivered(dispatcher, row);
		break;
	case DELIVERY_PERMANENT:
		refused(dispatcher, row);
		break;
	case DELIVERY_RETRY:
	case DELIVERY_AMBIGUOUS:
		not_delivered(dispatcher, row, result);
		break;
	}
}
