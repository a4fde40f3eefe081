/* The threads of base at work together, for ThreadSanitizer (Criterion does not start under it). TAP. */
#include "base/executor.h"
#include "base/failpoint.h"
#include "base/http_client.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mailbox.h"
#include "tests/support/fake_http.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS = 400 };

static struct mailbox *mailbox;
static atomic_uint cancelled;

static void parse_and_post(void *job)
{
	static const char text[] = "{\"a\":[1,2,3]}";
	json_t *value = json_parse(text, sizeof text - 1, 1 << 16, NULL);
	log_event(LOG_LEVEL_DEBUG, "race", "parsed", "value", "x", NULL);
	if (value && !FAILPOINT("engine.step"))
		mailbox_post(mailbox, job);
	json_decref(value);
}

static void count_cancelled(void *job)
{
	atomic_fetch_add(&cancelled, 1);
}

static bool executor_feeds_mailbox(void)
{
	struct executor *executor = executor_new("race", 3, JOBS);
	mailbox = mailbox_new(clock_system(), JOBS);
	unsigned accepted = 0, got = 0;
	for (uintptr_t i = 1; i <= JOBS; i++)
		accepted += executor_submit(executor, parse_and_post, count_cancelled, (void *)i);
	void *out[16];
	while (got < accepted)
		got += (unsigned)mailbox_take(mailbox, out, 16, MSEC_NEVER);
	executor_free(executor);
	mailbox_free(mailbox, NULL);
	return got == accepted && accepted == JOBS && !cancelled;
}

struct waiter {
	struct clock *clock;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	msec_t deadline;
};

static void *wait_out(void *context)
{
	struct waiter *waiter = context;
	pthread_mutex_lock(&waiter->mutex);
	while (waiter->clock->read(waiter->clock).mono < waiter->deadline)
		waiter->clock->wait(waiter->clock, &waiter->cond, &waiter->mutex, waiter->deadline);
	pthread_mutex_unlock(&waiter->mutex);
	return NULL;
}

static bool virtual_clock_wakes_all(void)
{
	enum { WAITERS = 4 };
	struct clock *clock = clock_virtual_new(0);
	struct waiter waiters[WAITERS];
	pthread_t threads[WAITERS];
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < WAITERS; i++) {
			waiters[i] =
				(struct waiter){.clock = clock, .deadline = clock->read(clock).mono + 100 * (i + 1)};
			pthread_mutex_init(&waiters[i].mutex, NULL);
			clock_cond_init(&waiters[i].cond);
			pthread_create(&threads[i], NULL, wait_out, &waiters[i]);
		}
		for (int i = 0; i < WAITERS; i++)
			clock_virtual_advance(clock, 100);
		for (int i = 0; i < WAITERS; i++) {
			pthread_join(threads[i], NULL);
			pthread_cond_destroy(&waiters[i].cond);
			pthread_mutex_destroy(&waiters[i].mutex);
		}
	}
	clock_virtual_free(clock);
	return true;
}

static void hand_over(void *ctx, struct http_answer *answer)
{
	mailbox_post(ctx, (void *)(uintptr_t)(answer->outcome + 1));
}

static bool http_answers_all(void)
{
	struct fake_http_step step = {.body = "x"};
	struct fake_http *fake = fake_http_start(&step, 1);
	struct http_client *client = http_client_new(clock_system(), 8);
	struct http_peer peer = {.timeout = 30000};
	struct mailbox *answers = mailbox_new(clock_system(), JOBS);
	struct http_request request = {.method = "GET", .url = fake_http_url(fake), .peer = &peer};
	for (int i = 0; i < JOBS; i++)
		http_client_submit(client, &request, hand_over, answers);
	unsigned got = 0, answered = 0;
	void *out[16];
	while (got < JOBS / 2) {
		size_t n = mailbox_take(answers, out, 16, MSEC_NEVER);
		for (size_t i = 0; i < n; i++)
			answered += (uintptr_t)out[i] == HTTP_ANSWERED + 1;
		got += (unsigned)n;
	}
	http_client_free(client); /* the rest is cancelled or done, but called back */
	got += (unsigned)mailbox_length(answers);
	mailbox_free(answers, NULL);
	fake_http_stop(fake);
	return got == JOBS && answered >= JOBS / 2;
}

int main(void)
{
	json_setup();
	log_configure(LOG_LEVEL_ERROR, LOG_SINK_NONE);
	printf("1..3\n");
	printf("%sok 1 - an executor feeds a mailbox\n", executor_feeds_mailbox() ? "" : "not ");
	printf("%sok 2 - a virtual clock wakes everybody\n", virtual_clock_wakes_all() ? "" : "not ");
	printf("%sok 3 - every request is called back\n", http_answers_all() ? "" : "not ");
	return 0;
}
