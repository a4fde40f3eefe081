/* connect_state: Kafka Connect's states as numbers, so that a state is a sample like any other.
 * Unknown words are tolerated as CONNECT_STATE_OTHER. */
#ifndef MODEL_CONNECT_STATE_H
#define MODEL_CONNECT_STATE_H

#include <stdbool.h>

enum connect_state {
	CONNECT_STATE_OTHER,
	CONNECT_STATE_RUNNING,
	CONNECT_STATE_PAUSED,
	CONNECT_STATE_STOPPED,
	CONNECT_STATE_UNASSIGNED,
	CONNECT_STATE_RESTARTING,
	CONNECT_STATE_DEGRADED,
	CONNECT_STATE_FAILED,
	CONNECT_STATE_COUNT
};

/* Case does not matter: JMX says "running", REST says "RUNNING". */
enum connect_state connect_state_parse(const char *text);
bool connect_state_known(const char *text);
const char *connect_state_name(enum connect_state state); /* upper case; "OTHER" */

#endif
