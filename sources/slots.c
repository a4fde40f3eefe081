#include "sources/slots.h"
#include "base/utf8.h"
#include <assert.h>
#include <glib.h>
#include <stdlib.h>

enum { TRACE_MAX = 4096, COMPACT_LEAST = 1000 };

enum slot_state {
	SLOT_FREE, /* nobody's; may be used again */
	SLOT_FRESH, /* to be announced */
	SLOT_FRESH_SENT, /* announced in the batch filled last */
	SLOT_KNOWN, /* the engine knows it */
	SLOT_LEAVING, /* gone, to be said */
	SLOT_LEAVING_SENT /* gone, said in the batch filled last */
};

struct slot {
	struct labels *labels; /* NULL when free */
	msec_t seen; /* mono of the last poll that set it */
	uint8_t state, type;
};

struct note {
	uint32_t slot;
	char *worker, *trace, *class;
};

struct slots {
	uint32_t limit, live, dropped;
	uint64_t generation, epoch;
	struct slot *items;
	uint32_t count, capacity;
	GHashTable *by_labels; /* labels -> slot */
	GArray *free; /* uint32_t */
	GArray *changed; /* uint32_t: fresh or leaving */
	GArray *notes; /* struct note */
	char *version; /* or NULL */
	double *values; /* this poll's column, capacity long */
	msec_t *times; /* or NULL; 0 = the poll's own */
	uint32_t stale; /* live slots the last complete poll did not set */
	msec_t filled_at;
	bool swept; /* this poll was a complete inventory */
};

static guint labels_hash(gconstpointer labels)
{
	return (guint)labels_fingerprint(labels);
}

static gboolean labels_same(gconstpointer a, gconstpointer b)
{
	return labels_equal(a, b);
}

static void note_clear(gpointer item)
{
	struct note *note = item;
	g_free(note->worker);
	g_free(note->trace);
	g_free(note->class);
}

struct slots *slots_new(uint32_t limit)
{
	struct slots *slots = g_new0(struct slots, 1);
	slots->limit = limit;
	slots->generation = 1;
	slots->by_labels = g_hash_table_new(labels_hash, labels_same);
	slots->free = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	slots->changed = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	slots->notes = g_array_new(FALSE, FALSE, sizeof(struct note));
	g_array_set_clear_func(slots->notes, note_clear);
	return slots;
}

void slots_free(struct slots *slots)
{
	if (!slots)
		return;
	for (uint32_t i = 0; i < slots->count; i++)
		labels_unref(slots->items[i].labels);
	g_hash_table_destroy(slots->by_labels);
	g_array_free(slots->free, TRUE);
	g_array_free(slots->changed, TRUE);
	g_array_free(slots->notes, TRUE);
	g_free(slots->version);
	g_free(slots->items);
	g_free(slots->values);
	g_free(slots->times);
	g_free(slots);
}

static bool slot_is_live(const struct slot *slot)
{
	return slot->state >= SLOT_FRESH && slot->state <= SLOT_KNOWN;
}

static double slot_blank(const struct slot *slot)
{
	return slot_is_live(slot) ? VALUE_UNKNOWN : VALUE_GONE;
}

static void blank_column(struct slots *slots)
{
	if (!slots->values)
		slots->values = g_new(double, MAX(slots->capacity, 1));
	g_clear_pointer(&slots->times, g_free);
	g_array_set_size(slots->notes, 0);
	g_clear_pointer(&slots->version, g_free);
	for (uint32_t i = 0; i < slots->count; i++)
		slots->values[i] = slot_blank(&slots->items[i]);
}

void slots_begin(struct slots *slots)
{
	slots->dropped = 0;
	slots->swept = false;
	blank_column(slots);
}

static uint32_t slot_take(struct slots *slots)
{
	if (slots->free->len) {
		uint32_t slot = g_array_index(slots->free, uint32_t, slots->free->len - 1);
		g_array_set_size(slots->free, slots->free->len - 1);
		slots->epoch++;
		return slot;
	}
	if (slots->count == slots->limit)
		return SLOT_NONE;
	if (slots->count == slots->capacity) {
		slots->capacity = MIN(MAX(slots->capacity * 2, 64), slots->limit);
		slots->items = g_renew(struct slot, slots->items, slots->capacity);
		if (slots->values)
			slots->values = g_renew(double, slots->values, slots->capacity);
		if (slots->times)
			slots->times = g_renew(msec_t, slots->times, slots->capacity);
	}
	if (slots->times)
		slots->times[slots->count] = 0;
	return slots->count++;
}

/* The object is back before anybody was told for sure that it went: announce it again in the same place. */
static void slot_revive(struct slots *slots, uint32_t slot)
{
	slots->items[slot].state = SLOT_FRESH;
	slots->live++;
	if (slots->values)
		slots->values[slot] = VALUE_UNKNOWN;
}

