#include "engine/dead_letter.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/fallback.h"
#include "engine/incident.h"
#include "engine/line.h"
#include "engine/outbox.h"
#include "engine/row.h"
#include "engine/row_told.h"
#include "engine/told.h"
#include <string.h>

static void leave_incident(struct dispatcher *dispatcher, struct row *row)
{
	row->incident->dead--;
	incident_changed(dispatcher, row->incident);
}

static void drop_dead(struct dispatcher *dispatcher, struct row *row)
{
	g_queue_remove(&row->queue->dead, row);
	leave_incident(dispatcher, row);
	for (guint i = 0; row->followers && i < row->followers->len; i++)
		leave_incident(dispatcher, row->followers->pdata[i]);
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
		struct told_entry *told = episode ? told_get(episode, row->queue->name) : NULL;
		if (told && told->told == TOLD_UNSENT && !row_alert_at(row, i)->resolved)
			g_strlcpy(told->dead_row, row->stored.id, ULID_SIZE);
	}
}

void dead_letter_make(struct dispatcher *dispatcher, struct row *row, enum reason reason)
{
	struct row *next = line_behind(row);
	bool alone = row_alone(row);
	row->stored.dead_reason = reason;
	outbox_finish(dispatcher, row, OUTBOX_DEAD);
	row_tell_not(dispatcher, row);
	if (!next && alone)
		row_take_back_said(dispatcher, row);
	mark_dead_row(dispatcher, row);
	dispatch_log_row(dispatcher, row, reason);
	row->queue->health.dead++;
	row->incident->dead++;
	g_queue_push_tail(&row->queue->dead, row);
	bool untold = !row->maybe && next && row_ends(row, next) == ROW_ENDS_ALL;
	if (next && (untold || row_closes_untold(dispatcher, next))) {
		outbox_finish(dispatcher, next, OUTBOX_CANCELLED);
		outbox_leave_out(dispatcher, next, row);
	}
	if (reason != REASON_RECEIVER_REMOVED)
		fallback_send(dispatcher, row);
	bound_dead_letters(dispatcher, row->queue);
}

void dead_letter_note_ends(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		struct episode *episode = episode_find(dispatcher, row_alert_at(row, i)->episode);
		struct told_entry *told = episode ? told_find(episode, row->queue->name) : NULL;
		if (told && row_alert_at(row, i)->resolved)
			told->said = SAID_RESOLVED;
	}
}

void dead_letter_restore(struct dispatcher *dispatcher, struct row *row)
{
	row->final = true;
	row->incident->dead++;
	g_queue_push_tail(&row->queue->dead, row);
	mark_dead_row(dispatcher, row);
	dead_letter_note_ends(dispatcher, row);
}

void dead_letters_of_removed(struct dispatcher *dispatcher)
{
	for (guint i = 0; i < dispatcher->queues->len; i++) {
		struct queue *queue = dispatcher->queues->pdata[i];
		for (guint k = queue->integration ? 0 : queue->rows->len; k-- > 0;) {
			struct row *row = k < queue->rows->len ? queue->rows->pdata[k] : NULL;
			if (row && row->stored.state != OUTBOX_SENDING)
				dead_letter_make(dispatcher, row, REASON_RECEIVER_REMOVED);
		}
	}
}

/* ---- trying again ---- */

static bool ends_with(const struct row *row, const char *episode)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		if (said->resolved && strcmp(said->episode, episode) == 0)
			return true;
	}
	return false;
}

static bool will_end(const struct row *dead, const char *episode)
{
	for (guint i = 0; dead->followers && i < dead->followers->len; i++)
		if (ends_with(dead->followers->pdata[i], episode))
			return true;
	return false;
}

/* Does a newer message tell of it already, or is it in a group that would tell the row's receiver of its end? */
static bool is_told(const struct row *row, const struct episode *episode)
{
	const struct told_entry *told = told_find(episode, row->queue->name);
	if (told && told->said != SAID_NOTHING)
		return true;
	for (guint i = 0; i < episode->members->len; i++) {
		const struct group *group = ((const struct member *)episode->members->pdata[i])->group;
		if (group == row->incident->group || strcmp(group->receiver, row->queue->receiver) == 0)
			return true;
	}
	return false;
}

/* NULL: nothing stands against it. It must not begin what no message after it would end. */
static const char *against_retry(struct dispatcher *dispatcher, const struct row *row)
{
	if (!row->queue->integration)
		return "its receiver is not configured";
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		const struct episode *episode = episode_find(dispatcher, said->episode);
		if (said->resolved || will_end(row, said->episode))
			continue;
		if (!episode || episode_over(episode))
			return "alerts in it are over";
		if (!is_told(row, episode))
			return "no route leads alerts in it to its receiver any more";
	}
	return NULL;
}

static void say_again(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		struct row_alert *said = row_alert_at(row, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		if (!episode || said->resolved)
			continue;
		struct told_entry *told = told_get(episode, row->queue->name);
		told->dead_row[0] = '\0';
		said->fresh &= told->said == SAID_NOTHING; /* or a newer message told it */
		if (told->said != SAID_NOTHING)
			continue;
		told->said = SAID_FIRING;
		told->said_severity = said->severity;
		told->said_value = said->value;
		told_say_in(told, episode, row->incident);
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

void dead_letter_retry(struct dispatcher *dispatcher, struct command *command)
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
	const char *against = against_retry(dispatcher, row);
	if (against) {
		g_strlcpy(command->message, against, sizeof command->message);
		return;
	}
	g_queue_remove(&row->queue->dead, row);
	leave_incident(dispatcher, row);
	revive(dispatcher, row);
	say_again(dispatcher, row);
	row->stored.reason = REASON_RETRIED;
	for (guint i = 0; row->followers && i < row->followers->len; i++) {
		struct row *follower = row->followers->pdata[i];
		follower->kept = false;
		leave_incident(dispatcher, follower);
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
