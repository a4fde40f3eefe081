/* scenario_check: what must hold in every story, whatever happens in it: FIRING before RESOLVED, one RESOLVED key per told
 * episode and recipient, never one for what was not told. Pure. */
#ifndef ENGINE_SCENARIO_CHECK_H
#define ENGINE_SCENARIO_CHECK_H

#include "engine/scenario_post.h"

/* messages: struct scenario_message, in the order of their arrival. */
bool scenario_check(const GPtrArray *messages, struct error *err);

#endif
