/* dispatcher: dispatch_step(dispatcher, transitions, commands, now) -> effects. Pure: no I/O, no clock, no lock; randomness
 * from a seeded generator. Suppression, routing, grouping, told ledger, incidents, and the outbox with its queues, token
 * buckets, backoff and circuit breakers. Rows to send are marked `sending` in the effects (the claim); after the commit the
 * caller hands them to delivery, whose results come back as commands. Engine thread; the scenario runner calls the same. */
#ifndef ENGINE_DISPATCHER_H
#define ENGINE_DISPATCHER_H

#include "base/rng.h"
#include "engine/alert_list.h"
#include "engine/claim.h"
#include "engine/command.h"
#include "engine/route.h"
#include "engine/suppression.h"
#include "model/effects.h"
#include "model/notification.h"
#include "model/transition.h"

struct dispatcher;

struct dispatcher_options {
	uint32_t shard;
	uint64_t fence;
	uint64_t seed;
	const char *external_url;
	uint32_t claims_max;      /* sends in flight in all, but one of each integration always; default 64 */
	msec_t settle_max;        /* nothing is sent before evaluation settled or this time passed */
};

struct dispatcher *dispatcher_new(const struct dispatcher_options *options);
void dispatcher_free(struct dispatcher *dispatcher);
/* Stored groups, told, incidents, outbox, open alerts, last seq; before the first step. `sending` rows become
 * `ambiguous` and are tried again with their key. */
void dispatcher_restore(struct dispatcher *dispatcher, const struct effects *rows, uint64_t last_seq, struct now now);
/* New routes and receivers (borrowed until the next call; receivers by reference). Groups of vanished routes flush
 * what they owe; rows of removed integrations die with receiver_removed in the next step. */
void dispatcher_configure(struct dispatcher *dispatcher, const struct route *root, struct receivers *receivers);
/* A further suppressor (tests; silences and inhibition later). */
void dispatcher_add_suppressor(struct dispatcher *dispatcher, const struct suppressor *suppressor, void *state);
/* Evaluation has settled: what was held back by settling may go. */
void dispatcher_settled(struct dispatcher *dispatcher);

/* An orderly stop: nothing new is claimed; results of what is in flight are still taken. */
void dispatcher_stop_claims(struct dispatcher *dispatcher);

/* One step. transitions and commands may be empty; timers due by now run. commands' outcome fields are filled (done is
 * called by the caller after the commit). A NULL result means nothing changed. The effects are the caller's. */
struct effects *dispatch_step(struct dispatcher *dispatcher, const struct transitions *transitions,
			      struct command *const *commands, size_t command_count, struct now now);
/* Monotonic time of the next timer; MSEC_NEVER if none. */
msec_t dispatcher_due(const struct dispatcher *dispatcher, struct now now);

/* What the last step claimed, to be sent once its effects are committed. Borrowed until the next step. */
size_t dispatcher_claims(const struct dispatcher *dispatcher, const struct claim **out);

uint64_t dispatcher_seq(const struct dispatcher *dispatcher);
/* Open episodes, newest version each, by id, then what closed in the last step; the reference is the caller's. The same
 * list until one of them changes. */
struct alert_list *dispatcher_alerts(struct dispatcher *dispatcher);

#endif
