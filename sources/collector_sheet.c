#include "sources/collector_sheet.h"
#include "model/connect_state.h"
#include <math.h>
#include <string.h>

enum field { FIELD_RECORDS, FIELD_BYTES, FIELD_ERRORS, FIELD_COUNT };

enum level { LEVEL_UNKNOWN, LEVEL_CONNECTOR, LEVEL_TASK };

static const enum model_series field_series[FIELD_COUNT] = {
	[FIELD_RECORDS] = MODEL_RECORDS,
	[FIELD_BYTES] = MODEL_BYTES,
	[FIELD_ERRORS] = MODEL_ERRORS,
};

struct row {
	bool answered, tasks_said;
	enum level levels[FIELD_COUNT];
	GHashTable *tasks; /* ids; NULL until answered */
};

static void row_release(gpointer item)
{
	struct row *row = item;
	if (row->tasks)
		g_hash_table_destroy(row->tasks);
}

void collector_sheet_init(struct collector_sheet *sheet, struct slots *slots, const struct connector_model *model,
			  const struct labels *raw, const struct collector_list *list, struct arena *arena)
{
	*sheet = (struct collector_sheet){.slots = slots, .model = model, .raw = raw, .arena = arena, .list = list};
	sheet->rows = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, row_release);
	for (uint32_t i = 0; i < list->count; i++)
		if (!g_hash_table_contains(sheet->rows, list->connectors[i].name))
			g_hash_table_insert(sheet->rows, (gpointer)list->connectors[i].name,
					    arena_alloc(arena, sizeof(struct row)));
}

void collector_sheet_release(struct collector_sheet *sheet)
{
	g_hash_table_destroy(sheet->rows);
}

static double field_of(const struct collector_metrics *metrics, enum field field)
{
	switch (field) {
	case FIELD_RECORDS:
		return metrics->records;
	case FIELD_BYTES:
		return metrics->bytes;
	case FIELD_ERRORS:
		return metrics->errors;
	case FIELD_COUNT:
		break;
	}
	return NAN;
}

static double task_field(const struct collector_task *task, enum field field)
{
	switch (field) {
	case FIELD_RECORDS:
		return task->records;
	case FIELD_BYTES:
		return task->bytes;
	case FIELD_ERRORS:
		return task->errors;
	case FIELD_COUNT:
		break;
	}
	return NAN;
}

static enum level level_of(const struct collector_metrics *metrics, enum field field)
{
	for (uint32_t i = 0; i < metrics->task_count; i++)
		if (isfinite(task_field(&metrics->tasks[i], field)))
			return LEVEL_TASK;
	return isfinite(field_of(metrics, field)) ? LEVEL_CONNECTOR : LEVEL_UNKNOWN;
}

/* A series is made when it has a number for the first time. */
static void set(struct collector_sheet *sheet, const struct collector_connector *connector, enum model_series series,
		const char *task, double value)
{
	if (isfinite(value))
		slots_set(sheet->slots,
			  connector_model_slot(sheet->model, sheet->slots, series, connector->name, task,
					       connector->type),
			  value);
}

static void put_field(struct collector_sheet *sheet, const struct collector_connector *connector,
		      const struct collector_metrics *metrics, enum field field, enum level level)
{
	if (level == LEVEL_CONNECTOR)
		set(sheet, connector, field_series[field], NULL, field_of(metrics, field));
	for (uint32_t i = 0; level == LEVEL_TASK && i < metrics->task_count; i++)
		set(sheet, connector, field_series[field], metrics->tasks[i].id, task_field(&metrics->tasks[i], field));
}

static void put_gauges(struct collector_sheet *sheet, const struct collector_connector *connector,
		       const struct collector_metrics *metrics)
{
	struct labels *base = labels_with(sheet->raw, "connector", connector->name);
	for (int i = 0; i < COLLECTOR_GAUGES; i++)
		if (isfinite(metrics->gauges[i]))
			slots_set(sheet->slots, slots_named(sheet->slots, collector_gauge_name(i), base, METRIC_GAUGE),
				  metrics->gauges[i]);
	labels_unref(base);
}

void collector_sheet_put(struct collector_sheet *sheet, const struct collector_connector *connector,
			 const struct collector_metrics *metrics)
{
	struct row *row = g_hash_table_lookup(sheet->rows, connector->name);
	row->answered = true;
	row->tasks_said = metrics->tasks_said;
	row->tasks = row->tasks ? row->tasks : g_hash_table_new(g_str_hash, g_str_equal);
	for (int field = 0; field < FIELD_COUNT; field++) {
		row->levels[field] = level_of(metrics, field);
		put_field(sheet, connector, metrics, field, row->levels[field]);
	}
	set(sheet, connector, MODEL_LAST_ERROR, NULL, metrics->last_error);
	set(sheet, connector, MODEL_LAG, NULL, metrics->lag);
	if (connector->state)
		set(sheet, connector, MODEL_STATE, NULL, connect_state_parse(connector->state));
	for (uint32_t i = 0; i < metrics->task_count; i++) {
		const struct collector_task *task = &metrics->tasks[i];
		g_hash_table_add(row->tasks, (gpointer)task->id);
		if (task->state)
			set(sheet, connector, MODEL_TASK_STATE, task->id, connect_state_parse(task->state));
	}
	put_gauges(sheet, connector, metrics);
}

/* The same number now stands at the other level. */
static bool moved(const struct row *row, const char *name, bool of_task)
{
	for (int field = 0; field < FIELD_COUNT; field++)
		if (strcmp(name, model_series_name(field_series[field])) == 0)
			return row->levels[field] == (of_task ? LEVEL_CONNECTOR : LEVEL_TASK);
	return false;
}

static bool is_gone(const void *context, const struct labels *labels)
{
	const struct collector_sheet *sheet = context;
	const char *connector = labels_get(labels, "connector"), *task = labels_get(labels, "task");
	if (!connector)
		return false;
	const struct row *row = g_hash_table_lookup(sheet->rows, connector);
	if (!row)
		return sheet->list->complete;
	if (!row->answered)
		return false;
	if (task && row->tasks_said && !g_hash_table_contains(row->tasks, task))
		return true;
	return moved(row, labels_get_or_empty(labels, "__name__"), task != NULL);
}

void collector_sheet_finish(struct collector_sheet *sheet)
{
	slots_sweep(sheet->slots, is_gone, sheet);
}
