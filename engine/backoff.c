#include "engine/backoff.h"

/* Never zero: a burst of instant failures must not spin. */
#define BACKOFF_LEAST ((msec_t)100)

msec_t backoff_delay(uint32_t attempts, msec_t retry_after, struct rng *rng)
{
	if (retry_after > 0)
		return retry_after < RETRY_AFTER_MAX ? retry_after : RETRY_AFTER_MAX;
	msec_t cap = BACKOFF_FIRST;
	for (uint32_t i = 1; i < attempts && cap < BACKOFF_MAX; i++)
		cap *= 2;
	if (cap > BACKOFF_MAX)
		cap = BACKOFF_MAX;
	return BACKOFF_LEAST + (msec_t)rng_below(rng, (uint64_t)(cap - BACKOFF_LEAST) + 1);
}
