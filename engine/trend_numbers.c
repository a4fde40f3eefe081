#include "engine/trend_numbers.h"
#include <math.h>

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
			task->worker = task->trace = task->class = NULL;
			for (int field = 0; field < FIELD_COUNT; field++)
				task->now[field] = NAN;
		}
	}
	g_hash_table_iter_init(&iter, trends->workers);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		((struct worker_trend *)value)->asked = false;
		for (int field = 0; field < FIELD_COUNT; field++)
			((struct worker_trend *)value)->now[field] = NAN;
	}
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
		feed->worker->asked = feed->worker->asked || feed->field == FIELD_UP;
		if (value_is_number(value))
			put(&feed->worker->now[feed->field], feed->field, value);
		return;
	}
	feed->trend->alive = true;
	if (feed->field == FIELD_STATE || feed->field == FIELD_TASK_STATE) {
		feed->task->worker = series_table_worker(table, target, feed->slot);
		feed->task->trace = series_table_trace(table, target, feed->slot);
		feed->task->class = series_table_class(table, target, feed->slot);
	}
	if (!value_is_number(value))
		return;
	put(&feed->task->now[feed->field], feed->field, value);
	if (columns->at > feed->trend->updated_at) {
		feed->trend->updated_at = columns->at;
		feed->trend->elapsed = series_table_elapsed(table, target);
	}
}

void trend_numbers_read(struct connector_trends *trends, const struct series_table *table)
{
	forget(trends);
	for (uint32_t target = 0; target < trends->target_count; target++)
		for (guint i = 0; i < trends->targets[target].feeds->len; i++)
			read_feed(&g_array_index(trends->targets[target].feeds, struct trend_feed, i), table, target);
}

double trend_sum(const struct trend *trend, enum trend_field field)
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

double trend_most(const struct trend *trend, enum trend_field field)
{
	double most = NAN;
	for (guint i = 0; i < trend->tasks->len; i++)
		most = fmax(most, ((const struct task_trend *)g_ptr_array_index(trend->tasks, i))->now[field]);
	return most;
}
