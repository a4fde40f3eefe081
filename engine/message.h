/* message: one notification becomes outbox rows: a row per recipient, each with its key and its frozen payload.
 * Engine thread, within a step. */
#ifndef ENGINE_MESSAGE_H
#define ENGINE_MESSAGE_H

#include "engine/dispatch_state.h"

struct message {
	struct incident *incident;
	struct queue *queue;
	struct notification *notification; /* borrowed */
	const GArray *alerts; /* struct row_alert, also those beyond the list's bound */
	uint32_t flush;
	msec_t waits_since; /* mono: since when there is something to say to its recipients */
	const char *step; /* part of the key: "", or the dead letter that it stands in for */
	char predecessor[ULID_SIZE];
	bool predecessor_dead;
	bool fallback;
	char row[ULID_SIZE]; /* out: id of the first row */
};

void message_queue(struct dispatcher *dispatcher, struct message *message);
/* Hex SHA-256 of (incident root, flush, kind, step, recipient) into key[65]. */
void message_key(const char *root, uint32_t flush, const char *kind, const char *step, const char *recipient,
		 char *key);

#endif
