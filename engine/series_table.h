/* series_table: the newest values, rings and labels of every target's series, as columns by slot, and which
 * (rule, instance) each feeds. Engine thread only. Bounded per target and in total. */
#ifndef ENGINE_SERIES_TABLE_H
#define ENGINE_SERIES_TABLE_H

#include "model/batch.h"
#include "rules/rules.h"

struct series_table;

struct series_limits { uint32_t per_target, total; };

struct series_table *series_table_new(const struct series_limits *limits);
void series_table_free(struct series_table *table);
/* Takes values, new series and notes from the batch (labels and values are moved out of it). Rings of windowed
 * series advance. Windows move even while a commit is awaited. */
void series_table_ingest(struct series_table *table, struct batch *batch);
uint32_t series_table_targets(const struct series_table *table);
const struct series_columns *series_table_columns(const struct series_table *table, uint32_t target);
uint32_t series_table_slots(const struct series_table *table, uint32_t target);
struct labels *series_table_labels(const struct series_table *table, uint32_t target, uint32_t slot); /* borrowed; NULL = free slot */
const char *series_table_worker(const struct series_table *table, uint32_t target, uint32_t slot);
const char *series_table_trace(const struct series_table *table, uint32_t target, uint32_t slot);
bool series_table_settled(const struct series_table *table, uint32_t target); /* first poll completed or failed */
size_t series_table_count(const struct series_table *table);
size_t series_table_dropped(const struct series_table *table);

#endif
