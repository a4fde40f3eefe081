/* scenario_target: what a story's source says when it is polled: series whose numbers are written by hand, a failure, or
 * nothing at all. One owner, one thread. */
#ifndef ENGINE_SCENARIO_TARGET_H
#define ENGINE_SCENARIO_TARGET_H

#include "model/batch.h"
#include <glib.h>

struct scenario_target {
	char *name, *failure;
	GArray *series; /* as written */
	bool hangs;
	uint64_t generation;
};

void scenario_target_init(struct scenario_target *target, const char *name);
void scenario_target_release(struct scenario_target *target);
/* Takes no reference. per_second: it climbs by itself from mono on. */
void scenario_target_set(struct scenario_target *target, struct labels *labels, double value, double per_second, msec_t mono);
/* Its next poll names all series again, as after a reload. */
void scenario_target_announce(struct scenario_target *target);
/* NULL while it hangs. The batch is the caller's. */
struct batch *scenario_target_poll(struct scenario_target *target, uint32_t index, struct now now);

#endif
