/* suppression: the stages that may hold a message back, one const table, one file a stage. All are asked, without
 * short-circuit; the answer is a mask with ids. Pure. */
#ifndef ENGINE_SUPPRESSION_H
#define ENGINE_SUPPRESSION_H

#include "model/alert.h"

struct suppressor {
	const char *name;
	enum suppression bit;
	/* Is this alert held back at now? id (may stay "") names what does; until: wall time at which the answer
	 * may change by time alone, 0 = unknown. */
	bool (*holds)(void *state, const struct alert *alert, msec_t now_wall, char id[ULID_SIZE], msec_t *until);
};

extern const struct suppressor suppress_acknowledged; /* an acknowledgement that holds */
extern const struct suppressor suppress_settling;     /* state: const bool *settled */

#endif
