/* dispatch_emit: the end of a step: what changed is written into the effects once, in its final form; what is done for
 * good is forgotten. */
#ifndef ENGINE_DISPATCH_EMIT_H
#define ENGINE_DISPATCH_EMIT_H

#include "engine/dispatch_state.h"

void dispatch_emit(struct dispatcher *dispatcher);

#endif
