/* command: what people, deliveries and the daemon ask of the dispatcher; posted to the engine's mailbox, answered
 * after the commit. Owned by the engine once posted; done is called exactly once, on the engine thread, then it is freed. */
#ifndef ENGINE_COMMAND_H
#define ENGINE_COMMAND_H

#include "base/clock.h"
#include "base/ulid.h"
#include "model/alert.h"
#include "notifiers/notifiers.h"

enum command_kind {
	COMMAND_ACK, COMMAND_UNACK, COMMAND_COMMENT,
	COMMAND_RETRY,     /* a dead letter */
	COMMAND_RESULT,    /* of a delivery attempt */
	COMMAND_NOTE,      /* an event of the daemon's own: start, stop, reload, clock jump, limit */
};

enum command_outcome {
	COMMAND_DONE,
	COMMAND_NOT_FOUND,
	COMMAND_CONFLICT,  /* already so, or resolved */
	COMMAND_INVALID,
	COMMAND_BUSY,      /* the store is away: try again */
};

struct command {
	enum command_kind kind;
	char id[ULID_SIZE];      /* alert or outbox row */
	char *by, *comment;
	msec_t until;            /* wall; 0 = no end */
	bool sticky;
	bool if_unacknowledged;  /* COMMAND_ACK: a conflict where somebody else has it already */
	struct delivery_result result;
	int event_kind;          /* COMMAND_NOTE: enum event_kind */
	char *data;              /* COMMAND_NOTE: JSON text */
	/* filled by the dispatcher */
	enum command_outcome outcome;
	char message[160];
	struct alert *alert;     /* after the change; one reference, taken over by done */
	void (*done)(void *ctx, struct command *command); /* may be NULL */
	void *ctx;
};

struct command *command_new(enum command_kind kind);
void command_free(struct command *command);

#endif
