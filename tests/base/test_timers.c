#include "base/rng.h"
#include "base/timers.h"
#include <criterion/criterion.h>

enum { MANY = 500 };

Test(timers, come_out_in_order_and_equals_in_the_order_they_went_in)
{
	struct timers *timers = timers_new();
	struct timer timer[MANY] = {{0}};
	struct rng rng;
	rng_seed(&rng, 1);
	for (int i = 0; i < MANY; i++)
		timers_set(timers, &timer[i], (msec_t)rng_below(&rng, 20));
	for (int i = 0; i < MANY; i += 3)
		timers_cancel(timers, &timer[i]);
	for (int i = 1; i < MANY; i += 6)
		timers_set(timers, &timer[i], (msec_t)rng_below(&rng, 20));
	msec_t due = 0;
	uint64_t order = 0;
	size_t count = timers_count(timers);
	for (struct timer *next; (next = timers_pop(timers, 100)); count--) {
		cr_assert(next->due > due || (next->due == due && next->order > order));
		cr_assert_neq((next - timer) % 3, 0, "cancelled ones stay away");
		due = next->due;
		order = next->order;
	}
	cr_assert_eq(count, 0);
	cr_assert_eq(timers_next(timers), MSEC_NEVER);
	timers_free(timers);
	timers_free(NULL);
}

Test(timers, only_what_is_due)
{
	struct timers *timers = timers_new();
	struct timer a = {0}, b = {0};
	timers_cancel(timers, &a);
	timers_set(timers, &a, 10);
	timers_set(timers, &b, 5);
	timers_set(timers, &b, 15);
	cr_assert_eq(timers_next(timers), 10);
	cr_assert_null(timers_pop(timers, 9));
	cr_assert_eq(timers_pop(timers, 10), &a);
	cr_assert_null(timers_pop(timers, 10));
	timers_cancel(timers, &b);
	cr_assert_eq(timers_count(timers), 0);
	timers_free(timers);
}
