#include "sources/lag.h"
#include "model/value.h"
#include <assert.h>
#include <string.h>

static void drop_oldest(struct offset_table *table)
{
	memmove(table->points, table->points + 1, (OFFSET_POINTS - 1) * sizeof table->points[0]);
	table->count--;
}

void offset_table_push(struct offset_table *table, int64_t end, msec_t at)
{
	const struct offset_point *last = table->count ? &table->points[table->count - 1] : NULL;

	if (end < 0 || (last && at <= last->at))
		return;
	if (last && end < last->end)
		table->count = 0;
	if (table->count >= 2 && table->points[table->count - 2].end == end)
		table->count--; /* the run goes on: its second end moves */
	if (table->count == OFFSET_POINTS)
		drop_oldest(table);
	table->points[table->count++] = (struct offset_point){end, at};
}

/* The time at which the line through two points was at offset. */
static double time_on_line(const struct offset_point *a, const struct offset_point *b, int64_t offset)
{
	double share = (double)(offset - a->end) / (double)(b->end - a->end);

	return (double)a->at + share * (double)(b->at - a->at);
}

double offset_table_lag_seconds(const struct offset_table *table, int64_t committed, msec_t now)
{
	const struct offset_point *first = &table->points[0], *last;
	uint32_t i = 0;
	double at;

	if (committed < 0 || table->count == 0)
		return VALUE_UNKNOWN;
	last = &table->points[table->count - 1];
	if (committed >= last->end)
		return 0;
	if (table->count < 2)
		return VALUE_UNKNOWN;
	while (table->points[i].end <= committed)
		i++; /* ends: the last point is above */
	if (i > 0)
		at = time_on_line(&table->points[i - 1], &table->points[i], committed);
	else if (committed == first->end || last->end == first->end)
		at = (double)first->at;
	else
		at = time_on_line(first, last, committed);
	return at < (double)now ? ((double)now - at) / 1000 : 0;
}

double lag_lost(int64_t committed, int64_t start)
{
	return lag_records(committed, start);
}

double lag_records(int64_t committed, int64_t end)
{
	if (committed < 0 || end < 0)
		return VALUE_UNKNOWN;
	return end > committed ? (double)(end - committed) : 0;
}

const char *lag_status_name(enum lag_status status)
{
	static const char *const names[] = {"ok", "warn", "stop", "stall", "rewind"};

	return names[status];
}

void lag_window_push(struct lag_window *window, int64_t committed, int64_t end, msec_t at)
{
	assert(window->size >= 2 && window->size <= LAG_WINDOW_MAX);
	if (committed < 0 || end < 0)
		return;
	window->seen[window->next] = (struct lag_seen){at, committed, end > committed ? end - committed : 0};
	window->next = (window->next + 1) % window->size;
	if (window->count < window->size)
		window->count++;
}

static const struct lag_seen *seen_at(const struct lag_window *window, uint32_t i)
{
	uint32_t start = window->count < window->size ? 0 : window->next;

	return &window->seen[(start + i) % window->size];
}

static bool went_back(const struct lag_window *window)
{
	int64_t furthest = seen_at(window, 0)->committed;

	for (uint32_t i = 1; i < window->count; i++)
		if (seen_at(window, i)->committed > furthest)
			furthest = seen_at(window, i)->committed;
	return seen_at(window, window->count - 1)->committed < furthest;
}

enum lag_status lag_window_status(const struct lag_window *window, bool active)
{
	const struct lag_seen *first, *last;
	bool shrank = false;

	if (window->count < window->size)
		return LAG_OK;
	first = seen_at(window, 0);
	last = seen_at(window, window->count - 1);
	if (last->lag > 0 && went_back(window))
		return LAG_REWIND;
	for (uint32_t i = 0; i < window->count; i++) {
		if (seen_at(window, i)->lag == 0)
			return LAG_OK;
		shrank |= i > 0 && seen_at(window, i)->lag < seen_at(window, i - 1)->lag;
	}
	if (first->committed == last->committed)
		return active ? LAG_STALL : LAG_STOP;
	return !shrank && last->lag > first->lag ? LAG_WARN : LAG_OK;
}
