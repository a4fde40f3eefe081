#include "sources/connect_merge.h"
#include "model/value.h"
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct connect_merge {
	struct labels *base;
	struct connector_model *model;
	bool client_lag;
	GHashTable *types; /* connector -> "source" or "sink" */
	GHashTable *owners; /* "task\nconnector" -> instance that gave its numbers last time */
	GHashTable *runners; /* "task\nconnector\ninstance" that ran when the instance was last heard -> the instance */
};

struct cycle {
	struct connect_merge *merge;
	struct slots *slots;
	const struct connect_inventory *inventory;
	const struct connect_part *parts;
	size_t part_count;
	GHashTable *chosen; /* "task\nconnector" -> index of the part + 1 */
	GHashTable *classes; /* connector -> its class */
};

struct connect_merge *connect_merge_new(const struct labels *base, const struct labels *model_labels,
					const char *instance, bool client_lag)
{
	struct connect_merge *merge = g_new0(struct connect_merge, 1);

	merge->base = labels_ref((struct labels *)base);
	merge->model = connector_model_new(model_labels, instance);
	merge->client_lag = client_lag;
	merge->types = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	merge->owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	merge->runners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return merge;
}

void connect_merge_free(struct connect_merge *merge)
{
	if (!merge)
		return;
	g_hash_table_destroy(merge->types);
	g_hash_table_destroy(merge->owners);
	g_hash_table_destroy(merge->runners);
	connector_model_free(merge->model);
	labels_unref(merge->base);
	g_free(merge);
}

/* ---- whose numbers count ---- */

static char *task_key(const char *connector, const char *task)
{
	return g_strdup_printf("%s\n%s", task, connector);
}

static char *runner_key(const char *task, const char *instance)
{
	return g_strdup_printf("%s\n%s", task, instance);
}

static const struct connect_task *find_task(const struct connect_inventory *inventory, const char *connector,
					    const char *task)
{
	const struct connect_connector *found = connect_inventory_find(inventory, connector);

	return found && *task ? connect_connector_task(found, g_ascii_strtoll(task, NULL, 10)) : NULL;
}

static bool same_host(const char *a, const char *b)
{
	const char *end_a = strrchr(a, ':'), *end_b = strrchr(b, ':');

	return end_a && end_b && end_a - a == end_b - b && strncmp(a, b, (size_t)(end_a - a)) == 0;
}

static bool part_is_worker(const struct cycle *cycle, size_t part, const char *worker)
{
	const struct connect_part *p = &cycle->parts[part];

	return p->worker ? strcmp(p->worker, worker) == 0 : same_host(p->instance, worker);
}

static bool ran_before(const struct cycle *cycle, size_t part, const char *key)
{
	char *runner = runner_key(key, cycle->parts[part].instance);
	bool ran = g_hash_table_contains(cycle->merge->runners, runner);

	g_free(runner);
	return ran;
}

/* Higher is better: the inventory names this worker; its bean runs; it did not run here before, so the task has moved; it
 * counted before. The last keeps two that stay from taking turns: each turn would look like a counter that starts anew. */
static int claim(const struct cycle *cycle, size_t part, const struct bean_status *status, const char *key)
{
	const struct connect_task *task = find_task(cycle->inventory, status->connector, status->task);
	const char *owner = g_hash_table_lookup(cycle->merge->owners, key);
	int score = 1;

	if (task && part_is_worker(cycle, part, task->worker))
		score += 8;
	if (status->state == CONNECT_STATE_RUNNING)
		score += 4;
	if (owner && !ran_before(cycle, part, key))
		score += 2;
	if (owner && strcmp(owner, cycle->parts[part].instance) == 0)
		score += 1;
	return score;
}

static void choose(struct cycle *cycle)
{
	GHashTable *scores = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (size_t part = 0; part < cycle->part_count; part++) {
		const struct connect_beans *beans = &cycle->parts[part].beans;
		for (size_t i = 0; !cycle->parts[part].away && i < beans->task_count; i++) {
			char *key = task_key(beans->tasks[i].connector, beans->tasks[i].task);
			int score = claim(cycle, part, &beans->tasks[i], key);
			if (score > GPOINTER_TO_INT(g_hash_table_lookup(scores, key))) {
				g_hash_table_replace(cycle->chosen, g_strdup(key), GSIZE_TO_POINTER(part + 1));
				g_hash_table_replace(scores, key, GINT_TO_POINTER(score));
			} else {
				g_free(key);
			}
		}
	}
	g_hash_table_destroy(scores);
}

static gboolean type_unused(gpointer name, gpointer type, gpointer inventory)
{
	return connect_inventory_find(inventory, name) == NULL;
}

static gboolean was_heard(gpointer key, gpointer instance, gpointer ctx)
{
	const struct cycle *cycle = ctx;

	for (size_t i = 0; i < cycle->part_count; i++)
		if (strcmp(cycle->parts[i].instance, instance) == 0)
			return !cycle->parts[i].away;
	return TRUE;
}

