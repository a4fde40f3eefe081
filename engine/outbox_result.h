/* outbox_result: what became of a delivery: delivered, to be tried again, or given up. Engine thread, within a step. */
#ifndef ENGINE_OUTBOX_RESULT_H
#define ENGINE_OUTBOX_RESULT_H

#include "engine/dispatch_state.h"

void outbox_result(struct dispatcher *dispatcher, struct command *command);

#endif
