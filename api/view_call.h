/* view_call: the newest connector view on behalf of a request: request->state is the view (or NULL: busy) in finish. */
#ifndef API_VIEW_CALL_H
#define API_VIEW_CALL_H

#include "api/request.h"
#include "engine/connector_view.h"

void view_call(struct request *request, void (*finish)(struct request *request));
/* In finish: NULL when 503 was answered. */
const struct connector_view *view_call_result(struct request *request);
/* Is there such a cluster? */
bool view_has_cluster(const struct connector_view *view, const char *cluster);

/* The connector as the connector metrics collector's JSON shows it, with trend and warnings. */
json_t *connector_metrics_json(const struct connector_view *view, const struct view_connector *connector);
json_t *view_trend_json(const struct view_point *points, size_t count);
json_t *view_warnings_json(const struct connector_view *view, const char *cluster);
/* A finite number, whole ones as integers; else null. */
json_t *number_json(double value);

#endif