static void remember_runners(struct cycle *cycle)
{
	GHashTable *runners = cycle->merge->runners;

	g_hash_table_foreach_remove(runners, was_heard, cycle);
	for (size_t part = 0; part < cycle->part_count; part++) {
		const struct connect_part *p = &cycle->parts[part];
		for (size_t i = 0; !p->away && i < p->beans.task_count; i++) {
			const struct bean_status *status = &p->beans.tasks[i];
			char *key = task_key(status->connector, status->task);
			if (status->state == CONNECT_STATE_RUNNING)
				g_hash_table_replace(runners, runner_key(key, p->instance), g_strdup(p->instance));
			g_free(key);
		}
	}
}

static void remember(struct cycle *cycle)
{
	GHashTableIter iter;
	gpointer key, part;

	g_hash_table_foreach_remove(cycle->merge->types, type_unused, (gpointer)cycle->inventory);
	remember_runners(cycle);
	g_hash_table_remove_all(cycle->merge->owners);
	g_hash_table_iter_init(&iter, cycle->chosen);
	while (g_hash_table_iter_next(&iter, &key, &part))
		g_hash_table_replace(cycle->merge->owners, g_strdup(key),
				     g_strdup(cycle->parts[GPOINTER_TO_SIZE(part) - 1].instance));
}

static bool counts(const struct cycle *cycle, size_t part, const struct bean_value *value)
{
	const struct connect_connector *connector = connect_inventory_find(cycle->inventory, value->connector);
	char *key;
	size_t chosen;

	if (value->scope == BEAN_WORKER)
		return !*value->connector || connector;
	if (!connector)
		return false;
	if (value->scope == BEAN_CONNECTOR)
		return cycle->part_count == 1 || part_is_worker(cycle, part, connector->worker);
	if (!find_task(cycle->inventory, value->connector, value->task))
		return false;
	key = task_key(value->connector, value->task);
	chosen = GPOINTER_TO_SIZE(g_hash_table_lookup(cycle->chosen, key));
	g_free(key);
	return chosen == part + 1;
}

/* ---- raw series ---- */

static void publish(const struct cycle *cycle, size_t part, const struct bean_value *value)
{
	struct label pairs[4];
	size_t count = 0;
	struct labels *own, *all;

	if (value->scope == BEAN_WORKER)
		pairs[count++] = (struct label){"instance", cycle->parts[part].instance};
	if (*value->connector)
		pairs[count++] = (struct label){"connector", value->connector};
	if (*value->task)
		pairs[count++] = (struct label){"task", value->task};
	if (*value->name)
		pairs[count++] = (struct label){"name", value->name};
	own = labels_new(pairs, count);
	all = labels_merge(cycle->merge->base, own);
	slots_set(cycle->slots, slots_named(cycle->slots, value->series, all, value->metric), value->number);
	labels_unref(all);
	labels_unref(own);
}

/* ---- the connector model beyond what connector_model forms from raw series ---- */

/* Connect says "unknown" while it cannot tell; what was learnt before stays, since it is identity. NULL: never told. */
static const char *known_type(const struct cycle *cycle, const struct connect_connector *connector)
{
	GHashTable *types = cycle->merge->types;

	if (strcmp(connector->type, "source") == 0 || strcmp(connector->type, "sink") == 0)
		g_hash_table_replace(types, g_strdup(connector->name), g_strdup(connector->type));
	return g_hash_table_lookup(types, connector->name);
}

static GHashTable *classes_of(const struct connect_part *parts, size_t count)
{
	GHashTable *classes = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t part = 0; part < count; part++)
		for (size_t i = 0; !parts[part].away && i < parts[part].beans.class_count; i++) {
			const struct bean_class *it = &parts[part].beans.classes[i];
			g_hash_table_insert(classes, (char *)it->connector, (char *)it->class);
		}
	return classes;
}

static void publish_states(const struct cycle *cycle)
{
	struct connector_model *model = cycle->merge->model;

	for (uint32_t i = 0; i < cycle->inventory->count; i++) {
		const struct connect_connector *c = &cycle->inventory->connectors[i];
		uint32_t slot;
		const char *type = known_type(cycle, c);
		if (type)
			connector_model_set_type(model, c->name, type);
		slot = connector_model_slot(model, cycle->slots, MODEL_STATE, c->name, NULL, type);
		slots_set(cycle->slots, slot, c->state);
		slots_note(cycle->slots, slot, *c->worker ? c->worker : NULL, c->trace,
			   g_hash_table_lookup(cycle->classes, c->name));
		for (uint32_t t = 0; t < c->task_count; t++) {
			const struct connect_task *task = &c->tasks[t];
			char id[24];
			snprintf(id, sizeof id, "%lld", (long long)task->id);
			slot = connector_model_slot(model, cycle->slots, MODEL_TASK_STATE, c->name, id, type);
			slots_set(cycle->slots, slot, task->state);
			slots_note(cycle->slots, slot, *task->worker ? task->worker : NULL, task->trace, NULL);
		}
	}
}

