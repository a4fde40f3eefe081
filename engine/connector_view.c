#include "engine/connector_trends.h"
#include <stdatomic.h>
#include <string.h>

static const msec_t RECENT = 60000; /* rates are over the last minute */

static int compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- current numbers of everything ---- */

static void forget(struct connector_trends *trends)
{
	GHashTableIter iter;
	gpointer value;
	g_hash_table_iter_init(&iter, trends->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct trend *trend = value;
		trend->updated_at = trend->elapsed = 0;
		trend->alive = false;
		for (guint i = 0; i < trend->tasks->len; i++) {
			struct task_trend *task = g_ptr_array_index(trend->tasks, i);
			task->worker = task->trace = NULL;
			for (int field = 0; field < FIELD_COUNT; field++)
				task->now[field] = NAN;
		}
	}
	g_hash_table_iter_init(&iter, trends->workers);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		for (int field = 0; field < FIELD_COUNT; field++)
			((struct worker_trend *)value)->now[field] = NAN;
}

/* Lag may come as several series of one task or connector (by topic and partition): they add up; of seconds the worst. */
static void put(double *now, enum trend_field field, double value)
{
	if (isnan(*now))
		*now = value;
	else if (field == FIELD_LAG)
		*now += value;
	else
		*now = MAX(*now, value);
}

static void read_feed(const struct trend_feed *feed, const struct series_table *table, uint32_t target)
{
	const struct series_columns *columns = series_table_columns(table, target);
	double value = columns->values[feed->slot];
	if (value_is_gone(value) || !series_table_holds(table, target, feed->slot))
		return;
	if (feed->worker) {
		if (value_is_number(value))
			put(&feed->worker->now[feed->field], feed->field, value);
		return;
	}
	feed->trend->alive = true;
	if (feed->field == FIELD_STATE || feed->field == FIELD_TASK_STATE) {
		feed->task->worker = series_table_worker(table, target, feed->slot);
		feed->task->trace = series_table_trace(table, target, feed->slot);
	}
	if (!value_is_number(value))
		return;
	put(&feed->task->now[feed->field], feed->field, value);
	if (columns->at > feed->trend->updated_at) {
		feed->trend->updated_at = columns->at;
		feed->trend->elapsed = series_table_elapsed(table, target);
	}
}

static void read_all(struct connector_trends *trends, const struct series_table *table)
{
	forget(trends);
	for (uint32_t target = 0; target < trends->target_count; target++)
		for (guint i = 0; i < trends->targets[target].feeds->len; i++)
			read_feed(&g_array_index(trends->targets[target].feeds, struct trend_feed, i), table, target);
}

/* The connector's own number if there is one, else that of its tasks together. */
static double sum_of(const struct trend *trend, enum trend_field field)
{
	double sum = NAN;
	for (guint i = 0; i < trend->tasks->len; i++) {
		const struct task_trend *task = g_ptr_array_index(trend->tasks, i);
		if (isnan(task->now[field]))
			continue;
		if (!task->id[0])
			return task->now[field];
		sum = isnan(sum) ? task->now[field] : sum + task->now[field];
	}
	return sum;
}

static double most_of(const struct trend *trend, enum trend_field field)
{
	double most = NAN;
	for (guint i = 0; i < trend->tasks->len; i++)
		most = fmax(most, ((const struct task_trend *)g_ptr_array_index(trend->tasks, i))->now[field]);
	return most;
}

/* ---- rates ---- */

static const struct trend_point *a_minute_ago(const struct trend *trend)
{
	const struct trend_point *found = NULL;
	for (uint32_t i = 1; i < trend->point_count; i++) {
		const struct trend_point *point = trend_point_at(trend, i);
		found = point;
		if (trend_point_at(trend, 0)->at - point->at >= RECENT)
			break;
	}
	return found;
}

static double rate(double newer, double older, msec_t time)
{
	return time > 0 ? (newer - older) * 1000 / (double)time : NAN;
}

/* Numbers that are a minute old and more say nothing of now. */
static bool fresh(const struct trend *trend, msec_t now)
{
	return trend->point_count && now - trend_point_at(trend, 0)->at < RECENT;
}

