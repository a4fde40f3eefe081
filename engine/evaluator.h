/* evaluator: evaluate_step(shard, samples, now) -> transitions. Pure: no I/O, no clock, no lock; ids and jitter from a
 * seeded generator. Owned by the engine thread; the scenario runner and the backtest call the same functions. */
#ifndef ENGINE_EVALUATOR_H
#define ENGINE_EVALUATOR_H

#include "base/rng.h"
#include "engine/series_table.h"
#include "engine/trail.h"
#include "model/effects.h"
#include "model/transition.h"
#include "rules/rules.h"

struct evaluator;

struct evaluator_options {
	uint32_t shard;
	uint64_t fence;
	uint64_t seed;
	struct series_limits limits;
	msec_t checkpoint_every; /* accruals; default 10 s */
};

struct evaluator *evaluator_new(const struct evaluator_options *options);
void evaluator_free(struct evaluator *evaluator);
/* Takes over stored instances; before the first step. alerts: open episodes, so that their versions go on. */
void evaluator_restore(struct evaluator *evaluator, const struct effects *rows);
/* A new rulebook: instances are matched by (rule name, labels); spans are built anew. Instances of removed rules
 * resolve with reason rule_gone in the next step. Takes a reference. */
void evaluator_set_rules(struct evaluator *evaluator, struct rulebook *rulebook);
/* A new configuration generation: targets and their series start anew; instances keep their state (U until read), and
 * series that come back with the first polls their windows and baselines. */
/* intervals: how often each is polled, 0 or NULL = not known; rings are sized by it. */
void evaluator_set_targets(struct evaluator *evaluator, uint32_t count, const msec_t *intervals);
/* Values and windows advance; lifecycle waits for the next step. Takes ownership of the batch. */
void evaluator_ingest(struct evaluator *evaluator, struct batch *batch);
/* Evaluates what was ingested since the last step and what is due by now. Appends to out. */
void evaluate_step(struct evaluator *evaluator, struct now now, struct transitions *out);
/* Saves what accrued since the last checkpoint: at an orderly stop. */
void evaluator_checkpoint(struct evaluator *evaluator, struct now now, struct transitions *out);
/* Monotonic time of the next step that is due without input; MSEC_NEVER if none. */
msec_t evaluator_due(const struct evaluator *evaluator);
/* Have all targets completed or failed their first poll? */
bool evaluator_settled(const struct evaluator *evaluator);
struct series_table *evaluator_series(struct evaluator *evaluator);

/* Recent points of the instance behind an open alert, oldest first; how many. */
size_t evaluator_trail(const struct evaluator *evaluator, const struct alert *alert, struct trail_point out[TRAIL_POINTS]);
const struct trails *evaluator_trails(const struct evaluator *evaluator);

struct rule_health {
	const struct rule *rule;
	uint32_t instances, pending, firing, recovering, no_data;
	uint64_t evaluations;
	msec_t last_evaluation; /* wall */
	uint32_t errors;        /* regex limits, template failures */
	char last_error[128];
};
uint32_t evaluator_rules(const struct evaluator *evaluator);
void evaluator_rule_health(const struct evaluator *evaluator, uint32_t i, struct rule_health *out);

void transitions_init(struct transitions *transitions, struct arena *arena);
struct transition *transitions_add(struct transitions *transitions);
void transitions_release(struct transitions *transitions); /* drops references; arena is the owner's */

#endif
