/* batch: what one poll of one target yields. Built by a source's worker, handed over whole to the engine,
 * which owns it from then on. A target numbers its series itself: slot 0, 1, 2 … A slot means the same
 * labels for a whole generation; a new generation announces every slot anew. */
#ifndef MODEL_BATCH_H
#define MODEL_BATCH_H

#include "base/arena.h"
#include "base/clock.h"
#include "model/labels.h"
#include "model/value.h"
#include <stdbool.h>
#include <stdint.h>

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_STATE };

struct batch_series {
	uint32_t slot;          /* may reuse a slot that was VALUE_GONE in an earlier batch */
	enum metric_type type;
	struct labels *labels;  /* with __name__; one reference, moved to the engine */
};

/* Facts beside the number, for state samples: they never are identity. */
struct batch_note {
	uint32_t slot;
	const char *worker; /* or NULL */
	const char *trace;  /* first lines, cleaned, at most 4 KiB; or NULL */
	const char *class;  /* of the connector; or NULL */
};

struct batch {
	uint32_t target;     /* index in the source set that polls */
	uint64_t config;     /* generation of the configuration it belongs to; others are dropped */
	uint64_t generation; /* of the target's slots */
	struct now at;       /* when the answer was complete */
	bool failed;
	char failure[256];   /* why, for people; partial failures too (then failed is false) */
	msec_t elapsed;
	uint32_t slot_count; /* length of values; grows within a generation, never shrinks */
	double *values;      /* malloc'ed, dense by slot: number, VALUE_UNKNOWN or VALUE_GONE */
	msec_t *times;       /* malloc'ed sample times (wall), or NULL = all at.wall */
	struct batch_series *added;
	uint32_t added_count;
	struct batch_note *notes;
	uint32_t note_count;
	bool inventory;      /* complete and successful: what it does not name is not there */
	const char *version; /* of the cluster, as its workers say it; NULL = nothing said */
	uint32_t dropped;    /* series over the target's bound in this poll */
	struct arena *arena; /* added, notes, version and their texts live here */
};

struct batch *batch_new(uint32_t target);
void batch_free(struct batch *batch); /* unrefs labels that were not taken (NULL) */

/* Where a source hands its batches in; provided from above. Takes ownership; false = queue full, the
 * source keeps the batch and may merge or drop it (the newest batch per target wins). Any thread. */
struct sink {
	bool (*accept)(struct sink *sink, struct batch *batch);
};

#endif
