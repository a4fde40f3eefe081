#include "sources/collector_json.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MIB 1048576.0

static const struct gauge_row {
	const char *name, *object, *field;
	double scale;
} gauges[COLLECTOR_GAUGES] = {
	[COLLECTOR_RECORDS_PER_SECOND] = {"collector_records_per_second", "throughput", "recordsPerSecond", 1},
	[COLLECTOR_BYTES_PER_SECOND] = {"collector_bytes_per_second", "throughput", "bytesPerSecond", 1},
	[COLLECTOR_ERROR_RATE] = {"collector_error_rate", "errors", "errorRate", 1},
	[COLLECTOR_RECENT_ERRORS] = {"collector_recent_errors", "errors", "recentErrorCount", 1},
	[COLLECTOR_CPU_RATIO] = {"collector_cpu_ratio", "resources", "cpuPercent", 0.01},
	[COLLECTOR_MEMORY_USED_BYTES] = {"collector_memory_used_bytes", "resources", "memoryUsedMB", MIB},
	[COLLECTOR_MEMORY_TOTAL_BYTES] = {"collector_memory_total_bytes", "resources", "memoryTotalMB", MIB},
	[COLLECTOR_THREADS] = {"collector_threads", "resources", "threadCount", 1},
	[COLLECTOR_LAG_MAX] = {"collector_lag_max", "lag", "maxLag", 1},
	[COLLECTOR_LAG_AVERAGE] = {"collector_lag_average", "lag", "averageLag", 1},
	[COLLECTOR_COLLECTION_SECONDS] = {"collector_collection_seconds", NULL, "collectionDuration", 1e-9},
};

const char *collector_gauge_name(enum collector_gauge gauge)
{
	return gauges[gauge].name;
}

static double number_of(const json_t *object, const char *key)
{
	double value = json_get_number(object, key, NAN);
	return isfinite(value) && value >= 0 ? value : NAN;
}

static double number_in(const json_t *root, const char *object, const char *key)
{
	return number_of(object ? json_object_get(root, object) : root, key);
}

/* Go's zero time, 0001-01-01, and anything before 1970 mean never. */
static double error_time(const json_t *root)
{
	const char *text = json_get_text(json_object_get(root, "errors"), "lastErrorTime", NULL);
	msec_t wall;
	if (!text || !rfc3339_parse(text, &wall))
		return NAN;
	return wall > 0 ? (double)wall : 0;
}

static msec_t update_time(const json_t *root)
{
	const char *text = json_get_text(root, "lastUpdated", NULL);
	msec_t wall;
	return text && rfc3339_parse(text, &wall) && wall > 0 ? wall : 0;
}

static bool read_id(const json_t *value, struct arena *arena, const char **out)
{
	if (json_is_integer(value) && json_integer_value(value) >= 0)
		*out = arena_printf(arena, "%lld", (long long)json_integer_value(value));
	else if (json_is_string(value) && *json_string_value(value))
		*out = arena_strdup(arena, json_string_value(value));
	else
		return false;
	return true;
}

static bool read_task(const json_t *object, size_t i, struct arena *arena, struct collector_task *task,
		      struct error *err)
{
	if (!json_is_object(object))
		return error_set(err, "tasks[%zu] is not an object", i);
	if (!read_id(json_object_get(object, "taskId"), arena, &task->id))
		return error_set(err, "tasks[%zu].taskId is missing or not a number", i);
	task->state = arena_strdup(arena, json_get_text(object, "state", NULL));
	task->records = number_of(object, "recordsProcessed");
	task->bytes = number_of(object, "bytesProcessed");
	task->errors = number_of(object, "errorCount");
	return true;
}

