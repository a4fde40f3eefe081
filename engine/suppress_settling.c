#include "engine/suppression.h"

static bool settling_holds(void *state, const struct alert *alert, msec_t now_wall, char id[ULID_SIZE], msec_t *until)
{
	const bool *settled = state;
	return !*settled;
}

const struct suppressor suppress_settling = {"settling", SUPPRESSED_SETTLING, settling_holds};
