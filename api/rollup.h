/* rollup: one word for a connector with all its tasks, and for a cluster with all its connectors. Pure. */
#ifndef API_ROLLUP_H
#define API_ROLLUP_H

#include "engine/connector_view.h"

enum rollup { ROLLUP_RUNNING, ROLLUP_PAUSED, ROLLUP_UNKNOWN, ROLLUP_DEGRADED, ROLLUP_FAILED };
const char *rollup_name(enum rollup rollup);

/* failed: it, or every task, failed. degraded: some task failed, has no worker or starts again. unknown: nothing is
 * wrong as far as is known, but not all is known. */
enum rollup rollup_connector(const struct view_connector *connector);
/* The worst of its connectors; paused ones are well. A cluster that is not known to have any is unknown. */
enum rollup rollup_cluster(const struct connector_view *view, const char *cluster);

/* In Connect's own words; NULL where it is not known. A connector whose tasks are the trouble runs itself. */
const char *known_state_name(enum connect_state state);

#endif
