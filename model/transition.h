/* transition: one change of one instance, made by evaluate_step, consumed by dispatch_step. Serialisable;
 * strings live in the step's arena, labels hold a reference. */
#ifndef MODEL_TRANSITION_H
#define MODEL_TRANSITION_H

#include "model/alert.h"
#include "model/instance.h"
#include "model/labels.h"

enum transition_kind {
	TRANSITION_PENDING,    /* inactive -> pending */
	TRANSITION_DROPPED,    /* pending -> inactive, no episode */
	TRANSITION_OPENED,     /* an episode opens (firing, or no_data by policy) */
	TRANSITION_WORSE,      /* up a level */
	TRANSITION_BETTER,     /* down a level */
	TRANSITION_RECOVERING, /* firing -> recovering */
	TRANSITION_RELAPSED,   /* recovering -> firing, no message */
	TRANSITION_NO_DATA,    /* data went away long enough to be marked on an open episode */
	TRANSITION_DATA_BACK,
	TRANSITION_FLAPPING,   /* the overlay went on */
	TRANSITION_STEADY,     /* the overlay went off */
	TRANSITION_RESOLVED,   /* the episode closes; reason cleared, gone, expired, no_data, rule_gone */
	TRANSITION_CHECKPOINT, /* accruals only: to the store, never to people */
};

const char *transition_kind_name(enum transition_kind kind);

struct transition {
	uint32_t shard;
	uint64_t fence;
	enum transition_kind kind;
	enum reason reason;
	msec_t at;              /* wall; sample time of what caused it */
	const char *rule;       /* name */
	struct labels *labels;  /* identity with alertname and the rule's labels */
	struct instance_state state; /* after the change; INACTIVE without score = delete the row */
	struct alert *alert;    /* the episode after the change, one reference; NULL for pending, dropped, checkpoint.
		Fields that dispatch owns (ack, suppressed) are empty in it. */
};

struct transitions {
	struct transition *items;
	size_t count, capacity;
	struct arena *arena;
};

#endif
