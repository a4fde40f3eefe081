/* rng: seeded random numbers (xoshiro256**, Blackman & Vigna 2018), so that a run can be repeated.
 * Caller's memory, one owner. Not for secrets: those come from rng_secret. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state[4];
};

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);
double rng_unit(struct rng *rng);                       /* [0, 1) */
uint64_t rng_below(struct rng *rng, uint64_t limit);    /* [0, limit), limit > 0 */
void rng_secret(void *out, size_t size);                /* getrandom(2); aborts if the kernel refuses */
uint64_t rng_entropy_seed(void);                        /* a seed from getrandom(2) */

#endif
