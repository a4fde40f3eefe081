/* sample: notifications equal in data to the agreed samples, for tests and for looking at. */
#ifndef TESTS_NOTIFIERS_SAMPLE_H
#define TESTS_NOTIFIERS_SAMPLE_H

#include "model/notification.h"

enum sample {
	SAMPLE_FIRING,
	SAMPLE_FIRING_TASK,
	SAMPLE_GROUP,
	SAMPLE_WORSE,
	SAMPLE_STILL,
	SAMPLE_PART_RESOLVED,
	SAMPLE_RESOLVED,
	SAMPLE_RESOLVED_GROUP,
	SAMPLE_FLAPPING,
	SAMPLE_NO_DATA,
	SAMPLE_TEST,
	SAMPLE_CLOSED,
	SAMPLE_DIGEST,
	SAMPLE_DIGEST_PART_RESOLVED,
	SAMPLE_COUNT
};

extern const char *const sample_names[SAMPLE_COUNT];
struct notification *sample_new(enum sample sample);
/* Every text in it hostile: commands, markup, controls, bidi, broken UTF-8, 10 kB names. */
struct notification *sample_hostile(unsigned alerts);

#endif
