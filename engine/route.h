/* route: the tree that says who hears of an alert: matchers, children first, `continue`, grouping and timing
 * inherited. Immutable after load. */
#ifndef ENGINE_ROUTE_H
#define ENGINE_ROUTE_H

#include "base/config.h"
#include "model/matcher.h"
#include "notifiers/notifiers.h"

struct route {
	char *path;            /* stable: matchers of the way down, "{}/{team='payments'}" */
	char *text;            /* its own match, "team='payments'"; the root: "the default route" */
	struct matchers *match;
	char *receiver;
	char **group_by; uint32_t group_by_count; bool group_by_all;
	msec_t group_wait, group_interval, repeat_interval;
	bool go_on;            /* continue */
	struct route **children; uint32_t child_count;
	char *file; int line;
};

/* From the one `route` group; receivers must exist. NULL if the report got errors. Without any `route`: the
 * first receiver, or one built-in receiver "toast". */
struct route *route_load(const struct config_tree *tree, const struct receivers *receivers, struct config_report *report);
void route_free(struct route *route);
/* Calls visit for every route that takes the labels, in order. */
void route_match(const struct route *root, const struct labels *labels,
		 void (*visit)(void *ctx, const struct route *route), void *ctx);
/* The group's labels; one reference. */
struct labels *route_group_labels(const struct route *route, const struct labels *labels);

/* Markdown of the keys, from the table. Caller g_frees. */
char *route_reference(void);

#endif
