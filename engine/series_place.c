#include "engine/series_place.h"

static void free_places(gpointer places)
{
	g_array_free(places, TRUE);
}

static gpointer pack(struct place place)
{
	return (gpointer)(uintptr_t)(((uint64_t)place.target << 32 | place.slot) + 1);
}

static struct place unpack(gpointer packed)
{
	uint64_t bits = (uint64_t)(uintptr_t)packed - 1;
	return (struct place){(uint32_t)(bits >> 32), (uint32_t)bits};
}

void series_place_init(struct series_table *table)
{
	table->holders = g_hash_table_new_full(labels_key_hash, labels_key_equal, labels_key_unref, NULL);
	table->sharers = g_hash_table_new_full(labels_key_hash, labels_key_equal, labels_key_unref, free_places);
	table->changes = g_array_new(FALSE, FALSE, sizeof(struct series_change));
}

void series_place_release(struct series_table *table)
{
	g_hash_table_destroy(table->holders);
	g_hash_table_destroy(table->sharers);
	g_array_free(table->changes, TRUE);
}

static void change(struct series_table *table, struct place place, enum series_change_kind kind)
{
	struct series_change entry = {place.target, place.slot, kind};
	g_array_append_val(table->changes, entry);
}

static struct series_target *target_of(const struct series_table *table, struct place place)
{
	return table->targets[place.target];
}

static double value_at(const struct series_table *table, struct place place)
{
	return target_of(table, place)->values[place.slot];
}

static void hold(struct series_table *table, struct place place)
{
	struct series_target *target = target_of(table, place);
	target->flags[place.slot] |= SLOT_HELD;
	g_hash_table_replace(table->holders, labels_ref(target->labels[place.slot]), pack(place));
	change(table, place, SERIES_ADDED);
}

static void share(struct series_table *table, struct labels *labels, struct place holder, struct place place)
{
	GArray *places = g_hash_table_lookup(table->sharers, labels);
	if (!places) {
		places = g_array_new(FALSE, FALSE, sizeof(struct place));
		g_array_append_val(places, holder);
		g_hash_table_insert(table->sharers, labels_ref(labels), places);
		target_of(table, holder)->flags[holder.slot] |= SLOT_SHARED;
	}
	g_array_append_val(places, place);
	target_of(table, place)->flags[place.slot] |= SLOT_SHARED;
}

void series_place_admit(struct series_table *table, struct place place, enum metric_type type, struct labels *labels)
{
	struct series_target *target = target_of(table, place);
	target->labels[place.slot] = labels;
	target->flags[place.slot] = type == METRIC_COUNTER ? SLOT_COUNTER : type == METRIC_STATE ? SLOT_STATE : 0;
	target->count++;
	target->version++;
	table->count++;
	gpointer holder = g_hash_table_lookup(table->holders, labels);
	if (holder)
		share(table, labels, unpack(holder), place);
	else
		hold(table, place);
}

static void leave_sharers(struct series_table *table, GArray *places, struct place place)
{
	for (guint i = 0; i < places->len; i++) {
		struct place other = g_array_index(places, struct place, i);
		if (other.target == place.target && other.slot == place.slot)
			g_array_remove_index(places, i--);
	}
}

/* The first that has a number, else the first. */
static struct place heir(const struct series_table *table, const GArray *places)
{
	for (guint i = 0; i < places->len; i++)
		if (value_is_number(value_at(table, g_array_index(places, struct place, i))))
			return g_array_index(places, struct place, i);
	return g_array_index(places, struct place, 0);
}

void series_place_let_go(struct series_table *table, struct place place, enum series_change_kind kind)
{
	struct series_target *target = target_of(table, place);
	struct labels *labels = labels_ref(target->labels[place.slot]);
	bool held = target->flags[place.slot] & SLOT_HELD;
	GArray *places = target->flags[place.slot] & SLOT_SHARED ? g_hash_table_lookup(table->sharers, labels) : NULL;
	if (held) {
		change(table, place, kind);
		g_hash_table_remove(table->holders, labels);
	}
	if (places)
		leave_sharers(table, places, place);
	if (places && held) {
		struct place next = heir(table, places);
		series_target_move_ring(target, place.slot, target_of(table, next), next.slot);
		hold(table, next);
	}
	if (places && places->len == 1) {
		struct place last = g_array_index(places, struct place, 0);
		target_of(table, last)->flags[last.slot] &= (uint8_t)~SLOT_SHARED;
		g_hash_table_remove(table->sharers, labels);
	}
	series_target_clear_slot(target, place.slot);
	target->count--;
	target->version++;
	table->count--;
	labels_unref(labels);
}

void series_place_settle(struct series_table *table)
{
	if (!g_hash_table_size(table->sharers))
		return;
	GHashTableIter iter;
	gpointer labels, places;
	g_hash_table_iter_init(&iter, table->sharers);
	while (g_hash_table_iter_next(&iter, &labels, &places)) {
		struct place holder = unpack(g_hash_table_lookup(table->holders, labels));
		struct place next = heir(table, places);
		if (value_is_number(value_at(table, holder)) || !value_is_number(value_at(table, next)))
			continue;
		target_of(table, holder)->flags[holder.slot] &= (uint8_t)~SLOT_HELD;
		change(table, holder, SERIES_LOST);
		series_target_move_ring(target_of(table, holder), holder.slot, target_of(table, next), next.slot);
		hold(table, next);
	}
}
