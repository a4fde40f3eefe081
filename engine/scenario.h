/* scenario: a story in virtual time that says how Tocsin behaves: numbers, trouble, restarts, and what is expected. The
 * behaviour's specification (tests/scenarios) is written in it, and users test their rules with it. The grammar is in
 * tests/scenarios/README.md. Parsing is pure; a run owns its world. Any thread, one at a time per scenario. */
#ifndef ENGINE_SCENARIO_H
#define ENGINE_SCENARIO_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

struct scenario;

/* NULL with err ("NAME:LINE: …") if the text is not a scenario. At most SCENARIO_BYTES_MAX bytes. */
enum { SCENARIO_BYTES_MAX = 1 << 20, SCENARIO_STATEMENTS_MAX = 10000 };
struct scenario *scenario_parse(const char *name, const char *text, size_t length, struct error *err);
void scenario_free(struct scenario *scenario);
/* Plays it. False with err ("NAME:LINE: expected …, but …") at the first thing that is not as expected. */
bool scenario_run(const struct scenario *scenario, struct error *err);
/* The same in a world of the caller's, who may watch it and look at what is left; without the check at the end. */
#define SCENARIO_SEED 20250701
struct scenario_world;
bool scenario_play(const struct scenario *scenario, struct scenario_world *world, struct error *err);
/* How many expectations it states: a scenario without any tests nothing. */
size_t scenario_expectations(const struct scenario *scenario);

#endif
