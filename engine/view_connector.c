#include "engine/view_connector.h"
#include "engine/trend_numbers.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const msec_t RECENT = 60000; /* rates are over the last minute */
static const msec_t STANDS = 30000; /* so long a rate stands where no new count came */

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

/* Of errors in records; without records only "none" is known. */
static double share(double errors, double records)
{
	if (records > 0)
		return errors / records;
	return records == 0 && errors == 0 ? 0 : NAN;
}

/* Numbers that are a minute old and more say nothing of now. */
static bool fresh(const struct trend *trend, msec_t now)
{
	return trend->point_count && now - trend_point_at(trend, 0)->counted_at < RECENT;
}

static void set_rates(struct view_connector *out, const struct trend *trend, msec_t now)
{
	const struct trend_point *then = a_minute_ago(trend);
	out->records_per_second = out->bytes_per_second = out->error_rate = out->recent_errors = NAN;
	if (!then || !fresh(trend, now))
		return;
	const struct trend_point *last = trend_point_at(trend, 0);
	msec_t time = last->counted_at - then->counted_at;
	if (time <= 0)
		return;
	double records = last->totals[FIELD_RECORDS] - then->totals[FIELD_RECORDS];
	out->records_per_second = rate(last->totals[FIELD_RECORDS], then->totals[FIELD_RECORDS], time);
	out->bytes_per_second = rate(last->totals[FIELD_BYTES], then->totals[FIELD_BYTES], time);
	out->recent_errors = last->totals[FIELD_ERRORS] - then->totals[FIELD_ERRORS];
	out->error_rate = share(out->recent_errors, records);
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

static struct view_point view_point_of(const struct trend_point *newer, const struct trend_point *older)
{
	msec_t time = newer->counted_at - older->counted_at;
	double records = newer->totals[FIELD_RECORDS] - older->totals[FIELD_RECORDS];
	double errors = newer->totals[FIELD_ERRORS] - older->totals[FIELD_ERRORS];
	return (struct view_point){
		.at = newer->at,
		.records_per_second = rate(newer->totals[FIELD_RECORDS], older->totals[FIELD_RECORDS], time),
		.errors_per_second = rate(newer->totals[FIELD_ERRORS], older->totals[FIELD_ERRORS], time),
		.bytes_per_second = rate(newer->totals[FIELD_BYTES], older->totals[FIELD_BYTES], time),
		.error_rate = time > 0 ? share(errors, records) : NAN,
		.lag = newer->gauges[GAUGE_LAG],
		.lag_seconds = newer->gauges[GAUGE_LAG_SECONDS],
		.failed_tasks = newer->gauges[GAUGE_FAILED],
	};
}

static void keep_rates(struct view_point *to, const struct view_point *from)
{
	to->records_per_second = from->records_per_second;
	to->errors_per_second = from->errors_per_second;
	to->bytes_per_second = from->bytes_per_second;
	to->error_rate = from->error_rate;
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
		out->trend[i] = view_point_of(newer, older);
		/* Another target keeps a faster pace: no new count yet. */
		if (newer->counted_at <= older->counted_at && newer->at - newer->counted_at < STANDS && i > 0)
			keep_rates(&out->trend[i], &out->trend[i - 1]);
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
	out->lag_total = trend_sum(trend, FIELD_LAG);
	out->lag_max = trend_most(trend, FIELD_LAG);
	out->lag_seconds = trend_most(trend, FIELD_LAG_SECONDS);
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
		out->class = g_strdup(whole->class);
	}
}

void view_connector_build(struct view_connector *out, struct connector_trends *trends, const struct trend *trend,
			  msec_t now)
{
	double last_error = trend_most(trend, FIELD_LAST_ERROR);
	out->cluster = g_strdup(trend->cluster);
	out->name = g_strdup(trend->name);
	out->type = g_strdup(trend->type ? trend->type : "unknown");
	out->total_records = trend_sum(trend, FIELD_RECORDS);
	out->total_bytes = trend_sum(trend, FIELD_BYTES);
	out->total_errors = trend_sum(trend, FIELD_ERRORS);
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

void view_connector_release(struct view_connector *connector)
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
	g_free(connector->class);
	g_free(connector->worker);
	g_free(connector->trace);
}
