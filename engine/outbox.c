#include "engine/outbox.h"
#include "engine/backoff.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/fallback.h"
#include "engine/group.h"
#include "engine/incident.h"
#include "engine/row_told.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum lane { LANE_CRITICAL, LANE_RESOLVED, LANE_OTHER };

/* ---- rows ---- */

struct row *row_new(struct dispatcher *dispatcher, const char *id, struct incident *incident, struct queue *queue)
{
	struct row *row = g_new0(struct row, 1);
	row->wake.kind = WAKE_RETRY;
	g_strlcpy(row->stored.id, id, ULID_SIZE);
	row->incident = incident;
	row->queue = queue;
	row->alerts = g_array_new(FALSE, TRUE, sizeof(struct row_alert));
	row->link.data = row;
	row->created_mono = dispatcher->now.mono;
	g_strlcpy(row->stored.incident, incident->root, ULID_SIZE);
	g_hash_table_insert(dispatcher->rows, row->stored.id, row);
	return row;
}

void row_free(struct row *row)
{
	if (!row)
		return;
	struct outbox_row *stored = &row->stored;
	const char *texts[] = {stored->integration, stored->receiver, stored->kind,    stored->recipient,
			       stored->episodes,    stored->type,     stored->payload, stored->result};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free((char *)texts[i]);
	g_array_free(row->alerts, TRUE);
	if (row->followers)
		g_ptr_array_free(row->followers, TRUE);
	g_free(row);
}

void row_changed(struct dispatcher *dispatcher, struct row *row)
{
	if (row->changed)
		return;
	row->changed = true;
	g_ptr_array_add(dispatcher->changed_rows, row);
}

static void set_result(struct row *row, const char *text)
{
	g_free((char *)row->stored.result);
	row->stored.result = g_strdup(text);
}

static enum lane lane_of(const struct row *row)
{
	bool critical = row->stored.severity == SEVERITY_CRITICAL;
	bool resolved = strcmp(row->stored.type, notification_type_name(NOTIFICATION_RESOLVED)) == 0;
	if (resolved)
		return LANE_RESOLVED;
	return critical ? LANE_CRITICAL : LANE_OTHER;
}

static bool same_line(const struct row *a, const struct row *b)
{
	return a->incident == b->incident && strcmp(a->stored.recipient, b->stored.recipient) == 0;
}

static struct row *ahead_of(const struct row *row)
{
	for (guint i = 0; i < row->incident->rows->len; i++) {
		struct row *other = row->incident->rows->pdata[i];
		if (other == row)
			return NULL;
		if (same_line(other, row))
			return other;
	}
	return NULL;
}

static struct row *behind(const struct row *row)
{
	bool after = false;
	for (guint i = 0; i < row->incident->rows->len; i++) {
		struct row *other = row->incident->rows->pdata[i];
		if (after && same_line(other, row))
			return other;
		after |= other == row;
	}
	return NULL;
}

static void make_ready(struct row *row)
{
	bool waits = row->ready || row->final || row->stored.state == OUTBOX_SENDING || row->wake.timer.place;
	if (waits || ahead_of(row))
		return;
	row->ready = true;
	g_queue_push_tail_link(&row->queue->lanes[lane_of(row)], &row->link);
}

void row_make_unready(struct row *row)
{
	if (row->ready)
		g_queue_unlink(&row->queue->lanes[lane_of(row)], &row->link);
	row->ready = false;
}

static void count_episodes(struct dispatcher *dispatcher, const struct row *row, int by)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		struct episode *episode = episode_find(dispatcher, row_alert_at(row, i)->episode);
		if (!episode)
			continue;
		assert(by > 0 || episode->rows > 0);
		episode->rows += (uint32_t)by;
		if (!episode->rows)
			episode_touch(dispatcher, episode);
	}
}

void outbox_enter(struct dispatcher *dispatcher, struct row *row)
{
	row->final = false;
	g_ptr_array_add(row->incident->rows, row);
	g_ptr_array_add(row->queue->rows, row);
	count_episodes(dispatcher, row, 1);
	make_ready(row);
}

void outbox_wake(struct dispatcher *dispatcher, struct row *row)
{
	make_ready(row);
}

