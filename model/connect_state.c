#include "model/connect_state.h"
#include <assert.h>
#include <strings.h>

static const char *const names[CONNECT_STATE_COUNT] = {
	[CONNECT_STATE_OTHER] = "OTHER",           [CONNECT_STATE_RUNNING] = "RUNNING",
	[CONNECT_STATE_PAUSED] = "PAUSED",         [CONNECT_STATE_STOPPED] = "STOPPED",
	[CONNECT_STATE_UNASSIGNED] = "UNASSIGNED", [CONNECT_STATE_RESTARTING] = "RESTARTING",
	[CONNECT_STATE_DEGRADED] = "DEGRADED",     [CONNECT_STATE_FAILED] = "FAILED",
};

enum connect_state connect_state_parse(const char *text)
{
	for (int i = CONNECT_STATE_RUNNING; i < CONNECT_STATE_COUNT; i++)
		if (strcasecmp(text, names[i]) == 0)
			return (enum connect_state)i;
	return CONNECT_STATE_OTHER;
}

bool connect_state_known(const char *text)
{
	return connect_state_parse(text) != CONNECT_STATE_OTHER;
}

const char *connect_state_name(enum connect_state state)
{
	assert(state < CONNECT_STATE_COUNT);
	return names[state];
}
