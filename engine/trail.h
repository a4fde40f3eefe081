/* trail: the recent values of one instance that is not quiet: what the page draws beside its alert. Made when the
 * instance leaves inactive, freed when it is inactive again; their number has a bound, and who comes later goes
 * without. Engine thread. */
#ifndef ENGINE_TRAIL_H
#define ENGINE_TRAIL_H

#include "base/clock.h"
#include <stddef.h>
#include <stdint.h>

enum { TRAIL_POINTS = 120, TRAILS_MAX = 20000 };

struct trail_point {
	msec_t at; /* wall, sample time */
	double value; /* NaN = unknown */
};

struct trail;

/* All of them. */
struct trails {
	uint32_t count;
	uint64_t refused; /* instances that went without */
};

/* Makes the trail at its first point. Not newer than the last point: ignored; a minute older: the clock was set back, and
 * the trail begins anew. */
void trail_note(struct trails *trails, struct trail **trail, msec_t at, double value);
void trail_drop(struct trails *trails, struct trail **trail);
/* Oldest first; how many. NULL has none. */
size_t trail_copy(const struct trail *trail, struct trail_point out[TRAIL_POINTS]);

#endif
