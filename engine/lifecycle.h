/* lifecycle: the table of DESIGN section 5, one function: state x condition -> state and transitions of one
 * instance. Pure. */
#ifndef ENGINE_LIFECYCLE_H
#define ENGINE_LIFECYCLE_H

#include "model/instance.h"
#include "model/transition.h"
#include "rules/rules.h"

/* Conditions: R some level's raise holds; H none, but some level is not clear; C all clear; U unknown; G gone. */
enum condition { CONDITION_RAISED, CONDITION_HOLD, CONDITION_CLEAR, CONDITION_UNKNOWN, CONDITION_GONE };

struct evaluation {
	double value;
	enum condition condition;
	uint32_t raised;     /* bit per level whose raise holds */
	uint32_t not_clear;  /* bit per level that is not clear */
	msec_t at;           /* wall, sample time */
	msec_t elapsed;      /* monotonic, since this instance's evaluation before; 0 on the first after a start */
	bool vanished;       /* unknown because a poll that succeeded no longer shows the series */
	bool warming;        /* unknown because its window is not full yet: that is no missing data */
};

/* At most a few transitions come of one evaluation (for instance flapping and opened). */
enum { LIFECYCLE_MAX = 5 };
struct lifecycle_step {
	enum transition_kind kinds[LIFECYCLE_MAX];
	enum reason reasons[LIFECYCLE_MAX];
	unsigned count;
};

/* What a value means for a set of levels. */
void lifecycle_condition(const struct rule *rule, const struct level *levels, uint32_t level_count, double value,
			 struct evaluation *out);
/* Moves *state; says what happened. An opening leaves state->episode empty for the caller to fill; a closing empties it.
 * Freezing and the first evaluation of a condition accrue nothing. A no_data_after or expire_after of 0 means never. */
void lifecycle_advance(const struct rule *rule, const struct level *levels, uint32_t level_count,
		       const struct evaluation *evaluation, struct instance_state *state, struct lifecycle_step *out);
/* The object or the rule is no more: what is open closes, nothing is remembered. */
void lifecycle_end(enum reason reason, msec_t at, struct instance_state *state, struct lifecycle_step *out);
/* Earliest monotonic delay after which this instance changes by time alone (a `for` ends), MSEC_NEVER if none. */
msec_t lifecycle_due(const struct rule *rule, const struct level *levels, uint32_t level_count,
		     const struct instance_state *state, enum condition condition);
/* The same for the flap overlay, whose score decays in wall time. */
msec_t lifecycle_flap_due(const struct instance_state *state, msec_t wall);

#endif
