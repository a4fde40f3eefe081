/* breaker: stops asking an integration that fails again and again: open after BREAKER_FAILURES transient failures in
 * a row, one probe after a pause that doubles up to BREAKER_PAUSE_MAX. Monotonic time handed in. One owner. */
#ifndef ENGINE_BREAKER_H
#define ENGINE_BREAKER_H

#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>

enum { BREAKER_FAILURES = 5 };
#define BREAKER_PAUSE ((msec_t)10 * 1000)
#define BREAKER_PAUSE_MAX ((msec_t)5 * 60 * 1000)

enum breaker_state { BREAKER_IS_CLOSED, BREAKER_IS_OPEN, BREAKER_IS_HALF_OPEN };

struct breaker {
	enum breaker_state state;
	uint32_t failures; /* in a row */
	msec_t pause, until; /* mono */
};

/* May a send start? Half-open: only while no other is in flight; the caller says how many are. */
bool breaker_allows(const struct breaker *breaker, uint32_t in_flight, msec_t mono);
void breaker_started(struct breaker *breaker, msec_t mono);
void breaker_succeeded(struct breaker *breaker);
void breaker_failed(struct breaker *breaker, msec_t mono);

#endif
