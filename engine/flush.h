/* flush: a group's turn: for each integration that hears it or is owed something, what is new since the last message,
 * whether that is worth a message now, and the message itself. Engine thread, within a step. */
#ifndef ENGINE_FLUSH_H
#define ENGINE_FLUSH_H

#include "engine/dispatch_state.h"

void group_flush(struct dispatcher *dispatcher, struct group *group);

#endif
