/* evaluator_state: what the files of the evaluator share; nobody else includes it.
 * binding: which series feed which instances; announce: transitions; evaluate_step: the step; evaluator: the rest. */
#ifndef ENGINE_EVALUATOR_STATE_H
#define ENGINE_EVALUATOR_STATE_H

#include "engine/evaluator.h"
#include "engine/instances.h"
#include "engine/span.h"

struct rule_state {
	const struct rule *rule;
	uint32_t index;
	bool plain;
	struct rule_span **spans;  /* by target; NULL = none */
	struct rule_span *shared;  /* fed by several targets, or by none */
	GHashTable *members;       /* identity -> member; NULL if plain */
	GHashTable *past;          /* identity labels -> what members before a reload remembered; until all is read, or NULL */
	GPtrArray *level_sets;     /* struct level_set; the first is the rule's own */
	uint32_t orphans;          /* instances that nothing feeds */
	msec_t shared_due;         /* monotonic */
	bool shared_started;
	uint64_t evaluations;
	msec_t last_evaluation;
	uint32_t errors;
	char last_error[128];
};

struct target_state {
	bool fresh;       /* ingested since the last step */
	msec_t fresh_since; /* monotonic: the first batch that the next step has not seen */
	struct now at;    /* of the newest batch */
	bool failed;      /* that batch */
	bool inventory;   /* that batch: complete */
	msec_t stale_due; /* monotonic; MSEC_NEVER before the first batch and once stale */
};

struct evaluator {
	struct evaluator_options options;
	struct rng rng;
	struct series_table *series;
	struct rulebook *rulebook, *retired; /* retired: named by instances that end in the next step */
	struct rule_state *rules;
	uint32_t rule_count;
	struct target_state *targets;
	uint32_t target_count;
	GArray *fresh;           /* uint32_t targets */
	struct instances instances;
	GHashTable *identities;  /* labels -> struct identity */
	double *scratch;
	uint32_t scratch_size;
	uint32_t endings, losses, relabelled; /* instances flagged so */
	bool accruing;           /* some accrual is newer than the store's */
	msec_t checkpoint_due;   /* monotonic */
	bool settled;
	bool failing;     /* the newest poll of some target failed */
	bool has_past;    /* of before a reload, until all is read */
	bool inventoried; /* a complete inventory came since the last step */
	struct transitions *out; /* of the running step */
};

/* announce.c */
void announce(struct evaluator *evaluator, struct instance *instance, const struct instance_state *before,
	      const struct lifecycle_step *step, msec_t at);
/* The rule's facts and texts, and the numbers, into an alert whose course is set. */
void announce_describe(struct evaluator *evaluator, struct alert *alert, const struct instance *instance,
		       struct arena *arena);
void announce_checkpoint(struct evaluator *evaluator, struct instance *instance, msec_t at);
/* Its row goes over to its new labels: or the old one would be an alert of its own after the next start. */
void announce_relabelled(struct evaluator *evaluator, struct instance *instance, msec_t at);

/* binding.c */
void binding_init_rule(struct evaluator *evaluator, struct rule_state *state, const struct rule *rule);
void binding_release_rule(struct evaluator *evaluator, struct rule_state *state);
/* What members remember, taken from them: the past of a state that takes the place of this one. NULL: nothing. */
GHashTable *binding_take_past(struct rule_state *state);
/* Every series that the table holds, for one rule. */
void binding_bind_all(struct evaluator *evaluator, struct rule_state *state);
/* What the series table said since last time. */
void binding_apply_changes(struct evaluator *evaluator);
/* Full labels of an instance; one reference. */
struct labels *binding_labels(const struct rule *rule, const struct labels *identity);
const struct level_set *binding_levels(struct rule_state *state, const struct labels *labels, uint32_t *index);
/* Identity of the record at place; one reference. */
struct labels *binding_identity(const struct evaluator *evaluator, const struct rule_state *state,
				const struct rule_span *span, uint32_t place);
void binding_attach(struct rule_state *state, struct instance *instance, struct rule_span *span, uint32_t place);
void binding_detach(struct evaluator *evaluator, struct instance *instance);
/* inventory.c: instances whose series did not come back with a restart, and whose object is not there any more. */
void inventory_end_missing(struct evaluator *evaluator);
/* Ends in the next step. */
void binding_end_later(struct evaluator *evaluator, struct instance *instance, enum reason reason);

#endif
