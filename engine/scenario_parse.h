/* scenario_parse: text of a scenario into statements: a line number, words, and the block that follows `<<END`. */
#ifndef ENGINE_SCENARIO_PARSE_H
#define ENGINE_SCENARIO_PARSE_H

#include "base/clock.h"
#include "engine/scenario.h"
#include "model/labels.h"
#include <glib.h>

struct scenario_statement {
	unsigned line;
	msec_t at; /* since the start; -1 = when its turn comes */
	char **words; /* NULL-terminated, without `at TIME` */
	unsigned count;
	char *block; /* or NULL */
};

struct scenario {
	char *name;
	GArray *statements; /* struct scenario_statement */
};

/* "Rule{connector=\"a\"}" or "Rule" into its name and labels (without the name among them). */
bool scenario_parse_subject(const char *word, char **name, struct labels **labels, struct error *err);
/* The same with the name as __name__. */
struct labels *scenario_parse_series(const char *word, struct error *err);

#endif
