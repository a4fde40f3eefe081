/* span: the instances of one (rule, target), or those of one rule that several targets feed, side by side. A quiet
 * instance is only its 4-byte record; what is pending or worse has a struct instance besides. For kinds that are the
 * newest value of one series the record is the slot; for the others members and refs stand beside it.
 * Engine thread. */
#ifndef ENGINE_SPAN_H
#define ENGINE_SPAN_H

#include "rules/rules.h"
#include <glib.h>

enum { ACTIVE_NONE = UINT32_MAX, SPAN_SHARED = UINT32_MAX, SLOT_DEAD = UINT32_MAX };

/* In a record: it has an instance. */
static const uint32_t RECORD_ACTIVE = 1U << 31;

/* Identity labels, shared by all rules that use them. */
struct identity {
	struct labels *labels;
	uint32_t users;
};

struct rule_span;

struct member {
	struct identity *identity;
	struct rule_span *span;
	uint32_t place, ref_count;
	bool always; /* stays without series */
	bool gone;   /* its last series was called gone, not lost */
	void *memory;
};

struct feed {
	struct member *member;
	struct series_ref ref;
};

struct rule_span {
	uint32_t target; /* or SPAN_SHARED */
	uint32_t *records;       /* plain: the slot of the series; else 0; with RECORD_ACTIVE */
	uint32_t *sets;          /* index of its level set; NULL: all have the rule's own, the first */
	uint32_t count, capacity;
	GHashTable *instances;   /* place -> index of the instance, of active records; NULL until one is */
	/* not plain */
	struct member **members; /* NULL: moved to another span */
	void **memory;
	uint32_t *starts;
	struct series_ref *refs;
	uint32_t built;          /* members that starts covers */
	GArray *feeds;           /* struct feed, not yet in refs */
	bool dirty;
};

/* What happens to a record that leaves: its member (NULL if plain) and its instance. */
typedef void span_left_fn(void *ctx, struct rule_span *span, struct member *member, uint32_t active, bool gone);
/* A record moved to another place. */
typedef void span_moved_fn(void *ctx, uint32_t active, uint32_t place);

struct rule_span *span_new(uint32_t target);
void span_free(struct rule_span *span);
uint32_t span_level_set(const struct rule_span *span, uint32_t place);
/* Index of the record's instance, or ACTIVE_NONE. */
uint32_t span_active(const struct rule_span *span, uint32_t place);
void span_set_active(struct rule_span *span, uint32_t place, uint32_t active);
uint32_t span_add_record(struct rule_span *span, uint32_t slot, uint32_t level_set);
void span_remove_record(struct rule_span *span, uint32_t place, void *ctx, span_moved_fn *moved);
/* The member's record joins this span; it may come from another, with all that feeds it. */
void span_add_member(struct rule_span *span, struct member *member, uint32_t level_set);
void span_take_member(struct rule_span *span, struct member *member);
void span_feed(struct rule_span *span, struct member *member, struct series_ref ref);
/* Takes the refs to slots marked in lost (1 lost, 2 gone) of these columns out. */
void span_unfeed(struct rule_span *span, const struct series_columns *columns, const uint8_t *lost);
/* Brings refs in order after changes; members without series leave. */
void span_settle(struct rule_span *span, void *ctx, span_left_fn *left, span_moved_fn *moved);
struct span span_view(const struct rule_span *span);

#endif