uint32_t slots_of(struct slots *slots, struct labels *labels, enum metric_type type)
{
	gpointer found;
	if (g_hash_table_lookup_extended(slots->by_labels, labels, NULL, &found)) {
		uint32_t slot = GPOINTER_TO_UINT(found);
		if (!slot_is_live(&slots->items[slot]))
			slot_revive(slots, slot);
		return slot;
	}
	uint32_t slot = slot_take(slots);
	if (slot == SLOT_NONE) {
		slots->dropped++;
		return SLOT_NONE;
	}
	slots->items[slot] = (struct slot){
		.labels = labels_ref(labels), .seen = slots->filled_at, .state = SLOT_FRESH, .type = type};
	g_hash_table_insert(slots->by_labels, slots->items[slot].labels, GUINT_TO_POINTER(slot));
	g_array_append_val(slots->changed, slot);
	slots->live++;
	if (slots->values)
		slots->values[slot] = VALUE_UNKNOWN;
	return slot;
}

uint32_t slots_named(struct slots *slots, const char *name, const struct labels *base, enum metric_type type)
{
	struct labels *labels = labels_with(base, "__name__", name);
	uint32_t slot = slots_of(slots, labels, type);
	labels_unref(labels);
	return slot;
}

uint32_t slots_find(const struct slots *slots, const struct labels *labels)
{
	gpointer found;
	if (!g_hash_table_lookup_extended(slots->by_labels, labels, NULL, &found))
		return SLOT_NONE;
	uint32_t slot = GPOINTER_TO_UINT(found);
	return slot_is_live(&slots->items[slot]) ? slot : SLOT_NONE;
}

void slots_drop(struct slots *slots, uint32_t count)
{
	slots->dropped += count;
}

double *slots_values(struct slots *slots)
{
	return slots->values;
}

void slots_set(struct slots *slots, uint32_t slot, double value)
{
	if (slot == SLOT_NONE)
		return;
	assert(slot < slots->count && slot_is_live(&slots->items[slot]));
	slots->values[slot] = isfinite(value) ? value : (double)NAN;
}

void slots_set_at(struct slots *slots, uint32_t slot, double value, msec_t wall)
{
	if (slot == SLOT_NONE)
		return;
	if (!slots->times)
		slots->times = g_new0(msec_t, slots->capacity);
	slots_set(slots, slot, value);
	slots->times[slot] = wall;
}

uint32_t slots_drop_untimely(struct slots *slots, msec_t earliest_wall, msec_t latest_wall)
{
	uint32_t dropped = 0;
	for (uint32_t i = 0; slots->times && i < slots->count; i++) {
		msec_t at = slots->times[i];
		if (at == 0 || (at >= earliest_wall && at <= latest_wall))
			continue;
		slots->values[i] = (double)NAN;
		slots->times[i] = 0;
		dropped++;
	}
	return dropped;
}

double slots_value(const struct slots *slots, uint32_t slot)
{
	return slot < slots->count ? slots->values[slot] : VALUE_UNKNOWN;
}

void slots_set_version(struct slots *slots, const char *version)
{
	g_free(slots->version);
	slots->version = g_strdup(version);
}

void slots_note(struct slots *slots, uint32_t slot, const char *worker, const char *trace, const char *class)
{
	if (slot == SLOT_NONE)
		return;
	struct note note = {.slot = slot, .worker = g_strdup(worker), .class = g_strdup(class)};
	if (trace) {
		char *clean = utf8_clean(trace, strnlen(trace, TRACE_MAX), true);
		size_t length = strlen(clean);
		while (length > TRACE_MAX || (length && (clean[length] & 0xC0) == 0x80))
			length--;
		note.trace = g_strndup(clean, length);
		free(clean);
	}
	g_array_append_val(slots->notes, note);
}

void slots_sweep(struct slots *slots, bool (*is_gone)(const void *ctx, const struct labels *labels), const void *ctx)
{
	bool any = false;
	slots->swept = true;
	for (uint32_t i = 0; i < slots->count; i++) {
		struct slot *slot = &slots->items[i];
		if (!slot_is_live(slot) || value_bits(slots->values[i]) != value_bits(VALUE_UNKNOWN) ||
		    !is_gone(ctx, slot->labels))
			continue;
		if (slot->state == SLOT_KNOWN)
			g_array_append_val(slots->changed, i);
		slot->state = SLOT_LEAVING;
		slots->values[i] = VALUE_GONE;
		slots->live--;
		any = true;
	}
	if (any)
		slots->epoch++;
}

uint64_t slots_epoch(const struct slots *slots)
{
	return slots->epoch;
}

uint32_t slots_count(const struct slots *slots)
{
	return slots->count;
}

uint32_t slots_live(const struct slots *slots)
{
	return slots->live;
}

struct labels *slots_labels(const struct slots *slots, uint32_t slot)
{
	return slot < slots->count && slot_is_live(&slots->items[slot]) ? slots->items[slot].labels : NULL;
}

