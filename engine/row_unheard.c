#include "engine/row_unheard.h"
#include "base/json.h"
#include "engine/episode.h"
#include "engine/row.h"
#include "engine/told.h"
#include <string.h>

/* An episode that nothing is known of any more: nobody can say, so its end is sent. */
static bool heard(const struct dispatcher *dispatcher, const struct row *row, const char *id)
{
	const struct episode *episode = episode_find(dispatcher, id);
	return !episode || told_heard(told_find(episode, row->queue->name), row->stored.recipient);
}

static bool unheard_end(const struct dispatcher *dispatcher, const struct row *row, const struct row_alert *said)
{
	return said->resolved && !heard(dispatcher, row, said->episode);
}

/* What is left of the row: ends that were heard, and alerts its recipient hears of for the first time. */
static void count_left(const struct dispatcher *dispatcher, const struct row *row, guint *ends, guint *news)
{
	*ends = *news = 0;
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		bool known = heard(dispatcher, row, said->episode);
		*ends += said->resolved && known;
		*news += !said->resolved && !known;
	}
}

static void drop_listed(const struct dispatcher *dispatcher, const struct row *row, struct notification *notification)
{
	uint32_t kept = 0, listed = notification->alert_count;
	for (uint32_t i = 0; i < listed; i++) {
		struct notification_alert *one = &notification->alerts[i];
		if (one->resolved_now && !heard(dispatcher, row, one->alert->id))
			alert_unref(one->alert);
		else
			notification->alerts[kept++] = *one;
	}
	notification->alert_count = kept;
}

static uint32_t drop_alerts(struct dispatcher *dispatcher, struct row *row)
{
	uint32_t before = row->alerts->len;
	for (guint i = before; i-- > 0;) {
		const struct row_alert *said = row_alert_at(row, i);
		if (!unheard_end(dispatcher, row, said))
			continue;
		struct episode *episode = episode_find(dispatcher, said->episode);
		if (--episode->rows == 0)
			episode_touch(dispatcher, episode);
		g_array_remove_index(row->alerts, i);
	}
	return before - row->alerts->len;
}

static void rewrite(struct dispatcher *dispatcher, struct row *row, struct notification *notification, bool news)
{
	uint32_t listed = notification->alert_count;
	drop_listed(dispatcher, row, notification);
	uint32_t dropped = drop_alerts(dispatcher, row), beyond = dropped - (listed - notification->alert_count);
	notification->truncated -= MIN(beyond, notification->truncated);
	notification->rest.resolved -= MIN(beyond, notification->rest.resolved);
	if (notification->type == NOTIFICATION_PART_RESOLVED && news)
		notification->type = NOTIFICATION_FIRING;
	g_free((char *)row->stored.payload);
	row->stored.payload = notification_text(notification);
	row_name_episodes(row);
	row->fresh = true;
}

static bool tells_only_ends(const struct notification *notification)
{
	return notification->type == NOTIFICATION_PART_RESOLVED || notification->type == NOTIFICATION_RESOLVED;
}

bool row_leave_out_unheard(struct dispatcher *dispatcher, struct row *row)
{
	guint unheard = 0, ends, news;
	for (guint i = 0; i < row->alerts->len && !row->stored.attempts; i++)
		unheard += unheard_end(dispatcher, row, row_alert_at(row, i));
	if (!unheard)
		return true;
	struct error err;
	json_t *object = json_parse(row->stored.payload, strlen(row->stored.payload), 0, &err);
	struct notification *notification = object ? notification_from_json(object, &err) : NULL;
	count_left(dispatcher, row, &ends, &news);
	bool worth = !notification || ends || news || !tells_only_ends(notification);
	if (notification && worth)
		rewrite(dispatcher, row, notification, !ends);
	notification_free(notification);
	json_decref(object);
	return worth;
}
