/* view_connector: one connector of the view: state, rates over the last minute, lag, the resources of its workers, tasks
 * and trend. Engine thread; private to the connector view. */
#ifndef ENGINE_VIEW_CONNECTOR_H
#define ENGINE_VIEW_CONNECTOR_H

#include "engine/connector_trends.h"

void view_connector_build(struct view_connector *out, struct connector_trends *trends, const struct trend *trend, msec_t now);
void view_connector_release(struct view_connector *connector);

#endif
