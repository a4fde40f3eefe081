#include "base/ulid.h"
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void ulid_make(msec_t wall, struct rng *rng, char out[ULID_SIZE])
{
	uint64_t time = wall < 0 ? 0 : (uint64_t)wall & UINT64_C(0xffffffffffff);
	for (int i = 9; i >= 0; i--, time >>= 5)
		out[i] = alphabet[time & 31];
	ulid_short(rng, 16, out + 10);
}

bool ulid_valid(const char *text)
{
	if (!text || strlen(text) != ULID_SIZE - 1 || text[0] > '7')
		return false;
	return strspn(text, alphabet) == ULID_SIZE - 1;
}

void ulid_short(struct rng *rng, unsigned n, char *out)
{
	uint64_t bits = 0;
	unsigned left = 0;
	for (unsigned i = 0; i < n; i++, left--, bits >>= 5) {
		if (!left) {
			bits = rng_next(rng);
			left = 12;
		}
		out[i] = alphabet[bits & 31];
	}
	out[n] = '\0';
}
