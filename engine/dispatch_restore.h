/* dispatch_restore: stored rows become the dispatcher's nouns again, before the first step. */
#ifndef ENGINE_DISPATCH_RESTORE_H
#define ENGINE_DISPATCH_RESTORE_H

#include "engine/dispatch_state.h"

void dispatch_restore(struct dispatcher *dispatcher, const struct effects *rows);

#endif
