/* instances: those that are not quiet: pending, firing, recovering, without data, or remembered for flapping. Found
 * by their full labels, which never belong to two. Owned by the evaluator. */
#ifndef ENGINE_INSTANCES_H
#define ENGINE_INSTANCES_H

#include "base/timers.h"
#include "engine/lifecycle.h"
#include "engine/span.h"
#include "engine/trail.h"

struct rule_state;

/* The levels of a rule for those instances that the same override matches. */
struct level_set {
	struct level levels[LEVELS_MAX];
	uint32_t count;
	double limit; /* a value strictly on its good side is quiet; NaN: always look */
};

struct instance {
	struct timer timer;      /* first */
	struct rule_state *rule; /* NULL: not in the rulebook any more */
	char *rule_name;
	struct labels *labels;   /* full: identity, the rule's labels, alertname */
	struct labels *stored_as; /* those its row has, until it is saved under labels that were edited; else NULL */
	struct labels *identity;  /* only while the rulebook changes: what fed it said; else NULL */
	const struct level_set *levels;
	struct rule_span *span;  /* NULL: nothing feeds it */
	uint32_t place, index;
	struct instance_state state;
	struct evaluation last;
	msec_t mono;             /* of the last evaluation */
	bool evaluated;
	bool lost;               /* what fed it went away since the last step */
	bool ending;             /* with ending_reason, in the next step */
	bool expired;            /* closed for staying away: unknown says nothing more */
	bool was_fed;            /* before the rulebook changed */
	enum reason ending_reason;
	msec_t pending_since;
	uint64_t saved;          /* digest of the accruals that the store has */
	struct trail *trail;     /* NULL while inactive */
	struct alert *alert;     /* newest version of the open episode */
};

struct instances {
	struct instance **items; /* by index; NULL = free */
	uint32_t count, capacity, used;
	GArray *free_indexes;
	GHashTable *by_labels;
	struct timers *timers;
	struct trails trails;
};

void instances_init(struct instances *instances);
void instances_release(struct instances *instances);
/* Takes over the reference to labels, copies the name. */
struct instance *instances_add(struct instances *instances, const char *rule_name, struct labels *labels);
void instances_remove(struct instances *instances, struct instance *instance);
struct instance *instances_find(const struct instances *instances, const struct labels *labels);
/* Takes over the reference. */
void instances_relabel(struct instances *instances, struct instance *instance, struct labels *labels);

/* Digest of all time that accrued, coarse where it grows for hours: what a checkpoint would save. */
uint64_t instance_accruals(const struct instance *instance);
/* More accrued than its row in the store says; what has no row has nothing to save. */
bool instance_unsaved(const struct instance *instance);
/* Nothing to remember: its record alone is enough. */
bool instance_idle(const struct instance *instance);

#endif
