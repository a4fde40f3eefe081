/* slots: the numbered series of one target, and the values of the poll being built. New series are announced with
 * the first batch that the sink takes; a series whose object is gone is VALUE_GONE until a batch that says so was
 * taken, then its slot is used again. What a poll does not set is VALUE_UNKNOWN. Bounded. Owned by the poll in
 * flight; not thread-safe. */
#ifndef SOURCES_SLOTS_H
#define SOURCES_SLOTS_H

#include "model/batch.h"

struct slots;

#define SLOT_NONE UINT32_MAX

struct slots *slots_new(uint32_t limit);
void slots_free(struct slots *slots);

/* A poll begins: nothing is known. */
void slots_begin(struct slots *slots);
/* The slot of these labels (with __name__), made if they are new; SLOT_NONE at the bound (counted as dropped).
 * Takes a reference of its own. */
uint32_t slots_of(struct slots *slots, struct labels *labels, enum metric_type type);
/* As slots_of with __name__ put onto base. */
uint32_t slots_named(struct slots *slots, const char *name, const struct labels *base, enum metric_type type);
uint32_t slots_find(const struct slots *slots, const struct labels *labels); /* SLOT_NONE if new */
/* One series was dropped by the caller's own bound. */
void slots_drop(struct slots *slots, uint32_t count);

/* The column of this poll; valid until the next slots_of or slots_begin. A value that is not finite is read as
 * unknown by everybody. */
double *slots_values(struct slots *slots);
void slots_set(struct slots *slots, uint32_t slot, double value);               /* SLOT_NONE: nothing */
void slots_set_at(struct slots *slots, uint32_t slot, double value, msec_t wall); /* with a time of its own */
double slots_value(const struct slots *slots, uint32_t slot);
/* Values whose own time lies outside are unknown: what was true then says nothing of now. How many there were. */
uint32_t slots_drop_untimely(struct slots *slots, msec_t earliest_wall, msec_t latest_wall);
/* Facts beside a state; copied. Texts may be NULL. trace is cleaned and cut to 4 KiB. class: of a connector. */
void slots_note(struct slots *slots, uint32_t slot, const char *worker, const char *trace, const char *class);
/* What this poll says of the cluster as a whole; copied. */
void slots_set_version(struct slots *slots, const char *version);

/* After a complete and successful inventory: every live slot that this poll did not set and for whose labels
 * is_gone says so becomes VALUE_GONE. */
void slots_sweep(struct slots *slots, bool (*is_gone)(const void *ctx, const struct labels *labels), const void *ctx);

/* Changes whenever a slot's meaning may have changed: caches from texts to slots are then void. */
uint64_t slots_epoch(const struct slots *slots);
uint32_t slots_count(const struct slots *slots); /* length of the column */
uint32_t slots_live(const struct slots *slots);  /* series now */
struct labels *slots_labels(const struct slots *slots, uint32_t slot); /* borrowed; NULL for a free slot */

/* A plain scrape's churn: series that no poll has set for `age` (mono) are forgotten by starting a new generation,
 * but only when they are many. They are unknown to the engine, not gone. Called after slots_begin. */
void slots_compact(struct slots *slots, msec_t now_mono, msec_t age);

/* Moves values, times, notes and announcements into the batch. The poll is over. */
void slots_fill(struct slots *slots, struct batch *batch, msec_t now_mono);
/* As slots_fill after a failed poll: all unknown (what is gone and not yet told stays gone), but announced. */
void slots_fill_failed(struct slots *slots, struct batch *batch);
/* The sink took the batch that was filled last. */
void slots_taken(struct slots *slots);

#endif
