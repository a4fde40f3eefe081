/* instance: the stored state of one (rule, labels), as the lifecycle left it. What persists is since_wall
 * plus accrued time: downtime does not accrue. */
#ifndef MODEL_INSTANCE_H
#define MODEL_INSTANCE_H

#include "base/clock.h"
#include "base/ulid.h"
#include "model/alert.h"
#include "model/labels.h"

struct instance_state {
	enum alert_state state;     /* INACTIVE … NO_DATA */
	enum severity level_severity; /* of the level it fires at; NONE = none. By severity, so that an edited
		rule finds it again */
	msec_t since;               /* wall: entered this state */
	msec_t accrued[LEVELS_MAX]; /* by severity of the level: time its raise has held */
	msec_t down_accrued;        /* time below the level it fires at */
	msec_t clear_accrued;       /* time all levels have been clear */
	msec_t unknown_accrued;     /* time of U */
	msec_t vanished_accrued;    /* for expire_after */
	double flap_score;
	msec_t flap_at;             /* wall time of flap_score */
	msec_t flap_starts[FLAP_STARTS_MAX]; /* wall: when the episodes before this one opened, oldest first; 0 = none */
	bool flapping;
	char episode[ULID_SIZE];    /* "" = none open */
	msec_t episode_started;     /* wall */
	double value;               /* last number */
	msec_t value_at;
	double peak;
	double kept; /* what the rule's kind wants back of its memory after a restart; 0 = nothing */

	/* Of the evaluation before; not stored: the first evaluation after a start accrues nothing. */
	uint32_t raised; /* bit per severity whose raise held */
	bool below;      /* under the level it fires at */
	bool unknown, vanished;
	bool no_data;    /* U has lasted for no_data_after, and the policy was heard; an alert remembers it over a start */
};

#endif
