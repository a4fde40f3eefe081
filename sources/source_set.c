/* The schedule: one thread wakes targets at their time and hands refused batches in again; everything else runs
 * where the kind answers its poll. */
#include "sources/source_set.h"
#include "base/log.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum {
	FIRST_SPREAD = 1000, /* ms: first polls come soon after the start */
	RETRY_AFTER = 100, /* ms: a refused batch */
	BACKOFF_LONGEST = 60000,
	BACKOFF_INTERVALS = 6, /* and at most so many intervals */
	BREAKER_FAILURES = 5, /* in a row: said once, then only probed at the longest backoff */
	STALE_AFTER = 3600000, /* ms: slots of series unseen so long may be given up */
};

static struct now set_now(const struct source_set *set)
{
	return set->context.clock->read(set->context.clock);
}

struct clock *target_clock(const struct target *target)
{
	return target->source->context.clock;
}

static bool is_stopping(struct source_set *set)
{
	pthread_mutex_lock(&set->lock);
	bool stopping = set->stopping;
	pthread_mutex_unlock(&set->lock);
	return stopping;
}

/* A request that comes after stop has cancelled those it found cancels itself. */
void target_submit(struct target *target, struct http_request *request, http_done_fn *done, void *ctx)
{
	struct source *source = target->source;
	request->peer = &source->peer;
	http_client_submit(source->context.http, request, done, ctx);
	if (is_stopping(source->set))
		http_client_cancel(source->context.http, &source->peer);
}

/* ---- when ---- */

static msec_t longest_backoff(const struct target *target)
{
	msec_t longest = target->source->interval * BACKOFF_INTERVALS;
	return longest < BACKOFF_LONGEST ? longest : MAX(BACKOFF_LONGEST, target->source->interval);
}

static msec_t backoff(struct target *target)
{
	struct target_schedule *schedule = target->schedule;
	msec_t longest = longest_backoff(target);
	msec_t delay = target->source->interval;
	for (uint32_t n = 1; n < schedule->failures && delay < longest; n++)
		delay *= 2;
	if (schedule->failures >= BREAKER_FAILURES || delay > longest)
		delay = longest;
	return (msec_t)((double)delay * (0.9 + 0.2 * rng_unit(&schedule->rng)));
}

/* The next point of the target's own grid, at least half an interval after this poll began. */
static msec_t next_on_grid(const struct target *target, msec_t now)
{
	msec_t interval = target->source->interval;
	msec_t phase = (msec_t)(target->schedule->hash % (uint64_t)interval);
	msec_t after = MAX(now, target->began + interval / 2);
	return after - (after + interval - phase) % interval + interval; /* the clock may have begun less than a phase ago */
}

static void schedule_next(struct source_set *set, struct target *target, msec_t now)
{
	struct target_schedule *schedule = target->schedule;
	msec_t due = schedule->failures > 1 ? now + backoff(target) : next_on_grid(target, now);
	if (schedule->again)
		due = now;
	schedule->again = false;
	timers_set(set->timers, &schedule->poll.timer, due);
}

/* ---- handing in ---- */

/* That it fails and that it works again the engine says. */
static void tell_log(const struct target *target, const struct batch *batch, uint32_t failures_before)
{
	if (batch->failed && failures_before + 1 == BREAKER_FAILURES)
		log_event(LOG_LEVEL_WARNING, "sources", "polls keep failing; only probing from now on", "source",
			  target->source->name, "instance", target->info.instance, "reason", batch->failure, NULL);
}

/* What was refused is no longer needed: the newest wins, and what it announced is announced again. */
static void forget_held(struct source_set *set, struct target *target)
{
	struct target_schedule *schedule = target->schedule;
	pthread_mutex_lock(&set->lock);
	struct batch *held = g_steal_pointer(&schedule->held);
	bool taken = schedule->held_taken;
	schedule->held_taken = false;
	timers_cancel(set->timers, &schedule->retry.timer);
	pthread_mutex_unlock(&set->lock);
	batch_free(held);
	if (taken)
		slots_taken(target->slots);
}

static void hand_in(struct source_set *set, struct target *target, struct batch *batch, msec_t now)
{
	if (is_stopping(set)) {
		batch_free(batch);
	} else if (set->context.sink->accept(set->context.sink, batch)) {
		slots_taken(target->slots);
	} else {
		pthread_mutex_lock(&set->lock);
		target->schedule->held = batch;
		timers_set(set->timers, &target->schedule->retry.timer, now + RETRY_AFTER);
		pthread_mutex_unlock(&set->lock);
	}
}

