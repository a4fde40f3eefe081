/* How fast an integration is spoken to: token bucket, circuit breaker, backoff. */
#include "engine/backoff.h"
#include "engine/breaker.h"
#include "engine/token_bucket.h"
#include <criterion/criterion.h>
#include <glib.h>

Test(token_bucket, gives_its_burst_and_then_its_rate)
{
	struct token_bucket bucket;
	token_bucket_init(&bucket, 2, 3, 1000);
	for (int i = 0; i < 3; i++)
		cr_assert(token_bucket_take(&bucket, 1000));
	cr_assert_not(token_bucket_take(&bucket, 1000));
	cr_assert_eq(token_bucket_ready_at(&bucket, 1000), 1500);
	cr_assert_not(token_bucket_take(&bucket, 1499));
	cr_assert(token_bucket_take(&bucket, 1500));
}

Test(token_bucket, what_ready_at_promises_take_keeps)
{
	static const double rates[] = {0.1, 0.3, 1, 3, 7, 33, 333};
	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		struct token_bucket bucket;
		msec_t now = 1000;
		token_bucket_init(&bucket, rates[i], 1, now);
		for (int k = 0; k < 100; k++) {
			now = token_bucket_ready_at(&bucket, now);
			cr_assert(token_bucket_take(&bucket, now), "rate %g, token %d", rates[i], k);
		}
	}
}

Test(token_bucket, a_drained_one_waits_then_probes_with_one)
{
	struct token_bucket bucket;
	token_bucket_init(&bucket, 1, 10, 0);
	token_bucket_drain(&bucket, 0, 7000);
	cr_assert_eq(token_bucket_ready_at(&bucket, 0), 7000);
	cr_assert_not(token_bucket_take(&bucket, 6999));
	cr_assert(token_bucket_take(&bucket, 7000));
	cr_assert_not(token_bucket_take(&bucket, 7000));
	token_bucket_drain(&bucket, 7000, 1000);
	token_bucket_drain(&bucket, 7000, 10);
	cr_assert_eq(token_bucket_ready_at(&bucket, 7000), 8000, "the longer wait stands");
}

Test(token_bucket, without_a_rate_only_a_block_holds)
{
	struct token_bucket bucket;
	token_bucket_init(&bucket, 0, 1, 0);
	for (int i = 0; i < 1000; i++)
		cr_assert(token_bucket_take(&bucket, 0));
	token_bucket_drain(&bucket, 0, 50);
	cr_assert_not(token_bucket_take(&bucket, 49));
	cr_assert(token_bucket_take(&bucket, 50));
}

Test(breaker, opens_after_failures_in_a_row_and_probes_with_one)
{
	struct breaker breaker = {0};
	for (int i = 1; i < BREAKER_FAILURES; i++)
		breaker_failed(&breaker, 0);
	cr_assert(breaker_allows(&breaker, 3, 0));
	breaker_failed(&breaker, 0);
	cr_assert_not(breaker_allows(&breaker, 0, BREAKER_PAUSE - 1));
	cr_assert(breaker_allows(&breaker, 0, BREAKER_PAUSE));
	breaker_started(&breaker, BREAKER_PAUSE);
	cr_assert_eq(breaker.state, BREAKER_IS_HALF_OPEN);
	cr_assert_not(breaker_allows(&breaker, 1, BREAKER_PAUSE), "one probe");
	breaker_succeeded(&breaker);
	cr_assert(breaker_allows(&breaker, 5, BREAKER_PAUSE));
}

Test(breaker, a_failed_probe_doubles_the_pause_to_its_bound)
{
	struct breaker breaker = {0};
	msec_t now = 0;
	for (int i = 0; i < BREAKER_FAILURES; i++)
		breaker_failed(&breaker, now);
	for (msec_t pause = BREAKER_PAUSE; pause < 100 * BREAKER_PAUSE_MAX; pause *= 2) {
		cr_assert_eq(breaker.until - now, MIN(pause, BREAKER_PAUSE_MAX));
		now = breaker.until;
		breaker_started(&breaker, now);
		breaker_failed(&breaker, now);
	}
}

Test(breaker, late_failures_of_an_open_one_do_not_move_it)
{
	struct breaker breaker = {0};
	for (int i = 0; i < BREAKER_FAILURES + 20; i++)
		breaker_failed(&breaker, i);
	cr_assert_eq(breaker.until, BREAKER_FAILURES - 1 + BREAKER_PAUSE);
}

Test(backoff, stays_within_a_cap_that_doubles_to_its_bound)
{
	struct rng rng;
	rng_seed(&rng, 1);
	msec_t cap = BACKOFF_FIRST;
	for (uint32_t attempts = 1; attempts < 40; attempts++) {
		msec_t most = 0;
		for (int i = 0; i < 1000; i++) {
			msec_t delay = backoff_delay(attempts, -1, &rng);
			cr_assert_gt(delay, 0);
			cr_assert_leq(delay, cap);
			most = MAX(most, delay);
		}
		cr_assert_gt(most, cap * 9 / 10, "full jitter reaches up to the cap");
		cap = MIN(cap * 2, BACKOFF_MAX);
	}
}

Test(backoff, a_named_time_is_honoured_up_to_its_bound)
{
	struct rng rng;
	rng_seed(&rng, 1);
	cr_assert_eq(backoff_delay(9, 7000, &rng), 7000);
	for (uint32_t attempts = 1; attempts < 20; attempts++)
		cr_assert_geq(backoff_delay(attempts, 0, &rng), 100, "named or not, it never spins");
	cr_assert_eq(backoff_delay(1, RETRY_AFTER_MAX * 24, &rng), RETRY_AFTER_MAX);
}
