/* clock: reading time and waiting for it, so that tests and simulations own both.
 * A struct now is read once a step and passed down. Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef int64_t msec_t; /* milliseconds: a duration, or since an epoch */

#define MSEC_NEVER INT64_MAX

struct now {
	msec_t mono; /* monotonic: for intervals, never stored */
	msec_t wall; /* since 1970-01-01 UTC: for people and storage */
};

struct clock {
	struct now (*read)(struct clock *clock);
	/* Waits on cond (mutex held, condition attribute from clock_cond_init) until signalled
	 * or mono >= deadline. Spurious returns allowed. */
	void (*wait)(struct clock *clock, pthread_cond_t *cond, pthread_mutex_t *mutex,
		     msec_t deadline_mono);
};

/* The machine's clock; static, never freed. */
struct clock *clock_system(void);

/* A clock that stands still until told: for tests, scenarios and simulation.
 * wait() returns at once if the deadline has passed, else waits for a signal or an advance. */
struct clock *clock_virtual_new(msec_t wall_start);
void clock_virtual_free(struct clock *clock);
void clock_virtual_advance(struct clock *clock, msec_t by);      /* both clocks */
void clock_virtual_jump_wall(struct clock *clock, msec_t by);    /* wall only, may be negative */

/* Initialises a condition variable that clock->wait of clock_system() can use (CLOCK_MONOTONIC). */
void clock_cond_init(pthread_cond_t *cond);

#endif
