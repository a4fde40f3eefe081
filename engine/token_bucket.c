#include "engine/token_bucket.h"
#include <math.h>

void token_bucket_adjust(struct token_bucket *bucket, double rate, int64_t burst)
{
	bucket->rate = rate;
	bucket->burst = burst > 1 ? (double)burst : 1;
	if (bucket->tokens > bucket->burst)
		bucket->tokens = bucket->burst;
}

void token_bucket_init(struct token_bucket *bucket, double rate, int64_t burst, msec_t mono)
{
	*bucket = (struct token_bucket){.at = mono};
	token_bucket_adjust(bucket, rate, burst);
	bucket->tokens = bucket->burst;
}

static double level(const struct token_bucket *bucket, msec_t mono)
{
	double gained = (double)(mono - bucket->at) / 1000 * bucket->rate;
	return fmin(bucket->burst, bucket->tokens + fmax(gained, 0));
}

bool token_bucket_take(struct token_bucket *bucket, msec_t mono)
{
	if (mono < bucket->blocked_until)
		return false;
	if (bucket->rate <= 0)
		return true;
	/* A token short by rounding is a token: ready_at promised it. */
	double now = level(bucket, mono);
	if (now < 1 - 1e-6)
		return false;
	bucket->tokens = fmax(now - 1, 0);
	bucket->at = mono;
	return true;
}

void token_bucket_drain(struct token_bucket *bucket, msec_t mono, msec_t wait)
{
	msec_t until = mono + wait;
	if (until > bucket->blocked_until)
		bucket->blocked_until = until;
	/* One probe when the time is over; the rest at the usual pace. */
	bucket->at = bucket->blocked_until;
	bucket->tokens = 1;
}

msec_t token_bucket_ready_at(const struct token_bucket *bucket, msec_t mono)
{
	msec_t from = mono > bucket->blocked_until ? mono : bucket->blocked_until;
	if (bucket->rate <= 0)
		return from;
	double missing = 1 - level(bucket, from);
	return missing <= 0 ? from : from + (msec_t)ceil(missing / bucket->rate * 1000);
}
