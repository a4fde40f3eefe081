/* dead_letter: what could not be delivered: kept within a bound, told to the fallback, and tried again when somebody asks.
 * Engine thread, within a step. */
#ifndef ENGINE_DEAD_LETTER_H
#define ENGINE_DEAD_LETTER_H

#include "engine/dispatch_state.h"

/* Gives the row up. A RESOLVED behind it that would only close what nobody was told of is kept with it. */
void dead_letter_make(struct dispatcher *dispatcher, struct row *row, enum reason reason);
/* A stored one after a start: what it would have told was not, what it would have ended is said to be over. */
void dead_letter_restore(struct dispatcher *dispatcher, struct row *row);
/* What a stored row ends is said to be over: one that died, or one kept with a dead letter. */
void dead_letter_note_ends(struct dispatcher *dispatcher, const struct row *row);
/* After a reload: rows whose integration is gone die with receiver_removed. */
void dead_letters_of_removed(struct dispatcher *dispatcher);
void dead_letter_retry(struct dispatcher *dispatcher, struct command *command);

#endif
