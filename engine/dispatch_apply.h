/* dispatch_apply: one transition of the evaluator meets its episode: a new version, an event, and groups that are due.
 * Engine thread, within a step. */
#ifndef ENGINE_DISPATCH_APPLY_H
#define ENGINE_DISPATCH_APPLY_H

#include "engine/dispatch_state.h"

void dispatch_apply(struct dispatcher *dispatcher, const struct transition *transition);

#endif
