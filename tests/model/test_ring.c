#include "base/rng.h"
#include "model/ring.h"
#include "model/value.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static struct ring *filled(bool counter, const double *values, size_t count, msec_t step)
{
	struct ring *ring = ring_new(64, counter);
	for (size_t i = 0; i < count; i++)
		ring_push(ring, (msec_t)(i + 1) * step, values[i]);
	return ring;
}

#define FILL(counter, step, ...)                                                                                       \
	filled(counter, (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double), step)

Test(ring, the_window_is_open_at_its_start_and_closed_at_its_end)
{
	struct ring *ring = FILL(false, 1000, 100, 1, 2, 3, 4);
	/* (1000, 5000]: 1 2 3 4; differences start from the sample at the window's start. */
	cr_assert(eq(dbl, ring_avg(ring, 4000, 5000), 2.5));
	cr_assert(eq(dbl, ring_min(ring, 4000, 5000), 1));
	cr_assert(eq(dbl, ring_max(ring, 4000, 5000), 4));
	cr_assert(eq(dbl, ring_delta(ring, 4000, 5000), -96));
	cr_assert(eq(dbl, ring_last(ring), 4));
	ring_free(ring);
}

Test(ring, a_window_that_is_not_filled_is_unknown)
{
	struct ring *ring = ring_new(8, true);
	cr_assert(value_is_unknown(ring_last(ring)));
	ring_push(ring, 1000, 1);
	cr_assert(value_is_unknown(ring_increase(ring, 1000, 1000)), "one sample");
	ring_push(ring, 2000, 2);
	cr_assert(value_is_unknown(ring_increase(ring, 10000, 2000)), "too young");
	cr_assert(eq(dbl, ring_increase(ring, 1000, 2000), 1));
	cr_assert(eq(dbl, ring_increase(ring, 1050, 2000), 1), "a tenth of the window may lack");
	cr_assert(value_is_unknown(ring_increase(ring, 1000, 9000)), "no sample in the window");
	ring_free(ring);
}

Test(ring, counters_go_on_over_resets)
{
	struct ring *ring = FILL(true, 1000, 100, 110, 5, 15, 2);
	cr_assert(eq(dbl, ring_increase(ring, 4000, 5000), 10 + 5 + 10 + 2));
	cr_assert(eq(dbl, ring_rate(ring, 4000, 5000), 27 / 4.0));
	cr_assert(eq(i64, ring->last_reset, 5000));
	ring_free(ring);
}

/* An hour without an answer, 10 a second all the while: the window's growth is not the hour's. */
Test(ring, what_grew_in_a_long_gap_counts_by_its_share)
{
	enum { SECOND = 1000, MINUTE = 60 * SECOND };
	struct ring *ring = ring_new(64, true);
	for (msec_t at = MINUTE; at <= 10 * MINUTE; at += MINUTE)
		ring_push(ring, at, (double)at / 100);
	msec_t back = 70 * MINUTE;
	ring_push(ring, back, (double)back / 100);
	cr_assert(eq(dbl, ring_increase(ring, 5 * MINUTE, back), 3000));
	cr_assert(eq(dbl, ring_rate(ring, 5 * MINUTE, back), 10));
	ring_push(ring, back + MINUTE, (double)(back + MINUTE) / 100);
	cr_assert(eq(dbl, ring_increase(ring, 5 * MINUTE, back + MINUTE), 3000));
	cr_assert(eq(dbl, ring_increase(ring, 61 * MINUTE, back + MINUTE), 36600), "a window that is longer sees all");
	ring_free(ring);
}

Test(ring, gauges_may_fall)
{
	struct ring *ring = FILL(false, 1000, 10, 4, 6);
	cr_assert(eq(dbl, ring_delta(ring, 2000, 3000), -4));
	cr_assert(eq(u32, ring_changes(ring, 2000, 3000), 2));
	ring_free(ring);
}

Test(ring, what_is_no_number_or_not_newer_is_left_out)
{
	struct ring *ring = ring_new(4, false);
	ring_push(ring, 1000, 1);
	ring_push(ring, 2000, VALUE_UNKNOWN);
	ring_push(ring, 2000, VALUE_GONE);
	ring_push(ring, 2000, INFINITY);
	ring_push(ring, 1000, 5);
	ring_push(ring, 500, 5);
	cr_assert(eq(u32, ring->count, 1));
	cr_assert(eq(dbl, ring_last(ring), 1));
	ring_free(ring);
}

Test(ring, the_oldest_makes_room)
{
	struct ring *ring = ring_new(3, false);
	for (int i = 1; i <= 7; i++)
		ring_push(ring, i * 1000, i);
	cr_assert(eq(u32, ring->count, 3));
	for (uint32_t i = 0; i < 3; i++)
		cr_assert(eq(dbl, ring_at(ring, i).value, 7.0 - i));
	cr_assert(eq(dbl, ring_avg(ring, 2000, 7000), 6.5));
	ring_clear(ring);
	cr_assert(value_is_unknown(ring_last(ring)));
	ring_free(ring);
}

Test(ring, quantiles_are_nearest_ranks)
{
	struct ring *ring = FILL(false, 1000, 0, -3, 5, 1, -1, 9, 5, 2, 8, 0, 7);
	static const struct {
		double q, value;
	} wanted[] = {{0, -3}, {0.1, -3}, {0.2, -1}, {0.5, 2}, {0.51, 5}, {0.9, 8}, {1, 9}};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		cr_assert(eq(dbl, ring_quantile(ring, wanted[i].q, 10000, 11000), wanted[i].value), "q %g",
			  wanted[i].q);
	ring_free(ring);
}

Test(ring, slope_is_per_second)
{
	struct ring *ring = FILL(false, 500, 10, 12, 14, 16, 18);
	cr_assert(ieee_ulp_eq(dbl, ring_slope(ring, 2000, 2500), 4.0, 4));
	ring_free(ring);
}

/* Sums over the window by looking at every sample. */
static double plain_sum(const struct ring *ring, msec_t window, msec_t now, uint32_t *count)
{
	double sum = 0;
	*count = 0;
	for (uint32_t i = 0; i < ring->count; i++) {
		struct ring_point point = ring_at(ring, i);
		if (point.at <= now - window || point.at > now)
			continue;
		sum += point.value;
		++*count;
	}
	return sum;
}

/* Whole numbers, so that the order of a sum does not matter. */
static void push_some(struct ring *ring, struct rng *rng, msec_t *at)
{
	for (uint64_t n = rng_below(rng, 90); n-- > 0;) {
		*at += 1 + (msec_t)(rng_below(rng, 8) ? rng_below(rng, 3) : rng_below(rng, 5000));
		ring_push(ring, *at, (double)rng_below(rng, 1000));
	}
}

Test(ring, samples_at_any_distance_are_found)
{
	struct rng rng;
	unsigned known = 0;
	rng_seed(&rng, 20240229);
	for (int round = 0; round < 20000; round++) {
		struct ring *ring = ring_new(1 + (uint32_t)rng_below(&rng, 70), false);
		msec_t at = 0, window = 1 + (msec_t)rng_below(&rng, 3000);
		push_some(ring, &rng, &at);
		msec_t now = at + (msec_t)rng_below(&rng, 20) - 10;
		uint32_t count;
		double sum = plain_sum(ring, window, now, &count), average = ring_avg(ring, window, now);
		known += value_is_number(average);
		if (value_is_number(average))
			cr_assert(eq(dbl, average, sum / count), "round %d", round);
		ring_free(ring);
	}
	cr_assert(gt(uint, known, 1000));
}
