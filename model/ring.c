#include "model/ring.h"
#include "model/value.h"
#include <assert.h>
#include <glib.h>
#include <string.h>

struct ring *ring_new(uint32_t capacity, bool counter)
{
	assert(capacity > 0);
	struct ring *ring = g_malloc(sizeof *ring + capacity * sizeof *ring->points);
	*ring = (struct ring){.capacity = capacity, .counter = counter};
	return ring;
}

void ring_free(struct ring *ring)
{
	g_free(ring);
}

void ring_clear(struct ring *ring)
{
	ring->head = ring->count = 0;
	ring->last_raw = ring->offset = 0;
	ring->last_reset = 0;
	ring->created_at = 0;
}

struct ring_point ring_at(const struct ring *ring, uint32_t i)
{
	assert(i < ring->count);
	uint32_t place = ring->head >= i ? ring->head - i : ring->head + ring->capacity - i;
	return ring->points[place];
}

static double adjust(struct ring *ring, msec_t at, double raw)
{
	if (!ring->counter)
		return raw;
	if (ring->count && raw < ring->last_raw) {
		ring->offset += ring->last_raw;
		ring->last_reset = at;
	}
	ring->last_raw = raw;
	return raw + ring->offset;
}

void ring_push(struct ring *ring, msec_t at, double value)
{
	if (!value_is_number(value) || (ring->count && at <= ring_at(ring, 0).at))
		return;
	double adjusted = adjust(ring, at, value);
	if (!ring->count)
		ring->created_at = at;
	else if (++ring->head == ring->capacity)
		ring->head = 0;
	if (ring->count < ring->capacity)
		ring->count++;
	ring->points[ring->head] = (struct ring_point){.at = at, .value = adjusted};
}

static bool newer(const struct ring *ring, uint32_t i, msec_t at)
{
	return ring_at(ring, i).at > at;
}

/* The first point that is not newer, between one that is and one that is not. */
struct bounds {
	uint32_t newer, not_newer;
};

static void narrow(const struct ring *ring, struct bounds *bounds, uint32_t i, msec_t at)
{
	if (i <= bounds->newer || i >= bounds->not_newer)
		return;
	if (newer(ring, i, at))
		bounds->newer = i;
	else
		bounds->not_newer = i;
}

/* How many points are newer than `at`: they are the first ones. A look at a point is a cache miss, and halving takes six
 * or seven of them; so it begins where the end would be if all samples came at one interval, as they nearly always do. */
static uint32_t newer_than(const struct ring *ring, msec_t at)
{
	struct bounds bounds = {0, ring->count - 1};
	if (!newer(ring, bounds.newer, at))
		return 0;
	if (newer(ring, bounds.not_newer, at))
		return ring->count;
	msec_t newest = ring_at(ring, 0).at, oldest = ring_at(ring, bounds.not_newer).at;
	double place = (double)(newest - at) / (double)(newest - oldest) * bounds.not_newer;
	uint32_t guess = (uint32_t)(place + 0.5);
	for (uint32_t i = guess ? guess - 1 : 0; i <= guess + 1; i++)
		narrow(ring, &bounds, i, at);
	while (bounds.not_newer - bounds.newer > 1)
		narrow(ring, &bounds, bounds.newer + (bounds.not_newer - bounds.newer) / 2, at);
	return bounds.not_newer;
}

/* Points [newest, end) lie in the window; base is the point differences start from. */
struct view {
	uint32_t newest, end, base;
};

static bool window_view(const struct ring *ring, msec_t window, msec_t now, struct view *out)
{
	msec_t start = now - window;
	if (ring->count < 2)
		return false;
	uint32_t newest = newer_than(ring, now), end = newer_than(ring, start);
	bool has_baseline = end < ring->count;
	if (end <= newest || (!has_baseline && ring_at(ring, end - 1).at > start + window / 10))
		return false;
	*out = (struct view){.newest = newest, .end = end, .base = has_baseline ? end : end - 1};
	return out->base > newest;
}

