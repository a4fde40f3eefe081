/* value: a double with three words for "no number". Sources write them, kinds pass them on.
 * They are quiet NaNs told apart by payload; compare with these functions only. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline double value_from_bits(uint64_t bits)
{
	double value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static inline uint64_t value_bits(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits;
}

/* U: failed poll, vanished, NaN, warming up. */
#define VALUE_UNKNOWN value_from_bits(UINT64_C(0x7ff8000000000001))
/* G: a complete, successful inventory no longer has the object. */
#define VALUE_GONE value_from_bits(UINT64_C(0x7ff8000000000002))
/* Known, but says neither raise nor clear (for instance below min_count): condition H at most. */
#define VALUE_HOLD value_from_bits(UINT64_C(0x7ff8000000000003))

static inline bool value_is_number(double value) { return isfinite(value); }
static inline bool value_is_gone(double value) { return value_bits(value) == UINT64_C(0x7ff8000000000002); }
static inline bool value_is_hold(double value) { return value_bits(value) == UINT64_C(0x7ff8000000000003); }
static inline bool value_is_unknown(double value)
{
	return !isfinite(value) && !value_is_gone(value) && !value_is_hold(value);
}

#endif
