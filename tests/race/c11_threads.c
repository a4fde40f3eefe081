/* c11_threads: C11 threads and locks as the pthreads they are, in --enable-tsan builds only. librdkafka starts its threads with
 * thrd_create, which gcc 12's ThreadSanitizer does not know: without this the process dies in the first of them. Linked into
 * the program, these stand before glibc's own. What librdkafka does inside is its affair: see tsan.supp. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "glibc's mtx_t holds a pthread_mutex_t");
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "glibc's cnd_t holds a pthread_cond_t");
static_assert(sizeof(thrd_t) == sizeof(pthread_t), "glibc's thrd_t is a pthread_t");

struct beginning {
	thrd_start_t run;
	void *ctx;
};

static int result(int error)
{
	switch (error) {
	case 0:
		return thrd_success;
	case ETIMEDOUT:
		return thrd_timedout;
	case EBUSY:
		return thrd_busy;
	case ENOMEM:
	case EAGAIN:
		return thrd_nomem;
	default:
		return thrd_error;
	}
}

static void *begin(void *ctx)
{
	struct beginning beginning = *(struct beginning *)ctx;
	free(ctx);
	return (void *)(intptr_t)beginning.run(beginning.ctx);
}

int thrd_create(thrd_t *out, thrd_start_t run, void *ctx)
{
	struct beginning *beginning = malloc(sizeof *beginning);
	if (!beginning)
		return thrd_nomem;
	*beginning = (struct beginning){run, ctx};
	int error = pthread_create(out, NULL, begin, beginning);
	if (error)
		free(beginning);
	return result(error);
}

int thrd_join(thrd_t thread, int *out)
{
	void *value = NULL;
	int error = pthread_join(thread, &value);
	if (!error && out)
		*out = (int)(intptr_t)value;
	return result(error);
}

int thrd_detach(thrd_t thread)
{
	return result(pthread_detach(thread));
}

int mtx_init(mtx_t *mutex, int type)
{
	pthread_mutexattr_t traits;
	pthread_mutexattr_init(&traits);
	pthread_mutexattr_settype(&traits, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
	int error = pthread_mutex_init((pthread_mutex_t *)mutex, &traits);
	pthread_mutexattr_destroy(&traits);
	return result(error);
}

int mtx_lock(mtx_t *mutex)
{
	return result(pthread_mutex_lock((pthread_mutex_t *)mutex));
}

int mtx_trylock(mtx_t *mutex)
{
	return result(pthread_mutex_trylock((pthread_mutex_t *)mutex));
}

int mtx_unlock(mtx_t *mutex)
{
	return result(pthread_mutex_unlock((pthread_mutex_t *)mutex));
}

void mtx_destroy(mtx_t *mutex)
{
	pthread_mutex_destroy((pthread_mutex_t *)mutex);
}

int cnd_init(cnd_t *cond)
{
	return result(pthread_cond_init((pthread_cond_t *)cond, NULL));
}

int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
	return result(pthread_cond_wait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex));
}

int cnd_timedwait(cnd_t *cond, mtx_t *mutex, const struct timespec *until)
{
	return result(pthread_cond_timedwait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex, until));
}

int cnd_signal(cnd_t *cond)
{
	return result(pthread_cond_signal((pthread_cond_t *)cond));
}

int cnd_broadcast(cnd_t *cond)
{
	return result(pthread_cond_broadcast((pthread_cond_t *)cond));
}

void cnd_destroy(cnd_t *cond)
{
	pthread_cond_destroy((pthread_cond_t *)cond);
}
