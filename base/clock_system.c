#include "base/clock.h"
#include <assert.h>
#include <time.h>

static msec_t read_msec(clockid_t id)
{
	struct timespec ts;
	int rc = clock_gettime(id, &ts);
	assert(rc == 0);
	(void)rc;
	return (msec_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static struct now system_read(struct clock *clock)
{
	return (struct now){.mono = read_msec(CLOCK_MONOTONIC), .wall = read_msec(CLOCK_REALTIME)};
}

static void system_wait(struct clock *clock, pthread_cond_t *cond, pthread_mutex_t *mutex, msec_t deadline_mono)
{
	if (deadline_mono == MSEC_NEVER) {
		pthread_cond_wait(cond, mutex);
		return;
	}
	if (deadline_mono <= read_msec(CLOCK_MONOTONIC))
		return;
	struct timespec until = {.tv_sec = deadline_mono / 1000, .tv_nsec = deadline_mono % 1000 * 1000000};
	pthread_cond_timedwait(cond, mutex, &until);
}

struct clock *clock_system(void)
{
	static struct clock clock = {.read = system_read, .wait = system_wait};
	return &clock;
}

void clock_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	int rc = pthread_cond_init(cond, &attributes);
	assert(rc == 0);
	(void)rc;
	pthread_condattr_destroy(&attributes);
}
