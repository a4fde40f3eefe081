#include "api/rollup.h"

#include <string.h>

const char *rollup_name(enum rollup rollup)
{
	static const char *const names[] = {"running", "paused", "unknown", "degraded", "failed"};
	return names[rollup];
}

const char *known_state_name(enum connect_state state)
{
	if (state == CONNECT_STATE_OTHER)
		return NULL;
	return connect_state_name(state == CONNECT_STATE_DEGRADED ? CONNECT_STATE_RUNNING : state);
}

struct tally {
	size_t failed, away, unknown;
};

static struct tally tally_tasks(const struct view_connector *connector)
{
	struct tally tally = {0};
	for (size_t i = 0; i < connector->task_count; i++) {
		enum connect_state state = connector->tasks[i].state;
		tally.failed += state == CONNECT_STATE_FAILED;
		tally.away += state == CONNECT_STATE_UNASSIGNED || state == CONNECT_STATE_RESTARTING ||
			      state == CONNECT_STATE_DEGRADED;
		tally.unknown += state == CONNECT_STATE_OTHER;
	}
	return tally;
}

static bool half_well(enum connect_state state)
{
	return state == CONNECT_STATE_DEGRADED || state == CONNECT_STATE_UNASSIGNED ||
	       state == CONNECT_STATE_RESTARTING;
}

enum rollup rollup_connector(const struct view_connector *connector)
{
	struct tally tally = tally_tasks(connector);
	enum connect_state state = connector->state;
	if (state == CONNECT_STATE_FAILED || (tally.failed && tally.failed == connector->task_count))
		return ROLLUP_FAILED;
	if (tally.failed)
		return ROLLUP_DEGRADED;
	if (state == CONNECT_STATE_PAUSED || state == CONNECT_STATE_STOPPED)
		return ROLLUP_PAUSED;
	if (tally.away || half_well(state))
		return ROLLUP_DEGRADED;
	return state == CONNECT_STATE_OTHER || tally.unknown ? ROLLUP_UNKNOWN : ROLLUP_RUNNING;
}

enum rollup rollup_cluster(const struct connector_view *view, const char *cluster)
{
	enum rollup worst = ROLLUP_RUNNING;
	bool any = false;
	for (size_t i = 0; i < view->connector_count; i++) {
		if (strcmp(view->connectors[i].cluster, cluster) != 0)
			continue;
		enum rollup one = rollup_connector(&view->connectors[i]);
		worst = one > worst && one != ROLLUP_PAUSED ? one : worst;
		any = true;
	}
	return any ? worst : ROLLUP_UNKNOWN;
}
