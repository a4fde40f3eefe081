#include "engine/connector_trends.h"
#include <string.h>

/* The pace of points; a little less than the usual interval, so that a poll that comes early counts. */
static const msec_t POINT_EVERY = 4500;
/* So long the last known number of a gauge stands. */
static const msec_t KNOWN_FOR = 30000;
/* A clock that was set back; less is only the order of polls. */
static const msec_t SET_BACK_LEAST = 60000;

static const char *const field_names[FIELD_COUNT] = {
	[FIELD_RECORDS] = "connector_records_total",
	[FIELD_BYTES] = "connector_bytes_total",
	[FIELD_ERRORS] = "connector_errors_total",
	[FIELD_LAST_ERROR] = "connector_last_error_time",
	[FIELD_LAG] = "connector_lag",
	[FIELD_LAG_SECONDS] = "connector_lag_seconds",
	[FIELD_STATE] = "connector_state",
	[FIELD_TASK_STATE] = "connector_task_state",
	[FIELD_CPU] = "worker_cpu_ratio",
	[FIELD_HEAP] = "worker_heap_used_bytes",
	[FIELD_HEAP_MAX] = "worker_heap_max_bytes",
	[FIELD_THREADS] = "worker_threads",
	[FIELD_GC] = "worker_gc_seconds_total",
	[FIELD_UP] = "worker_up",
};

static void free_task(gpointer data)
{
	struct task_trend *task = data;
	g_free(task->id);
	g_free(task);
}

static void free_trend(gpointer data)
{
	struct trend *trend = data;
	g_ptr_array_free(trend->tasks, TRUE);
	g_free(trend->cluster);
	g_free(trend->name);
	g_free(trend->type);
	g_free(trend);
}

static void free_worker(gpointer data)
{
	struct worker_trend *worker = data;
	g_free(worker->cluster);
	g_free(worker->name);
	g_free(worker);
}

struct connector_trends *connector_trends_new(void)
{
	struct connector_trends *trends = g_new0(struct connector_trends, 1);
	trends->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_trend);
	trends->workers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_worker);
	return trends;
}

static void clear_index(struct trend_index *index)
{
	for (guint i = 0; index->feeds && i < index->feeds->len; i++) {
		struct trend_feed *feed = &g_array_index(index->feeds, struct trend_feed, i);
		if (feed->task)
			feed->task->feeds--;
		else
			feed->worker->feeds--;
	}
	if (index->feeds)
		g_array_free(index->feeds, TRUE);
	if (index->trends)
		g_ptr_array_free(index->trends, TRUE);
	if (index->workers)
		g_ptr_array_free(index->workers, TRUE);
	*index = (struct trend_index){0};
}

static void clear_indexes(struct connector_trends *trends)
{
	for (uint32_t i = 0; i < trends->target_count; i++)
		clear_index(&trends->targets[i]);
	g_free(trends->targets);
	trends->targets = NULL;
	trends->target_count = 0;
}

void connector_trends_free(struct connector_trends *trends)
{
	if (!trends)
		return;
	clear_indexes(trends);
	g_hash_table_destroy(trends->by_key);
	g_hash_table_destroy(trends->workers);
	g_free(trends);
}

static bool field_of(const char *name, enum trend_field *out)
{
	if (!g_str_has_prefix(name, "connector_") && !g_str_has_prefix(name, "worker_"))
		return false;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (strcmp(field_names[i], name) != 0)
			continue;
		*out = (enum trend_field)i;
		return true;
	}
	return false;
}

static struct trend *find_trend(struct connector_trends *trends, const struct labels *labels)
{
	const char *cluster = labels_get_or_empty(labels, "cluster");
	const char *name = labels_get_or_empty(labels, "connector");
	char *key = g_strdup_printf("%s\n%s", cluster, name);
	struct trend *trend = g_hash_table_lookup(trends->by_key, key);
	if (trend) {
		g_free(key);
		return trend;
	}
	trend = g_new0(struct trend, 1);
	trend->cluster = g_strdup(cluster);
	trend->name = g_strdup(name);
	trend->tasks = g_ptr_array_new_with_free_func(free_task);
	g_hash_table_insert(trends->by_key, key, trend);
	return trend;
}

