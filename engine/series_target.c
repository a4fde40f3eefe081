#include "engine/series_target.h"

/* Bounds of one ring: below, every window has room for a few samples; above, samples are thinned. */
enum { RING_MIN = 8, RING_MAX = 8192 };

static const msec_t INTERVAL_DEFAULT = 5000;
/* Less is only the order in which samples come. */
static const msec_t SET_BACK_LEAST = 60000;

struct series_target *series_target_new(msec_t interval)
{
	struct series_target *target = g_new0(struct series_target, 1);
	target->interval = interval > 0 ? interval : INTERVAL_DEFAULT;
	target->ringed = g_array_new(FALSE, FALSE, sizeof(struct ringed));
	target->gone = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	target->waiting = g_array_new(FALSE, FALSE, sizeof(struct waiting));
	return target;
}

static void free_note(struct slot_note *note)
{
	g_free(note->worker);
	g_free(note->trace);
	g_free(note->class);
	*note = (struct slot_note){0};
}

void series_target_free(struct series_target *target)
{
	if (!target)
		return;
	for (uint32_t slot = 0; slot < target->slots; slot++)
		series_target_clear_slot(target, slot);
	for (guint i = 0; i < target->waiting->len; i++)
		labels_unref(g_array_index(target->waiting, struct waiting, i).labels);
	g_array_free(target->ringed, TRUE);
	g_array_free(target->gone, TRUE);
	g_array_free(target->waiting, TRUE);
	free(target->values);
	free(target->times);
	g_free(target->rings);
	g_free(target->ring_places);
	g_free(target->labels);
	g_free(target->flags);
	g_free(target->notes);
	g_free(target->cluster_version);
	g_free(target);
}

void series_target_reserve(struct series_target *target, uint32_t slots)
{
	if (slots > target->capacity) {
		uint32_t old = target->capacity;
		uint32_t size = slots < 64 ? 64 : slots + slots / 8;
		target->labels = g_renew(struct labels *, target->labels, size);
		memset(target->labels + old, 0, (size - old) * sizeof *target->labels);
		target->flags = g_renew(uint8_t, target->flags, size);
		memset(target->flags + old, 0, size - old);
		if (target->rings) {
			target->rings = g_renew(struct ring *, target->rings, size);
			memset(target->rings + old, 0, (size - old) * sizeof *target->rings);
			target->ring_places = g_renew(uint32_t, target->ring_places, size);
		}
		if (target->notes) {
			target->notes = g_renew(struct slot_note, target->notes, size);
			memset(target->notes + old, 0, (size - old) * sizeof *target->notes);
		}
		target->capacity = size;
	}
	if (slots > target->slots)
		target->slots = slots;
	target->columns.rings = target->rings;
}

static double *values_of_size(double *values, uint32_t have, uint32_t want)
{
	if (have >= want && values)
		return values;
	double *grown = realloc(values, (want ? want : 1) * sizeof *values);
	if (!grown)
		g_error("out of memory");
	for (uint32_t i = values ? have : 0; i < want; i++)
		grown[i] = VALUE_UNKNOWN;
	return grown;
}

void series_target_take_values(struct series_target *target, struct batch *batch)
{
	uint32_t have = batch->values ? batch->slot_count : 0;
	series_target_reserve(target, have);
	free(target->values);
	free(target->times);
	target->values = values_of_size(batch->values, have, target->slots);
	/* Sample times are only of use if they cover every slot. */
	target->times = have == target->slots ? batch->times : NULL;
	if (!target->times)
		free(batch->times);
	batch->values = NULL;
	batch->times = NULL;
	target->columns.values = target->values;
	target->columns.times = target->times;
	target->columns.at = batch->at.wall;
}

void series_target_unknown(struct series_target *target)
{
	for (uint32_t slot = 0; slot < target->slots; slot++)
		target->values[slot] = VALUE_UNKNOWN;
}

static void replace(char **text, const char *with)
{
	if (!with || g_strcmp0(*text, with) == 0)
		return;
	g_free(*text);
	*text = g_strdup(with);
}

void series_target_set_version(struct series_target *target, const char *version)
{
	replace(&target->cluster_version, version);
}

void series_target_note(struct series_target *target, const struct batch_note *note)
{
	if (note->slot >= target->slots)
		return;
	if (!target->notes)
		target->notes = g_new0(struct slot_note, target->capacity);
	struct slot_note *own = &target->notes[note->slot];
	replace(&own->worker, note->worker);
	replace(&own->class, note->class);
	if (note->trace) {
		replace(&own->trace, note->trace);
	} else {
		g_free(own->trace); /* a task that runs again has no trace */
		own->trace = NULL;
	}
}

/* Takes the ring out; the last of the list fills its place. */
struct ring *series_target_take_ring(struct series_target *target, uint32_t slot, struct ringed *what)
{
	struct ring *ring = target->rings ? target->rings[slot] : NULL;
	if (!ring)
		return NULL;
	uint32_t place = target->ring_places[slot];
	*what = g_array_index(target->ringed, struct ringed, place);
	target->rings[slot] = NULL;
	g_array_remove_index_fast(target->ringed, place);
	if (place < target->ringed->len)
		target->ring_places[g_array_index(target->ringed, struct ringed, place).slot] = place;
	return ring;
}

