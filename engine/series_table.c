#include "engine/series_table.h"
#include "engine/series_place.h"
#include "engine/series_table_state.h"

/* How many series over a limit are remembered per target, to be let in when there is room; how many changes there is room
 * for between steps. */
enum { WAITING_MAX = 4096, CHANGES_KEPT = 4096 };

struct series_table *series_table_new(const struct series_limits *limits)
{
	struct series_table *table = g_new0(struct series_table, 1);
	table->limits = *limits;
	series_place_init(table);
	return table;
}

static void free_past(gpointer pointer)
{
	struct past_ring *past = pointer;
	ring_free(past->ring);
	g_free(past);
}

/* Rings wait for their series to come back. */
static void keep_rings(struct series_table *table, struct series_target *target)
{
	if (!table->past)
		table->past = g_hash_table_new_full(labels_key_hash, labels_key_equal, labels_key_unref, free_past);
	while (target->ringed->len) {
		struct ringed what = g_array_index(target->ringed, struct ringed, target->ringed->len - 1);
		struct past_ring *past = g_new0(struct past_ring, 1);
		past->ring = series_target_take_ring(target, what.slot, &past->what);
		g_hash_table_replace(table->past, labels_ref(target->labels[what.slot]), past);
	}
}

static void recall_ring(struct series_table *table, struct series_target *target, uint32_t slot)
{
	gpointer labels, found;
	if (!table->past || (target->rings && target->rings[slot]) ||
	    !g_hash_table_steal_extended(table->past, target->labels[slot], &labels, &found))
		return;
	struct past_ring *past = found;
	past->what.window = past->what.spacing = 0; /* it is wanted anew: the interval may be another */
	series_target_give_ring(target, slot, past->ring, past->what);
	labels_unref(labels);
	g_free(past);
}

void series_table_forget_past(struct series_table *table)
{
	if (table->past)
		g_hash_table_destroy(table->past);
	table->past = NULL;
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
	series_table_forget_past(table);
	series_place_release(table);
	g_free(table);
}

static bool has_room(const struct series_table *table, const struct series_target *target)
{
	const struct series_limits *limits = &table->limits;
	return (!limits->per_target || target->count < limits->per_target) &&
	       (!limits->total || table->count < limits->total);
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
			series_place_let_go(table, (struct place){index, slot}, SERIES_LOST);
	forget_waiting(target);
	g_array_set_size(target->gone, 0);
}

void series_table_set_targets(struct series_table *table, uint32_t count, const msec_t *intervals)
{
	for (uint32_t i = 0; i < table->target_count; i++)
		keep_rings(table, table->targets[i]);
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
		series_place_let_go(table, place, SERIES_GONE);
	if (target->waiting->len)
		stop_waiting(target, series->slot);
	if (has_room(table, target)) {
		series_place_admit(table, place, series->type, series->labels);
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
			series_place_admit(table, (struct place){index, waiting.slot}, waiting.type, waiting.labels);
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
	series_target_watch_clock(target, batch->at);
	series_target_push_rings(target);
	for (uint32_t i = 0; i < batch->added_count; i++)
		take_series(table, batch->target, &batch->added[i]);
	for (uint32_t i = 0; i < batch->note_count; i++)
		series_target_note(target, &batch->notes[i]);
	series_target_set_version(target, batch->version);
	find_gone(target);
	series_place_settle(table);
	note_poll(target, batch);
}

void series_table_expire(struct series_table *table, uint32_t index)
{
	struct series_target *target = table->targets[index];
	series_target_unknown(target);
	target->failed = true;
	g_strlcpy(target->failure, "nothing came back", sizeof target->failure);
	series_place_settle(table);
}

void series_table_drop_gone(struct series_table *table, uint32_t index)
{
	struct series_target *target = table->targets[index];
	if (!target->gone->len)
		return;
	for (guint i = 0; i < target->gone->len; i++) {
		uint32_t slot = g_array_index(target->gone, uint32_t, i);
		if (target->labels[slot] && value_is_gone(target->values[slot]))
			series_place_let_go(table, (struct place){index, slot}, SERIES_GONE);
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

/* What a first poll fills with all its series is not kept for the few that come later. */
void series_table_changes_clear(struct series_table *table)
{
	if (table->changes->len > CHANGES_KEPT) {
		g_array_free(table->changes, TRUE);
		table->changes = g_array_new(FALSE, FALSE, sizeof(struct series_change));
	}
	g_array_set_size(table->changes, 0);
}

bool series_table_holds(const struct series_table *table, uint32_t target, uint32_t slot)
{
	return table->targets[target]->labels[slot] && table->targets[target]->flags[slot] & SLOT_HELD;
}

void series_table_want_ring(struct series_table *table, uint32_t target, uint32_t slot, msec_t window, bool counter)
{
	recall_ring(table, table->targets[target], slot);
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

const char *series_table_class(const struct series_table *table, uint32_t target, uint32_t slot)
{
	return table->targets[target]->notes ? table->targets[target]->notes[slot].class : NULL;
}

const char *series_table_cluster_version(const struct series_table *table, uint32_t target)
{
	return table->targets[target]->cluster_version;
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
