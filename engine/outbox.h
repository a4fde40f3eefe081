/* outbox: rows on their way, from entering to their end: sent, taken back, merged into a newer one, or kept with the dead
 * letter that they follow. Engine thread, within a step. */
#ifndef ENGINE_OUTBOX_H
#define ENGINE_OUTBOX_H

#include "engine/dispatch_state.h"

void outbox_enter(struct dispatcher *dispatcher, struct row *row);
/* The row is done; what stands behind it may go. */
void outbox_finish(struct dispatcher *dispatcher, struct row *row, enum outbox_state state);
/* It is not sent, for this reason. */
void outbox_drop(struct dispatcher *dispatcher, struct row *row, enum reason reason);
/* Messages of the incident of which no byte left are taken back; their episodes count as told before. waits_since:
 * lowered to the monotonic time since when their recipients wait. */
bool outbox_take_back(struct dispatcher *dispatcher, struct incident *incident, msec_t *waits_since);
/* A newer message stands behind one that did not get out: the newest alone is enough, and if all it says is that
 * something untold is over, neither is. False if this one is still needed. */
bool outbox_merge(struct dispatcher *dispatcher, struct row *row);
/* Not sent: its recipient never heard the beginning. Kept with the dead letter that would have told it, until that is
 * tried again; dead NULL: there is none. */
void outbox_leave_out(struct dispatcher *dispatcher, struct row *row, struct row *dead);
/* The same after a start: it stands so in the store. */
void outbox_keep_with(struct dispatcher *dispatcher, struct row *dead, struct row *row);

#endif
