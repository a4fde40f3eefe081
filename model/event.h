/* event: one entry of the log that history, audit, stream resume and the page all read. seq is given by the
 * dispatcher and is dense in commit order. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/clock.h"
#include "base/ulid.h"
#include <stdbool.h>

#define EVENT_KIND_LIST(X) \
	X(TRANSITION, "transition") /* data: the transition and the alert after it */ \
	X(ALERT, "alert")           /* the alert changed otherwise: suppression */ \
	X(ACK, "ack") X(UNACK, "unack") X(COMMENT, "comment") \
	X(NOTIFICATION, "notification") /* queued, sent, retried, dead, held back: with reason and result */ \
	X(TOAST, "toast") \
	X(RELOAD, "reload") X(START, "start") X(STOP, "stop") X(CLOCK_JUMP, "clock_jump") X(LIMIT, "limit")

enum event_kind {
#define X(name, word) EVENT_##name,
	EVENT_KIND_LIST(X)
#undef X
	EVENT_KIND_COUNT
};

const char *event_kind_name(enum event_kind kind);
bool event_kind_parse(const char *word, enum event_kind *out);

struct event {
	uint64_t seq;
	msec_t at;              /* wall */
	enum event_kind kind;
	char episode[ULID_SIZE]; /* "" = none */
	const char *by;         /* who; NULL = Tocsin */
	const char *data;       /* JSON object text */
};

#endif
