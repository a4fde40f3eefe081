#include "api/view_call.h"

#include "api/context.h"
#include "base/json.h"
#include <math.h>
#include <string.h>

static void free_view(void *view)
{
	connector_view_unref(view);
}

/* Engine thread: only hand over. */
static void done(void *ctx, struct connector_view *view)
{
	struct request *request = ctx;
	request->state = view;
	request->free_state = free_view;
	request_resume(request);
}

void view_call(struct request *request, void (*finish)(struct request *request))
{
	request_suspend(request, finish);
	if (!app_connectors(request->api->app, done, request))
		request_resume(request);
}

const struct connector_view *view_call_result(struct request *request)
{
	if (!request->state)
		request_busy(request);
	return request->state;
}

bool view_has_cluster(const struct connector_view *view, const char *cluster)
{
	for (size_t i = 0; i < view->cluster_count; i++)
		if (strcmp(view->clusters[i], cluster) == 0)
			return true;
	return false;
}

json_t *number_json(double value)
{
	if (isfinite(value) && fabs(value) < 9e15 && value == floor(value))
		return json_integer((json_int_t)value);
	return json_finite(value);
}

json_t *view_trend_json(const struct view_point *points, size_t count)
{
	enum { SHOWN = 60 };
	json_t *items = json_array();
	for (size_t i = count > SHOWN ? count - SHOWN : 0; i < count; i++)
		json_array_append_new(items, json_pack("{s:o, s:o, s:o, s:o}", "at", json_time_value(points[i].at),
						       "recordsPerSecond", json_finite(points[i].records_per_second),
						       "errorsPerSecond", json_finite(points[i].errors_per_second),
						       "lag", number_json(points[i].lag)));
	return items;
}

json_t *view_warnings_json(const struct connector_view *view, const char *cluster)
{
	json_t *items = json_array();
	for (size_t i = 0; i < view->warning_count; i++)
		if (!view->warnings[i].cluster || strcmp(view->warnings[i].cluster, cluster) == 0)
			json_array_append_new(items, json_text_value(view->warnings[i].text));
	return items;
}

static json_t *task_id_json(const char *id)
{
	gint64 number;
	return id && g_ascii_string_to_signed(id, 10, 0, G_MAXINT32, &number, NULL) ? json_integer(number)
										    : json_text_value(id);
}

static json_t *tasks_json(const struct view_connector *connector)
{
	json_t *items = json_array();
	for (size_t i = 0; i < connector->task_count; i++) {
		const struct view_task *task = &connector->tasks[i];
		json_t *item =
			json_pack("{s:o, s:o, s:o, s:o, s:s}", "taskId", task_id_json(task->id), "recordsProcessed",
				  number_json(task->records), "bytesProcessed", number_json(task->bytes), "errorCount",
				  number_json(task->errors), "state", connect_state_name(task->state));
		json_object_set_new(item, "recordsPerSecond", json_finite(task->records_per_second));
		json_object_set_new(item, "worker", json_text_value(task->worker));
		json_object_set_new(item, "trace", json_text_value(task->trace));
		json_array_append_new(items, item);
	}
	return items;
}

json_t *connector_metrics_json(const struct connector_view *view, const struct view_connector *it)
{
	enum { MIB = 1024 * 1024 };
	json_t *out = json_object();
	json_object_set_new(out, "connectorName", json_text_value(it->name));
	json_object_set_new(out, "throughput",
			    json_pack("{s:o, s:o, s:o, s:o}", "recordsPerSecond", json_finite(it->records_per_second),
				      "bytesPerSecond", json_finite(it->bytes_per_second), "totalRecords",
				      number_json(it->total_records), "totalBytes", number_json(it->total_bytes)));
	json_object_set_new(out, "errors",
			    json_pack("{s:o, s:o, s:o, s:o}", "totalErrors", number_json(it->total_errors), "errorRate",
				      json_finite(it->error_rate), "recentErrorCount", number_json(it->recent_errors),
				      "lastErrorTime", json_time_value(it->last_error_at)));
	json_object_set_new(out, "resources",
			    json_pack("{s:o, s:o, s:o, s:o}", "cpuPercent", json_finite(it->cpu_percent),
				      "memoryUsedMB", json_finite(it->memory_used / MIB), "memoryTotalMB",
				      json_finite(it->memory_total / MIB), "threadCount", number_json(it->threads)));
	json_object_set_new(out, "lag",
			    json_pack("{s:o, s:o, s:o, s:o}", "totalLag", number_json(it->lag_total), "maxLag",
				      number_json(it->lag_max), "averageLag", json_finite(it->lag_average), "seconds",
				      json_finite(it->lag_seconds)));
	json_object_set_new(out, "tasks", tasks_json(it));
	json_object_set_new(out, "lastUpdated", json_time_value(it->updated_at));
	json_object_set_new(out, "collectionDuration", json_integer(it->elapsed * 1000000)); /* nanoseconds */
	json_object_set_new(out, "cluster", json_text_value(it->cluster));
	json_object_set_new(out, "type", json_text_value(it->type));
	json_object_set_new(out, "state", json_string(connect_state_name(it->state)));
	json_object_set_new(out, "worker", json_text_value(it->worker));
	json_object_set_new(out, "trace", json_text_value(it->trace));
	json_object_set_new(out, "trend", view_trend_json(it->trend, it->trend_count));
	json_object_set_new(out, "warnings", view_warnings_json(view, it->cluster));
	return out;
}
