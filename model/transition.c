#include "model/transition.h"
#include <assert.h>

static const char *const names[] = {
	[TRANSITION_PENDING] = "pending",     [TRANSITION_DROPPED] = "dropped",
	[TRANSITION_OPENED] = "opened",       [TRANSITION_WORSE] = "worse",
	[TRANSITION_BETTER] = "better",       [TRANSITION_RECOVERING] = "recovering",
	[TRANSITION_RELAPSED] = "relapsed",   [TRANSITION_NO_DATA] = "no_data",
	[TRANSITION_DATA_BACK] = "data_back", [TRANSITION_FLAPPING] = "flapping",
	[TRANSITION_STEADY] = "steady",       [TRANSITION_RESOLVED] = "resolved",
	[TRANSITION_CHECKPOINT] = "checkpoint",
};

const char *transition_kind_name(enum transition_kind kind)
{
	assert(kind <= TRANSITION_CHECKPOINT);
	return names[kind];
}
