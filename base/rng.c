#include "base/rng.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

/* splitmix64 (Vigna): spreads one seed over the state, as the authors of xoshiro advise. */
static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, unsigned by)
{
	return (x << by) | (x >> (64 - by));
}

void rng_seed(struct rng *rng, uint64_t seed)
{
	for (unsigned i = 0; i < 4; i++)
		rng->state[i] = splitmix(&seed);
}

uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

double rng_unit(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1.0p-53;
}

uint64_t rng_below(struct rng *rng, uint64_t limit)
{
	assert(limit > 0);
	uint64_t rejected = -limit % limit; /* 2^64 mod limit: the part that would favour small numbers */
	uint64_t x;
	do
		x = rng_next(rng);
	while (x < rejected);
	return x % limit;
}

void rng_secret(void *out, size_t size)
{
	unsigned char *at = out;
	while (size) {
		ssize_t got = getrandom(at, size, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		size -= (size_t)got;
	}
}

uint64_t rng_entropy_seed(void)
{
	uint64_t seed;
	rng_secret(&seed, sizeof seed);
	return seed;
}