/* The row is done; what stands behind it may go. */
static void finish(struct dispatcher *dispatcher, struct row *row, enum outbox_state state)
{
	struct row *next = behind(row);
	row_make_unready(row);
	timers_cancel(dispatcher->timers, &row->wake.timer);
	row->final = true;
	row->stored.state = state;
	row->stored.finished_at = dispatcher->now.wall;
	g_ptr_array_remove(row->incident->rows, row);
	g_ptr_array_remove_fast(row->queue->rows, row);
	count_episodes(dispatcher, row, -1);
	row_changed(dispatcher, row);
	incident_changed(dispatcher, row->incident);
	if (next)
		make_ready(next);
}

/* ---- taking back ---- */

static bool message_unsent(const struct incident *incident, uint32_t message)
{
	for (guint i = 0; i < incident->rows->len; i++) {
		const struct row *row = incident->rows->pdata[i];
		if (row->message == message && row_may_have_left(row))
			return false;
	}
	return true;
}

static void cancel(struct dispatcher *dispatcher, struct row *row, enum reason reason)
{
	finish(dispatcher, row, OUTBOX_CANCELLED);
	row->stored.dead_reason = reason;
	dispatch_log_row(dispatcher, row, reason);
}

bool outbox_take_back(struct dispatcher *dispatcher, struct incident *incident)
{
	bool any = false;
	uint32_t last = 0;
	for (guint i = incident->rows->len; i-- > 0;) {
		struct row *row = incident->rows->pdata[i];
		if (row_may_have_left(row) || !message_unsent(incident, row->message))
			continue;
		if (row->message != last && incident->message)
			incident->message--;
		last = row->message;
		cancel(dispatcher, row, REASON_MERGED);
		row_take_back_said(dispatcher, row);
		any = true;
	}
	return any;
}

/* A newer message stands behind one that did not get out: the newest alone is enough, and if all it says is that
 * something untold is over, neither is. */
static bool merged_into_newer(struct dispatcher *dispatcher, struct row *row)
{
	struct row *next = behind(row);
	if (!next || row->maybe || row_twin_left(row))
		return false;
	cancel(dispatcher, row, REASON_MERGED);
	if (row_closes_untold(dispatcher, next)) {
		cancel(dispatcher, next, REASON_MERGED);
		row_take_back_said(dispatcher, next);
	}
	return true;
}

/* ---- dead letters ---- */

static void hold_follower(struct dispatcher *dispatcher, struct row *dead, struct row *row)
{
	if (!dead->followers)
		dead->followers = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
	row->kept = true;
	g_hash_table_steal(dispatcher->rows, row->stored.id);
	g_ptr_array_add(dead->followers, row);
}

bool outbox_follow_dead(struct dispatcher *dispatcher, struct row *row, const char *predecessor)
{
	struct row *dead = g_hash_table_lookup(dispatcher->rows, predecessor);
	row->final = true;
	row->stored.state = OUTBOX_CANCELLED;
	row->stored.finished_at = dispatcher->now.wall;
	row->stored.dead_reason = REASON_PREDECESSOR_DEAD;
	row_changed(dispatcher, row);
	dispatch_log_row(dispatcher, row, REASON_PREDECESSOR_DEAD);
	if (!dead || dead->stored.state != OUTBOX_DEAD)
		return false;
	hold_follower(dispatcher, dead, row);
	return true;
}

static void drop_dead(struct dispatcher *dispatcher, struct row *row)
{
	g_queue_remove(&row->queue->dead, row);
	row->incident->dead--;
	incident_changed(dispatcher, row->incident);
	g_hash_table_remove(dispatcher->rows, row->stored.id);
}

/* Not before this step's effects were written. */
static bool still_to_be_written(const struct row *row)
{
	for (guint i = 0; row->followers && i < row->followers->len; i++)
		if (((const struct row *)row->followers->pdata[i])->changed)
			return true;
	return row->changed;
}

static void bound_dead_letters(struct dispatcher *dispatcher, struct queue *queue)
{
	while (queue->dead.length > DEAD_LETTERS_MAX) {
		struct row *oldest = g_queue_peek_head(&queue->dead);
		if (still_to_be_written(oldest))
			return;
		drop_dead(dispatcher, oldest);
	}
}

