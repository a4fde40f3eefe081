#include "engine/series_table.h"
#include "engine/series_target.h"

/* How many series over a limit are remembered per target, to be let in when there is room. */
enum { WAITING_MAX = 4096 };

struct place {
	uint32_t target, slot;
};

struct series_table {
	struct series_limits limits;
	struct series_target **targets;
	uint32_t target_count;
	uint64_t epoch; /* + 1 with each set of targets, so that versions never come again */
	size_t count;
	GHashTable *holders; /* labels -> place, packed: who feeds the rules */
	GHashTable *sharers; /* labels -> GArray of place, where several announce the same */
	GArray *changes;
};

static guint hash_labels(gconstpointer labels)
{
	return (guint)labels_fingerprint(labels);
}

static gboolean equal_labels(gconstpointer a, gconstpointer b)
{
	return labels_equal(a, b);
}

static void unref_labels(gpointer labels)
{
	labels_unref(labels);
}

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

struct series_table *series_table_new(const struct series_limits *limits)
{
	struct series_table *table = g_new0(struct series_table, 1);
	table->limits = *limits;
	table->holders = g_hash_table_new_full(hash_labels, equal_labels, unref_labels, NULL);
	table->sharers = g_hash_table_new_full(hash_labels, equal_labels, unref_labels, free_places);
	table->changes = g_array_new(FALSE, FALSE, sizeof(struct series_change));
	return table;
}

static void free_targets(struct series_table *table)
{
	for (uint32_t i = 0; i < table->target_count; i++)
		series_target_free(table->targets[i]);
	g_free(table->targets);
}

