/* source: what a kind of source implements, and what the set (sources/source_set.c) does for all of them: common
 * keys, schedule, backoff, circuit breaker, one poll in flight per target, handing batches in. A source owns
 * targets; a target owns its slots and the kind's state, which belong to the one poll that is in flight:
 * whoever runs it (HTTP callback, pool, own thread) touches them until target_done. */
#ifndef SOURCES_SOURCE_H
#define SOURCES_SOURCE_H

#include "base/rng.h"
#include "base/secret.h"
#include "sources/slots.h"
#include "sources/sources.h"

struct source;
struct target;

struct source_kind {
	const char *name;
	const struct config_key *keys; /* beyond the common ones; offsets into a struct of data_size: source->data */
	size_t key_count, data_size;
	bool http;                /* takes the keys of an HTTP peer (timeout, bearer_file, ca_file, …) */
	const char *interval;     /* default interval as text; NULL = "5s" */
	/* Checks beyond the table and names the targets by source_add_target; reports at setting. Runs after errors too, so a
	 * required key may be missing: what the table has said already is not said again. Loading thread. */
	void (*check)(struct source *source, const config_setting_t *setting, struct config_report *report);
	void (*release)(struct source *source); /* frees what check allocated in data beyond keys; may be NULL */
	/* Opens what lives as long as polling (threads, handles). May be NULL. May fail: every poll then fails
	 * with err's text. The thread that starts the set. */
	bool (*start)(struct source *source, struct error *err);
	/* Ends it: the kind's own threads are gone, or said to be left behind. Every poll has been answered. May be NULL. */
	void (*stop)(struct source *source);
	/* Begins a poll and returns at once; leads to exactly one target_done, from any thread (also from here).
	 * The schedule thread: no I/O, no heavy work. */
	void (*poll)(struct target *target);
	/* The set is stopping: answer what is in flight soon. May be NULL: requests of target_submit are cancelled by
	 * the set. Any thread; may be called with no poll in flight. */
	void (*cancel)(struct target *target);
	void (*close)(struct target *target); /* frees target->state; may be NULL */
};

/* sorted by name, NULL-terminated: sources/kinds.c */
extern const struct source_kind *const source_kinds[];
const struct source_kind *source_kind_find(const char *name);

/* Fixed after load. */
struct source {
	const struct source_kind *kind;
	char *name;
	char *file; int line;
	msec_t interval;
	int64_t series_limit;      /* per target */
	struct labels *labels;     /* the source's own labels (cluster, …), never NULL */
	struct http_peer peer;     /* from the common keys; its texts belong to the source. body_cap is 0 in check if
		the configuration does not say; what check leaves at 0 becomes 16 MiB */
	void *data;                /* the kind's */
	struct source_set *set;
	struct source_context context; /* a copy; set by start */
	bool started;
	char failure[ERROR_TEXT_MAX]; /* why start failed */
	struct target **targets;
	uint32_t target_count;
	struct source_config *config; /* the set's */
};

struct target {
	/* fixed after load */
	struct source *source;
	uint32_t index;            /* in the set: batch.target */
	uint32_t number;           /* within the source */
	struct target_info info;
	struct labels *model_labels; /* the source's labels and what source_add_target added: base of the model's series */
	/* owned by the poll in flight */
	struct slots *slots;       /* begun for the kind when poll is called */
	void *state;               /* the kind's; zero at first */
	msec_t began;              /* mono, of this poll */
	/* the set's, under its lock */
	struct target_schedule *schedule;
};

/* ---- for check ---- */

/* One more target. instance: "host:port" or what stands for it; extra (may be NULL): more labels, such as cluster. */
struct target *source_add_target(struct source *source, const char *instance, const struct labels *extra);
/* Only http and https, a host, no user or password in it, no fragment; reports at setting. instance: "host:port"
 * with the scheme's default port, IPv6 in brackets; caller's buffer. */
bool source_check_url(const char *url, const config_setting_t *setting, struct config_report *report,
		      char *instance, size_t size);

/* /api/v1 and /api/v2 are paths of our own. */
bool source_cluster_allowed(const char *cluster);

/* ---- for polls ---- */

/* One HTTP request of a poll to the source's own peer (request->peer is set here). done is called on the HTTP loop,
 * with HTTP_CANCELLED soon after the set is stopped. The poll cannot end before this has returned. */
void target_submit(struct target *target, struct http_request *request, http_done_fn *done, void *ctx);
/* Answers the poll in flight with what was put into target->slots; note (NULL or "") is a partial failure, for
 * people. source_up is 1. */
void target_done(struct target *target, const char *note);
/* The poll failed as a whole: source_up 0, every other slot unknown. */
void target_failed(struct target *target, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Failed for target_failed: the sentence of an answer that is not 200: "HTTP 503", "timed out after 5 s". */
void http_answer_failure(const struct http_answer *answer, char *out, size_t size);
/* For stop: a thread cannot be joined, as a library holds it; it says when it has ended (its last act). */
void source_thread_left(void);
void source_thread_ended(void);
struct clock *target_clock(const struct target *target);

/* Markdown of all keys of all kinds, from the tables. Caller g_frees. */
char *sources_reference(void);

#endif