static void mark_dead_row(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		struct episode *episode = episode_find(dispatcher, row_alert_at(row, i)->episode);
		struct told_entry *told = episode ? told_find(episode, row->queue->name) : NULL;
		if (told && told->told == TOLD_UNSENT && !row_alert_at(row, i)->resolved)
			g_strlcpy(told->dead_row, row->stored.id, ULID_SIZE);
	}
}

static void die(struct dispatcher *dispatcher, struct row *row, enum reason reason)
{
	struct row *next = behind(row);
	row->stored.dead_reason = reason;
	finish(dispatcher, row, OUTBOX_DEAD);
	row_tell_not(dispatcher, row);
	if (!next)
		row_take_back_said(dispatcher, row);
	mark_dead_row(dispatcher, row);
	dispatch_log_row(dispatcher, row, reason);
	row->queue->health.dead++;
	row->incident->dead++;
	g_queue_push_tail(&row->queue->dead, row);
	if (next && row_closes_untold(dispatcher, next)) {
		finish(dispatcher, next, OUTBOX_CANCELLED);
		outbox_follow_dead(dispatcher, next, row->stored.id);
	}
	if (reason != REASON_RECEIVER_REMOVED)
		fallback_send(dispatcher, row);
	bound_dead_letters(dispatcher, row->queue);
}

static bool worth_retrying(struct dispatcher *dispatcher, const struct row *row)
{
	if (row->followers)
		return true;
	for (guint i = 0; i < row->alerts->len; i++) {
		struct episode *episode = episode_find(dispatcher, row_alert_at(row, i)->episode);
		if (row_alert_at(row, i)->resolved || (episode && !episode_over(episode)))
			return true;
	}
	return row->alerts->len == 0;
}

static void say_again(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		if (!episode || said->resolved)
			continue;
		struct told_entry *told = told_get(episode, row->queue->name);
		told->dead_row[0] = '\0';
		if (told->said != SAID_NOTHING)
			continue;
		told->said = SAID_FIRING;
		told->said_severity = said->severity;
		told->said_value = said->value;
		told->group = row->incident->group;
		g_strlcpy(told->said_row, row->stored.id, ULID_SIZE);
	}
}

static void revive(struct dispatcher *dispatcher, struct row *row)
{
	row->stored.state = OUTBOX_PENDING;
	row->stored.attempts = 0;
	row->stored.next_at = row->stored.finished_at = 0;
	row->stored.dead_reason = REASON_NONE;
	row->created_mono = dispatcher->now.mono;
	outbox_enter(dispatcher, row);
	row_changed(dispatcher, row);
}

void outbox_retry(struct dispatcher *dispatcher, struct command *command)
{
	struct row *row = g_hash_table_lookup(dispatcher->rows, command->id);
	command->outcome = COMMAND_NOT_FOUND;
	if (!row)
		return;
	command->outcome = COMMAND_CONFLICT;
	if (row->stored.state != OUTBOX_DEAD) {
		g_snprintf(command->message, sizeof command->message, "it is not a dead letter but %s",
			   outbox_state_name(row->stored.state));
		return;
	}
	if (!row->queue->integration || !worth_retrying(dispatcher, row)) {
		g_strlcpy(command->message,
			  row->queue->integration ? "the alerts in it are over" : "its receiver is not configured",
			  sizeof command->message);
		return;
	}
	g_queue_remove(&row->queue->dead, row);
	row->incident->dead--;
	revive(dispatcher, row);
	say_again(dispatcher, row);
	row->stored.reason = REASON_RETRIED;
	for (guint i = 0; row->followers && i < row->followers->len; i++) {
		struct row *follower = row->followers->pdata[i];
		follower->kept = false;
		g_hash_table_insert(dispatcher->rows, follower->stored.id, follower);
		revive(dispatcher, follower);
	}
	if (row->followers) {
		g_ptr_array_set_free_func(row->followers, NULL);
		g_ptr_array_free(row->followers, TRUE);
		row->followers = NULL;
	}
	dispatch_log_row(dispatcher, row, REASON_RETRIED);
	command->outcome = COMMAND_DONE;
}

/* ---- queues ---- */