static struct task_trend *find_task(struct trend *trend, const char *id)
{
	for (guint i = 0; i < trend->tasks->len; i++) {
		struct task_trend *task = g_ptr_array_index(trend->tasks, i);
		if (strcmp(task->id, id) == 0)
			return task;
	}
	struct task_trend *task = g_new0(struct task_trend, 1);
	task->id = g_strdup(id);
	for (int i = 0; i <= FIELD_ERRORS; i++)
		task->counters[i] = (struct adjusted){NAN, NAN};
	g_ptr_array_add(trend->tasks, task);
	return task;
}

static struct worker_trend *find_worker(struct connector_trends *trends, const struct labels *labels)
{
	const char *cluster = labels_get_or_empty(labels, "cluster");
	const char *name = labels_get_or_empty(labels, "worker");
	char *key = g_strdup_printf("%s\n%s", cluster, name);
	struct worker_trend *worker = g_hash_table_lookup(trends->workers, key);
	if (worker) {
		g_free(key);
		return worker;
	}
	worker = g_new0(struct worker_trend, 1);
	worker->cluster = g_strdup(cluster);
	worker->name = g_strdup(name);
	worker->gc = (struct adjusted){NAN, NAN};
	worker->gc_before = worker->gc_rate = NAN;
	g_hash_table_insert(trends->workers, key, worker);
	return worker;
}

static void learn_type(struct trend *trend, const struct labels *labels)
{
	const char *type = labels_get(labels, "type");
	if (!type || g_strcmp0(type, trend->type) == 0)
		return;
	g_free(trend->type);
	trend->type = g_strdup(type);
}

static void add_feed(struct connector_trends *trends, struct trend_index *index, uint32_t slot,
		     const struct labels *labels)
{
	struct trend_feed feed = {.slot = slot};
	if (!field_of(labels_get_or_empty(labels, "__name__"), &feed.field))
		return;
	if (feed.field >= FIELD_CPU) {
		feed.worker = find_worker(trends, labels);
		feed.worker->feeds++;
		if (!g_ptr_array_find(index->workers, feed.worker, NULL))
			g_ptr_array_add(index->workers, feed.worker);
	} else if (labels_get(labels, "connector")) {
		feed.trend = find_trend(trends, labels);
		feed.task = find_task(feed.trend, labels_get_or_empty(labels, "task"));
		feed.task->feeds++;
		learn_type(feed.trend, labels);
		if (!g_ptr_array_find(index->trends, feed.trend, NULL))
			g_ptr_array_add(index->trends, feed.trend);
	} else {
		return;
	}
	g_array_append_val(index->feeds, feed);
}

/* Was it made anew? */
static bool make_index(struct connector_trends *trends, const struct series_table *table, uint32_t target)
{
	struct trend_index *index = &trends->targets[target];
	if (index->made && index->version == series_table_version(table, target))
		return false;
	clear_index(index);
	index->made = true;
	index->version = series_table_version(table, target);
	index->feeds = g_array_new(FALSE, FALSE, sizeof(struct trend_feed));
	index->trends = g_ptr_array_new();
	index->workers = g_ptr_array_new();
	for (uint32_t slot = 0; slot < series_table_slots(table, target); slot++) {
		const struct labels *labels = series_table_labels(table, target, slot);
		if (labels)
			add_feed(trends, index, slot, labels);
	}
	return true;
}

static void follow_targets(struct connector_trends *trends, const struct series_table *table)
{
	uint32_t count = series_table_targets(table);
	if (count == trends->target_count)
		return;
	clear_indexes(trends);
	trends->targets = g_new0(struct trend_index, count);
	trends->target_count = count;
}

static gboolean is_unfed_trend(gpointer key, gpointer value, gpointer ctx)
{
	struct trend *trend = value;
	for (guint i = trend->tasks->len; i-- > 0;) {
		struct task_trend *task = g_ptr_array_index(trend->tasks, i);
		if (task->feeds == 0)
			g_ptr_array_remove_index(trend->tasks, i);
	}
	return trend->tasks->len == 0;
}

