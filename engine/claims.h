/* claims: which rows are sent now: by lane, a queue in turn, within rate, concurrency, breaker and the bound of sends in
 * flight. Engine thread, within a step. */
#ifndef ENGINE_CLAIMS_H
#define ENGINE_CLAIMS_H

#include "engine/dispatch_state.h"

void outbox_claim(struct dispatcher *dispatcher);
/* Monotonic time at which a row that waits may be sent; MSEC_NEVER if none waits for time. */
msec_t outbox_due(const struct dispatcher *dispatcher, struct now now);

#endif
