/* row_told: what a row on its way means for the told ledger: maybe told with its claim, told or not with its result.
 * Engine thread, within a step. */
#ifndef ENGINE_ROW_TOLD_H
#define ENGINE_ROW_TOLD_H

#include "engine/dispatch_state.h"

void row_tell_maybe(struct dispatcher *dispatcher, const struct row *row);
void row_tell_delivered(struct dispatcher *dispatcher, const struct row *row);
/* Nothing arrived: what only this row may have told was not told. */
void row_tell_not(struct dispatcher *dispatcher, const struct row *row);
/* It is the newest that says this of an alert to its receiver. */
void row_note_said(const struct row *row, const struct row_alert *said, struct told_entry *told);
/* What it would have said counts as not said; what stands before it in line does. */
void row_take_back_said(struct dispatcher *dispatcher, const struct row *row);
/* Does it only close what its recipient never heard of? */
bool row_closes_untold(struct dispatcher *dispatcher, const struct row *row);

#endif
