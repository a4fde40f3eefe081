#include "engine/row_told.h"
#include "engine/episode.h"
#include "engine/row.h"
#include "engine/told.h"

static void may_hear(struct told_entry *told, struct row_alert *said, const char *recipient)
{
	said->newly_heard = !told_heard(told, recipient);
	if (said->newly_heard && recipient[0])
		told_add_hearer(told, recipient);
}

void row_tell_maybe(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		struct row_alert *said = row_alert_at(row, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		if (!episode || said->resolved)
			continue;
		struct told_entry *told = told_get(episode, row->queue->name);
		may_hear(told, said, row->stored.recipient);
		if (told->told == TOLD_UNSENT) {
			told->told = TOLD_MAYBE;
			told->severity = said->severity;
			told->value = said->value;
			told->at = dispatcher->now.wall;
		} else if (!said->newly_heard) {
			continue;
		}
		told_changed(dispatcher, episode, told);
	}
}

void row_tell_delivered(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		if (!episode)
			continue;
		struct told_entry *told = told_get(episode, row->queue->name);
		if (told->told == TOLD_RESOLVED)
			continue;
		told->told = said->resolved ? TOLD_RESOLVED : TOLD_FIRING;
		told->severity = said->severity;
		told->value = said->value;
		told->at = dispatcher->now.wall;
		told->dead_row[0] = '\0';
		told_changed(dispatcher, episode, told);
	}
}

/* No byte left, or the other side refused it: what only this row may have told was not told. */
void row_tell_not(struct dispatcher *dispatcher, const struct row *row)
{
	if (row->maybe)
		return;
	for (guint i = 0; i < row->alerts->len; i++) {
		struct row_alert *said = row_alert_at(row, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		struct told_entry *told = episode ? told_find(episode, row->queue->name) : NULL;
		if (!told || !said->newly_heard)
			continue;
		if (told_drop_hearer(told, row->stored.recipient) && told->told == TOLD_MAYBE)
			told->told = TOLD_UNSENT;
		said->newly_heard = false;
		told_changed(dispatcher, episode, told);
	}
}

void row_note_said(const struct row *row, const struct row_alert *said, struct told_entry *told)
{
	told->said = said->resolved ? SAID_RESOLVED : SAID_FIRING;
	told->said_severity = said->severity;
	told->said_value = said->value;
	told->said_at = row->stored.created_at;
	if (!said->resolved)
		g_strlcpy(told->said_row, row->stored.id, ULID_SIZE);
}

static struct told_entry *told_of(struct dispatcher *dispatcher, const struct row *row, guint i)
{
	const struct episode *episode = episode_find(dispatcher, row_alert_at(row, i)->episode);
	return episode ? told_find(episode, row->queue->name) : NULL;
}

static void note_again(struct dispatcher *dispatcher, const struct row *row, GHashTable *entries)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		struct told_entry *told = told_of(dispatcher, row, i);
		if (told && g_hash_table_contains(entries, told))
			row_note_said(row, row_alert_at(row, i), told);
	}
}

void row_take_back_said(struct dispatcher *dispatcher, const struct row *row)
{
	const GPtrArray *line = row->incident->rows;
	GHashTable *entries = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < row->alerts->len; i++) {
		struct told_entry *told = told_of(dispatcher, row, i);
		if (!told)
			continue;
		told_revert(told);
		if (line->len)
			g_hash_table_add(entries, told);
	}
	for (guint i = 0; i < line->len; i++)
		if (((const struct row *)line->pdata[i])->message < row->message)
			note_again(dispatcher, line->pdata[i], entries);
	g_hash_table_destroy(entries);
}

/* Does the row only close what its recipient never heard of? */
bool row_closes_untold(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		struct told_entry *told = episode ? told_find(episode, row->queue->name) : NULL;
		/* An episode that was closed before a restart: nobody knows, so its end is sent. */
		if (!said->resolved || !episode || told_heard(told, row->stored.recipient))
			return false;
	}
	return true;
}
