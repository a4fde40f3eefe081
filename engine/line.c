#include "engine/line.h"
#include <string.h>

enum lane { LANE_CRITICAL, LANE_RESOLVED, LANE_OTHER };

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

struct row *line_behind(const struct row *row)
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

void line_ready(struct row *row)
{
	bool waits = row->ready || row->final || row->stored.state == OUTBOX_SENDING || row->wake.timer.place;
	if (waits || ahead_of(row))
		return;
	row->ready = true;
	g_queue_push_tail_link(&row->queue->lanes[lane_of(row)], &row->link);
}

bool line_waits(const struct row *row)
{
	return ahead_of(row) != NULL;
}

void line_unready(struct row *row)
{
	if (row->ready)
		g_queue_unlink(&row->queue->lanes[lane_of(row)], &row->link);
	row->ready = false;
}
