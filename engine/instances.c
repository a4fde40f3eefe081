#include "engine/instances.h"
#include "engine/evaluator_state.h"

static const msec_t VANISHED_GRAIN = 600000;

void instances_init(struct instances *instances)
{
	*instances = (struct instances){0};
	instances->free_indexes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	instances->by_labels = g_hash_table_new(labels_key_hash, labels_key_equal);
	instances->timers = timers_new();
}

static void free_instance(struct instances *instances, struct instance *instance)
{
	trail_drop(&instances->trails, &instance->trail);
	g_free(instance->rule_name);
	labels_unref(instance->labels);
	labels_unref(instance->stored_as);
	labels_unref(instance->identity);
	alert_unref(instance->alert);
	g_free(instance);
}

void instances_release(struct instances *instances)
{
	for (uint32_t i = 0; i < instances->used; i++) {
		if (!instances->items[i])
			continue;
		timers_cancel(instances->timers, &instances->items[i]->timer);
		free_instance(instances, instances->items[i]);
	}
	g_free(instances->items);
	g_array_free(instances->free_indexes, TRUE);
	g_hash_table_destroy(instances->by_labels);
	timers_free(instances->timers);
}

static uint32_t take_index(struct instances *instances)
{
	GArray *free_indexes = instances->free_indexes;
	if (free_indexes->len) {
		uint32_t index = g_array_index(free_indexes, uint32_t, free_indexes->len - 1);
		g_array_set_size(free_indexes, free_indexes->len - 1);
		return index;
	}
	if (instances->used == instances->capacity) {
		instances->capacity = instances->capacity ? instances->capacity * 2 : 64;
		instances->items = g_renew(struct instance *, instances->items, instances->capacity);
	}
	return instances->used++;
}

struct instance *instances_add(struct instances *instances, const char *rule_name, struct labels *labels)
{
	struct instance *instance = g_new0(struct instance, 1);
	instance->rule_name = g_strdup(rule_name);
	instance->labels = labels;
	instance->index = take_index(instances);
	instance->state.value = instance->state.peak = VALUE_UNKNOWN;
	instance->last.value = VALUE_UNKNOWN;
	instance->last.condition = CONDITION_UNKNOWN;
	instances->items[instance->index] = instance;
	instances->count++;
	g_hash_table_insert(instances->by_labels, instance->labels, instance);
	return instance;
}

void instances_remove(struct instances *instances, struct instance *instance)
{
	timers_cancel(instances->timers, &instance->timer);
	g_hash_table_remove(instances->by_labels, instance->labels);
	instances->items[instance->index] = NULL;
	g_array_append_val(instances->free_indexes, instance->index);
	instances->count--;
	free_instance(instances, instance);
}

struct instance *instances_find(const struct instances *instances, const struct labels *labels)
{
	return g_hash_table_lookup(instances->by_labels, labels);
}

void instances_relabel(struct instances *instances, struct instance *instance, struct labels *labels)
{
	g_hash_table_remove(instances->by_labels, instance->labels);
	if (instance->stored_as)
		labels_unref(instance->labels);
	else
		instance->stored_as = instance->labels;
	instance->labels = labels;
	g_hash_table_insert(instances->by_labels, labels, instance);
}

/* Not their sum: what one loses another may gain. */
static uint64_t digest(uint64_t before, msec_t accrued)
{
	return before * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)accrued;
}

uint64_t instance_accruals(const struct instance *instance)
{
	const struct instance_state *state = &instance->state;
	uint64_t all = digest(digest(0, state->down_accrued), state->clear_accrued);
	all = digest(digest(all, state->unknown_accrued), state->vanished_accrued / VANISHED_GRAIN);
	for (int i = 0; i < LEVELS_MAX; i++)
		all = digest(all, state->accrued[i]);
	return all;
}

bool instance_unsaved(const struct instance *instance)
{
	bool stored = instance->state.state != ALERT_INACTIVE || instance->state.flap_score > 0;
	return stored && instance->saved != instance_accruals(instance);
}

bool instance_idle(const struct instance *instance)
{
	const struct instance_state *state = &instance->state;
	if (state->state != ALERT_INACTIVE || state->flap_score > 0 || instance->ending)
		return false;
	/* Waiting for a no-data alert is something to remember, as is having given up on a series that still is a slot. */
	bool waits = instance->rule && instance->rule->rule->no_data == NO_DATA_ALERT && state->unknown;
	return !instance->span || !(waits || (instance->expired && state->unknown));
}