void series_table_free(struct series_table *table)
{
	if (!table)
		return;
	free_targets(table);
	g_hash_table_destroy(table->holders);
	g_hash_table_destroy(table->sharers);
	g_array_free(table->changes, TRUE);
	g_free(table);
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

static bool has_room(const struct series_table *table, const struct series_target *target)
{
	const struct series_limits *limits = &table->limits;
	return (!limits->per_target || target->count < limits->per_target) &&
	       (!limits->total || table->count < limits->total);
}

/* Takes over the reference to labels. */
static void admit(struct series_table *table, struct place place, enum metric_type type, struct labels *labels)
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

static void let_go(struct series_table *table, struct place place, enum series_change_kind kind)
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

/* A series that moved, as a task does in a rebalance, follows the target that has its number. */
static void settle_shared(struct series_table *table)
{
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

static void forget_waiting(struct series_target *target)
{
	for (guint i = 0; i < target->waiting->len; i++)
		labels_unref(g_array_index(target->waiting, struct waiting, i).labels);
	g_array_set_size(target->waiting, 0);
	target->overflow = 0;
}

static void restart_target(struct series_table *table, uint32_t index)
{
	struct series_target *target = table->targets[index];
	for (uint32_t slot = 0; slot < target->slots; slot++)
		if (target->labels[slot])
			let_go(table, (struct place){index, slot}, SERIES_LOST);
	forget_waiting(target);
	g_array_set_size(target->gone, 0);
}

void series_table_set_targets(struct series_table *table, uint32_t count, const msec_t *intervals)
{
	for (uint32_t i = 0; i < table->target_count; i++)
		restart_target(table, i);
	free_targets(table);
	g_array_set_size(table->changes, 0);
	table->target_count = count;
	table->targets = g_new0(struct series_target *, count);
	table->epoch++;
	for (uint32_t i = 0; i < count; i++) {
		table->targets[i] = series_target_new(intervals ? intervals[i] : 0);
		table->targets[i]->version = table->epoch << 40;
	}
}

static void stop_waiting(struct series_target *target, uint32_t slot)
{
	for (guint i = 0; i < target->waiting->len; i++) {
		struct waiting *waiting = &g_array_index(target->waiting, struct waiting, i);
		if (waiting->slot != slot)
			continue;
		labels_unref(waiting->labels);
		g_array_remove_index(target->waiting, i);
		return;
	}
}

static void take_series(struct series_table *table, uint32_t index, struct batch_series *series)
{
	struct series_target *target = table->targets[index];
	struct place place = {index, series->slot};
	if (!series->labels || series->slot >= target->slots)
		return;
	if (target->labels[series->slot])
		let_go(table, place, SERIES_GONE);
	if (target->waiting->len)
		stop_waiting(target, series->slot);
	if (has_room(table, target)) {
		admit(table, place, series->type, series->labels);
		series->labels = NULL;
	} else if (target->waiting->len < WAITING_MAX) {
		struct waiting waiting = {series->slot, series->type, series->labels};
		g_array_append_val(target->waiting, waiting);
		series->labels = NULL;
	} else {
		target->overflow++;
	}
}

static void find_gone(struct series_target *target)
{
	g_array_set_size(target->gone, 0);
	for (uint32_t slot = 0; slot < target->slots; slot++)
		if (value_is_gone(target->values[slot]) && target->labels[slot])
			g_array_append_val(target->gone, slot);
}

static void let_waiting_in(struct series_table *table, uint32_t index)
{
	struct series_target *target = table->targets[index];
	guint taken = 0;
	while (taken < target->waiting->len && has_room(table, target)) {
		struct waiting waiting = g_array_index(target->waiting, struct waiting, taken++);
		if (value_is_gone(target->values[waiting.slot]))
			labels_unref(waiting.labels);
		else
			admit(table, (struct place){index, waiting.slot}, waiting.type, waiting.labels);
	}
	if (taken)
		g_array_remove_range(target->waiting, 0, taken);
}

static void note_poll(struct series_target *target, const struct batch *batch)
{
	target->settled = true;
	target->failed = batch->failed;
	target->elapsed = batch->elapsed;
	target->source_dropped = batch->dropped;
	g_strlcpy(target->failure, batch->failure, sizeof target->failure);
}

void series_table_ingest(struct series_table *table, struct batch *batch)
{
	if (batch->target >= table->target_count)
		return;
	struct series_target *target = table->targets[batch->target];
	bool empty = batch->failed && !batch->values;
	if (!empty && batch->generation != target->generation) {
		restart_target(table, batch->target);
		target->generation = batch->generation;
	}
	if (empty)
		series_target_unknown(target);
	else
		series_target_take_values(target, batch);
	target->columns.at = batch->at.wall;
	series_target_push_rings(target);
	for (uint32_t i = 0; i < batch->added_count; i++)
		take_series(table, batch->target, &batch->added[i]);
	for (uint32_t i = 0; i < batch->note_count; i++)
		series_target_note(target, &batch->notes[i]);
	find_gone(target);
	if (g_hash_table_size(table->sharers))
		settle_shared(table);
	note_poll(target, batch);
}

void series_table_expire(struct series_table *table, uint32_t index)
{
	struct series_target *target = table->targets[index];
	series_target_unknown(target);
	target->failed = true;
	g_strlcpy(target->failure, "nothing came back", sizeof target->failure);
	if (g_hash_table_size(table->sharers))
		settle_shared(table);
}

void series_table_drop_gone(struct series_table *table, uint32_t index)
{
	struct series_target *target = table->targets[index];
	if (!target->gone->len)
		return;
	for (guint i = 0; i < target->gone->len; i++) {
		uint32_t slot = g_array_index(target->gone, uint32_t, i);
		if (target->labels[slot] && value_is_gone(target->values[slot]))
			let_go(table, (struct place){index, slot}, SERIES_GONE);
	}
	g_array_set_size(target->gone, 0);
	for (uint32_t i = 0; i < table->target_count; i++)
		let_waiting_in(table, i);
}

size_t series_table_changes(const struct series_table *table, const struct series_change **out)
{
	*out = (const struct series_change *)(const void *)table->changes->data;
	return table->changes->len;
}

void series_table_changes_clear(struct series_table *table)
{
	g_array_set_size(table->changes, 0);
}

bool series_table_holds(const struct series_table *table, uint32_t target, uint32_t slot)
{
	return table->targets[target]->labels[slot] && table->targets[target]->flags[slot] & SLOT_HELD;
}

void series_table_want_ring(struct series_table *table, uint32_t target, uint32_t slot, msec_t window, bool counter)
{
	series_target_want_ring(table->targets[target], slot, window, counter);
}

void series_table_rings_begin(struct series_table *table)
{
	for (uint32_t i = 0; i < table->target_count; i++)
		for (guint r = 0; r < table->targets[i]->ringed->len; r++)
			g_array_index(table->targets[i]->ringed, struct ringed, r).window = 0;
}

void series_table_rings_end(struct series_table *table)
{
	for (uint32_t i = 0; i < table->target_count; i++)
		series_target_sweep_rings(table->targets[i]);
}

uint32_t series_table_targets(const struct series_table *table)
{
	return table->target_count;
}

const struct series_columns *series_table_columns(const struct series_table *table, uint32_t target)
{
	return &table->targets[target]->columns;
}

uint32_t series_table_slots(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->slots;
}

struct labels *series_table_labels(const struct series_table *table, uint32_t target, uint32_t slot)
{
	return slot < table->targets[target]->slots ? table->targets[target]->labels[slot] : NULL;
}

enum metric_type series_table_type(const struct series_table *table, uint32_t target, uint32_t slot)
{
	uint8_t flags = table->targets[target]->flags[slot];
	return flags & SLOT_COUNTER ? METRIC_COUNTER : flags & SLOT_STATE ? METRIC_STATE : METRIC_GAUGE;
}

const char *series_table_worker(const struct series_table *table, uint32_t target, uint32_t slot)
{
	return table->targets[target]->notes ? table->targets[target]->notes[slot].worker : NULL;
}

const char *series_table_trace(const struct series_table *table, uint32_t target, uint32_t slot)
{
	return table->targets[target]->notes ? table->targets[target]->notes[slot].trace : NULL;
}

bool series_table_settled(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->settled;
}

bool series_table_failed(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->failed;
}

const char *series_table_failure(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->failure;
}

msec_t series_table_elapsed(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->elapsed;
}

msec_t series_table_interval(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->interval;
}

uint64_t series_table_version(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->version;
}

size_t series_table_target_count(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->count;
}

size_t series_table_count(const struct series_table *table)
{
	return table->count;
}

size_t series_table_dropped(const struct series_table *table)
{
	size_t dropped = 0;
	for (uint32_t i = 0; i < table->target_count; i++) {
		const struct series_target *target = table->targets[i];
		dropped += target->waiting->len + target->overflow + target->source_dropped;
	}
	return dropped;
}
