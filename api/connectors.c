/* connectors: GET /api/v1/connectors: all connectors of all clusters with their tasks, and how many alerts each has. */
#include "api/context.h"
#include "api/rollup.h"
#include "api/routes.h"
#include "api/view_call.h"
#include "base/json.h"
#include "model/trace.h"
#include <string.h>

static json_t *trace_json(const char *trace)
{
	char *text = trace && *trace ? trace_brief(trace) : NULL;
	json_t *out = json_text_value(text);
	g_free(text);
	return out;
}

static json_t *task_number(const char *id)
{
	gint64 number;
	return g_ascii_string_to_signed(id, 10, 0, G_MAXINT32, &number, NULL) ? json_integer(number)
									      : json_text_value(id);
}

static json_t *tasks_json(const struct view_connector *it)
{
	json_t *items = json_array();
	for (size_t i = 0; i < it->task_count; i++) {
		const struct view_task *task = &it->tasks[i];
		json_array_append_new(
			items, json_pack("{s:o, s:s?, s:o, s:o, s:o, s:o}", "task", task_number(task->id), "state",
					 known_state_name(task->state), "worker", json_text_value(task->worker),
					 "trace", trace_json(task->trace), "records_per_second",
					 json_finite(task->records_per_second), "error_count",
					 number_json(task->errors)));
	}
	return items;
}

static char *key_of(const char *cluster, const char *name)
{
	return g_strdup_printf("%s\n%s", cluster ? cluster : "", name);
}

/* Open alerts by cluster and connector. */
static GHashTable *count_alerts(struct app *app)
{
	GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct snapshot *snapshot = app_snapshot(app);
	for (size_t i = 0; i < snapshot->alert_count; i++) {
		const struct labels *labels = snapshot->alerts[i]->labels;
		const char *name = labels_get(labels, "connector");
		if (!name)
			continue;
		char *key = key_of(labels_get(labels, "cluster"), name);
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
		g_hash_table_replace(counts, key, GUINT_TO_POINTER(count + 1));
	}
	snapshot_unref(snapshot);
	return counts;
}

static json_t *row(const struct view_connector *it, GHashTable *alerts)
{
	char *key = key_of(it->cluster, it->name);
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(alerts, key));
	bool typed = it->type && strcmp(it->type, "unknown") != 0;
	g_free(key);
	json_t *out = json_pack("{s:o, s:o, s:s?, s:o, s:s?, s:s, s:o, s:o, s:o}", "cluster",
				json_text_value(it->cluster), "name", json_text_value(it->name), "type",
				typed ? it->type : NULL, "class", json_text_value(it->class), "state",
				known_state_name(it->state), "rollup", rollup_name(rollup_connector(it)), "worker",
				json_text_value(it->worker), "trace", trace_json(it->trace), "tasks", tasks_json(it));
	json_object_set_new(out, "records_per_second", json_finite(it->records_per_second));
	json_object_set_new(out, "bytes_per_second", json_finite(it->bytes_per_second));
	json_object_set_new(out, "error_rate", json_finite(it->error_rate));
	json_object_set_new(out, "errors_total", number_json(it->total_errors));
	json_object_set_new(out, "lag", number_json(it->lag_total));
	json_object_set_new(out, "lag_seconds", json_finite(it->lag_seconds));
	json_object_set_new(out, "alerts", json_integer(count));
	json_object_set_new(out, "updated_at", json_time_value(it->updated_at));
	return out;
}

static void finish(struct request *request)
{
	const struct connector_view *view = view_call_result(request);
	const char *cluster = request_param(request, "cluster");
	if (!view)
		return;
	json_t *items = json_array();
	GHashTable *alerts = count_alerts(request->api->app);
	for (size_t i = 0; i < view->connector_count; i++)
		if (!cluster || strcmp(view->connectors[i].cluster, cluster) == 0)
			json_array_append_new(items, row(&view->connectors[i], alerts));
	g_hash_table_destroy(alerts);
	request_answer(request, MHD_HTTP_OK, json_pack("{s:o, s:n}", "items", items, "next"));
}

void handle_connectors(struct request *request)
{
	view_call(request, finish);
}
