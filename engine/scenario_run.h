/* scenario_run: a scenario while it is played: its world, and the words of the statement whose turn it is. Within a run. */
#ifndef ENGINE_SCENARIO_RUN_H
#define ENGINE_SCENARIO_RUN_H

#include "engine/scenario_parse.h"
#include "engine/scenario_world.h"

struct scenario_run {
	struct scenario_world *world;
	const struct scenario_statement *statement;
	bool configured;
};

const char *run_word(const struct scenario_run *run, unsigned i); /* "" behind the last */
/* The word after this keyword; NULL if the keyword is not there. */
const char *run_after(const struct scenario_run *run, const char *keyword);
bool run_has(const struct scenario_run *run, const char *keyword);
/* Left as it is if the keyword is not there. */
bool run_duration(const struct scenario_run *run, const char *keyword, msec_t *out, struct error *err);
bool run_number(const char *text, double *out, struct error *err);
bool run_count(const char *text, uint32_t *out, struct error *err);

#endif
