/* series_place: who feeds the rules. A series that several targets announce under the same labels is held by one of them,
 * the one that has a number; coming and going is noted as changes. Engine thread; private to the series table. */
#ifndef ENGINE_SERIES_PLACE_H
#define ENGINE_SERIES_PLACE_H

#include "engine/series_table_state.h"

void series_place_init(struct series_table *table);
void series_place_release(struct series_table *table);
/* Takes over the reference to labels. */
void series_place_admit(struct series_table *table, struct place place, enum metric_type type, struct labels *labels);
void series_place_let_go(struct series_table *table, struct place place, enum series_change_kind kind);
/* A series that moved, as a task does in a rebalance, follows the target that has its number. */
void series_place_settle(struct series_table *table);

#endif
