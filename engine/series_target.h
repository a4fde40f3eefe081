/* series_target: one target's columns inside the series table: values, labels, rings, notes by slot. Private to the
 * series table; it counts, limits and decides who holds a series. */
#ifndef ENGINE_SERIES_TARGET_H
#define ENGINE_SERIES_TARGET_H

#include "model/batch.h"
#include "rules/rules.h"
#include <glib.h>

enum { SLOT_HELD = 1, SLOT_SHARED = 2, SLOT_COUNTER = 4, SLOT_STATE = 8 };

struct slot_note { char *worker, *trace, *class; };
struct ringed { uint32_t slot; msec_t window, spacing; };
struct waiting { uint32_t slot; enum metric_type type; struct labels *labels; };

struct series_target {
	struct series_columns columns;
	double *values;
	msec_t *times;
	struct ring **rings;     /* NULL until one is wanted */
	uint32_t *ring_places;   /* index into ringed; as long as rings */
	struct labels **labels;
	uint8_t *flags;
	struct slot_note *notes; /* NULL until one comes */
	uint32_t slots, capacity, count;
	uint64_t generation, version;
	bool settled, failed;
	char failure[256];
	char *cluster_version;   /* NULL = never said */
	msec_t elapsed, interval;
	struct now taken_at;     /* when the newest batch was complete; mono 0 = none yet */
	GArray *ringed;          /* struct ringed */
	GArray *gone;            /* uint32_t slots, of the newest batch */
	GArray *waiting;         /* struct waiting, over the limit, oldest first */
	uint32_t overflow;       /* not even waiting; forgotten with the generation */
	uint32_t source_dropped; /* left out by the source itself */
};

struct series_target *series_target_new(msec_t interval);
void series_target_free(struct series_target *target);
void series_target_reserve(struct series_target *target, uint32_t slots);
/* Values and sample times out of the batch; what it does not mention is unknown. */
void series_target_take_values(struct series_target *target, struct batch *batch);
void series_target_unknown(struct series_target *target);
void series_target_note(struct series_target *target, const struct batch_note *note);
void series_target_set_version(struct series_target *target, const char *version); /* NULL: it stands as it was */
void series_target_clear_slot(struct series_target *target, uint32_t slot); /* labels, ring, note; not the value */
void series_target_want_ring(struct series_target *target, uint32_t slot, msec_t window, bool counter);
/* The wall clock by which samples are told apart was set since the last batch: windows that would reach over that begin anew. */
void series_target_watch_clock(struct series_target *target, struct now at);
/* Out of the target, with what was wanted of it; NULL = none. And into one, at a slot; it takes the slot's newest value. */
struct ring *series_target_take_ring(struct series_target *target, uint32_t slot, struct ringed *what);
void series_target_give_ring(struct series_target *target, uint32_t slot, struct ring *ring, struct ringed what);
/* A series that moved between targets keeps its past. */
void series_target_move_ring(struct series_target *from, uint32_t from_slot, struct series_target *to, uint32_t to_slot);
void series_target_push_rings(struct series_target *target);
void series_target_sweep_rings(struct series_target *target); /* frees those with window 0 */

#endif
