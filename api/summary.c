/* summary: GET /api/{cluster}/summary: one cluster in numbers, kept for ten seconds. */
#include "api/answer_cache.h"
#include "api/context.h"
#include "api/routes.h"
#include "api/view_call.h"
#include "base/json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const msec_t KEPT = 10000;

struct totals {
	double records_per_second, bytes_per_second, total_records, total_bytes, total_errors, lag;
	json_int_t connectors, tasks, connector_states[CONNECT_STATE_COUNT], task_states[CONNECT_STATE_COUNT];
	struct view_point trend[TREND_POINTS];
	size_t trend_count;
};

/* A sum of what is known: unknown until one is. */
static void add(double *sum, double value)
{
	if (isfinite(value))
		*sum = isfinite(*sum) ? *sum + value : value;
}

/* Points are added from the newest back: the pollings of a cluster run in step. */
static void add_trend(struct totals *totals, const struct view_connector *it)
{
	size_t count = MIN(it->trend_count, TREND_POINTS);
	for (size_t back = 0; back < count; back++) {
		const struct view_point *from = &it->trend[it->trend_count - 1 - back];
		struct view_point *to = &totals->trend[TREND_POINTS - 1 - back];
		if (back >= totals->trend_count) {
			*to = (struct view_point){
				.at = from->at, .records_per_second = NAN, .errors_per_second = NAN, .lag = NAN};
			totals->trend_count = back + 1;
		}
		to->at = MAX(to->at, from->at);
		add(&to->records_per_second, from->records_per_second);
		add(&to->errors_per_second, from->errors_per_second);
		add(&to->lag, from->lag);
	}
}

static void add_connector(struct totals *totals, const struct view_connector *it)
{
	totals->connectors++;
	totals->connector_states[it->state]++;
	totals->tasks += (json_int_t)it->task_count;
	for (size_t i = 0; i < it->task_count; i++)
		totals->task_states[it->tasks[i].state]++;
	add(&totals->records_per_second, it->records_per_second);
	add(&totals->bytes_per_second, it->bytes_per_second);
	add(&totals->total_records, it->total_records);
	add(&totals->total_bytes, it->total_bytes);
	add(&totals->total_errors, it->total_errors);
	add(&totals->lag, it->lag_total);
	add_trend(totals, it);
}

static json_t *states_json(json_int_t total, const json_int_t states[CONNECT_STATE_COUNT])
{
	json_t *out = json_pack("{s:I}", "total", total);
	for (int state = 0; state < CONNECT_STATE_COUNT; state++) {
		char *name = g_ascii_strdown(connect_state_name((enum connect_state)state), -1);
		json_object_set_new(out, name, json_integer(states[state]));
		g_free(name);
	}
	return out;
}

static json_t *workers_json(const struct connector_view *view, const char *cluster)
{
	json_t *items = json_array();
	for (size_t i = 0; i < view->worker_count; i++) {
		const struct view_worker *it = &view->workers[i];
		if (strcmp(it->cluster, cluster) == 0)
			json_array_append_new(
				items,
				json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "name", json_text_value(it->name),
					  "up", it->up == VIEW_UP, "cpuPercent", json_finite(it->cpu_percent), "memoryUsedMB",
					  json_finite(it->memory_used / (1024 * 1024)), "memoryTotalMB",
					  json_finite(it->memory_total / (1024 * 1024)), "threadCount",
					  number_json(it->threads), "gcSeconds", json_finite(it->gc_seconds)));
	}
	return items;
}

static json_t *summary_json(const struct connector_view *view, const char *cluster)
{
	struct totals totals = {NAN, NAN, NAN, NAN, NAN, NAN, 0};
	for (size_t i = 0; i < view->connector_count; i++)
		if (strcmp(view->connectors[i].cluster, cluster) == 0)
			add_connector(&totals, &view->connectors[i]);
	json_t *out = json_pack("{s:s, s:o, s:o}", "cluster", cluster, "connectors",
				states_json(totals.connectors, totals.connector_states), "tasks",
				states_json(totals.tasks, totals.task_states));
	json_object_set_new(
		out, "throughput",
		json_pack("{s:o, s:o, s:o, s:o}", "recordsPerSecond", json_finite(totals.records_per_second),
			  "bytesPerSecond", json_finite(totals.bytes_per_second), "totalRecords",
			  number_json(totals.total_records), "totalBytes", number_json(totals.total_bytes)));
	json_object_set_new(out, "errors", json_pack("{s:o}", "totalErrors", number_json(totals.total_errors)));
	json_object_set_new(out, "lag", json_pack("{s:o}", "totalLag", number_json(totals.lag)));
	json_object_set_new(out, "workers", workers_json(view, cluster));
	json_object_set_new(out, "trend",
			    view_trend_json(totals.trend + TREND_POINTS - totals.trend_count, totals.trend_count));
	json_object_set_new(out, "warnings", view_warnings_json(view, cluster));
	json_object_set_new(out, "lastUpdated", json_time_value(view->at));
	return out;
}

static char *cache_key(const char *cluster)
{
	return g_strconcat("summary ", cluster, NULL);
}

static void finish(struct request *request)
{
	const struct connector_view *view = view_call_result(request);
	if (!view)
		return;
	if (!view_has_cluster(view, request->params[0])) {
		request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "cluster", "there is no cluster of this name");
		return;
	}
	char *key = cache_key(request->params[0]);
	answer_and_keep(request, key, KEPT, summary_json(view, request->params[0]));
	g_free(key);
}

void handle_collector_summary(struct request *request)
{
	char *key = cache_key(request->params[0]);
	if (!answer_from_cache(request, key))
		view_call(request, finish);
	g_free(key);
}