double ring_last(const struct ring *ring)
{
	return ring->count ? ring_at(ring, 0).value : VALUE_UNKNOWN;
}

double ring_avg(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	double sum = 0;
	for (uint32_t i = view.newest; i < view.end; i++)
		sum += ring_at(ring, i).value;
	return sum / (view.end - view.newest);
}

double ring_min(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	double least = ring_at(ring, view.newest).value;
	for (uint32_t i = view.newest + 1; i < view.end; i++)
		least = MIN(least, ring_at(ring, i).value);
	return least;
}

double ring_max(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	double most = ring_at(ring, view.newest).value;
	for (uint32_t i = view.newest + 1; i < view.end; i++)
		most = MAX(most, ring_at(ring, i).value);
	return most;
}

double ring_delta(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	return ring_at(ring, view.newest).value - ring_at(ring, view.base).value;
}

/* What was counted while nobody looked for longer than a window is spread over that time: all of it would be far more than
 * the window's. */
static double value_at_start(const struct ring *ring, const struct view *view, msec_t window, msec_t now)
{
	struct ring_point base = ring_at(ring, view->base), next = ring_at(ring, view->base - 1);
	msec_t gap = next.at - base.at, before = now - window - base.at;
	if (gap <= window || before <= 0)
		return base.value;
	return base.value + (next.value - base.value) * ((double)before / (double)gap);
}

double ring_increase(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	return ring_at(ring, view.newest).value - value_at_start(ring, &view, window, now);
}

double ring_rate(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	struct ring_point last = ring_at(ring, view.newest), first = ring_at(ring, view.base);
	return (last.value - first.value) * 1000.0 / (double)(last.at - first.at);
}

/* Bits of a double in the order of its value, so that the nearest rank is found by halving, without a sorted copy. */
static uint64_t ordered_bits(double value)
{
	uint64_t bits = value_bits(value);
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double from_ordered_bits(uint64_t bits)
{
	return value_from_bits(bits >> 63 ? bits & ~(UINT64_C(1) << 63) : ~bits);
}

static uint32_t count_up_to(const struct ring *ring, const struct view *view, uint64_t bits)
{
	uint32_t count = 0;
	for (uint32_t i = view->newest; i < view->end; i++)
		count += ordered_bits(ring_at(ring, i).value) <= bits;
	return count;
}

double ring_quantile(const struct ring *ring, double q, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	double wanted = ceil(CLAMP(q, 0.0, 1.0) * (view.end - view.newest));
	uint32_t rank = wanted < 1 ? 1 : (uint32_t)wanted;
	uint64_t low = ordered_bits(ring_min(ring, window, now)), high = ordered_bits(ring_max(ring, window, now));
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (count_up_to(ring, &view, middle) >= rank)
			high = middle;
		else
			low = middle + 1;
	}
	return from_ordered_bits(low);
}

double ring_slope(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return VALUE_UNKNOWN;
	uint32_t end = view.base + 1, n = end - view.newest;
	msec_t origin = ring_at(ring, view.base).at;
	double mean_x = 0, mean_y = 0, covariance = 0, variance = 0;
	for (uint32_t i = view.newest; i < end; i++) {
		mean_x += (double)(ring_at(ring, i).at - origin) / 1000.0 / n;
		mean_y += ring_at(ring, i).value / n;
	}
	for (uint32_t i = view.newest; i < end; i++) {
		double x = (double)(ring_at(ring, i).at - origin) / 1000.0 - mean_x;
		covariance += x * (ring_at(ring, i).value - mean_y);
		variance += x * x;
	}
	return covariance / variance;
}

uint32_t ring_changes(const struct ring *ring, msec_t window, msec_t now)
{
	struct view view;
	if (!window_view(ring, window, now, &view))
		return 0;
	uint32_t changes = 0;
	for (uint32_t i = view.newest; i < view.base; i++)
		changes += ring_at(ring, i).value != ring_at(ring, i + 1).value;
	return changes;
}
