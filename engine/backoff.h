/* backoff: how long to wait before the next attempt: full jitter (AWS architecture blog, 2015) under a cap that doubles
 * from BACKOFF_FIRST to BACKOFF_MAX; a time the other side named is honoured, at most RETRY_AFTER_MAX. Pure. */
#ifndef ENGINE_BACKOFF_H
#define ENGINE_BACKOFF_H

#include "base/clock.h"
#include "base/rng.h"

#define BACKOFF_FIRST ((msec_t)1000)
#define BACKOFF_MAX ((msec_t)5 * 60 * 1000)
#define RETRY_AFTER_MAX ((msec_t)60 * 60 * 1000)

/* attempts: made so far, at least 1; retry_after: -1 = not named. 0 ("at once", or a date that has passed) is as good
 * as not named: who says it again and again must not be asked without a pause. */
msec_t backoff_delay(uint32_t attempts, msec_t retry_after, struct rng *rng);

#endif
