#include "sources/connector_model.h"
#include "model/connect_state.h"
#include "sources/model_input.h"
#include <glib.h>
#include <string.h>

/* How several raw series become one. */
enum combine { COMBINE_MAX, COMBINE_SUM, COMBINE_STATE };

static const struct {
	const char *name;
	enum metric_type type;
	enum combine combine;
	bool worker;
} model_table[MODEL_SERIES_COUNT] = {
	[MODEL_RECORDS] = {"connector_records_total", METRIC_COUNTER, COMBINE_MAX, false},
	[MODEL_RECORDS_WRITTEN] = {"connector_records_written_total", METRIC_COUNTER, COMBINE_MAX, false},
	[MODEL_BYTES] = {"connector_bytes_total", METRIC_COUNTER, COMBINE_MAX, false},
	[MODEL_ERRORS] = {"connector_errors_total", METRIC_COUNTER, COMBINE_MAX, false},
	[MODEL_LAST_ERROR] = {"connector_last_error_time", METRIC_GAUGE, COMBINE_MAX, false},
	[MODEL_LAG] = {"connector_lag", METRIC_GAUGE, COMBINE_SUM, false},
	[MODEL_LAG_SECONDS] = {"connector_lag_seconds", METRIC_GAUGE, COMBINE_MAX, false},
	[MODEL_STATE] = {"connector_state", METRIC_STATE, COMBINE_STATE, false},
	[MODEL_TASK_STATE] = {"connector_task_state", METRIC_STATE, COMBINE_STATE, false},
	[MODEL_WORKER_CPU] = {"worker_cpu_ratio", METRIC_GAUGE, COMBINE_MAX, true},
	[MODEL_WORKER_HEAP] = {"worker_heap_used_bytes", METRIC_GAUGE, COMBINE_MAX, true},
	[MODEL_WORKER_HEAP_MAX] = {"worker_heap_max_bytes", METRIC_GAUGE, COMBINE_MAX, true},
	[MODEL_WORKER_THREADS] = {"worker_threads", METRIC_GAUGE, COMBINE_MAX, true},
	[MODEL_WORKER_GC] = {"worker_gc_seconds_total", METRIC_COUNTER, COMBINE_SUM, true},
	[MODEL_WORKER_UP] = {"worker_up", METRIC_GAUGE, COMBINE_MAX, true},
};

struct input {
	uint32_t slot;
	uint8_t rank, state;
	double scale;
	uint64_t partition; /* of a lag: instance, topic and number; 0 = not by partition */
	msec_t missed_for; /* of a partition: how long the whole is unknown without it */
	msec_t seen; /* of a partition: mono, when it was a number last; 0 = never */
};

/* A second series of a partition: the larger counts, as one of the two may be what is left of a consumer that has gone. */
struct twin {
	guint input;
	uint32_t slot;
};

/* A partition does not go away from a group by itself, and is waited for as long as rules wait for a series that stays away;
 * a rebalance takes it from a client, and it may come back in one, or be shown by another worker's endpoint. */
static const msec_t group_misses_for = (msec_t)24 * 3600 * 1000, client_misses_for = 120000;

struct output {
	enum model_series series;
	char *cluster, *name, *task; /* name: connector or worker; NULL where there is none */
	uint32_t slot; /* SLOT_NONE until a value is known */
	GArray *inputs;
	GArray *twins; /* struct twin; NULL = none */
};

struct pending {
	uint32_t slot;
	const struct model_input *input;
};

struct connector_model {
	struct labels *base;
	char *instance;
	GHashTable *types; /* connector -> "source", "sink" */
	bool started, connect_seen;
	uint64_t epoch;
	uint32_t next; /* slots below it were looked at */
	GHashTable *outputs; /* key -> struct output, owned */
	GPtrArray *order; /* the same in the order they came */
	GHashTable *tasks; /* "connector\x1ftask" that are known by their own labels */
	GArray *pending; /* struct pending: client ids that no known task explains yet */
};

const char *model_series_name(enum model_series series)
{
	return model_table[series].name;
}

enum metric_type model_series_type(enum model_series series)
{
	return model_table[series].type;
}

static void output_free(gpointer item)
{
	struct output *output = item;
	g_free(output->cluster);
	g_free(output->name);
	g_free(output->task);
	g_array_free(output->inputs, TRUE);
	if (output->twins)
		g_array_free(output->twins, TRUE);
	g_free(output);
}

struct connector_model *connector_model_new(const struct labels *base, const char *instance)
{
	struct connector_model *model = g_new0(struct connector_model, 1);
	model->base = labels_ref((struct labels *)base);
	model->instance = g_strdup(instance);
	model->types = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	model->outputs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, output_free);
	model->order = g_ptr_array_new();
	model->tasks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model->pending = g_array_new(FALSE, FALSE, sizeof(struct pending));
	return model;
}

