#include "base/clock.h"
#include <criterion/criterion.h>
#include <stdatomic.h>

struct sleeper {
	struct clock *clock;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	msec_t deadline;
	atomic_bool waiting;
};

static void *sleep_until(void *context)
{
	struct sleeper *sleeper = context;
	pthread_mutex_lock(&sleeper->mutex);
	atomic_store(&sleeper->waiting, true);
	while (sleeper->clock->read(sleeper->clock).mono < sleeper->deadline)
		sleeper->clock->wait(sleeper->clock, &sleeper->cond, &sleeper->mutex, sleeper->deadline);
	pthread_mutex_unlock(&sleeper->mutex);
	return NULL;
}

Test(clock, virtual_advance_wakes_who_is_due_wherever_they_stand, .timeout = 20)
{
	struct clock *clock = clock_virtual_new(5000);
	for (int i = 0; i < 300; i++) {
		struct sleeper sleeper = {.clock = clock, .deadline = clock->read(clock).mono + 3600000};
		pthread_mutex_init(&sleeper.mutex, NULL);
		clock_cond_init(&sleeper.cond);
		pthread_t thread;
		pthread_create(&thread, NULL, sleep_until, &sleeper);
		while (i % 2 && !atomic_load(&sleeper.waiting)) {
		}
		clock_virtual_advance(clock, 3600000);
		pthread_join(thread, NULL);
		pthread_cond_destroy(&sleeper.cond);
		pthread_mutex_destroy(&sleeper.mutex);
	}
	clock_virtual_free(clock);
}

Test(clock, virtual_stands_still_and_jumps)
{
	struct clock *clock = clock_virtual_new(1000000);
	struct now before = clock->read(clock);
	cr_assert_eq(before.wall, 1000000);
	cr_assert_eq(clock->read(clock).mono, before.mono);
	clock_virtual_jump_wall(clock, -5000);
	cr_assert_eq(clock->read(clock).wall, 995000);
	cr_assert_eq(clock->read(clock).mono, before.mono);
	clock_virtual_advance(clock, 10);
	cr_assert_eq(clock->read(clock).wall, 995010);
	cr_assert_eq(clock->read(clock).mono, before.mono + 10);
	clock_virtual_free(clock);
	clock_virtual_free(NULL);
}

Test(clock, system_wait_returns_at_its_deadline, .timeout = 20)
{
	struct sleeper sleeper = {.clock = clock_system()};
	pthread_mutex_init(&sleeper.mutex, NULL);
	clock_cond_init(&sleeper.cond);
	sleeper.deadline = sleeper.clock->read(sleeper.clock).mono + 5;
	sleep_until(&sleeper);
	cr_assert_geq(sleeper.clock->read(sleeper.clock).mono, sleeper.deadline);
	cr_assert_gt(sleeper.clock->read(sleeper.clock).wall, INT64_C(1600000000000));
	pthread_cond_destroy(&sleeper.cond);
	pthread_mutex_destroy(&sleeper.mutex);
}