static gboolean is_unfed_worker(gpointer key, gpointer value, gpointer ctx)
{
	return ((struct worker_trend *)value)->feeds == 0;
}

/* Only when every target was asked: what waits for its first poll after a reload is not let go. */
static void let_go(struct connector_trends *trends)
{
	for (uint32_t target = 0; target < trends->target_count; target++)
		if (!trends->targets[target].made)
			return;
	g_hash_table_foreach_remove(trends->by_key, is_unfed_trend, NULL);
	g_hash_table_foreach_remove(trends->workers, is_unfed_worker, NULL);
}

void connector_trends_refresh(struct connector_trends *trends, const struct series_table *table)
{
	follow_targets(trends, table);
	for (uint32_t target = 0; target < trends->target_count; target++)
		make_index(trends, table, target);
	let_go(trends);
}

static void count_on(struct adjusted *counter, double value)
{
	if (isnan(counter->total))
		counter->total = value;
	else
		counter->total += value >= counter->last ? value - counter->last : value;
	counter->last = value;
}

/* Of the connector as a whole if somebody counts it so, else of its tasks together. */
static double total_of(const struct trend *trend, enum trend_field field)
{
	double sum = NAN;
	for (guint i = 0; i < trend->tasks->len; i++) {
		const struct task_trend *task = g_ptr_array_index(trend->tasks, i);
		double total = task->counters[field].total;
		if (isnan(total))
			continue;
		if (!task->id[0])
			return total;
		sum = isnan(sum) ? total : sum + total;
	}
	return sum;
}

static void add_task_point(struct task_trend *task, msec_t at)
{
	double records = task->counters[FIELD_RECORDS].total;
	if (isnan(records))
		return;
	task->newest = task->point_count ? (task->newest + 1) % TASK_POINTS : 0;
	task->points[task->newest] = (struct task_point){at, records};
	task->point_count = MIN(task->point_count + 1, (uint32_t)TASK_POINTS);
}

static void take_gauges(struct trend *trend, msec_t at, struct trend_point *point)
{
	for (int i = 0; i < GAUGE_COUNT; i++) {
		struct known *gauge = &trend->gauges[i];
		if (!isnan(gauge->noted)) {
			gauge->value = gauge->noted;
			gauge->at = at;
		}
		point->gauges[i] = gauge->at && at - gauge->at <= KNOWN_FOR ? gauge->value : NAN;
	}
}

static void add_point(struct trend *trend, msec_t at)
{
	enum { CAPACITY = TREND_POINTS + 1 };
	if (trend->point_count && at - trend_point_at(trend, 0)->at < POINT_EVERY) {
		take_gauges(trend, at, &trend->points[trend->newest]);
		return;
	}
	struct trend_point point = {.at = at, .counted_at = trend->counted_at};
	for (int field = 0; field <= FIELD_ERRORS; field++)
		point.totals[field] = total_of(trend, (enum trend_field)field);
	take_gauges(trend, at, &point);
	trend->newest = trend->point_count ? (trend->newest + 1) % CAPACITY : 0;
	trend->points[trend->newest] = point;
	trend->point_count = MIN(trend->point_count + 1, (uint32_t)CAPACITY);
	for (guint i = 0; i < trend->tasks->len; i++)
		add_task_point(g_ptr_array_index(trend->tasks, i), at);
}

const struct trend_point *trend_point_at(const struct trend *trend, uint32_t i)
{
	enum { CAPACITY = TREND_POINTS + 1 };
	return &trend->points[(trend->newest + CAPACITY - i) % CAPACITY];
}

const struct task_point *task_point_at(const struct task_trend *task, uint32_t i)
{
	return &task->points[(task->newest + TASK_POINTS - i) % TASK_POINTS];
}

