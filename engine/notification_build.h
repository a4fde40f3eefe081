/* notification_build: what a flush decided becomes a struct notification, frozen. Within a step. */
#ifndef ENGINE_NOTIFICATION_BUILD_H
#define ENGINE_NOTIFICATION_BUILD_H

#include "engine/dispatch_state.h"

struct flush_item {
	struct member *member;
	struct episode *episode;
	struct told_entry *told; /* NULL: none yet */
	bool fresh, worse, resolved, after_dead, listed, held, ack_ended, repeats;
};

struct flush_plan {
	struct group *group;
	struct queue *queue;
	struct incident *incident; /* NULL: none yet */
	bool serves; /* the receiver's own integration, not only one that is owed something */
	GArray *items; /* struct flush_item */
	guint fresh, worse, resolved, after_dead, ack_ended, repeats, open, released, flapping, no_data;
	bool speaks;
	enum notification_type type;
	enum reason reason;
};

/* Sorts the items worst first; appends a row_alert for each. The incident's subject is frozen here. */
struct notification *notification_build(struct dispatcher *dispatcher, struct flush_plan *plan, GArray *alerts);

#endif
