/* twin: one (rule, series) as it should be: the lifecycle applied to it alone, in a plain record, without spans, a heap of
 * timers, or rows that come back. What random_evaluator compares an evaluator with. */
#ifndef TESTS_ENGINE_TWIN_H
#define TESTS_ENGINE_TWIN_H

#include "engine/lifecycle.h"

struct twin {
	struct instance_state state;
	struct evaluation last;
	msec_t mono, due;
	bool evaluated, expired;
	bool fed;   /* a target shows the series */
	bool lost;  /* what fed it went away: unknown, once all is read */
	bool alive; /* not quiet */
};

struct twin_poll {
	double value;
	struct now at;
	msec_t since; /* monotonic: the first poll that was not looked at */
	bool failed;
};

void twin_forget(struct twin *twin);
/* What fed it is not there any more, or not yet again. */
void twin_unfeed(struct twin *twin);
/* As a start reads it back. */
void twin_recall(struct twin *twin, const struct instance_state *stored, bool no_data);
/* Deadlines up to a moment, each at its own time. */
void twin_pass(struct twin *twin, const struct rule *rule, msec_t until, struct now base);
void twin_poll(struct twin *twin, const struct rule *rule, const struct twin_poll *poll);
/* Nothing feeds it; failing: perhaps because some target does not answer. */
void twin_miss(struct twin *twin, const struct rule *rule, struct now at, bool failing);

#endif
