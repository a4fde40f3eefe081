/* collector: the connector metrics collector's own routes: /api/{cluster}/connectors and …/{name}/metrics. Names and
 * units are those of the first collector; what is unknown is null. */
#include "api/context.h"
#include "api/routes.h"
#include "api/view_call.h"
#include "base/json.h"
#include <string.h>

static void no_cluster(struct request *request)
{
	request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "cluster", "there is no cluster of this name");
}

static void finish_list(struct request *request)
{
	const struct connector_view *view = view_call_result(request);
	const char *cluster = request->params[0];
	if (!view)
		return;
	if (!view_has_cluster(view, cluster)) {
		no_cluster(request);
		return;
	}
	json_t *items = json_array();
	for (size_t i = 0; i < view->connector_count; i++) {
		const struct view_connector *it = &view->connectors[i];
		if (strcmp(it->cluster, cluster) == 0)
			json_array_append_new(
				items, json_pack("{s:o, s:o, s:s, s:I}", "name", json_text_value(it->name), "type",
						 json_text_value(it->type), "state", connect_state_name(it->state),
						 "tasks", (json_int_t)it->task_count));
	}
	request_answer(request, MHD_HTTP_OK, items);
}

static void finish_metrics(struct request *request)
{
	const struct connector_view *view = view_call_result(request);
	if (!view)
		return;
	if (!view_has_cluster(view, request->params[0])) {
		no_cluster(request);
		return;
	}
	for (size_t i = 0; i < view->connector_count; i++) {
		const struct view_connector *it = &view->connectors[i];
		if (strcmp(it->cluster, request->params[0]) != 0 || strcmp(it->name, request->params[1]) != 0)
			continue;
		request_answer(request, MHD_HTTP_OK, connector_metrics_json(view, it));
		return;
	}
	request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "name",
		     "there is no connector of this name in the cluster");
}

void handle_collector_connectors(struct request *request)
{
	view_call(request, finish_list);
}

void handle_collector_metrics(struct request *request)
{
	view_call(request, finish_metrics);
}
