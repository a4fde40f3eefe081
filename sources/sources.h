/* sources: where samples come from; one file per kind of collector. A source set is made from one configuration,
 * polls its targets on its own schedule (spread by a stable hash), and hands batches to a sink. All HTTP shares one
 * loop, parsing runs in a pool, blocking clients have a thread of their own. One bad target delays nobody else. */
#ifndef SOURCES_SOURCES_H
#define SOURCES_SOURCES_H

#include "base/config.h"
#include "base/executor.h"
#include "base/http_client.h"
#include "model/batch.h"

struct source_set;

struct source_context {
	struct clock *clock;
	struct http_client *http;
	struct executor *pool;
	struct sink *sink;
	uint64_t config;       /* stamped on each batch */
	const char *demo_url;  /* base URL of the demo's REST when the daemon serves it, or NULL */
};

/* Reads all trees' `sources` lists; nothing runs yet. NULL if the report got errors. */
struct source_set *source_set_load(const struct config_tree *tree, struct config_report *report);
/* Starts polling; context is copied (what it points to must outlive the set). */
bool source_set_start(struct source_set *set, const struct source_context *context, struct error *err);
/* Stops polling: what is in flight is cancelled, no batch is handed in afterwards. Waits for nobody's timeout. */
void source_set_stop(struct source_set *set);
/* Waits for calls of blocking libraries that stopped sets have left behind, which end by their timeout. Before the
 * process ends. */
void source_sets_settle(void);
void source_set_free(struct source_set *set);

/* A target for status pages; index is batch.target. Immutable after load. */
struct target_info {
	const char *source, *kind; /* configured name, kind */
	const char *instance;      /* host:port, or what stands for it; no secrets */
	struct labels *labels;     /* the source's labels with job and instance */
	msec_t interval;
};
uint32_t source_set_targets(const struct source_set *set);
const struct target_info *source_set_target(const struct source_set *set, uint32_t index);

/* Poll a target now (tests, reload); any thread. */
void source_set_poll_now(struct source_set *set, uint32_t target);

#endif
