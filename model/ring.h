/* ring: the recent samples of one series, oldest to newest, for windowed rules. Sized once to the longest
 * window; a push never allocates. Counter values are stored reset-adjusted: a value below the last one adds
 * the last one to an offset and marks a reset. Unknown samples are not pushed. One owner. */
#ifndef MODEL_RING_H
#define MODEL_RING_H

#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring_point {
	msec_t at; /* sample time, wall */
	double value; /* counters: adjusted */
};

struct ring {
	uint32_t capacity, head, count; /* head: index of the newest */
	bool counter;
	double last_raw, offset;
	msec_t last_reset;   /* 0 = none seen */
	msec_t created_at;   /* when the series was first seen */
	struct ring_point points[]; /* capacity */
};

struct ring *ring_new(uint32_t capacity, bool counter);
void ring_free(struct ring *ring);
void ring_push(struct ring *ring, msec_t at, double value); /* not newer than the last: ignored */
void ring_clear(struct ring *ring);
/* i = 0 is the newest. */
struct ring_point ring_at(const struct ring *ring, uint32_t i);

/* All over (now - window, now]; VALUE_UNKNOWN while the window is warming up: fewer than two samples,
 * or the oldest sample is younger than the window's start by more than a tenth of it. */
double ring_last(const struct ring *ring);
double ring_avg(const struct ring *ring, msec_t window, msec_t now);
double ring_min(const struct ring *ring, msec_t window, msec_t now);
double ring_max(const struct ring *ring, msec_t window, msec_t now);
double ring_delta(const struct ring *ring, msec_t window, msec_t now);    /* last - first */
double ring_increase(const struct ring *ring, msec_t window, msec_t now); /* counters, resets adjusted; the
	baseline is the newest sample at or before the window's start; over a gap longer than the window, its share */
double ring_rate(const struct ring *ring, msec_t window, msec_t now);     /* increase per second of real span */
double ring_quantile(const struct ring *ring, double q, msec_t window, msec_t now); /* nearest rank */
double ring_slope(const struct ring *ring, msec_t window, msec_t now);    /* least squares, per second */
uint32_t ring_changes(const struct ring *ring, msec_t window, msec_t now);

#endif
