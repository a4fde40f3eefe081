#include "engine/scenario_target.h"
#include "model/value.h"
#include <stdlib.h>

struct written_series {
	struct labels *labels;
	double value, per_second;
	msec_t since;
	bool announced;
};

static void series_clear(void *pointer)
{
	labels_unref(((struct written_series *)pointer)->labels);
}

void scenario_target_init(struct scenario_target *target, const char *name)
{
	*target = (struct scenario_target){.name = g_strdup(name), .generation = 1};
	target->series = g_array_new(FALSE, TRUE, sizeof(struct written_series));
	g_array_set_clear_func(target->series, series_clear);
}

void scenario_target_release(struct scenario_target *target)
{
	g_free(target->name);
	g_free(target->failure);
	g_array_free(target->series, TRUE);
}

void scenario_target_announce(struct scenario_target *target)
{
	target->generation++;
	for (guint k = 0; k < target->series->len; k++)
		g_array_index(target->series, struct written_series, k).announced = false;
}

void scenario_target_set(struct scenario_target *target, struct labels *labels, double value, double per_second, msec_t mono)
{
	struct written_series next = {.value = value, .per_second = per_second, .since = mono};
	for (guint i = 0; i < target->series->len; i++) {
		struct written_series *series = &g_array_index(target->series, struct written_series, i);
		if (!labels_equal(series->labels, labels))
			continue;
		next.labels = series->labels;
		next.announced = series->announced;
		*series = next;
		return;
	}
	next.labels = labels_ref(labels);
	g_array_append_val(target->series, next);
}

static double value_at(const struct written_series *series, msec_t mono)
{
	if (!value_is_number(series->value))
		return series->value;
	return series->value + series->per_second * (double)(mono - series->since) / 1000;
}

static enum metric_type type_of(const struct labels *labels)
{
	const char *name = labels_get_or_empty(labels, "__name__");
	if (g_str_has_suffix(name, "_total"))
		return METRIC_COUNTER;
	return g_str_has_suffix(name, "_state") ? METRIC_STATE : METRIC_GAUGE;
}

static void fill_batch(struct scenario_target *target, struct batch *batch)
{
	uint32_t count = target->series->len;
	batch->slot_count = count;
	batch->values = calloc(count ? count : 1, sizeof *batch->values);
	batch->added = arena_alloc(batch->arena, (count + 1) * sizeof *batch->added);
	for (uint32_t i = 0; i < count; i++) {
		struct written_series *series = &g_array_index(target->series, struct written_series, i);
		batch->values[i] = value_at(series, batch->at.mono);
		if (series->announced)
			continue;
		series->announced = true;
		batch->added[batch->added_count++] =
			(struct batch_series){i, type_of(series->labels), labels_ref(series->labels)};
	}
}

struct batch *scenario_target_poll(struct scenario_target *target, uint32_t index, struct now now)
{
	if (target->hangs)
		return NULL;
	struct batch *batch = batch_new(index);
	batch->generation = target->generation;
	batch->at = now;
	batch->failed = target->failure != NULL;
	if (batch->failed)
		g_strlcpy(batch->failure, target->failure, sizeof batch->failure);
	else
		fill_batch(target, batch);
	return batch;
}
