#include "base/executor.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int ran, cancelled, total;
static pthread_barrier_t begun, go;

static void count_run(void *job)
{
	atomic_fetch_add(&ran, 1);
}
static void count_cancel(void *job)
{
	atomic_fetch_add(&cancelled, 1);
}

static void hold(void *job)
{
	pthread_barrier_wait(&begun);
	pthread_barrier_wait(&go);
	atomic_fetch_add(&ran, 1);
}

static void *release(void *unused)
{
	pthread_barrier_wait(&go);
	return NULL;
}

Test(executor, every_job_is_run_or_cancelled_once_and_the_queue_is_bounded, .timeout = 20)
{
	pthread_barrier_init(&begun, NULL, 2);
	pthread_barrier_init(&go, NULL, 2);
	struct executor *executor = executor_new("test", 1, 3);
	cr_assert(executor_submit(executor, hold, NULL, NULL));
	pthread_barrier_wait(&begun);
	for (int i = 0; i < 5; i++)
		total += executor_submit(executor, count_run, count_cancel, NULL);
	cr_assert_eq(total, 3);
	pthread_t thread;
	pthread_create(&thread, NULL, release, NULL);
	executor_free(executor);
	pthread_join(thread, NULL);
	cr_assert_eq(ran + cancelled, 4);
	executor_free(NULL);
}

Test(executor, inline_runs_at_submit)
{
	struct executor *executor = executor_inline_new();
	cr_assert(executor_submit(executor, count_run, count_cancel, NULL));
	cr_assert_eq(ran, 1);
	executor_free(executor);
	cr_assert_eq(cancelled, 0);
}