static bool read_tasks(const json_t *root, struct arena *arena, struct collector_metrics *out, struct error *err)
{
	const json_t *tasks = json_object_get(root, "tasks");
	if (!tasks || json_is_null(tasks))
		return true;
	if (!json_is_array(tasks))
		return error_set(err, "tasks is not an array");
	if (json_array_size(tasks) > COLLECTOR_TASKS_MAX)
		return error_set(err, "more than %d tasks", (int)COLLECTOR_TASKS_MAX);
	out->tasks_said = true;
	out->tasks = arena_alloc(arena, sizeof *out->tasks * (json_array_size(tasks) + 1));
	for (size_t i = 0; i < json_array_size(tasks); i++)
		if (!read_task(json_array_get(tasks, i), i, arena, &out->tasks[out->task_count++], err))
			return false;
	return true;
}

static bool read_metrics(const json_t *root, const char *name, struct arena *arena, struct collector_metrics *out,
			 struct error *err)
{
	if (!json_is_object(root))
		return error_set(err, "the answer is not an object");
	const char *about = json_get_text(root, "connectorName", NULL);
	if (about && strcmp(about, name) != 0)
		return error_set(err, "connectorName: the answer is about \"%.128s\"", about);
	for (int i = 0; i < COLLECTOR_GAUGES; i++)
		out->gauges[i] = number_in(root, gauges[i].object, gauges[i].field) * gauges[i].scale;
	out->records = number_in(root, "throughput", "totalRecords");
	out->bytes = number_in(root, "throughput", "totalBytes");
	out->errors = number_in(root, "errors", "totalErrors");
	out->lag = number_in(root, "lag", "totalLag");
	out->last_error = error_time(root);
	out->updated = update_time(root);
	return read_tasks(root, arena, out, err);
}

bool collector_metrics_parse(const char *text, size_t length, const char *name, struct arena *arena,
			     struct collector_metrics *out, struct error *err)
{
	json_t *root = json_parse(text, length, 0, err);
	if (!root)
		return false;
	struct collector_metrics metrics = {0};
	bool good = read_metrics(root, name, arena, &metrics, err);
	json_decref(root);
	if (good)
		*out = metrics;
	return good;
}

static bool read_connector(const json_t *value, size_t i, struct arena *arena, struct collector_connector *out,
			   struct error *err)
{
	const char *name = json_is_string(value) ? json_string_value(value) : json_get_text(value, "name", NULL);
	if (!name || !*name)
		return error_set(err, "connectors[%zu] is neither a name nor an object with a name", i);
	out->name = arena_strdup(arena, name);
	if (json_is_object(value)) {
		out->type = arena_strdup(arena, json_get_text(value, "type", NULL));
		out->state = arena_strdup(arena, json_get_text(value, "state", NULL));
	}
	return true;
}

static bool read_list(const json_t *root, struct arena *arena, struct collector_list *out, struct error *err)
{
	const json_t *array = root;
	out->complete = true;
	if (json_is_object(root)) {
		const json_t *next = json_object_get(root, "next");
		out->complete = !next || json_is_null(next);
		array = json_object_get(root, "items");
		if (!array)
			array = json_object_get(root, "connectors");
	}
	if (!json_is_array(array))
		return error_set(err, "the list of connectors is not an array");
	size_t count = json_array_size(array);
	if (count > COLLECTOR_CONNECTORS_MAX) {
		count = COLLECTOR_CONNECTORS_MAX;
		out->complete = false;
	}
	out->connectors = arena_alloc(arena, sizeof *out->connectors * (count + 1));
	for (size_t i = 0; i < count; i++)
		if (!read_connector(json_array_get(array, i), i, arena, &out->connectors[out->count++], err))
			return false;
	return true;
}

bool collector_list_parse(const char *text, size_t length, struct arena *arena, struct collector_list *out,
			  struct error *err)
{
	json_t *root = json_parse(text, length, 0, err);
	if (!root)
		return false;
	struct collector_list list = {0};
	bool good = read_list(root, arena, &list, err);
	json_decref(root);
	if (good)
		*out = list;
	return good;
}
