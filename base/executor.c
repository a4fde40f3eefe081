#include "base/executor.h"
#include <assert.h>
#include <glib.h>
#include <pthread.h>

struct job {
	void (*run)(void *);
	void (*cancel)(void *);
	void *argument;
};

struct executor {
	unsigned thread_count; /* 0: inline */
	size_t limit;
	pthread_t *threads;
	char name[16];
	pthread_mutex_t lock;
	pthread_cond_t changed;
	GQueue jobs; /* of struct job *, under lock */
	bool closing; /* under lock */
};

static struct job *next_job(struct executor *executor)
{
	pthread_mutex_lock(&executor->lock);
	while (!executor->closing && !executor->jobs.length)
		pthread_cond_wait(&executor->changed, &executor->lock);
	struct job *job = executor->closing ? NULL : g_queue_pop_head(&executor->jobs);
	pthread_mutex_unlock(&executor->lock);
	return job;
}

static void *work(void *context)
{
	struct executor *executor = context;
	pthread_setname_np(pthread_self(), executor->name);
	for (struct job *job; (job = next_job(executor));) {
		job->run(job->argument);
		g_free(job);
	}
	return NULL;
}

struct executor *executor_inline_new(void)
{
	struct executor *executor = g_new0(struct executor, 1);
	pthread_mutex_init(&executor->lock, NULL);
	pthread_cond_init(&executor->changed, NULL);
	g_queue_init(&executor->jobs);
	return executor;
}

struct executor *executor_new(const char *name, unsigned threads, size_t queue_limit)
{
	assert(threads > 0 && queue_limit > 0);
	struct executor *executor = executor_inline_new();
	executor->thread_count = threads;
	executor->limit = queue_limit;
	executor->threads = g_new(pthread_t, threads);
	g_strlcpy(executor->name, name, sizeof executor->name);
	for (unsigned i = 0; i < threads; i++)
		if (pthread_create(&executor->threads[i], NULL, work, executor) != 0)
			g_error("executor %s: no thread", name);
	return executor;
}

void executor_free(struct executor *executor)
{
	if (!executor)
		return;
	pthread_mutex_lock(&executor->lock);
	executor->closing = true;
	pthread_cond_broadcast(&executor->changed);
	pthread_mutex_unlock(&executor->lock);
	for (unsigned i = 0; i < executor->thread_count; i++)
		pthread_join(executor->threads[i], NULL);
	for (struct job *job; (job = g_queue_pop_head(&executor->jobs)); g_free(job))
		if (job->cancel)
			job->cancel(job->argument);
	pthread_cond_destroy(&executor->changed);
	pthread_mutex_destroy(&executor->lock);
	g_free(executor->threads);
	g_free(executor);
}

bool executor_submit(struct executor *executor, void (*run)(void *), void (*cancel)(void *), void *job)
{
	if (!executor->thread_count) {
		run(job);
		return true;
	}
	pthread_mutex_lock(&executor->lock);
	bool taken = !executor->closing && executor->jobs.length < executor->limit;
	if (taken) {
		struct job *entry = g_new(struct job, 1);
		*entry = (struct job){.run = run, .cancel = cancel, .argument = job};
		g_queue_push_tail(&executor->jobs, entry);
		pthread_cond_signal(&executor->changed);
	}
	pthread_mutex_unlock(&executor->lock);
	return taken;
}
