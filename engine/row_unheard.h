/* row_unheard: a message says nothing of the end of what its own recipient never heard begin: such ends are left out before
 * it is sent for the first time. Its recipients share one text until then. Engine thread, within a step. */
#ifndef ENGINE_ROW_UNHEARD_H
#define ENGINE_ROW_UNHEARD_H

#include "engine/dispatch_state.h"

/* False if nothing is left that is worth sending; the row is unchanged then. */
bool row_leave_out_unheard(struct dispatcher *dispatcher, struct row *row);

#endif
