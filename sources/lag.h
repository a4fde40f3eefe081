/* lag: how far a consumer group is behind, in records and in seconds, and whether it still gets on: the status tests
 * of Burrow over what polling sees. Pure; caller's memory, one owner. Times are monotonic milliseconds.
 * Sources: LinkedIn Burrow (core/internal/evaluator/caching.go), kafka-lag-exporter (interpolation table). */
#ifndef SOURCES_LAG_H
#define SOURCES_LAG_H

#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>

enum { OFFSET_POINTS = 60, LAG_WINDOW_MAX = 60 };

/* When the end of one partition was where: flat runs are kept as their two ends. An end that goes back (the topic
 * was made anew) starts it over. Zeroed = empty. */
struct offset_table {
	struct offset_point {
		int64_t end;
		msec_t at;
	} points[OFFSET_POINTS]; /* oldest first */
	uint32_t count;
};

void offset_table_push(struct offset_table *table, int64_t end, msec_t at);
/* Age of the newest record the group has read, by interpolation; by extrapolation before the table's start. 0 when
 * nothing is left to read; at least the table's span where nothing was written in it; unknown when committed is
 * negative or the table has fewer than two points. */
double offset_table_lag_seconds(const struct offset_table *table, int64_t committed, msec_t now);

/* end - committed, not below 0; unknown if either is negative: no commit is not a lag. */
double lag_records(int64_t committed, int64_t end);

/* Records below the partition's oldest one that the group had not read: retention has deleted them. Not below 0;
 * unknown if either is negative. */
double lag_lost(int64_t committed, int64_t start);

/* Worse is higher, so that a group's status is the maximum over its partitions. */
enum lag_status { LAG_OK, LAG_WARN, LAG_STOP, LAG_STALL, LAG_REWIND };
const char *lag_status_name(enum lag_status status);

/* The newest observations of one group on one partition. Zeroed, then size set. */
struct lag_window {
	struct lag_seen {
		msec_t at;
		int64_t committed;
		int64_t lag;
	} seen[LAG_WINDOW_MAX];
	uint32_t size; /* 2 … LAG_WINDOW_MAX */
	uint32_t count, next;
};

void lag_window_push(struct lag_window *window, int64_t committed, int64_t end, msec_t at);
/* active: the group has members and is stable. A window that is not full, or that saw no lag at some time, is OK;
 * otherwise REWIND: the group went back and did not come to where it was; STOP: nothing committed and nobody there;
 * STALL: nothing committed although somebody is; WARN: the lag never shrinks and has grown. */
enum lag_status lag_window_status(const struct lag_window *window, bool active);

#endif