static void note_value(const struct trend_feed *feed, double value, msec_t at)
{
	struct known *gauges = feed->trend->gauges;
	double failed = value == CONNECT_STATE_FAILED;
	if (feed->field <= FIELD_ERRORS) {
		count_on(&feed->task->counters[feed->field], value);
		feed->trend->counted_at = at;
	} else if (feed->field == FIELD_LAG) {
		gauges[GAUGE_LAG].noted = isnan(gauges[GAUGE_LAG].noted) ? value : gauges[GAUGE_LAG].noted + value;
	} else if (feed->field == FIELD_LAG_SECONDS) {
		gauges[GAUGE_LAG_SECONDS].noted = fmax(gauges[GAUGE_LAG_SECONDS].noted, value);
	} else if (feed->field == FIELD_TASK_STATE) {
		gauges[GAUGE_FAILED].noted = isnan(gauges[GAUGE_FAILED].noted) ? failed : gauges[GAUGE_FAILED].noted + failed;
	}
}

static void forget_noted(struct trend *trend)
{
	for (int i = 0; i < GAUGE_COUNT; i++)
		trend->gauges[i].noted = NAN;
}

static void note_worker_value(const struct trend_feed *feed, double value)
{
	feed->worker->heard = feed->worker->heard || feed->field != FIELD_UP || value == 1;
	if (feed->field == FIELD_GC)
		count_on(&feed->worker->gc, value);
}

static void note_worker(struct worker_trend *worker, msec_t at)
{
	if (worker->heard != worker->answers || !worker->since)
		worker->since = at;
	worker->answers = worker->heard;
	if (!worker->heard || at - worker->gc_at < POINT_EVERY)
		return;
	worker->gc_rate = (worker->gc.total - worker->gc_before) * 1000 / (double)(at - worker->gc_at);
	worker->gc_before = worker->gc.total;
	worker->gc_at = at;
}

/* What came before a clock that was set back has no place any more: points begin anew. */
static void heed_clock(struct connector_trends *trends, msec_t wall)
{
	bool set_back = wall < trends->noted_at - SET_BACK_LEAST;
	GHashTableIter iter;
	gpointer each;
	trends->noted_at = wall;
	if (!set_back)
		return;
	g_hash_table_iter_init(&iter, trends->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &each)) {
		struct trend *trend = each;
		trend->point_count = 0;
		trend->counted_at = 0;
		for (int i = 0; i < GAUGE_COUNT; i++)
			trend->gauges[i].at = 0;
		for (guint i = 0; i < trend->tasks->len; i++)
			((struct task_trend *)g_ptr_array_index(trend->tasks, i))->point_count = 0;
	}
	g_hash_table_iter_init(&iter, trends->workers);
	while (g_hash_table_iter_next(&iter, NULL, &each)) {
		((struct worker_trend *)each)->gc_at = wall;
		((struct worker_trend *)each)->gc_before = ((struct worker_trend *)each)->gc.total;
	}
}

void connector_trends_note(struct connector_trends *trends, const struct series_table *table, uint32_t target,
			   msec_t now_wall)
{
	heed_clock(trends, now_wall);
	follow_targets(trends, table);
	if (target >= trends->target_count)
		return;
	if (make_index(trends, table, target))
		let_go(trends);
	struct trend_index *index = &trends->targets[target];
	const double *values = series_table_columns(table, target)->values;
	for (guint i = 0; i < index->trends->len; i++)
		forget_noted(g_ptr_array_index(index->trends, i));
	for (guint i = 0; i < index->workers->len; i++)
		((struct worker_trend *)g_ptr_array_index(index->workers, i))->heard = false;
	for (guint i = 0; i < index->feeds->len; i++) {
		const struct trend_feed *feed = &g_array_index(index->feeds, struct trend_feed, i);
		if (!value_is_number(values[feed->slot]) || !series_table_holds(table, target, feed->slot))
			continue;
		if (feed->task)
			note_value(feed, values[feed->slot], now_wall);
		else
			note_worker_value(feed, values[feed->slot]);
	}
	for (guint i = 0; i < index->trends->len; i++)
		add_point(g_ptr_array_index(index->trends, i), now_wall);
	for (guint i = 0; i < index->workers->len; i++)
		note_worker(g_ptr_array_index(index->workers, i), now_wall);
}
