/* ulid: 26-character sortable ids (github.com/ulid/spec): 48 bits of wall milliseconds, 80 random bits
 * from the caller's seeded generator. */
#ifndef BASE_ULID_H
#define BASE_ULID_H

#include "base/clock.h"
#include "base/rng.h"
#include <stdbool.h>

enum { ULID_SIZE = 27 }; /* with NUL */

void ulid_make(msec_t wall, struct rng *rng, char out[ULID_SIZE]);
bool ulid_valid(const char *text);
/* n characters of Crockford's alphabet (no I L O U) for short names people say aloud; out[n + 1]. */
void ulid_short(struct rng *rng, unsigned n, char *out);

#endif
