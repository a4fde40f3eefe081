#include "engine/outbox.h"
#include "base/json.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/incident.h"
#include "engine/line.h"
#include "engine/row.h"
#include "engine/row_told.h"
#include <assert.h>

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
	line_ready(row);
}

void outbox_finish(struct dispatcher *dispatcher, struct row *row, enum outbox_state state)
{
	struct row *next = line_behind(row);
	line_unready(row);
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
		line_ready(next);
}

static bool message_unsent(const struct incident *incident, uint32_t message)
{
	if (message <= incident->delivered)
		return false;
	for (guint i = 0; i < incident->rows->len; i++) {
		const struct row *row = incident->rows->pdata[i];
		if (row->message == message && row_may_have_left(row))
			return false;
	}
	return true;
}

void outbox_drop(struct dispatcher *dispatcher, struct row *row, enum reason reason)
{
	outbox_finish(dispatcher, row, OUTBOX_CANCELLED);
	row->stored.dead_reason = reason;
	dispatch_log_row(dispatcher, row, reason);
}

bool outbox_take_back(struct dispatcher *dispatcher, struct incident *incident, msec_t *waits_since)
{
	bool any = false;
	uint32_t last = 0;
	for (guint i = incident->rows->len; i-- > 0;) {
		struct row *row = incident->rows->pdata[i];
		/* An end is not said again: who is over has left the group. What stands before it stays too. */
		if (row_may_have_left(row) || row_says_end(row) || !message_unsent(incident, row->message))
			break;
		if (row->message != last && incident->message)
			incident->message--;
		last = row->message;
		*waits_since = MIN(*waits_since, row->created_mono);
		outbox_drop(dispatcher, row, REASON_MERGED);
		row_take_back_said(dispatcher, row);
		any = true;
	}
	return any;
}

bool outbox_merge(struct dispatcher *dispatcher, struct row *row)
{
	struct row *next = line_behind(row);
	if (!next || row->maybe || row_says_end(row) || row_twin_left(row))
		return false;
	bool untold = row_closes_untold(dispatcher, next), alone = untold && row_alone(next);
	enum row_ends ends = untold ? ROW_ENDS_ALL : row_ends(row, next);
	if (ends == ROW_ENDS_SOME)
		return false;
	outbox_drop(dispatcher, row, REASON_MERGED);
	if (ends == ROW_ENDS_ALL)
		outbox_drop(dispatcher, next, REASON_MERGED);
	else
		row_hand_on(row, next);
	if (alone)
		row_take_back_said(dispatcher, next);
	return true;
}

/* Its text says in which thread it stands. */
static void move_text(struct row *row, const struct incident *to)
{
	struct error err;
	json_t *object = json_parse(row->stored.payload, strlen(row->stored.payload), 0, &err);
	struct notification *notification = object ? notification_from_json(object, &err) : NULL;
	json_decref(object);
	if (!notification)
		return;
	g_strlcpy(notification->root, to->root, ULID_SIZE);
	g_strlcpy(notification->incident, to->name, sizeof notification->incident);
	g_free(notification->subject);
	notification->subject = g_strdup(to->subject);
	g_free((char *)row->stored.payload);
	row->stored.payload = notification_text(notification);
	row->fresh = true;
	notification_free(notification);
}

void outbox_keep_with(struct dispatcher *dispatcher, struct row *dead, struct row *row)
{
	if (!dead->followers)
		dead->followers = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
	row->final = row->kept = true;
	g_strlcpy(row->stored.predecessor, dead->stored.id, ULID_SIZE);
	/* In one line with it, even if a reload moved the alert to another group meanwhile. */
	if (row->incident != dead->incident)
		move_text(row, dead->incident);
	row->incident = dead->incident;
	g_strlcpy(row->stored.incident, dead->incident->root, ULID_SIZE);
	row->incident->dead++;
	g_hash_table_steal(dispatcher->rows, row->stored.id);
	g_ptr_array_add(dead->followers, row);
}

void outbox_leave_out(struct dispatcher *dispatcher, struct row *row, struct row *dead)
{
	row->final = true;
	row->stored.state = OUTBOX_CANCELLED;
	row->stored.finished_at = dispatcher->now.wall;
	row->stored.dead_reason = dead ? REASON_PREDECESSOR_DEAD : REASON_NEVER_TOLD;
	row_changed(dispatcher, row);
	dispatch_log_row(dispatcher, row, row->stored.dead_reason);
	if (dead)
		outbox_keep_with(dispatcher, dead, row);
}
