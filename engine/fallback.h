/* fallback: what could not be delivered and still fires goes once to the receiver that the integration names for that
 * case. Engine thread, within a step. */
#ifndef ENGINE_FALLBACK_H
#define ENGINE_FALLBACK_H

#include "engine/dispatch_state.h"

void fallback_send(struct dispatcher *dispatcher, struct row *dead);

#endif
