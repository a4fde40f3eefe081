#include "base/clock.h"
#include <assert.h>
#include <glib.h>

/* One thread that waits: where it sleeps, so that an advance can wake it. Lives on that thread's stack. */
struct waiter {
	pthread_cond_t *cond;
	pthread_mutex_t *mutex;
	msec_t deadline;
	struct waiter *next;
	bool waking; /* advance is using cond and mutex: the waiter must not leave yet */
};

struct virtual_clock {
	struct clock clock;
	pthread_mutex_t lock; /* taken after a waiter's mutex, never before */
	pthread_cond_t woken;
	struct now now;
	struct waiter *waiters;
};

static struct virtual_clock *of(struct clock *clock)
{
	return (struct virtual_clock *)clock;
}

static struct now virtual_read(struct clock *clock)
{
	struct virtual_clock *virtual = of(clock);
	pthread_mutex_lock(&virtual->lock);
	struct now now = virtual->now;
	pthread_mutex_unlock(&virtual->lock);
	return now;
}

static void unlink_waiter(struct virtual_clock *virtual, struct waiter *self)
{
	struct waiter **at = &virtual->waiters;
	while (*at != self)
		at = &(*at)->next;
	*at = self->next;
}

static void virtual_wait(struct clock *clock, pthread_cond_t *cond, pthread_mutex_t *mutex, msec_t deadline_mono)
{
	struct virtual_clock *virtual = of(clock);
	struct waiter self = {.cond = cond, .mutex = mutex, .deadline = deadline_mono};
	pthread_mutex_lock(&virtual->lock);
	bool passed = deadline_mono <= virtual->now.mono;
	if (!passed) {
		self.next = virtual->waiters;
		virtual->waiters = &self;
	}
	pthread_mutex_unlock(&virtual->lock);
	if (passed)
		return;
	pthread_cond_wait(cond, mutex);
	pthread_mutex_lock(&virtual->lock);
	if (self.waking) {
		/* The advance needs our mutex to signal; it finds us gone and goes on. */
		pthread_mutex_unlock(mutex);
		while (self.waking)
			pthread_cond_wait(&virtual->woken, &virtual->lock);
		unlink_waiter(virtual, &self);
		pthread_mutex_unlock(&virtual->lock);
		pthread_mutex_lock(mutex);
		return;
	}
	unlink_waiter(virtual, &self);
	pthread_mutex_unlock(&virtual->lock);
}

/* The waiter's mutex is taken around the broadcast, so that a thread between its check and its wait is not missed. */
static void wake(struct virtual_clock *virtual, struct waiter *waiter)
{
	waiter->waking = true;
	pthread_mutex_unlock(&virtual->lock);
	pthread_mutex_lock(waiter->mutex);
	pthread_cond_broadcast(waiter->cond);
	pthread_mutex_unlock(waiter->mutex);
	pthread_mutex_lock(&virtual->lock);
	waiter->waking = false;
	waiter->deadline = MSEC_NEVER;
	pthread_cond_broadcast(&virtual->woken);
}

static struct waiter *first_due(struct virtual_clock *virtual)
{
	for (struct waiter *waiter = virtual->waiters; waiter; waiter = waiter->next)
		if (waiter->deadline <= virtual->now.mono && !waiter->waking)
			return waiter;
	return NULL;
}

struct clock *clock_virtual_new(msec_t wall_start)
{
	struct virtual_clock *virtual = g_new0(struct virtual_clock, 1);
	virtual->clock = (struct clock){.read = virtual_read, .wait = virtual_wait};
	virtual->now = (struct now){.mono = 1000, .wall = wall_start};
	pthread_mutex_init(&virtual->lock, NULL);
	pthread_cond_init(&virtual->woken, NULL);
	return &virtual->clock;
}

void clock_virtual_free(struct clock *clock)
{
	if (!clock)
		return;
	struct virtual_clock *virtual = of(clock);
	assert(!virtual->waiters);
	pthread_cond_destroy(&virtual->woken);
	pthread_mutex_destroy(&virtual->lock);
	g_free(virtual);
}

void clock_virtual_advance(struct clock *clock, msec_t by)
{
	assert(by >= 0);
	struct virtual_clock *virtual = of(clock);
	pthread_mutex_lock(&virtual->lock);
	virtual->now.mono += by;
	virtual->now.wall += by;
	for (struct waiter *waiter; (waiter = first_due(virtual));)
		wake(virtual, waiter);
	pthread_mutex_unlock(&virtual->lock);
}

void clock_virtual_jump_wall(struct clock *clock, msec_t by)
{
	struct virtual_clock *virtual = of(clock);
	pthread_mutex_lock(&virtual->lock);
	virtual->now.wall += by;
	pthread_mutex_unlock(&virtual->lock);
}
