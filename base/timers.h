/* timers: a stable heap of deadlines: equal deadlines come out in the order they went in.
 * An index over stored columns, rebuilt at start; one owner, not thread-safe. */
#ifndef BASE_TIMERS_H
#define BASE_TIMERS_H

#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>

struct timers;

/* Embedded in the thing that waits. Zeroed = not set. */
struct timer {
	msec_t due;
	uint64_t order;
	size_t place; /* 1-based index in the heap, 0 = not in it */
};

struct timers *timers_new(void);
void timers_free(struct timers *timers);
void timers_set(struct timers *timers, struct timer *timer, msec_t due); /* sets or moves */
void timers_cancel(struct timers *timers, struct timer *timer);          /* not set: nothing */
msec_t timers_next(const struct timers *timers);                         /* MSEC_NEVER if empty */
/* Removes and returns the earliest with due <= now, or NULL. */
struct timer *timers_pop(struct timers *timers, msec_t now);
size_t timers_count(const struct timers *timers);

#endif
