/* scenario_expect: what a story expects: the state of an alert, messages since the last expectation, reasons in the log. */
#ifndef ENGINE_SCENARIO_EXPECT_H
#define ENGINE_SCENARIO_EXPECT_H

#include "engine/scenario_run.h"

/* The statement whose turn it is. False with err: expected …, but …. */
bool scenario_expect(struct scenario_run *run, struct error *err);

#endif
