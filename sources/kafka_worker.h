/* kafka_worker: the thread that asks the brokers for one source, one poll at a time. The library's calls cannot be
 * interrupted, so a stop does not wait for them: the poll is answered at once, and a thread that is still in a call ends
 * by itself when the call does (at most its timeout). It keeps nothing of its source but what it was opened with, and
 * touches a target only for as long as its poll is its own to answer. Any thread. */
#ifndef SOURCES_KAFKA_WORKER_H
#define SOURCES_KAFKA_WORKER_H

#include "sources/kafka_client.h"
#include "sources/source.h"
#include <glib.h>

struct kafka_worker;

/* What to ask for; copied or shared by reference. */
struct kafka_watch {
	GPtrArray *patterns; /* GRegex *, anchored: groups */
	GPtrArray *names; /* char *: groups that are named in full, asked for even if no list of groups can be had */
	char *const *topics; /* NULL or empty: all that a group has committed to */
	uint32_t window; /* polls of the status tests */
};

struct kafka_worker *kafka_worker_open(const struct target *target, const struct kafka_options *options,
				       const struct kafka_watch *watch, struct error *err);
/* No poll is in flight. */
void kafka_worker_close(struct kafka_worker *worker);
/* Leads to one target_done or target_failed. */
void kafka_worker_poll(struct kafka_worker *worker, struct target *target);
/* Answers the poll in flight, if there is one. */
void kafka_worker_cancel(struct kafka_worker *worker);

#endif