void connector_model_free(struct connector_model *model)
{
	if (!model)
		return;
	labels_unref(model->base);
	g_free(model->instance);
	g_hash_table_destroy(model->types);
	g_hash_table_destroy(model->outputs);
	g_ptr_array_free(model->order, TRUE);
	g_hash_table_destroy(model->tasks);
	g_array_free(model->pending, TRUE);
	g_free(model);
}

void connector_model_set_type(struct connector_model *model, const char *connector, const char *type)
{
	const char *known = g_hash_table_lookup(model->types, connector);
	if (type && (!known || strcmp(known, type) != 0))
		g_hash_table_replace(model->types, g_strdup(connector), g_strdup(type));
}

/* ---- names ---- */

static uint32_t named_slot(const struct connector_model *model, struct slots *slots, enum model_series series,
			   const struct label *extra, size_t count)
{
	struct labels *own = labels_new(extra, count);
	struct labels *all = labels_merge(model->base, own);
	uint32_t slot = slots_named(slots, model_table[series].name, all, model_table[series].type);
	labels_unref(all);
	labels_unref(own);
	return slot;
}

/* labels_new drops empty values. */
static const char *or_empty(const char *text)
{
	return text ? text : "";
}

uint32_t connector_model_slot(const struct connector_model *model, struct slots *slots, enum model_series series,
			      const char *connector, const char *task, const char *type)
{
	struct label extra[] = {{"connector", connector}, {"task", or_empty(task)}, {"type", or_empty(type)}};
	return named_slot(model, slots, series, extra, G_N_ELEMENTS(extra));
}

uint32_t connector_model_worker_slot(const struct connector_model *model, struct slots *slots, enum model_series series,
				     const char *worker)
{
	struct label extra[] = {{"worker", worker}};
	return named_slot(model, slots, series, extra, 1);
}

static uint32_t output_slot(const struct connector_model *model, struct slots *slots, const struct output *output)
{
	bool worker = model_table[output->series].worker;
	const char *type = worker ? "" : or_empty(g_hash_table_lookup(model->types, output->name));
	struct label extra[] = {{worker ? "worker" : "connector", output->name},
				{"task", or_empty(output->task)},
				{"type", type},
				{"cluster", or_empty(output->cluster)}};
	return named_slot(model, slots, output->series, extra, output->cluster ? 4 : 3);
}

/* ---- feeding ---- */

static struct output *output_of(struct connector_model *model, enum model_series series, const char *cluster,
				const char *name, const char *task)
{
	char *key = g_strdup_printf("%d\x1f%s\x1f%s\x1f%s", (int)series, or_empty(cluster), name, or_empty(task));
	struct output *output = g_hash_table_lookup(model->outputs, key);
	if (output) {
		g_free(key);
		return output;
	}
	output = g_new0(struct output, 1);
	*output = (struct output){.series = series,
				  .cluster = g_strdup(cluster),
				  .name = g_strdup(name),
				  .task = g_strdup(task),
				  .slot = SLOT_NONE,
				  .inputs = g_array_new(FALSE, FALSE, sizeof(struct input))};
	g_hash_table_insert(model->outputs, key, output);
	g_ptr_array_add(model->order, output);
	return output;
}

/* A consumer shows a topic with dots a second time with underscores, and an endpoint that tells of several workers shows the
 * consumer of a task that moved once for each: those are one partition. */
static uint64_t partition_of(const struct labels *raw)
{
	const char *topic = labels_get(raw, "topic"), *partition = labels_get(raw, "partition");
	if (!topic || !partition)
		return 0;
	char *plain = g_strdelimit(g_strdup(topic), ".", '_');
	char *whole = g_strconcat(labels_get_or_empty(raw, "instance"), "\x1f", plain, "\x1f", partition, NULL);
	struct label one = {"partition", whole};
	struct labels *key = labels_new(&one, 1);
	uint64_t hash = labels_fingerprint(key);
	labels_unref(key);
	g_free(whole);
	g_free(plain);
	return hash ? hash : 1;
}

static bool is_twin(struct output *output, const struct input *fed)
{
	for (guint i = 0; i < output->inputs->len; i++) {
		if (g_array_index(output->inputs, struct input, i).partition != fed->partition)
			continue;
		struct twin twin = {i, fed->slot};
		if (!output->twins)
			output->twins = g_array_new(FALSE, FALSE, sizeof twin);
		g_array_append_val(output->twins, twin);
		return true;
	}
	return false;
}

