/* series_table_state: what the files of the series table share. Engine thread; private to engine/series_*.c. */
#ifndef ENGINE_SERIES_TABLE_STATE_H
#define ENGINE_SERIES_TABLE_STATE_H

#include "engine/series_table.h"
#include "engine/series_target.h"

struct place {
	uint32_t target, slot;
};

/* Of a series that new targets have not brought back yet. */
struct past_ring {
	struct ring *ring;
	struct ringed what;
};

struct series_table {
	struct series_limits limits;
	struct series_target **targets;
	uint32_t target_count;
	uint64_t epoch; /* + 1 with each set of targets, so that versions never come again */
	size_t count;
	GHashTable *holders; /* labels -> place, packed: who feeds the rules */
	GHashTable *sharers; /* labels -> GArray of place, where several announce the same */
	GHashTable *past; /* labels -> struct past_ring, or NULL */
	GArray *changes;
};

#endif
