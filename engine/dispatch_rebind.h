/* dispatch_rebind: a new configuration meets what is open: queues, groups and memberships are bound to it anew; what no
 * route leads to any more only serves what it owes. Engine thread, within a step. */
#ifndef ENGINE_DISPATCH_REBIND_H
#define ENGINE_DISPATCH_REBIND_H

#include "engine/dispatch_state.h"

void dispatch_rebind(struct dispatcher *dispatcher);

#endif