struct queue *queue_get(struct dispatcher *dispatcher, const char *integration)
{
	struct queue *queue = g_hash_table_lookup(dispatcher->queue_index, integration);
	if (queue)
		return queue;
	queue = g_new0(struct queue, 1);
	queue->name = g_strdup(integration);
	queue->rows = g_ptr_array_new();
	for (int i = 0; i < LANES; i++)
		g_queue_init(&queue->lanes[i]);
	g_queue_init(&queue->dead);
	if (dispatcher->receivers)
		queue->integration = receivers_integration(dispatcher->receivers, integration);
	if (queue->integration) {
		queue->receiver = g_strdup(queue->integration->receiver);
		queue->kind = g_strdup(queue->integration->kind->name);
		token_bucket_init(&queue->bucket, queue->integration->rate, queue->integration->burst,
				  dispatcher->now.mono);
	}
	g_hash_table_insert(dispatcher->queue_index, queue->name, queue);
	g_ptr_array_add(dispatcher->queues, queue);
	return queue;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	g_ptr_array_free(queue->rows, TRUE);
	g_queue_clear(&queue->dead);
	g_free(queue->name);
	g_free(queue->receiver);
	g_free(queue->kind);
	g_free(queue);
}

static void bind_queue(struct dispatcher *dispatcher, struct queue *queue)
{
	struct integration *before = queue->integration;
	queue->integration = receivers_integration(dispatcher->receivers, queue->name);
	if (!queue->integration)
		return;
	g_free(queue->receiver);
	g_free(queue->kind);
	queue->receiver = g_strdup(queue->integration->receiver);
	queue->kind = g_strdup(queue->integration->kind->name);
	if (before)
		token_bucket_adjust(&queue->bucket, queue->integration->rate, queue->integration->burst);
	else
		token_bucket_init(&queue->bucket, queue->integration->rate, queue->integration->burst,
				  dispatcher->now.mono);
}

void outbox_bind(struct dispatcher *dispatcher)
{
	for (guint i = 0; i < dispatcher->receivers->count; i++) {
		const struct receiver *receiver = dispatcher->receivers->receivers[i];
		for (uint32_t k = 0; k < receiver->integration_count; k++)
			queue_get(dispatcher, receiver->integrations[k]->name);
	}
	for (guint i = 0; i < dispatcher->queues->len; i++) {
		struct queue *queue = dispatcher->queues->pdata[i];
		bind_queue(dispatcher, queue);
		for (guint k = queue->integration ? 0 : queue->rows->len; k-- > 0;) {
			struct row *row = k < queue->rows->len ? queue->rows->pdata[k] : NULL;
			if (row && row->stored.state != OUTBOX_SENDING)
				die(dispatcher, row, REASON_RECEIVER_REMOVED);
		}
	}
}

/* ---- results ---- */

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
	} else {
		breaker_failed(&queue->breaker, dispatcher->now.mono);
		queue->health.failed++;
	}
	if (result->verdict == DELIVERY_AMBIGUOUS)
		row->maybe = true;
	row_tell_not(dispatcher, row);
	if (!queue->integration)
		die(dispatcher, row, REASON_RECEIVER_REMOVED);
	else if (too_old(dispatcher, row))
		die(dispatcher, row, REASON_GAVE_UP);
	else if (!merged_into_newer(dispatcher, row))
		wait_and_retry(dispatcher, row, result);
}

static void delivered(struct dispatcher *dispatcher, struct row *row)
{
	breaker_succeeded(&row->queue->breaker);
	row->queue->health.sent++;
	row->queue->health.last_sent_at = dispatcher->now.wall;
	row_tell_delivered(dispatcher, row);
	incident_told(dispatcher, row->incident, row->stored.severity);
	finish(dispatcher, row, OUTBOX_SENT);
	dispatch_log_row(dispatcher, row, row->stored.reason);
}

static void refused(struct dispatcher *dispatcher, struct row *row)
{
	/* It answered: the way there works. */
	breaker_succeeded(&row->queue->breaker);
	row->queue->health.failed++;
	die(dispatcher, row, REASON_PERMANENT);
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
	set_result(row, result->detail);
	note_failure(dispatcher, row->queue, result);
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
