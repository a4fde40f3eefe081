/* token_bucket: how fast one integration may be spoken to. Monotonic time is handed in. Caller's memory, one owner. */
#ifndef ENGINE_TOKEN_BUCKET_H
#define ENGINE_TOKEN_BUCKET_H

#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>

struct token_bucket {
	double rate; /* tokens a second; <= 0 = unlimited */
	double burst, tokens;
	msec_t at; /* mono, of tokens */
	msec_t blocked_until; /* mono; the other side named a time */
};

/* Starts full. A bucket that is set up anew keeps its level and its block. */
void token_bucket_init(struct token_bucket *bucket, double rate, int64_t burst, msec_t mono);
void token_bucket_adjust(struct token_bucket *bucket, double rate, int64_t burst);
bool token_bucket_take(struct token_bucket *bucket, msec_t mono);
/* The other side said "too many": empty, and nothing until then. */
void token_bucket_drain(struct token_bucket *bucket, msec_t mono, msec_t wait);
/* When the next token is there; mono itself if there is one now. */
msec_t token_bucket_ready_at(const struct token_bucket *bucket, msec_t mono);

#endif
