/* connect_merge: one cycle's answers of a Connect cluster (the REST inventory and every worker's beans) become the
 * series of one target. A task's numbers come from one worker, also while a rebalance shows it on two. Objects that
 * the inventory no longer has are VALUE_GONE; what a worker that is away would have told stays unknown. Owned by
 * the poll in flight. */
#ifndef SOURCES_CONNECT_MERGE_H
#define SOURCES_CONNECT_MERGE_H

#include "sources/connect_beans.h"
#include "sources/connector_model.h"

struct connect_merge;

/* One worker's part in a cycle. */
struct connect_part {
	const char *instance; /* host:port of its agent */
	const char *worker; /* host:port of its REST where known, else NULL: to tell which task is whose */
	struct connect_beans beans;
	bool away; /* beans are of no use */
};

/* base: the source's labels with `job`; model_labels: of the model's series. client_lag: publish connector_lag from
 * the sinks' consumers, for want of a better source. */
struct connect_merge *connect_merge_new(const struct labels *base, const struct labels *model_labels,
					const char *instance, bool client_lag);
void connect_merge_free(struct connect_merge *merge);
/* whole: what the inventory does not name does not exist. */
void connect_merge_cycle(struct connect_merge *merge, struct slots *slots, const struct connect_inventory *inventory,
			 bool whole, const struct connect_part *parts, size_t part_count);
/* After the cycle: whether a worker answers: 1, 0 or VALUE_UNKNOWN. */
void connect_merge_worker_up(struct connect_merge *merge, struct slots *slots, const char *worker, double up);

#endif
