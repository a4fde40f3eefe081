/* duration: durations, sizes and ratios as people write them. Pure; any thread. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include "base/clock.h"
#include "base/error.h"
#include <stddef.h>

/* "90s", "1m30s", "2h", "1d", "1w", "250ms", "0s". A bare number other than 0 is refused.
 * Whole text must match; overflow is an error. */
bool duration_parse(const char *text, msec_t *out, struct error *err);
/* "1h 30m" style, at most two units, for people: "0 s", "250 ms", "1 m", "5 h 52 m", "3 d 4 h". */
void duration_format(msec_t duration, char *out, size_t size);
/* The shortest text that duration_parse reads back exactly: "90s" -> "1m30s". */
void duration_format_exact(msec_t duration, char *out, size_t size);
/* "64MiB", "10 kB", "512" (bytes). Binary and decimal units by their names. */
bool size_parse(const char *text, int64_t *out_bytes, struct error *err);
/* "5%" -> 0.05, "0.05" -> 0.05. */
bool ratio_parse(const char *text, double *out, struct error *err);

#endif