static void settle(struct source_set *set, struct target *target, bool failed, msec_t now)
{
	pthread_mutex_lock(&set->lock);
	target->schedule->failures = failed ? target->schedule->failures + 1 : 0;
	target->schedule->in_flight = false;
	set->in_flight--;
	if (!set->stopping)
		schedule_next(set, target, now);
	pthread_cond_broadcast(&set->changed);
	pthread_mutex_unlock(&set->lock);
}

static struct batch *start_batch(struct target *target, struct now now, const char *failure)
{
	struct batch *batch = batch_new(target->index);
	batch->config = target->source->context.config;
	batch->at = now;
	batch->elapsed = now.mono - target->began;
	snprintf(batch->failure, sizeof batch->failure, "%s", failure ? failure : "");
	return batch;
}

static void finish(struct target *target, bool failed, const char *failure)
{
	struct source_set *set = target->source->set;
	struct now now = set_now(set);
	forget_held(set, target);
	struct slots *slots = target->slots;
	uint32_t up = slots_named(slots, "source_up", target->info.labels, METRIC_GAUGE);
	uint32_t seconds = slots_named(slots, "source_poll_seconds", target->info.labels, METRIC_GAUGE);
	struct batch *batch = start_batch(target, now, failure);
	batch->failed = failed;
	if (failed)
		slots_fill_failed(slots, batch);
	else
		slots_fill(slots, batch, now.mono);
	batch->values[up] = failed ? 0 : 1;
	batch->values[seconds] = (double)batch->elapsed / 1000.0;
	if (!is_stopping(set)) /* what was cancelled is no news */
		tell_log(target, batch, target->schedule->failures);
	hand_in(set, target, batch, now.mono);
	settle(set, target, failed, now.mono);
}

void target_done(struct target *target, const char *note)
{
	finish(target, false, note);
}

void target_failed(struct target *target, const char *format, ...)
{
	char failure[sizeof((struct batch *)0)->failure];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(failure, sizeof failure, format, arguments);
	va_end(arguments);
	finish(target, true, failure);
}

/* ---- the thread ---- */

static void begin_poll(struct source_set *set, struct target *target)
{
	target->began = set_now(set).mono;
	slots_begin(target->slots);
	slots_compact(target->slots, target->began, STALE_AFTER);
	/* Before all others, so that the bound never costs them. */
	slots_named(target->slots, "source_up", target->info.labels, METRIC_GAUGE);
	slots_named(target->slots, "source_poll_seconds", target->info.labels, METRIC_GAUGE);
	if (target->source->started)
		target->source->kind->poll(target);
	else
		target_failed(target, "%s", target->source->failure);
}

/* Only while no poll is in flight, which none can become meanwhile: this is the thread that starts them. */
static void retry_held(struct source_set *set, struct target *target)
{
	struct target_schedule *schedule = target->schedule;
	struct batch *held = g_steal_pointer(&schedule->held);
	if (!held)
		return;
	pthread_mutex_unlock(&set->lock);
	bool taken = set->context.sink->accept(set->context.sink, held);
	pthread_mutex_lock(&set->lock);
	schedule->held_taken = taken;
	if (taken)
		return;
	schedule->held = held;
	timers_set(set->timers, &schedule->retry.timer, set_now(set).mono + RETRY_AFTER);
}

static void run_due(struct source_set *set, struct target_timer *due)
{
	struct target *target = due->target;
	if (target->schedule->in_flight)
		return;
	if (due->retry) {
		retry_held(set, target);
		return;
	}
	target->schedule->in_flight = true;
	set->in_flight++;
	pthread_mutex_unlock(&set->lock);
	begin_poll(set, target);
	pthread_mutex_lock(&set->lock);
}

static void *schedule_thread(void *argument)
{
	struct source_set *set = argument;
	struct clock *clock = set->context.clock;
	pthread_mutex_lock(&set->lock);
	while (!set->stopping) {
		struct timer *due = timers_pop(set->timers, set_now(set).mono);
		if (due)
			run_due(set, (struct target_timer *)due);
		else
			clock->wait(clock, &set->changed, &set->lock, timers_next(set->timers));
	}
	pthread_mutex_unlock(&set->lock);
	return NULL;
}

