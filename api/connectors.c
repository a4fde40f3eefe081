/* connectors: GET /api/v1/connectors: all connectors of all clusters, one short row each. */
#include "api/context.h"
#include "api/routes.h"
#include "api/view_call.h"
#include "base/json.h"
#include <string.h>

static size_t failed_tasks(const struct view_connector *it)
{
	size_t count = 0;
	for (size_t i = 0; i < it->task_count; i++)
		count += it->tasks[i].state == CONNECT_STATE_FAILED;
	return count;
}

static json_t *row(const struct view_connector *it)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "cluster",
			 json_text_value(it->cluster), "name", json_text_value(it->name), "type",
			 json_text_value(it->type), "state", connect_state_name(it->state), "worker",
			 json_text_value(it->worker), "tasks", (json_int_t)it->task_count, "tasks_failed",
			 (json_int_t)failed_tasks(it), "records_per_second", json_finite(it->records_per_second),
			 "bytes_per_second", json_finite(it->bytes_per_second), "error_rate",
			 json_finite(it->error_rate), "errors", number_json(it->total_errors), "lag",
			 number_json(it->lag_total), "lag_seconds", json_finite(it->lag_seconds), "updated_at",
			 json_time_value(it->updated_at));
}

static void finish(struct request *request)
{
	const struct connector_view *view = view_call_result(request);
	const char *cluster = request_param(request, "cluster");
	if (!view)
		return;
	json_t *items = json_array();
	for (size_t i = 0; i < view->connector_count; i++)
		if (!cluster || strcmp(view->connectors[i].cluster, cluster) == 0)
			json_array_append_new(items, row(&view->connectors[i]));
	request_answer(request, MHD_HTTP_OK, json_pack("{s:o, s:n}", "items", items, "next"));
}

void handle_connectors(struct request *request)
{
	view_call(request, finish);
}
