/* series_table: the newest values, rings and labels of every target's series, as columns by slot, and which
 * (rule, instance) each feeds. Engine thread only. Bounded per target and in total. */
#ifndef ENGINE_SERIES_TABLE_H
#define ENGINE_SERIES_TABLE_H

#include "model/batch.h"
#include "rules/rules.h"

struct series_table;

struct series_limits { uint32_t per_target, total; }; /* 0 = none */

struct series_table *series_table_new(const struct series_limits *limits);
void series_table_free(struct series_table *table);
/* A new configuration: all series are let go, targets start anew. intervals: per target, NULL or 0 = not known. Rings wait
 * for their series to come back with the first polls, until the past is forgotten. */
void series_table_set_targets(struct series_table *table, uint32_t count, const msec_t *intervals);
void series_table_forget_past(struct series_table *table);
/* Takes values, new series and notes from the batch (labels and values are moved out of it). Rings of windowed
 * series advance. Windows move even while a commit is awaited. Series over a limit are not taken in, but remembered
 * (up to a bound) and let in when there is room again. The batch stays the caller's to free. */
void series_table_ingest(struct series_table *table, struct batch *batch);
/* Nothing came from the target for too long: its values become unknown. */
void series_table_expire(struct series_table *table, uint32_t target);
/* Lets go of the series that the newest batch called gone, and lets waiting ones in. */
void series_table_drop_gone(struct series_table *table, uint32_t target);

/* What feeds the rules changed: in order, removals of a slot before what takes its place. A series that several
 * targets announce under the same labels is held by one of them: the one that has a number. */
enum series_change_kind { SERIES_ADDED, SERIES_LOST, SERIES_GONE };
struct series_change { uint32_t target, slot; enum series_change_kind kind; };
size_t series_table_changes(const struct series_table *table, const struct series_change **out); /* borrowed */
void series_table_changes_clear(struct series_table *table);
/* Does this slot feed rules: taken in, and not held by another target? */
bool series_table_holds(const struct series_table *table, uint32_t target, uint32_t slot);

/* A ring that covers the window, at least; what an older one holds is kept. counter: add up resets even if the source
 * did not say that the series is a counter. */
void series_table_want_ring(struct series_table *table, uint32_t target, uint32_t slot, msec_t window, bool counter);
/* Around a new rulebook: rings that nobody wants between these two are freed. */
void series_table_rings_begin(struct series_table *table);
void series_table_rings_end(struct series_table *table);

uint32_t series_table_targets(const struct series_table *table);
const struct series_columns *series_table_columns(const struct series_table *table, uint32_t target); /* stable address */
uint32_t series_table_slots(const struct series_table *table, uint32_t target);
struct labels *series_table_labels(const struct series_table *table, uint32_t target, uint32_t slot); /* borrowed; NULL = free slot */
enum metric_type series_table_type(const struct series_table *table, uint32_t target, uint32_t slot);
const char *series_table_worker(const struct series_table *table, uint32_t target, uint32_t slot);
const char *series_table_class(const struct series_table *table, uint32_t target, uint32_t slot);
const char *series_table_cluster_version(const struct series_table *table, uint32_t target); /* NULL = not said */
const char *series_table_trace(const struct series_table *table, uint32_t target, uint32_t slot);
bool series_table_settled(const struct series_table *table, uint32_t target); /* first poll completed or failed */
bool series_table_failed(const struct series_table *table, uint32_t target);  /* the newest poll */
const char *series_table_failure(const struct series_table *table, uint32_t target); /* "" = none; partial ones too */
msec_t series_table_elapsed(const struct series_table *table, uint32_t target);      /* of the newest poll */
msec_t series_table_interval(const struct series_table *table, uint32_t target);
/* Moves on whenever a slot of the target comes or goes. */
uint64_t series_table_version(const struct series_table *table, uint32_t target);
size_t series_table_target_count(const struct series_table *table, uint32_t target);
size_t series_table_count(const struct series_table *table);
size_t series_table_dropped(const struct series_table *table); /* over a limit now */

#endif
