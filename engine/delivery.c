#include "engine/delivery.h"
#include "base/failpoint.h"
#include "base/json.h"
#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <string.h>

struct delivery_runner {
	struct clock *clock;
	struct executor *pool;
	void (*wake)(void *ctx);
	void *ctx;
	pthread_mutex_t mutex;
	pthread_cond_t idle;
	/* under mutex */
	GQueue results; /* struct command * */
	size_t in_flight;
};

/* One attempt; owned by whoever holds it on its way: pool job, then the notifier. */
struct attempt {
	struct delivery_runner *runner;
	struct receivers *receivers;
	struct notification *notification;
	struct delivery delivery;
	char id[ULID_SIZE];
	char *integration, *recipient, *payload;
};

static void attempt_free(struct attempt *attempt)
{
	notification_free(attempt->notification);
	receivers_unref(attempt->receivers);
	g_free(attempt->integration);
	g_free(attempt->recipient);
	g_free(attempt->payload);
	g_free(attempt);
}

struct delivery_runner *delivery_runner_new(struct clock *clock, struct executor *pool, void (*wake)(void *ctx), void *ctx)
{
	struct delivery_runner *runner = g_new0(struct delivery_runner, 1);
	runner->clock = clock;
	runner->pool = pool;
	runner->wake = wake;
	runner->ctx = ctx;
	pthread_mutex_init(&runner->mutex, NULL);
	clock_cond_init(&runner->idle);
	g_queue_init(&runner->results);
	return runner;
}

void delivery_runner_free(struct delivery_runner *runner)
{
	if (!runner)
		return;
	pthread_mutex_lock(&runner->mutex);
	while (runner->in_flight > 0)
		pthread_cond_wait(&runner->idle, &runner->mutex);
	pthread_mutex_unlock(&runner->mutex);
	g_queue_clear_full(&runner->results, (GDestroyNotify)command_free);
	pthread_mutex_destroy(&runner->mutex);
	pthread_cond_destroy(&runner->idle);
	g_free(runner);
}

/* Ends the attempt: its result waits for the engine. */
static void attempt_done(void *ctx, const struct delivery_result *result)
{
	struct attempt *attempt = ctx;
	struct delivery_runner *runner = attempt->runner;
	struct command *command = command_new(COMMAND_RESULT);
	memcpy(command->id, attempt->id, ULID_SIZE);
	command->result = *result;
	if (FAILPOINT("delivery.sent")) /* as if the answer had been lost on its way back */
		command->result.verdict = DELIVERY_AMBIGUOUS;
	attempt_free(attempt);
	pthread_mutex_lock(&runner->mutex);
	g_queue_push_tail(&runner->results, command);
	runner->wake(runner->ctx); /* under the lock, so that the runner and what it wakes are still there */
	assert(runner->in_flight > 0);
	if (--runner->in_flight == 0)
		pthread_cond_broadcast(&runner->idle);
	pthread_mutex_unlock(&runner->mutex);
}

static void attempt_refuse(struct attempt *attempt, enum delivery_verdict verdict, const char *why)
{
	struct delivery_result result = {.verdict = verdict, .retry_after = -1};
	g_strlcpy(result.detail, why, sizeof result.detail);
	attempt_done(attempt, &result);
}

static bool attempt_read(struct attempt *attempt, struct error *err)
{
	json_t *object = json_parse(attempt->payload, strlen(attempt->payload), 0, err);
	if (!object)
		return false;
	attempt->notification = notification_from_json(object, err);
	json_decref(object);
	return attempt->notification != NULL;
}

static void attempt_run(void *job)
{
	struct attempt *attempt = job;
	struct error err = {""};
	struct integration *integration = receivers_integration(attempt->receivers, attempt->integration);
	if (!integration) {
		attempt_refuse(attempt, DELIVERY_PERMANENT, "the receiver is no longer configured");
	} else if (!attempt_read(attempt, &err)) {
		attempt_refuse(attempt, DELIVERY_PERMANENT, err.text);
	} else {
		attempt->delivery.notification = attempt->notification;
		attempt->delivery.recipient = attempt->recipient;
		attempt->delivery.deadline = integration->timeout;
		attempt->delivery.now = attempt->runner->clock->read(attempt->runner->clock);
		integration->kind->send(integration, &attempt->delivery, attempt_done, attempt);
	}
}

static void attempt_cancel(void *job)
{
	attempt_refuse(job, DELIVERY_RETRY, "stopped before it was sent");
}

void delivery_start(struct delivery_runner *runner, struct receivers *receivers, const struct claim *claims, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct attempt *attempt = g_new0(struct attempt, 1);
		attempt->runner = runner;
		attempt->receivers = receivers_ref(receivers);
		memcpy(attempt->id, claims[i].outbox_id, ULID_SIZE);
		attempt->integration = g_strdup(claims[i].integration);
		attempt->recipient = g_strdup(claims[i].recipient);
		attempt->payload = g_strdup(claims[i].payload);
		attempt->delivery.attempt = claims[i].attempt;
		attempt->delivery.maybe_repeat = claims[i].maybe_repeat;
		pthread_mutex_lock(&runner->mutex);
		runner->in_flight++;
		pthread_mutex_unlock(&runner->mutex);
		if (FAILPOINT("delivery.claimed"))
			attempt_refuse(attempt, DELIVERY_RETRY, "failpoint delivery.claimed");
		else if (!executor_submit(runner->pool, attempt_run, attempt_cancel, attempt))
			attempt_refuse(attempt, DELIVERY_RETRY, "too many deliveries at once");
	}
}

struct command *delivery_take(struct delivery_runner *runner)
{
	pthread_mutex_lock(&runner->mutex);
	struct command *command = g_queue_pop_head(&runner->results);
	pthread_mutex_unlock(&runner->mutex);
	return command;
}

size_t delivery_in_flight(struct delivery_runner *runner)
{
	pthread_mutex_lock(&runner->mutex);
	size_t count = runner->in_flight;
	pthread_mutex_unlock(&runner->mutex);
	return count;
}
