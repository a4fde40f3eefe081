#include "engine/trail.h"

#include "model/value.h"
#include <glib.h>
#include <math.h>

struct trail {
	struct trail_point points[TRAIL_POINTS]; /* ring */
	uint32_t count, newest;
};

static struct trail *trail_new(struct trails *trails)
{
	if (trails->count >= TRAILS_MAX) {
		trails->refused++;
		return NULL;
	}
	trails->count++;
	return g_new0(struct trail, 1);
}

/* A clock that was set back: what came before has no place any more. Less is only the order of polls. */
static const msec_t SET_BACK_LEAST = 60000;

void trail_note(struct trails *trails, struct trail **trail, msec_t at, double value)
{
	if (!*trail && !(*trail = trail_new(trails)))
		return;
	struct trail *it = *trail;
	if (it->count && at < it->points[it->newest].at - SET_BACK_LEAST)
		it->count = 0;
	if (it->count && at <= it->points[it->newest].at)
		return;
	it->newest = it->count ? (it->newest + 1) % TRAIL_POINTS : 0;
	it->count = MIN(it->count + 1, (uint32_t)TRAIL_POINTS);
	it->points[it->newest] = (struct trail_point){at, value_is_number(value) ? value : NAN};
}

void trail_drop(struct trails *trails, struct trail **trail)
{
	if (!*trail)
		return;
	trails->count--;
	g_clear_pointer(trail, g_free);
}

size_t trail_copy(const struct trail *trail, struct trail_point out[TRAIL_POINTS])
{
	uint32_t count = trail ? trail->count : 0;
	for (uint32_t i = 0; i < count; i++)
		out[i] = trail->points[(trail->newest + TRAIL_POINTS + 1 + i - count) % TRAIL_POINTS];
	return count;
}