static void start_source(struct source *source, const struct source_context *context)
{
	struct error err = {0};
	source->context = *context;
	source->started = !source->kind->start || source->kind->start(source, &err);
	if (source->started)
		return;
	snprintf(source->failure, sizeof source->failure, "%s", err.text);
	log_event(LOG_LEVEL_ERROR, "sources", "source cannot start", "source", source->name, "reason", err.text, NULL);
}

bool source_set_start(struct source_set *set, const struct source_context *context, struct error *err)
{
	assert(!set->started);
	set->context = *context;
	set->timers = timers_new();
	msec_t now = set_now(set).mono;
	for (size_t i = 0; i < set->source_count; i++)
		start_source(set->sources[i], context);
	for (uint32_t i = 0; i < set->targets->len; i++) {
		struct target *target = g_ptr_array_index(set->targets, i);
		msec_t spread = MIN(FIRST_SPREAD, target->source->interval);
		timers_set(set->timers, &target->schedule->poll.timer,
			   now + (msec_t)(target->schedule->hash % (uint64_t)spread));
	}
	int code = pthread_create(&set->thread, NULL, schedule_thread, set);
	set->started = code == 0;
	if (set->started)
		return true;
	for (size_t i = 0; i < set->source_count; i++)
		if (set->sources[i]->started && set->sources[i]->kind->stop)
			set->sources[i]->kind->stop(set->sources[i]);
	return error_set(err, "cannot start the sources' thread: %s", g_strerror(code));
}

static void cancel_polls(struct source_set *set)
{
	for (size_t i = 0; i < set->source_count; i++)
		if (set->sources[i]->kind->http)
			http_client_cancel(set->context.http, &set->sources[i]->peer);
	for (uint32_t i = 0; i < set->targets->len; i++) {
		struct target *target = g_ptr_array_index(set->targets, i);
		if (target->source->started && target->source->kind->cancel)
			target->source->kind->cancel(target);
	}
}

void source_set_stop(struct source_set *set)
{
	if (!set || !set->started)
		return;
	pthread_mutex_lock(&set->lock);
	set->stopping = true;
	pthread_cond_broadcast(&set->changed);
	pthread_mutex_unlock(&set->lock);
	pthread_join(set->thread, NULL);
	cancel_polls(set);
	pthread_mutex_lock(&set->lock);
	while (set->in_flight)
		pthread_cond_wait(&set->changed, &set->lock);
	pthread_mutex_unlock(&set->lock);
	for (size_t i = 0; i < set->source_count; i++)
		if (set->sources[i]->started && set->sources[i]->kind->stop)
			set->sources[i]->kind->stop(set->sources[i]);
	set->started = false;
}

/* Threads of kinds that nobody joins. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t ended;
	unsigned count;
} left_behind = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};

void source_thread_left(void)
{
	pthread_mutex_lock(&left_behind.lock);
	left_behind.count++;
	pthread_mutex_unlock(&left_behind.lock);
}

void source_thread_ended(void)
{
	pthread_mutex_lock(&left_behind.lock);
	left_behind.count--;
	pthread_cond_broadcast(&left_behind.ended);
	pthread_mutex_unlock(&left_behind.lock);
}

void source_sets_settle(void)
{
	pthread_mutex_lock(&left_behind.lock);
	while (left_behind.count)
		pthread_cond_wait(&left_behind.ended, &left_behind.lock);
	pthread_mutex_unlock(&left_behind.lock);
}

uint32_t source_set_targets(const struct source_set *set)
{
	return set->targets->len;
}

const struct target_info *source_set_target(const struct source_set *set, uint32_t index)
{
	return &((const struct target *)g_ptr_array_index(set->targets, index))->info;
}

void source_set_poll_now(struct source_set *set, uint32_t index)
{
	pthread_mutex_lock(&set->lock);
	if (set->started && index < set->targets->len) {
		struct target *target = g_ptr_array_index(set->targets, index);
		if (target->schedule->in_flight)
			target->schedule->again = true;
		else
			timers_set(set->timers, &target->schedule->poll.timer, 0);
		pthread_cond_broadcast(&set->changed);
	}
	pthread_mutex_unlock(&set->lock);
}