static void output_feed(struct output *output, const struct model_input *input, uint32_t slot, const struct labels *raw)
{
	struct input fed = {.slot = slot, .rank = input->rank, .scale = input->scale};
	if (model_table[output->series].combine == COMBINE_STATE) {
		const char *status = labels_get(raw, "status");
		fed.state = status ? connect_state_parse(status) : CONNECT_STATE_OTHER;
	} else if (output->series == MODEL_LAG && (fed.partition = partition_of(raw))) {
		if (is_twin(output, &fed))
			return;
		fed.missed_for = input->owner == OWNER_GROUP ? group_misses_for : client_misses_for;
	}
	g_array_append_val(output->inputs, fed);
}

static const char *raw_cluster(const struct connector_model *model, const struct labels *raw)
{
	return labels_get(model->base, "cluster") ? NULL : labels_get(raw, "cluster");
}

static void feed_connector(struct connector_model *model, const struct model_input *input, uint32_t slot,
			   const struct labels *raw, const char *connector, const char *task)
{
	enum model_series series = input->series;
	if (series == MODEL_STATE && task)
		series = MODEL_TASK_STATE;
	if (input->type)
		connector_model_set_type(model, connector, input->type);
	output_feed(output_of(model, series, raw_cluster(model, raw), connector, task), input, slot, raw);
}

/* connector-consumer-<name>-<task>: split so only where <name> and <task> are known otherwise, as a name may end in
 * digits too. */
static bool feed_client(struct connector_model *model, const struct model_input *input, uint32_t slot,
			const struct labels *raw)
{
	const char *prefix = strcmp(input->type, "sink") == 0 ? "connector-consumer-" : "connector-producer-";
	const char *client = labels_get_or_empty(raw, "client_id");
	const char *dash = strrchr(client, '-');
	if (!g_str_has_prefix(client, prefix) || dash < client + strlen(prefix))
		return true;
	char *connector = g_strndup(client + strlen(prefix), (size_t)(dash - client) - strlen(prefix));
	char *key = g_strconcat(connector, "\x1f", dash + 1, NULL);
	bool known = g_hash_table_contains(model->tasks, key);
	const char *type = g_hash_table_lookup(model->types, connector);
	/* A sink's own producers are no measure of it. */
	if (known && (!type || strcmp(type, input->type) == 0))
		feed_connector(model, input, slot, raw, connector, dash + 1);
	g_free(key);
	g_free(connector);
	return known;
}

static void feed_group(struct connector_model *model, const struct model_input *input, uint32_t slot,
		       const struct labels *raw)
{
	const char *group = labels_get(raw, "consumergroup");
	if (!group)
		group = labels_get_or_empty(raw, "group_id");
	if (g_str_has_prefix(group, "connect-") && group[8])
		feed_connector(model, input, slot, raw, group + 8, NULL);
}

static void note_task(struct connector_model *model, const struct labels *raw)
{
	const char *connector = labels_get(raw, "connector"), *task = labels_get(raw, "task");
	if (connector && task)
		g_hash_table_add(model->tasks, g_strconcat(connector, "\x1f", task, NULL));
}

static void feed(struct connector_model *model, uint32_t slot, const struct labels *raw)
{
	const char *name = labels_get_or_empty(raw, "__name__");
	if (g_str_has_prefix(name, "kafka_connect_")) {
		model->connect_seen = true;
		note_task(model, raw);
	}
	const struct model_input *input = model_input_find(name);
	if (!input || (input->label && strcmp(labels_get_or_empty(raw, input->label), input->value) != 0))
		return;
	const char *connector = labels_get(raw, "connector");
	const char *instance = labels_get(raw, "instance");
	switch (input->owner) {
	case OWNER_LABELS:
		if (connector)
			feed_connector(model, input, slot, raw, connector, labels_get(raw, "task"));
		return;
	case OWNER_CLIENT: {
		/* Looked at when all tasks of this poll are known. */
		struct pending later = {slot, input};
		g_array_append_val(model->pending, later);
		return;
	}
	case OWNER_GROUP:
		feed_group(model, input, slot, raw);
		return;
	case OWNER_WORKER:
		output_feed(output_of(model, input->series, raw_cluster(model, raw),
				      instance ? instance : model->instance, NULL),
			    input, slot, raw);
	}
}

static void forget(struct connector_model *model)
{
	g_hash_table_remove_all(model->outputs);
	g_ptr_array_set_size(model->order, 0);
	g_hash_table_remove_all(model->tasks);
	g_array_set_size(model->pending, 0);
	model->next = 0;
	model->connect_seen = false;
}