static void set_rates(struct view_connector *out, const struct trend *trend, msec_t now)
{
	const struct trend_point *then = a_minute_ago(trend);
	out->records_per_second = out->bytes_per_second = out->error_rate = out->recent_errors = NAN;
	if (!then || !fresh(trend, now))
		return;
	const struct trend_point *last = trend_point_at(trend, 0);
	msec_t time = last->at - then->at;
	double records = last->totals[FIELD_RECORDS] - then->totals[FIELD_RECORDS];
	out->records_per_second = rate(last->totals[FIELD_RECORDS], then->totals[FIELD_RECORDS], time);
	out->bytes_per_second = rate(last->totals[FIELD_BYTES], then->totals[FIELD_BYTES], time);
	out->recent_errors = last->totals[FIELD_ERRORS] - then->totals[FIELD_ERRORS];
	if (records > 0)
		out->error_rate = out->recent_errors / records;
	else if (records == 0 && out->recent_errors == 0)
		out->error_rate = 0;
}

static double task_rate(const struct task_trend *task, msec_t now)
{
	if (task->point_count < 2 || now - task_point_at(task, 0)->at >= RECENT)
		return NAN;
	const struct task_point *last = task_point_at(task, 0), *then = last;
	for (uint32_t i = 1; i < task->point_count && last->at - then->at < RECENT; i++)
		then = task_point_at(task, i);
	return rate(last->records, then->records, last->at - then->at);
}

static void set_trend(struct view_connector *out, const struct trend *trend)
{
	if (trend->point_count < 2)
		return;
	out->trend_count = trend->point_count - 1;
	out->trend = g_new0(struct view_point, out->trend_count);
	for (uint32_t i = 0; i < out->trend_count; i++) {
		const struct trend_point *older = trend_point_at(trend, trend->point_count - 1 - i);
		const struct trend_point *newer = trend_point_at(trend, trend->point_count - 2 - i);
		msec_t time = newer->at - older->at;
		out->trend[i] = (struct view_point){
			.at = newer->at,
			.records_per_second = rate(newer->totals[FIELD_RECORDS], older->totals[FIELD_RECORDS], time),
			.errors_per_second = rate(newer->totals[FIELD_ERRORS], older->totals[FIELD_ERRORS], time),
			.lag = newer->lag,
		};
	}
}

/* ---- one connector ---- */

static int compare_tasks(const void *a, const void *b)
{
	const struct view_task *x = a, *y = b;
	guint64 i = g_ascii_strtoull(x->id, NULL, 10), j = g_ascii_strtoull(y->id, NULL, 10);
	return i != j ? (i < j ? -1 : 1) : strcmp(x->id, y->id);
}

static enum connect_state state_of(double value)
{
	return value >= 0 && value < CONNECT_STATE_COUNT ? (enum connect_state)value : CONNECT_STATE_OTHER;
}

static void set_tasks(struct view_connector *out, const struct trend *trend, msec_t now)
{
	out->tasks = g_new0(struct view_task, trend->tasks->len);
	for (guint i = 0; i < trend->tasks->len; i++) {
		const struct task_trend *task = g_ptr_array_index(trend->tasks, i);
		if (!task->id[0])
			continue;
		out->tasks[out->task_count++] = (struct view_task){
			.id = g_strdup(task->id),
			.state = state_of(task->now[FIELD_TASK_STATE]),
			.worker = g_strdup(task->worker),
			.trace = g_strdup(task->trace),
			.records = task->now[FIELD_RECORDS],
			.bytes = task->now[FIELD_BYTES],
			.errors = task->now[FIELD_ERRORS],
			.records_per_second = task_rate(task, now),
		};
	}
	qsort(out->tasks, out->task_count, sizeof *out->tasks, compare_tasks);
}

static void set_lag(struct view_connector *out, const struct trend *trend)
{
	unsigned count = 0;
	double sum = 0;
	out->lag_total = sum_of(trend, FIELD_LAG);
	out->lag_max = most_of(trend, FIELD_LAG);
	out->lag_seconds = most_of(trend, FIELD_LAG_SECONDS);
	for (guint i = 0; i < trend->tasks->len; i++) {
		double lag = ((const struct task_trend *)g_ptr_array_index(trend->tasks, i))->now[FIELD_LAG];
		if (isnan(lag))
			continue;
		sum += lag;
		count++;
	}
	out->lag_average = count ? sum / count : NAN;
}

static size_t host_length(const char *worker)
{
	const char *colon = strrchr(worker, ':');
	return colon ? (size_t)(colon - worker) : strlen(worker);
}

/* 2: the very same; 1: the same host, as the REST and the JMX port of one worker. */
static int likeness(const struct worker_trend *worker, const char *name)
{
	if (strcmp(worker->name, name) == 0)
		return 2;
	size_t length = host_length(name);
	return host_length(worker->name) == length && strncmp(worker->name, name, length) == 0;
}

