/* clusters: GET /api/v1/clusters: each Connect cluster in short: workers, tasks by state, what is not read, how long it has
 * been quiet. */
#include "api/context.h"
#include "api/rollup.h"
#include "api/routes.h"
#include "api/view_call.h"
#include "base/json.h"
#include <math.h>
#include <string.h>

struct cluster {
	const struct connector_view *view;
	const char *name, *version;
	msec_t troubled_at;
};

static bool is_in(const struct cluster *cluster, const char *name)
{
	return strcmp(cluster->name, name) == 0;
}

static size_t host_length(const char *worker)
{
	const char *colon = strrchr(worker, ':');
	return colon ? (size_t)(colon - worker) : strlen(worker);
}

/* Connect names a worker by its REST port, its JVM is read through another. */
static bool same_host(const char *one, const char *other)
{
	return other && host_length(one) == host_length(other) && strncmp(one, other, host_length(one)) == 0;
}

static bool stands(enum connect_state state)
{
	return state != CONNECT_STATE_OTHER && state != CONNECT_STATE_UNASSIGNED;
}

/* Does Connect say that something stands on this worker? */
static bool has_work(const struct cluster *cluster, const char *worker)
{
	for (size_t i = 0; i < cluster->view->connector_count; i++) {
		const struct view_connector *it = &cluster->view->connectors[i];
		if (!is_in(cluster, it->cluster))
			continue;
		if (stands(it->state) && same_host(worker, it->worker))
			return true;
		for (size_t t = 0; t < it->task_count; t++)
			if (stands(it->tasks[t].state) && same_host(worker, it->tasks[t].worker))
				return true;
	}
	return false;
}

/* Does the inventory of this cluster say anything? */
static bool is_read(const struct cluster *cluster)
{
	for (size_t i = 0; i < cluster->view->connector_count; i++)
		if (is_in(cluster, cluster->view->connectors[i].cluster) &&
		    cluster->view->connectors[i].state != CONNECT_STATE_OTHER)
			return true;
	return false;
}

/* Up if it answers or has work; down if it was asked and does not, as far as that can be known. */
static json_t *up_json(const struct cluster *cluster, const struct view_worker *worker)
{
	if (worker->up == VIEW_UP || has_work(cluster, worker->name))
		return json_true();
	if (worker->up == VIEW_UP_UNTOLD)
		return is_read(cluster) ? json_false() : json_null();
	return worker->up == VIEW_DOWN ? json_false() : json_null();
}

static json_t *worker_json(const struct cluster *cluster, const struct view_worker *it)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", json_text_value(it->name), "up",
			 up_json(cluster, it), "cpu_percent", json_finite(it->cpu_percent),
			 "memory_used_bytes", number_json(it->memory_used), "memory_max_bytes",
			 number_json(it->memory_total), "threads", number_json(it->threads), "gc_msec_per_second",
			 json_finite(it->gc_msec_per_second), "since", json_time_value(it->since));
}

static bool already(const json_t *workers, const char *name)
{
	size_t i;
	json_t *item;
	json_array_foreach(workers, i, item)
	{
		if (same_host(name, json_get_text(item, "name", "")))
			return true;
	}
	return false;
}

/* A worker that only Connect tells of: no JVM is read there. */
static void add_named(json_t *workers, const struct cluster *cluster, const char *name)
{
	struct view_worker worker = {.name = (char *)(uintptr_t)name,
				     .cpu_percent = NAN,
				     .memory_used = NAN,
				     .memory_total = NAN,
				     .threads = NAN,
				     .gc_msec_per_second = NAN};
	if (name && *name && !already(workers, name))
		json_array_append_new(workers, worker_json(cluster, &worker));
}

static json_t *workers_json(const struct cluster *cluster)
{
	const struct connector_view *view = cluster->view;
	json_t *workers = json_array();
	for (size_t i = 0; i < view->worker_count; i++)
		if (is_in(cluster, view->workers[i].cluster))
			json_array_append_new(workers, worker_json(cluster, &view->workers[i]));
	for (size_t i = 0; i < view->connector_count; i++) {
		const struct view_connector *it = &view->connectors[i];
		if (!is_in(cluster, it->cluster))
			continue;
		add_named(workers, cluster, it->worker);
		for (size_t t = 0; t < it->task_count; t++)
			add_named(workers, cluster, it->tasks[t].worker);
	}
	return workers;
}