static void feed_new(struct connector_model *model, const struct slots *slots)
{
	if (!model->started || model->epoch != slots_epoch(slots))
		forget(model);
	model->started = true;
	model->epoch = slots_epoch(slots);
	guint tasks = g_hash_table_size(model->tasks);
	guint waiting = model->pending->len;
	for (; model->next < slots_count(slots); model->next++) {
		const struct labels *raw = slots_labels(slots, model->next);
		if (raw)
			feed(model, model->next, raw);
	}
	if (tasks == g_hash_table_size(model->tasks) && waiting == model->pending->len)
		return;
	guint kept = 0;
	for (guint i = 0; i < model->pending->len; i++) {
		struct pending one = g_array_index(model->pending, struct pending, i);
		if (!feed_client(model, one.input, one.slot, slots_labels(slots, one.slot)))
			g_array_index(model->pending, struct pending, kept++) = one;
	}
	g_array_set_size(model->pending, kept);
}

/* ---- computing ---- */

/* A number that is not negative, or unknown. JMX says -1 where it cannot tell. */
static double raw_value(const struct slots *slots, uint32_t slot)
{
	double value = slots_value(slots, slot);
	return value_is_number(value) && value >= 0 ? value : VALUE_UNKNOWN;
}

static double input_value(const struct output *output, const struct slots *slots, guint i)
{
	const struct input *input = &g_array_index(output->inputs, struct input, i);
	double value = raw_value(slots, input->slot);
	for (guint t = 0; output->twins && t < output->twins->len; t++) {
		const struct twin *twin = &g_array_index(output->twins, struct twin, t);
		double other = twin->input == i ? raw_value(slots, twin->slot) : VALUE_UNKNOWN;
		if (value_is_number(other) && !(value >= other))
			value = other;
	}
	return value_is_number(value) ? value * input->scale : VALUE_UNKNOWN;
}

static double combine_two(enum combine combine, double so_far, double value, const struct input *input)
{
	switch (combine) {
	case COMBINE_MAX:
		return value_is_number(so_far) && so_far > value ? so_far : value;
	case COMBINE_SUM:
		return value_is_number(so_far) ? so_far + value : value;
	case COMBINE_STATE:
		if (value == 0)
			return so_far;
		return value_is_number(so_far) && so_far > input->state ? so_far : input->state;
	}
	return so_far;
}

/* A rebalance has given the partition to another task of the same connector. */
static bool has_moved(const struct connector_model *model, const struct output *from, uint64_t partition,
		      const struct slots *slots)
{
	for (guint o = 0; o < model->order->len; o++) {
		const struct output *output = g_ptr_array_index(model->order, o);
		if (output == from || output->series != MODEL_LAG || strcmp(output->name, from->name) != 0 ||
		    g_strcmp0(output->cluster, from->cluster) != 0)
			continue;
		for (guint i = 0; i < output->inputs->len; i++)
			if (g_array_index(output->inputs, struct input, i).partition == partition &&
			    value_is_number(input_value(output, slots, i)))
				return true;
	}
	return false;
}

/* Was a number and is none now: the sum over the rest would look like the whole, and less lag than there is. */
static bool is_missing(const struct connector_model *model, struct output *output, guint i, double value,
		       const struct slots *slots, msec_t now_mono)
{
	struct input *input = &g_array_index(output->inputs, struct input, i);
	if (!input->partition)
		return false;
	if (value_is_number(value))
		input->seen = now_mono;
	return input->seen && !value_is_number(value) && now_mono - input->seen < input->missed_for &&
	       !has_moved(model, output, input->partition, slots);
}

static double output_value(const struct connector_model *model, struct output *output, const struct slots *slots,
			   msec_t now_mono)
{
	double result = VALUE_UNKNOWN;
	uint8_t rank = UINT8_MAX, missing_rank = UINT8_MAX;
	for (guint i = 0; i < output->inputs->len; i++) {
		struct input *input = &g_array_index(output->inputs, struct input, i);
		double value = input_value(output, slots, i);
		if (is_missing(model, output, i, value, slots, now_mono))
			missing_rank = MIN(missing_rank, input->rank);
		if (!value_is_number(value) || input->rank > rank)
			continue;
		if (input->rank < rank)
			result = VALUE_UNKNOWN;
		rank = input->rank;
		result = combine_two(model_table[output->series].combine, result, value, input);
	}
	return missing_rank <= rank ? VALUE_UNKNOWN : result;
}

void connector_model_compute(struct connector_model *model, struct slots *slots, msec_t now_mono)
{
	feed_new(model, slots);
	for (guint i = 0; i < model->order->len; i++) {
		struct output *output = g_ptr_array_index(model->order, i);
		if (model_table[output->series].worker && !model->connect_seen)
			continue;
		double value = output_value(model, output, slots, now_mono);
		if (output->slot == SLOT_NONE && value_is_number(value))
			output->slot = output_slot(model, slots, output);
		if (output->slot == SLOT_NONE || !value_is_number(value))
			continue;
		if (value_bits(slots_value(slots, output->slot)) == value_bits(VALUE_UNKNOWN))
			slots_set(slots, output->slot, value);
	}
}
