/* story_check: what must hold in any story, seen from outside: from what was committed, what was sent for it and what
 * arrived. It knows nothing of how the engine comes to it. One owner, one thread. */
#ifndef TESTS_SCENARIOS_STORY_CHECK_H
#define TESTS_SCENARIOS_STORY_CHECK_H

#include "engine/scenario_world.h"
#include "tests/scenarios/random_story.h"

struct story_check;

struct story_check *story_check_new(const struct random_story *story);
void story_check_free(struct story_check *check);
/* A scenario_watch_fn: ctx is the check. */
void story_check_step(void *ctx, const struct scenario_world *world, const struct effects *effects,
		      const struct claim *claims, size_t count);
/* The story is over. False with the first thing that was not as it must be. */
bool story_check_end(struct story_check *check, const struct scenario_world *world, struct error *err);

#endif
