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
};

/* At most a few transitions come of one evaluation (for instance flapping and opened). */
enum { LIFECYCLE_MAX = 3 };
struct lifecycle_step {
	enum transition_kind kinds[LIFECYCLE_MAX];
	enum reason reasons[LIFECYCLE_MAX];
	unsigned count;
};

/* What a value means for a set of levels. */
void lifecycle_condition(const struct rule *rule, const struct level *levels, uint32_t level_count, double value,
			 struct evaluation *out);
/* Moves *state; says what happened. An opening leaves state->episode empty for the caller to fill. */
void lifecycle_advance(const struct rule *rule, const struct level *levels, uint32_t level_count,
		       const struct evaluation *evaluation, struct instance_state *state, struct lifecycle_step *out);
/* Earliest monotonic delay after which this instance changes by time alone (a `for` ends), MSEC_NEVER if none. */
msec_t lifecycle_due(const struct rule *rule, const struct level *levels, uint32_t level_count,
		     const struct instance_state *state, enum condition condition);

/* Flap overlay: score + 1 with each opened episode, halved every FLAP_HALF_LIFE; on at FLAP_HIGH, off under FLAP_LOW. */
#define FLAP_HALF_LIFE ((msec_t)20 * 60 * 1000)
#define FLAP_HIGH 4.0
#define FLAP_LOW 2.0

#endif