static const char *task_word(enum connect_state state)
{
	switch (state) {
	case CONNECT_STATE_RUNNING:
		return "running";
	case CONNECT_STATE_PAUSED:
	case CONNECT_STATE_STOPPED:
		return "paused";
	case CONNECT_STATE_UNASSIGNED:
		return "unassigned";
	case CONNECT_STATE_RESTARTING:
		return "restarting";
	case CONNECT_STATE_FAILED:
		return "failed";
	case CONNECT_STATE_OTHER:
	case CONNECT_STATE_DEGRADED:
	case CONNECT_STATE_COUNT:
		break;
	}
	return "unknown";
}

static json_t *tasks_json(const struct cluster *cluster, json_int_t *connectors)
{
	json_t *tasks = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "running", 0, "failed", 0, "paused", 0,
				  "unassigned", 0, "restarting", 0, "unknown", 0);
	for (size_t i = 0; i < cluster->view->connector_count; i++) {
		const struct view_connector *it = &cluster->view->connectors[i];
		if (!is_in(cluster, it->cluster))
			continue;
		++*connectors;
		for (size_t t = 0; t < it->task_count; t++) {
			json_t *count = json_object_get(tasks, task_word(it->tasks[t].state));
			json_integer_set(count, json_integer_value(count) + 1);
		}
	}
	return tasks;
}

static json_t *warnings_json(const struct cluster *cluster)
{
	json_t *items = json_array();
	for (size_t i = 0; i < cluster->view->warning_count; i++) {
		const struct view_warning *it = &cluster->view->warnings[i];
		if (!it->cluster || is_in(cluster, it->cluster))
			json_array_append_new(items, json_pack("{s:o, s:o, s:o}", "text", json_text_value(it->text),
							       "since", json_time_value(it->since), "source",
							       json_text_value(it->source)));
	}
	return items;
}

static bool all_up(const json_t *workers)
{
	size_t i;
	json_t *item;
	json_array_foreach(workers, i, item)
	{
		if (!json_is_true(json_object_get(item, "up")))
			return false;
	}
	return true;
}

static bool has_open_alert(const struct cluster *cluster, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->alert_count; i++)
		if (is_in(cluster, labels_get_or_empty(snapshot->alerts[i]->labels, "cluster")))
			return true;
	return false;
}

/* Nothing abnormal now, and none seen since. */
static json_t *quiet_json(const struct cluster *cluster, enum rollup rollup, const json_t *workers,
			  const json_t *warnings, const struct snapshot *snapshot)
{
	bool quiet = rollup == ROLLUP_RUNNING && all_up(workers) && json_array_size(warnings) == 0 &&
		     !has_open_alert(cluster, snapshot);
	return json_time_value(quiet ? cluster->troubled_at : 0);
}

static json_t *cluster_json(const struct cluster *cluster, const struct snapshot *snapshot)
{
	json_int_t connectors = 0;
	json_t *tasks = tasks_json(cluster, &connectors), *workers = workers_json(cluster);
	json_t *warnings = warnings_json(cluster);
	enum rollup rollup = rollup_cluster(cluster->view, cluster->name);
	if (rollup < ROLLUP_DEGRADED && !all_up(workers))
		rollup = rollup == ROLLUP_UNKNOWN ? ROLLUP_UNKNOWN : ROLLUP_DEGRADED;
	json_t *quiet = quiet_json(cluster, rollup, workers, warnings, snapshot);
	return json_pack("{s:o, s:o, s:s, s:o, s:I, s:o, s:o, s:o}", "cluster", json_text_value(cluster->name),
			 "version", json_text_value(cluster->version), "rollup", rollup_name(rollup), "workers", workers, "connectors", connectors,
			 "tasks", tasks, "warnings", warnings, "quiet_since", quiet);
}

static void finish(struct request *request)
{
	const struct connector_view *view = view_call_result(request);
	if (!view)
		return;
	struct snapshot *snapshot = app_snapshot(request->api->app);
	json_t *items = json_array();
	for (size_t i = 0; i < view->cluster_count; i++) {
		struct cluster cluster = {view, view->clusters[i], view->versions ? view->versions[i] : NULL,
					  view->troubled_at ? view->troubled_at[i] : 0};
		json_array_append_new(items, cluster_json(&cluster, snapshot));
	}
	snapshot_unref(snapshot);
	request_answer(request, MHD_HTTP_OK, json_pack("{s:o, s:n}", "items", items, "next"));
}

void handle_clusters(struct request *request)
{
	view_call(request, finish);
}
