/* store: what must survive. One interface; SQLite behind it now (store/sqlite.c), PostgreSQL later.
 * One writer thread with group commit owns the only write connection; readers are a small pool. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/clock.h"
#include "base/error.h"
#include "model/effects.h"

struct store;

struct store_options {
	const char *directory; /* ":memory:" for tests */
	msec_t retention; /* history older than this is pruned; default 90 d */
	int64_t size_limit; /* bytes of history; default 4 GiB */
	int64_t free_space_least; /* bytes, default 64 MiB; below it checkpoints are shed and history pruned: only what is owed is written */
	struct clock *clock;
};

enum store_outcome {
	STORE_COMMITTED,
	STORE_REFUSED, /* definite failure (busy, full): the same effects may be tried again unchanged */
	STORE_UNKNOWN, /* nobody knows: the process must exit and read again */
};

typedef void store_done_fn(void *ctx, enum store_outcome outcome, const struct error *err);

/* Locks the directory against a second daemon, opens, migrates, checks. NULL with err on failure. */
struct store *store_open(const struct store_options *options, struct error *err);
/* Finishes what was queued, checkpoints, closes. */
void store_close(struct store *store);

/* Queues one transaction; effects stay alive and unchanged until done is called, on the writer thread.
 * Waiting transactions are committed together. */
void store_commit(struct store *store, const struct effects *effects, store_done_fn *done, void *ctx);

/* All that runs on: for the start. Arrays as in effects (deleted and final rows are not among them);
 * alerts: open episodes. */
struct recovered {
	struct effects
		*rows; /* instances, alerts (open), told, groups, members, incidents (open), outbox (not final), meta */
	uint64_t last_seq;
	char epoch[ULID_SIZE]; /* of the event log; new if it was lost */
	bool unclean; /* the last stop was not orderly */
};
bool store_recover(struct store *store, struct recovered *out, struct error *err);
void recovered_release(struct recovered *recovered);

/* ---- reads: run on a reader thread, answers are delivered there. Keyset pagination; never block the caller. ---- */

struct store_query_events {
	uint64_t after_seq; /* exclusive */
	size_t limit;
	const char *episode; /* its newest; NULL = of all the oldest */
};
struct store_query_alerts {
	msec_t from, to; /* wall; episodes that overlap; to 0 = now */
	bool open, closed;
	enum severity severity; /* NONE = all */
	msec_t at; /* > 0: the episodes that were open at this time, as they were then; from to closed do not count */
	bool facts; /* fill page->facts */
	const char *cursor; /* opaque, from the page before; NULL = first */
	size_t limit;
	bool (*accept)(void *ctx,
		       const struct alert *alert); /* further filter (matchers); may be NULL; on the reader thread */
	void *accept_ctx;
};
struct store_query_counts {
	msec_t from, to; /* wall; to > from */
	unsigned buckets;
	bool open, closed;
	uint32_t severities; /* bit per value of the worst the episode reached; 0 = all */
	bool (*accept)(void *ctx, const struct alert *alert); /* as above; makes it slower */
	void *accept_ctx;
};
struct store_query_outbox {
	const char *episode; /* NULL = all */
	const char *integration; /* NULL = all */
	int state; /* enum outbox_state, -1 = all */
	const char *cursor;
	size_t limit;
};

/* How often a rule's alerts began. */
struct store_rule_count {
	const char *rule;
	msec_t last_fired; /* wall, of all that is kept */
	uint64_t fired; /* since the asked time */
};
/* What an integration did, hour by hour from the asked time on. */
enum { STORE_HOURS = 24 };
struct store_delivery_count {
	char *integration;
	uint32_t sent[STORE_HOURS], failed[STORE_HOURS]; /* messages; attempts that did not deliver */
	msec_t latency_p50, latency_p95; /* from the decision to the delivery; -1 = nothing sent */
	msec_t last_sent_at; /* wall; 0 = none in that time */
};
/* What happened around an episode. */
struct store_facts {
	msec_t acknowledged_at; /* first; 0 = never */
	const char *acknowledged_by;
	uint32_t messages; /* sent */
};

struct store_bucket {
	msec_t at;
	uint32_t opened[SEVERITY_CRITICAL + 1]; /* from at to the next bucket; by the worst severity */
	uint32_t open[SEVERITY_CRITICAL + 1]; /* at the moment between here and the next bucket when most was open */
};
/* Episodes that overlap the time. */
struct store_counts {
	msec_t bucket; /* length of one */
	struct store_bucket *buckets;
	unsigned bucket_count;
	uint64_t episodes, still_open, recovered_unacknowledged;
	msec_t median_duration; /* of those that ended; -1 = there is none */
	msec_t median_time_to_ack_critical; /* of those that were; likewise */
	bool truncated; /* too many to count them all */
};

struct store_page {
	struct event *events; /* data and by are owned by the arena */
	size_t event_count;
	struct alert **alerts; /* references; newest start first */
	size_t alert_count;
	struct store_facts *facts; /* of each alert, if asked for; or NULL */
	struct store_counts *counts; /* with store_read_counts; or NULL */
	struct outbox_row *outbox; /* newest first, without payload */
	size_t outbox_count;
	uint64_t oldest_seq, newest_seq; /* of the log, with store_read_events */
	struct store_rule_count *rule_counts; /* with store_read_rule_counts */
	size_t rule_count_count;
	struct store_delivery_count *deliveries; /* with store_read_deliveries; texts are the arena's */
	size_t delivery_count;
	char *next; /* cursor, or NULL */
	struct arena *arena;
	struct error error; /* text "" = fine */
	bool bad_cursor; /* that is the error */
};
void store_page_free(struct store_page *page);
typedef void store_page_fn(void *ctx, struct store_page *page); /* owns page */

/* False when the readers' queue is full. Newest last for events; see above for the rest. */
bool store_read_events(struct store *store, const struct store_query_events *query, store_page_fn *done, void *ctx);
bool store_read_alerts(struct store *store, const struct store_query_alerts *query, store_page_fn *done, void *ctx);
bool store_read_alert(struct store *store, const char *id, store_page_fn *done, void *ctx); /* 0 or 1 alert */
bool store_read_counts(struct store *store, const struct store_query_counts *query, store_page_fn *done, void *ctx);
bool store_read_outbox(struct store *store, const struct store_query_outbox *query, store_page_fn *done, void *ctx);

/* Of all rules that alerts name; of all integrations with something to count. */
bool store_read_rule_counts(struct store *store, msec_t since, store_page_fn *done, void *ctx);
bool store_read_deliveries(struct store *store, msec_t since, store_page_fn *done, void *ctx);

struct store_health {
	bool accepts; /* false: free-space gate closed */
	int64_t bytes, wal_bytes, free_bytes;
	uint64_t commits, refusals;
	msec_t last_commit_elapsed;
	char problem[256];
};
const char *store_path(const struct store *store); /* of the database */
void store_health(struct store *store, struct store_health *out); /* any thread */

#endif