static int best_likeness(struct connector_trends *trends, const char *cluster, const char *name)
{
	GHashTableIter iter;
	gpointer value;
	int best = 0;
	g_hash_table_iter_init(&iter, trends->workers);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (strcmp(((struct worker_trend *)value)->cluster, cluster) == 0)
			best = MAX(best, likeness(value, name));
	return best;
}

/* Does a task of the connector, or the connector itself, run there? */
static bool runs_on(struct connector_trends *trends, const struct trend *trend, const struct worker_trend *worker)
{
	for (guint i = 0; i < trend->tasks->len; i++) {
		const struct task_trend *task = g_ptr_array_index(trend->tasks, i);
		if (!task->worker)
			continue;
		int like = likeness(worker, task->worker);
		if (like && like == best_likeness(trends, trend->cluster, task->worker))
			return true;
	}
	return false;
}

static void add_number(double *sum, double value)
{
	if (!isnan(value))
		*sum = isnan(*sum) ? value : *sum + value;
}

static void set_resources(struct view_connector *out, struct connector_trends *trends, const struct trend *trend)
{
	GHashTableIter iter;
	gpointer value;
	unsigned cpus = 0;
	double cpu = 0;
	out->cpu_percent = out->memory_used = out->memory_total = out->threads = NAN;
	g_hash_table_iter_init(&iter, trends->workers);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct worker_trend *worker = value;
		if (strcmp(worker->cluster, trend->cluster) != 0 || !runs_on(trends, trend, worker))
			continue;
		add_number(&out->memory_used, worker->now[FIELD_HEAP]);
		add_number(&out->memory_total, worker->now[FIELD_HEAP_MAX]);
		add_number(&out->threads, worker->now[FIELD_THREADS]);
		if (isnan(worker->now[FIELD_CPU]))
			continue;
		cpu += worker->now[FIELD_CPU];
		cpus++;
	}
	if (cpus)
		out->cpu_percent = cpu * 100 / cpus;
}

static void set_state(struct view_connector *out, const struct trend *trend)
{
	for (guint i = 0; i < trend->tasks->len; i++) {
		const struct task_trend *whole = g_ptr_array_index(trend->tasks, i);
		if (whole->id[0])
			continue;
		out->state = state_of(whole->now[FIELD_STATE]);
		out->worker = g_strdup(whole->worker);
		out->trace = g_strdup(whole->trace);
	}
}

static void build_connector(struct view_connector *out, struct connector_trends *trends, const struct trend *trend,
			    msec_t now)
{
	double last_error = most_of(trend, FIELD_LAST_ERROR);
	out->cluster = g_strdup(trend->cluster);
	out->name = g_strdup(trend->name);
	out->type = g_strdup(trend->type ? trend->type : "unknown");
	out->total_records = sum_of(trend, FIELD_RECORDS);
	out->total_bytes = sum_of(trend, FIELD_BYTES);
	out->total_errors = sum_of(trend, FIELD_ERRORS);
	out->last_error_at = last_error > 0 ? (msec_t)last_error : 0;
	out->updated_at = trend->updated_at;
	out->elapsed = trend->elapsed;
	set_state(out, trend);
	set_rates(out, trend, now);
	set_lag(out, trend);
	set_resources(out, trends, trend);
	set_tasks(out, trend, now);
	set_trend(out, trend);
}

/* ---- the view ---- */

static int compare_connectors(const void *a, const void *b)
{
	const struct view_connector *x = a, *y = b;
	int order = strcmp(x->cluster, y->cluster);
	return order ? order : strcmp(x->name, y->name);
}

static int compare_workers(const void *a, const void *b)
{
	const struct view_worker *x = a, *y = b;
	int order = strcmp(x->cluster, y->cluster);
	return order ? order : strcmp(x->name, y->name);
}

