/* rfc3339: wall time as text, UTC with milliseconds ("2026-07-16T01:08:31.250Z"). Pure; any thread. */
#ifndef BASE_RFC3339_H
#define BASE_RFC3339_H

#include "base/clock.h"
#include <stddef.h>

enum { RFC3339_SIZE = 32 };

/* Writes into out[RFC3339_SIZE] and returns it. */
char *rfc3339_format(msec_t wall, char *out);
/* Accepts Z or ±hh:mm, 0-9 digits of fraction. False if the text is anything else. */
bool rfc3339_parse(const char *text, msec_t *out_wall);

#endif
