/* random_story: a story made up from a seed: a configuration that changes, numbers that come and go, people, receivers in
 * trouble, restarts and crashes; at its end all is well again and has time to be said. The text is a scenario and can be
 * saved as one. Pure; any thread. */
#ifndef TESTS_SCENARIOS_RANDOM_STORY_H
#define TESTS_SCENARIOS_RANDOM_STORY_H

#include "base/clock.h"
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { STORY_SERIES = 6, STORY_RULES = 2, STORY_INTEGRATIONS = 5, STORY_ADDRESSES = 2 };

enum story_note { NOTE_VALUE, NOTE_VANISHED, NOTE_GONE, NOTE_POLLS_WORK, NOTE_POLLS_FAIL, NOTE_POLLS_HANG };

/* What the story says of its world, for whoever wants to know whether an end was true. */
struct story_fact {
	msec_t at;
	enum story_note note;
	unsigned series;
	double value;
};

struct random_story {
	uint64_t seed;
	GString *text;
	GArray *facts; /* struct story_fact, in their order */
	bool clock_jumps;
	bool no_data_resolves; /* in some version of the configuration */
	bool rule_absent[STORY_RULES]; /* from some version */
	bool absent[STORY_INTEGRATIONS]; /* not in every version, or not told of ends */
	bool address_absent[STORY_ADDRESSES];
};

/* Stable name of an integration; address of the one that sends mail. */
extern const char *const story_integrations[STORY_INTEGRATIONS];
extern const char *const story_addresses[STORY_ADDRESSES];

struct random_story *random_story_new(uint64_t seed);
void random_story_free(struct random_story *story);
/* Its place among the facts; STORY_SERIES if there is none. */
unsigned story_series(const char *rule, const char *cluster, const char *connector);
bool story_rule_absent(const struct random_story *story, unsigned series);
/* Within this long before a time, were polls answered with a number that is clear in every version? */
bool story_was_clear(const struct random_story *story, unsigned series, msec_t from, msec_t to);
/* And was it taken out of the inventory? */
bool story_was_gone(const struct random_story *story, unsigned series, msec_t from, msec_t to);

#endif