static void build_connectors(struct connector_view *view, struct connector_trends *trends, msec_t now)
{
	GHashTableIter iter;
	gpointer value;
	view->connectors = g_new0(struct view_connector, g_hash_table_size(trends->by_key) + 1);
	g_hash_table_iter_init(&iter, trends->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (((struct trend *)value)->alive)
			build_connector(&view->connectors[view->connector_count++], trends, value, now);
	qsort(view->connectors, view->connector_count, sizeof *view->connectors, compare_connectors);
}

static bool any_number(const struct worker_trend *worker)
{
	for (int field = FIELD_CPU; field < FIELD_COUNT; field++)
		if (!isnan(worker->now[field]))
			return true;
	return false;
}

static void build_workers(struct connector_view *view, struct connector_trends *trends)
{
	GHashTableIter iter;
	gpointer value;
	view->workers = g_new0(struct view_worker, g_hash_table_size(trends->workers) + 1);
	g_hash_table_iter_init(&iter, trends->workers);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct worker_trend *worker = value;
		view->workers[view->worker_count++] = (struct view_worker){
			.cluster = g_strdup(worker->cluster),
			.name = g_strdup(worker->name),
			.up = any_number(worker),
			.cpu_percent = worker->now[FIELD_CPU] * 100,
			.memory_used = worker->now[FIELD_HEAP],
			.memory_total = worker->now[FIELD_HEAP_MAX],
			.threads = worker->now[FIELD_THREADS],
			.gc_seconds = worker->now[FIELD_GC],
		};
	}
	qsort(view->workers, view->worker_count, sizeof *view->workers, compare_workers);
}

static void build_clusters(struct connector_view *view)
{
	GPtrArray *clusters = g_ptr_array_new();
	for (size_t i = 0; i < view->connector_count; i++)
		if (i == 0 || strcmp(view->connectors[i].cluster, view->connectors[i - 1].cluster) != 0)
			g_ptr_array_add(clusters, g_strdup(view->connectors[i].cluster));
	for (size_t i = 0; i < view->worker_count; i++)
		if (!g_ptr_array_find_with_equal_func(clusters, view->workers[i].cluster, g_str_equal, NULL))
			g_ptr_array_add(clusters, g_strdup(view->workers[i].cluster));
	g_ptr_array_sort(clusters, compare_texts);
	view->cluster_count = clusters->len;
	view->clusters = (char **)g_ptr_array_free(clusters, FALSE);
}

static const char *cluster_of(const struct series_table *table, uint32_t target)
{
	for (uint32_t slot = 0; slot < series_table_slots(table, target); slot++) {
		const struct labels *labels = series_table_labels(table, target, slot);
		if (labels && labels_get(labels, "cluster"))
			return labels_get(labels, "cluster");
	}
	return "";
}

static void build_warnings(struct connector_view *view, const struct series_table *table)
{
	uint32_t targets = series_table_targets(table);
	view->warnings = g_new0(struct view_warning, targets + 1);
	for (uint32_t target = 0; target < targets; target++) {
		const char *failure = series_table_failure(table, target);
		if (!failure[0] && !series_table_failed(table, target))
			continue;
		view->warnings[view->warning_count++] = (struct view_warning){
			.cluster = g_strdup(cluster_of(table, target)),
			.text = g_strdup(failure[0] ? failure : "the last poll failed"),
		};
	}
}

struct connector_view *connector_view_build(const struct series_table *table, struct connector_trends *trends,
					    msec_t now_wall)
{
	struct connector_view *view = g_new0(struct connector_view, 1);
	view->references = 1;
	view->at = now_wall;
	connector_trends_refresh(trends, table);
	read_all(trends, table);
	build_connectors(view, trends, now_wall);
	build_workers(view, trends);
	build_clusters(view);
	build_warnings(view, table);
	return view;
}

struct connector_view *connector_view_ref(struct connector_view *view)
{
	atomic_fetch_add_explicit(&view->references, 1, memory_order_relaxed);
	return view;
}

static void release_connector(struct view_connector *connector)
{
	for (size_t i = 0; i < connector->task_count; i++) {
		g_free(connector->tasks[i].id);
		g_free(connector->tasks[i].worker);
		g_free(connector->tasks[i].trace);
	}
	g_free(connector->tasks);
	g_free(connector->trend);
	g_free(connector->cluster);
	g_free(connector->name);
	g_free(connector->type);
	g_free(connector->worker);
	g_free(connector->trace);
}

void connector_view_unref(struct connector_view *view)
{
	if (!view || atomic_fetch_sub_explicit(&view->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < view->connector_count; i++)
		release_connector(&view->connectors[i]);
	for (size_t i = 0; i < view->worker_count; i++) {
		g_free(view->workers[i].cluster);
		g_free(view->workers[i].name);
	}
	for (size_t i = 0; i < view->cluster_count; i++)
		g_free(view->clusters[i]);
	for (size_t i = 0; i < view->warning_count; i++) {
		g_free(view->warnings[i].cluster);
		g_free(view->warnings[i].text);
	}
	g_free(view->connectors);
	g_free(view->workers);
	g_free(view->clusters);
	g_free(view->warnings);
	g_free(view);
}
