#include "engine/evaluator_state.h"

/* After a restart nobody announces what was deleted meanwhile, so nobody calls it gone either. It is gone if a complete
 * inventory of its cluster does not name it. To be on the safe side every target of the cluster must have answered
 * without any complaint, and no series of any target may speak of the object. */

struct cluster {
	bool inventoried, doubtful;
};

struct inventory {
	GHashTable *clusters; /* name -> struct cluster; names borrowed */
	GHashTable *objects; /* "cluster\nconnector\ntask" */
};

static char *object_of(const struct labels *labels, const char *task)
{
	return g_strdup_printf("%s\n%s\n%s", labels_get_or_empty(labels, "cluster"),
			       labels_get_or_empty(labels, "connector"), task);
}

static bool might_be_missing(const struct instance *instance)
{
	return instance && !instance->span && !instance->ending && instance->rule &&
	       instance->state.state != ALERT_INACTIVE && labels_get(instance->labels, "connector");
}

static bool any_might_be_missing(const struct evaluator *evaluator)
{
	for (uint32_t i = 0; i < evaluator->instances.used; i++)
		if (might_be_missing(evaluator->instances.items[i]))
			return true;
	return false;
}

static struct cluster *cluster_of(struct inventory *inventory, const struct labels *labels)
{
	const char *name = labels_get_or_empty(labels, "cluster");
	struct cluster *cluster = g_hash_table_lookup(inventory->clusters, name);
	if (!cluster) {
		cluster = g_new0(struct cluster, 1);
		g_hash_table_insert(inventory->clusters, (gpointer)name, cluster);
	}
	return cluster;
}

static void read_series(const struct evaluator *evaluator, struct inventory *inventory, uint32_t target,
			const struct labels *labels, double value)
{
	const struct target_state *state = &evaluator->targets[target];
	struct cluster *cluster = cluster_of(inventory, labels);
	if (state->failed || series_table_failure(evaluator->series, target)[0])
		cluster->doubtful = true;
	if (!labels_get(labels, "connector") || value_is_gone(value))
		return;
	/* Other inventories, as of consumer groups, say nothing of connectors. */
	if (state->inventory && strcmp(labels_get_or_empty(labels, "__name__"), "connector_state") == 0)
		cluster->inventoried = true;
	g_hash_table_add(inventory->objects, object_of(labels, ""));
	if (labels_get(labels, "task"))
		g_hash_table_add(inventory->objects, object_of(labels, labels_get(labels, "task")));
}

static void read_all(const struct evaluator *evaluator, struct inventory *inventory)
{
	for (uint32_t target = 0; target < evaluator->target_count; target++) {
		const double *values = series_table_columns(evaluator->series, target)->values;
		for (uint32_t slot = 0; slot < series_table_slots(evaluator->series, target); slot++) {
			const struct labels *labels = series_table_labels(evaluator->series, target, slot);
			if (labels)
				read_series(evaluator, inventory, target, labels, values[slot]);
		}
	}
}

static bool is_missing(struct inventory *inventory, const struct labels *labels)
{
	const struct cluster *cluster = cluster_of(inventory, labels);
	if (!cluster->inventoried || cluster->doubtful)
		return false;
	char *object = object_of(labels, labels_get_or_empty(labels, "task"));
	bool missing = !g_hash_table_contains(inventory->objects, object);
	g_free(object);
	return missing;
}

void inventory_end_missing(struct evaluator *evaluator)
{
	bool inventoried = evaluator->inventoried;
	evaluator->inventoried = false;
	if (!inventoried || !evaluator->settled || !any_might_be_missing(evaluator))
		return;
	struct inventory inventory = {
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	read_all(evaluator, &inventory);
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (might_be_missing(instance) && is_missing(&inventory, instance->labels))
			binding_end_later(evaluator, instance, REASON_GONE);
	}
	g_hash_table_destroy(inventory.clusters);
	g_hash_table_destroy(inventory.objects);
}