static void put_ring(struct series_target *target, struct ring *ring, struct ringed what)
{
	if (!target->rings) {
		target->rings = g_new0(struct ring *, target->capacity);
		target->ring_places = g_new0(uint32_t, target->capacity);
		target->columns.rings = target->rings;
	}
	target->rings[what.slot] = ring;
	target->ring_places[what.slot] = target->ringed->len;
	g_array_append_val(target->ringed, what);
}

static void drop_ring(struct series_target *target, uint32_t slot)
{
	struct ringed what;
	ring_free(series_target_take_ring(target, slot, &what));
}

void series_target_clear_slot(struct series_target *target, uint32_t slot)
{
	drop_ring(target, slot);
	if (target->notes)
		free_note(&target->notes[slot]);
	labels_unref(target->labels[slot]);
	target->labels[slot] = NULL;
	target->flags[slot] = 0;
}

static msec_t sample_time(const struct series_target *target, uint32_t slot)
{
	return target->times ? target->times[slot] : target->columns.at;
}

static void push(struct series_target *target, const struct ringed *ringed)
{
	struct ring *ring = target->rings[ringed->slot];
	double value = target->values[ringed->slot];
	msec_t at = sample_time(target, ringed->slot);
	if (!value_is_number(value))
		return;
	if (ring->count && at - ring_at(ring, 0).at < ringed->spacing)
		return;
	ring_push(ring, at, value);
}

/* A ring that comes from before a clock was set back, its owner's or ours, would take nothing until the old time comes. */
static void forget_future(struct series_target *target, const struct ringed *ringed)
{
	struct ring *ring = target->rings[ringed->slot];
	if (value_is_number(target->values[ringed->slot]) && ring->count &&
	    ring_at(ring, 0).at - sample_time(target, ringed->slot) > SET_BACK_LEAST)
		ring_clear(ring);
}

void series_target_push_rings(struct series_target *target)
{
	for (guint i = 0; i < target->ringed->len; i++) {
		const struct ringed *ringed = &g_array_index(target->ringed, struct ringed, i);
		forget_future(target, ringed);
		push(target, ringed);
	}
}

/* A tenth of the window is what a ring may lack at its beginning; a second, what two readings of clocks may lie apart. */
static bool reaches_over(const struct ringed *ringed, msec_t jump)
{
	return jump > MAX(ringed->window / 10, 1000) || -jump > MAX(ringed->window / 10, 1000);
}

void series_target_watch_clock(struct series_target *target, struct now at)
{
	struct now before = target->taken_at;
	msec_t jump = (at.wall - before.wall) - (at.mono - before.mono);
	target->taken_at = at;
	for (guint i = 0; before.mono && i < target->ringed->len; i++) {
		const struct ringed *ringed = &g_array_index(target->ringed, struct ringed, i);
		if (reaches_over(ringed, jump))
			ring_clear(target->rings[ringed->slot]);
	}
}

/* A larger ring with what the smaller one holds; counters keep their adjustment. */
static struct ring *regrown(struct ring *old, uint32_t capacity)
{
	struct ring *ring = ring_new(capacity, false);
	for (uint32_t i = old->count; i-- > 0;) {
		struct ring_point point = ring_at(old, i);
		ring_push(ring, point.at, point.value);
	}
	ring->counter = old->counter;
	ring->last_raw = old->last_raw;
	ring->offset = old->offset;
	ring->last_reset = old->last_reset;
	ring->created_at = old->created_at;
	ring_free(old);
	return ring;
}

/* A quarter more samples than the interval says, so that polls that come early are not left out. */
static uint32_t ring_capacity(const struct series_target *target, msec_t window)
{
	msec_t samples = window / target->interval * 5 / 4 + 4;
	return (uint32_t)CLAMP(samples, RING_MIN, RING_MAX);
}

static void count_resets(struct ring *ring)
{
	if (ring->counter)
		return;
	ring->counter = true;
	ring->last_raw = ring->count ? ring_at(ring, 0).value : 0;
	ring->offset = 0;
}

void series_target_want_ring(struct series_target *target, uint32_t slot, msec_t window, bool counter)
{
	uint32_t capacity = ring_capacity(target, window);
	struct ringed wanted = {slot, window, window / (capacity - 3)};
	if (!target->rings || !target->rings[slot]) {
		put_ring(target, ring_new(capacity, counter || target->flags[slot] & SLOT_COUNTER), wanted);
		if (target->values)
			push(target, &wanted);
		return;
	}
	struct ringed *ringed = &g_array_index(target->ringed, struct ringed, target->ring_places[slot]);
	if (counter)
		count_resets(target->rings[slot]);
	if (ringed->window >= window)
		return;
	*ringed = wanted;
	if (target->rings[slot]->capacity < capacity)
		target->rings[slot] = regrown(target->rings[slot], capacity);
}

void series_target_give_ring(struct series_target *target, uint32_t slot, struct ring *ring, struct ringed what)
{
	drop_ring(target, slot);
	what.slot = slot;
	put_ring(target, ring, what);
	push(target, &what);
}

void series_target_move_ring(struct series_target *from, uint32_t from_slot, struct series_target *to, uint32_t to_slot)
{
	struct ringed what;
	struct ring *ring = series_target_take_ring(from, from_slot, &what);
	if (ring)
		series_target_give_ring(to, to_slot, ring, what);
}

void series_target_sweep_rings(struct series_target *target)
{
	for (guint i = target->ringed->len; i-- > 0;) {
		struct ringed ringed = g_array_index(target->ringed, struct ringed, i);
		if (ringed.window == 0)
			drop_ring(target, ringed.slot);
	}
}
