#include "engine/suppression.h"

/* Whether an acknowledgement ends by getting worse is decided when it gets worse; here only time counts. */
static bool acknowledged_holds(void *state, const struct alert *alert, msec_t now_wall, char id[ULID_SIZE],
			       msec_t *until)
{
	if (!alert->ack.by || alert->state == ALERT_RESOLVED)
		return false;
	if (alert->ack.until && now_wall >= alert->ack.until)
		return false;
	*until = alert->ack.until;
	return true;
}

const struct suppressor suppress_acknowledged = {"acknowledged", SUPPRESSED_ACKNOWLEDGED, acknowledged_holds};