/* Bytes through the clients of one task: consumed by a sink, produced by a source. */
static void publish_bytes(const struct cycle *cycle, const struct bean_value *value)
{
	const struct connect_connector *connector = connect_inventory_find(cycle->inventory, value->connector);
	const char *type = connector ? known_type(cycle, connector) : NULL;
	bool sink = type && strcmp(type, "sink") == 0;
	const char *attribute = sink ? "bytes-consumed-total" : "outgoing-byte-total";

	if (type && strcmp(value->attribute, attribute) == 0)
		slots_set(cycle->slots,
			  connector_model_slot(cycle->merge->model, cycle->slots, MODEL_BYTES, value->connector,
					       value->task, type),
			  value->number);
}

struct lag_sum {
	double records;
	uint32_t tasks;
};

static void add_lag(GHashTable *sums, const struct bean_value *value)
{
	struct lag_sum *sum;

	if (value->scope != BEAN_CLIENT || strcmp(value->attribute, "records-lag-max") != 0)
		return;
	sum = g_hash_table_lookup(sums, value->connector);
	if (!sum) {
		sum = g_new0(struct lag_sum, 1);
		g_hash_table_insert(sums, (char *)value->connector, sum);
	}
	sum->records += value->number > 0 ? value->number : 0;
	sum->tasks++;
}

/* Known only if every task of the sink told it: a dead task must not make the lag look small. */
static void publish_lag(const struct cycle *cycle, GHashTable *sums)
{
	for (uint32_t i = 0; i < cycle->inventory->count; i++) {
		const struct connect_connector *c = &cycle->inventory->connectors[i];
		const struct lag_sum *sum = g_hash_table_lookup(sums, c->name);
		const char *type = known_type(cycle, c);
		uint32_t slot;
		if (!type || strcmp(type, "sink") != 0)
			continue;
		slot = connector_model_slot(cycle->merge->model, cycle->slots, MODEL_LAG, c->name, NULL, type);
		slots_set(cycle->slots, slot, sum && sum->tasks >= c->task_count ? sum->records : VALUE_UNKNOWN);
	}
}

static void publish_parts(const struct cycle *cycle)
{
	GHashTable *sums = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	for (size_t part = 0; part < cycle->part_count; part++) {
		const struct connect_beans *beans = &cycle->parts[part].beans;
		if (cycle->parts[part].away)
			continue;
		for (size_t i = 0; i < beans->count; i++) {
			if (!counts(cycle, part, &beans->values[i]))
				continue;
			publish(cycle, part, &beans->values[i]);
			if (beans->values[i].scope == BEAN_CLIENT)
				publish_bytes(cycle, &beans->values[i]);
			add_lag(sums, &beans->values[i]);
		}
	}
	if (cycle->merge->client_lag)
		publish_lag(cycle, sums);
	g_hash_table_destroy(sums);
}

/* ---- what is gone ---- */

static bool part_answered(const struct cycle *cycle, const char *instance)
{
	for (size_t i = 0; i < cycle->part_count; i++)
		if (strcmp(cycle->parts[i].instance, instance) == 0)
			return !cycle->parts[i].away;
	return false;
}

/* A series of the model from before the connector's type was known: the same goes on under another name. */
static bool was_renamed(const struct cycle *cycle, const struct labels *labels, const char *connector)
{
	bool model = g_str_has_prefix(labels_get_or_empty(labels, "__name__"), "connector_");

	return model && !labels_get(labels, "type") && g_hash_table_contains(cycle->merge->types, connector);
}

/* Counts per worker and connector vanish with the worker's last task of that connector: gone, if the worker says so. */
static bool is_gone(const void *ctx, const struct labels *labels)
{
	const struct cycle *cycle = ctx;
	const char *name = labels_get(labels, "connector"), *task = labels_get(labels, "task");
	const char *instance = labels_get(labels, "instance");
	const struct connect_connector *connector;

	if (!name)
		return false;
	connector = connect_inventory_find(cycle->inventory, name);
	if (!connector || was_renamed(cycle, labels, name))
		return true;
	if (task)
		return !connect_connector_task(connector, g_ascii_strtoll(task, NULL, 10));
	return instance && part_answered(cycle, instance);
}

void connect_merge_cycle(struct connect_merge *merge, struct slots *slots, const struct connect_inventory *inventory,
			 bool whole, const struct connect_part *parts, size_t part_count)
{
	struct cycle cycle = {.merge = merge,
			      .slots = slots,
			      .inventory = inventory,
			      .parts = parts,
			      .part_count = part_count,
			      .chosen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
			      .classes = classes_of(parts, part_count)};

	choose(&cycle);
	publish_states(&cycle);
	publish_parts(&cycle);
	connector_model_compute(merge->model, slots, 0); /* no groups here: the inventory says what is gone */
	if (whole)
		slots_sweep(slots, is_gone, &cycle);
	remember(&cycle);
	g_hash_table_destroy(cycle.chosen);
	g_hash_table_destroy(cycle.classes);
}

void connect_merge_worker_up(struct connect_merge *merge, struct slots *slots, const char *worker, double up)
{
	slots_set(slots, connector_model_worker_slot(merge->model, slots, MODEL_WORKER_UP, worker), up);
}