static void forget(struct slots *slots, msec_t before)
{
	uint32_t kept = 0;
	g_hash_table_remove_all(slots->by_labels);
	g_array_set_size(slots->free, 0);
	g_array_set_size(slots->changed, 0);
	slots->live = 0;
	for (uint32_t i = 0; i < slots->count; i++) {
		struct slot slot = slots->items[i];
		if (!slot_is_live(&slot) || slot.seen < before) {
			labels_unref(slot.labels);
			continue;
		}
		slot.state = SLOT_FRESH;
		slots->items[kept] = slot;
		g_hash_table_insert(slots->by_labels, slot.labels, GUINT_TO_POINTER(kept));
		g_array_append_val(slots->changed, kept);
		slots->live++;
		kept++;
	}
	slots->count = kept;
	slots->stale = 0;
	slots->generation++;
	slots->epoch++;
	blank_column(slots);
}

void slots_compact(struct slots *slots, msec_t now_mono, msec_t age)
{
	uint32_t least = MIN(MAX(COMPACT_LEAST, slots->live / 2), MAX(slots->limit / 4, 1));
	if (slots->stale < least)
		return;
	uint32_t old = 0;
	for (uint32_t i = 0; i < slots->count; i++)
		old += slot_is_live(&slots->items[i]) && slots->items[i].seen < now_mono - age;
	if (old >= least)
		forget(slots, now_mono - age);
}

static void fill_announcements(struct slots *slots, struct batch *batch)
{
	GArray *changed = slots->changed;
	batch->added = arena_alloc(batch->arena, sizeof(struct batch_series) * (changed->len + 1));
	uint32_t kept = 0;
	for (uint32_t i = 0; i < changed->len; i++) {
		uint32_t number = g_array_index(changed, uint32_t, i);
		struct slot *slot = &slots->items[number];
		if (slot->state == SLOT_FRESH || slot->state == SLOT_FRESH_SENT) {
			slot->state = SLOT_FRESH_SENT;
			batch->added[batch->added_count++] = (struct batch_series){
				.slot = number, .type = slot->type, .labels = labels_ref(slot->labels)};
		} else if (slot->state == SLOT_LEAVING) {
			slot->state = SLOT_LEAVING_SENT;
		}
		g_array_index(changed, uint32_t, kept++) = number;
	}
	g_array_set_size(changed, kept);
}

static void fill_notes(struct slots *slots, struct batch *batch)
{
	batch->note_count = slots->notes->len;
	batch->notes = arena_alloc(batch->arena, sizeof(struct batch_note) * (slots->notes->len + 1));
	for (uint32_t i = 0; i < slots->notes->len; i++) {
		const struct note *note = &g_array_index(slots->notes, struct note, i);
		batch->notes[i] = (struct batch_note){.slot = note->slot,
						      .worker = arena_strdup(batch->arena, note->worker),
						      .trace = arena_strdup(batch->arena, note->trace),
						      .class = arena_strdup(batch->arena, note->class)};
	}
	g_array_set_size(slots->notes, 0);
}

static void fill(struct slots *slots, struct batch *batch)
{
	fill_announcements(slots, batch);
	fill_notes(slots, batch);
	batch->version = arena_strdup(batch->arena, slots->version);
	if (slots->times)
		for (uint32_t i = 0; i < slots->count; i++)
			slots->times[i] = slots->times[i] ? slots->times[i] : batch->at.wall;
	batch->generation = slots->generation;
	batch->slot_count = slots->count;
	batch->values = g_steal_pointer(&slots->values);
	batch->times = g_steal_pointer(&slots->times);
	batch->dropped = slots->dropped;
}

void slots_fill(struct slots *slots, struct batch *batch, msec_t now_mono)
{
	assert(slots->values);
	slots->stale = 0;
	slots->filled_at = now_mono;
	for (uint32_t i = 0; i < slots->count; i++) {
		if (value_bits(slots->values[i]) != value_bits(VALUE_UNKNOWN))
			slots->items[i].seen = now_mono;
		else
			slots->stale++;
	}
	fill(slots, batch);
	batch->inventory = slots->swept;
}

void slots_fill_failed(struct slots *slots, struct batch *batch)
{
	blank_column(slots);
	fill(slots, batch);
}

static void slot_release(struct slots *slots, uint32_t number)
{
	struct slot *slot = &slots->items[number];
	g_hash_table_remove(slots->by_labels, slot->labels);
	g_clear_pointer(&slot->labels, labels_unref);
	slot->state = SLOT_FREE;
	g_array_append_val(slots->free, number);
	slots->epoch++;
}

void slots_taken(struct slots *slots)
{
	GArray *changed = slots->changed;
	uint32_t kept = 0;
	for (uint32_t i = 0; i < changed->len; i++) {
		uint32_t number = g_array_index(changed, uint32_t, i);
		struct slot *slot = &slots->items[number];
		if (slot->state == SLOT_FRESH_SENT)
			slot->state = SLOT_KNOWN;
		else if (slot->state == SLOT_LEAVING_SENT)
			slot_release(slots, number);
		else
			g_array_index(changed, uint32_t, kept++) = number;
	}
	g_array_set_size(changed, kept);
}
