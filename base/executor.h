/* executor: a pool of worker threads for jobs that compute or block. Workers own only the job they hold.
 * executor_inline() runs each job at submit, for deterministic tests. */
#ifndef BASE_EXECUTOR_H
#define BASE_EXECUTOR_H

#include <stdbool.h>
#include <stddef.h>

struct executor;

struct executor *executor_new(const char *name, unsigned threads, size_t queue_limit);
struct executor *executor_inline_new(void);
/* Waits for running jobs, drops queued ones after calling their cancel (may be NULL). */
void executor_free(struct executor *executor);
/* False when the queue is full: nothing was taken. run and cancel are called at most once, one of them. */
bool executor_submit(struct executor *executor, void (*run)(void *), void (*cancel)(void *), void *job);

#endif
