/* app_loop: the engine thread: takes what is queued, steps, commits, publishes, delivers. At most one batch of effects is
 * uncommitted: meanwhile polls and windows advance, but lifecycle, commands and timers wait. */
#include "base/failpoint.h"
#include "base/json.h"
#include "base/log.h"
#include "engine/app_state.h"
#include <string.h>
#include <unistd.h>

static const msec_t snapshot_every = 1000, retry_first = 100, retry_last = 5000, wall_jump_least = 60000;

enum poll_word { POLL_WORKS, POLL_INCOMPLETE, POLL_FAILED };

/* A change of these is news for the log; another failure of a target that fails stands in the status. */
static void log_poll(const struct target_info *info, enum poll_word word, const char *failure)
{
	static const char *const words[] = {"poll works again", "poll incomplete", "poll failed"};
	enum log_level level = word == POLL_WORKS ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING;
	log_event(level, "sources", words[word], "source", info->source, "instance", info->instance,
		  *failure ? "reason" : NULL, failure, NULL);
}

static void note_target(struct app *app, const struct batch *batch)
{
	struct target_status *status = &app->targets[batch->target];
	enum poll_word before = !status->failure[0] ? POLL_WORKS : status->up ? POLL_INCOMPLETE : POLL_FAILED;
	enum poll_word word = !batch->failure[0] ? POLL_WORKS : batch->failed ? POLL_FAILED : POLL_INCOMPLETE;
	status->up = !batch->failed;
	status->settled = true;
	status->last_poll_at = batch->at.wall;
	status->elapsed = batch->elapsed;
	status->dropped = batch->dropped;
	if (word == POLL_WORKS)
		status->failing_since = 0;
	else if (!status->failing_since)
		status->failing_since = batch->at.wall;
	if (word != before)
		log_poll(source_set_target(app->settings->sources, batch->target), word, batch->failure);
	g_strlcpy(status->failure, batch->failure, sizeof status->failure);
}

static void take_batch(struct app *app, struct batch *batch)
{
	if (batch->config != app->config_generation || batch->target >= app->target_count) {
		batch_free(batch);
		return;
	}
	uint32_t target = batch->target;
	msec_t at = batch->at.wall;
	note_target(app, batch);
	evaluator_ingest(app->evaluator, batch);
	connector_trends_note(app->trends, evaluator_series(app->evaluator), target, at);
}

static void command_answer(struct command *command)
{
	if (command->done)
		command->done(command->ctx, command);
	command_free(command);
}

static void refuse_command(struct command *command)
{
	command->outcome = COMMAND_BUSY;
	g_strlcpy(command->message, "the store is away; try again", sizeof command->message);
	command_answer(command);
}

static void take_command(struct app *app, struct command *command)
{
	bool refusing = app->in_flight && !app->commit_asked;
	if (command->kind != COMMAND_RESULT && (refusing || app->waiting->len >= APP_COMMANDS_WAITING))
		refuse_command(command);
	else
		g_ptr_array_add(app->waiting, command);
}

/* All or none: what is asked as one stands in one commit. */
static void take_commands(struct app *app, GPtrArray *commands)
{
	bool refusing = app->in_flight && !app->commit_asked;
	refusing |= app->waiting->len + commands->len > APP_COMMANDS_WAITING;
	for (guint i = 0; i < commands->len; i++) {
		if (refusing)
			refuse_command(commands->pdata[i]);
		else
			g_ptr_array_add(app->waiting, commands->pdata[i]);
	}
	g_ptr_array_set_free_func(commands, NULL);
}

static void take_message(struct app *app, struct app_message *message, struct now now)
{
	switch (message->kind) {
	case MESSAGE_BATCH:
		take_batch(app, message->batch);
		message->batch = NULL;
		break;
	case MESSAGE_COMMAND:
		take_command(app, message->command);
		message->command = NULL;
		break;
	case MESSAGE_COMMANDS:
		take_commands(app, message->commands);
		break;
	case MESSAGE_VIEW:
		app_answer_view(app, message, now);
		break;
	case MESSAGE_SERIES:
		app_answer_series(app, message);
		break;
	case MESSAGE_ROUTES:
		app_answer_routes(app, message);
		break;
	case MESSAGE_TRAILS:
		app_answer_trails(app, message);
		break;
	case MESSAGE_PENDING:
		app_answer_pending(app, message, now);
		break;
	case MESSAGE_RELOAD:
		app_read_settings(app, message);
		return;
	case MESSAGE_SETTINGS:
		app_keep_settings(app, message);
		return;
	}
	app_message_free(message);
}

static void take_results(struct app *app)
{
	struct command *command;
	while ((command = delivery_take(app->delivery))) {
		if (FAILPOINT("delivery.result")) /* as if nobody knew how it ended */
			command->result.verdict = DELIVERY_AMBIGUOUS;
		g_ptr_array_add(app->waiting, command);
	}
}

static void publish_events(struct app *app, const struct effects *effects)
{
	pthread_mutex_lock(&app->bus_lock);
	for (guint i = 0; i < app->listeners->len; i++) {
		struct bus_listener *listener = app->listeners->pdata[i];
		listener->events(listener, effects->events, effects->events_count);
	}
	pthread_mutex_unlock(&app->bus_lock);
}

static void answer_commands(GPtrArray *commands)
{
	for (guint i = 0; i < commands->len; i++)
		command_answer(commands->pdata[i]);
	g_ptr_array_set_size(commands, 0);
}

/* The effects are durable: now the world may know. */
static void committed(struct app *app, struct now now)
{
	struct effects *effects = app->in_flight;
	app->in_flight = NULL;
	app->commits++;
	if (FAILPOINT("engine.publish"))
		log_event(LOG_LEVEL_WARNING, "engine", "failpoint engine.publish", NULL);
	app_publish(app, now);
	if (effects->events_count > 0)
		publish_events(app, effects);
	answer_commands(app->answering);
	const struct claim *claims;
	size_t count = dispatcher_claims(app->dispatcher, &claims);
	if (count > 0)
		delivery_start(app->delivery, app->settings->receivers, claims, count);
	effects_free(effects);
}

static void on_commit(void *ctx, enum store_outcome outcome, const struct error *err)
{
	struct app *app = ctx;
	pthread_mutex_lock(&app->lock);
	app->commit_answer = COMMIT_ANSWERED;
	app->commit_outcome = outcome;
	app->commit_error = *err;
	pthread_mutex_unlock(&app->lock);
	mailbox_wake(app->inbox);
}

static void ask_commit(struct app *app)
{
	app->commit_asked = true;
	store_commit(app->store, app->in_flight, on_commit, app);
}

static bool commit_answered(struct app *app, enum store_outcome *outcome, struct error *err)
{
	pthread_mutex_lock(&app->lock);
	bool answered = app->commit_answer == COMMIT_ANSWERED;
	*outcome = app->commit_outcome;
	*err = app->commit_error;
	app->commit_answer = COMMIT_NONE;
	pthread_mutex_unlock(&app->lock);
	return answered;
}

static void take_commit(struct app *app, struct now now)
{
	enum store_outcome outcome;
	struct error err;
	if (!commit_answered(app, &outcome, &err))
		return;
	app->commit_asked = false;
	switch (outcome) {
	case STORE_COMMITTED:
		app->retry_delay = 0;
		committed(app, now);
		break;
	case STORE_REFUSED:
		app->retry_delay = app->retry_delay ? MIN(app->retry_delay * 2, retry_last) : retry_first;
		app->retry_at = now.mono + app->retry_delay;
		log_event(LOG_LEVEL_ERROR, "store", "commit refused; trying again", "reason", err.text, NULL);
		break;
	case STORE_UNKNOWN:
		log_event(LOG_LEVEL_ERROR, "store", "nobody knows whether a commit was kept; starting again", "reason",
			  err.text, NULL);
		_exit(EXIT_STORE_UNKNOWN);
	}
}

static void watch_clock(struct app *app, struct now now)
{
	msec_t mono = now.mono - app->last_now.mono, wall = now.wall - app->last_now.wall;
	if (app->last_now.mono > 0 && (wall - mono > wall_jump_least || mono - wall > wall_jump_least))
		app_note(app, EVENT_CLOCK_JUMP, json_pack("{s:I}", "by_msec", (json_int_t)(wall - mono)));
	app->last_now = now;
}

static void watch_settling(struct app *app)
{
	if (app->settled || !evaluator_settled(app->evaluator))
		return;
	app->settled = true;
	dispatcher_settled(app->dispatcher);
	log_event(LOG_LEVEL_INFO, "engine", "every source was read once", NULL);
}

/* One turn of the two pure steps. */
static void step(struct app *app, struct now now)
{
	if (FAILPOINT("engine.step"))
		return;
	watch_clock(app, now);
	arena_reset(app->step_arena);
	struct transitions transitions;
	transitions_init(&transitions, app->step_arena);
	evaluate_step(app->evaluator, now, &transitions);
	if (app->finishing && !app->checkpointed) {
		evaluator_checkpoint(app->evaluator, now, &transitions);
		app->checkpointed = true;
	}
	watch_settling(app);
	GPtrArray *commands = app->waiting;
	app->waiting = app->answering;
	app->answering = commands;
	struct effects *effects = dispatch_step(app->dispatcher, &transitions, (struct command *const *)commands->pdata,
						commands->len, now);
	transitions_release(&transitions);
	app->last_step_at = now.wall;
	app->step_elapsed = app->clock->read(app->clock).mono - now.mono;
	if (effects && !effects_empty(effects)) {
		app->in_flight = effects;
		ask_commit(app);
	} else {
		effects_free(effects);
		answer_commands(app->answering);
	}
}

static void advance(struct app *app, struct now now)
{
	take_commit(app, now);
	if (app->in_flight && !app->commit_asked && now.mono >= app->retry_at)
		ask_commit(app);
	if (app->in_flight)
		return;
	struct app_message *message;
	while ((message = g_queue_pop_head(&app->settings_waiting))) {
		app_use_settings(app, message, now);
		app_message_free(message);
	}
	step(app, now);
}

static msec_t next_deadline(struct app *app, struct now now)
{
	msec_t deadline = now.mono + snapshot_every;
	if (app->in_flight)
		return app->commit_asked ? deadline : MIN(deadline, app->retry_at);
	deadline = MIN(deadline, evaluator_due(app->evaluator));
	return MIN(deadline, dispatcher_due(app->dispatcher, now));
}

/* Orderly end: no new claims, what is in flight may finish, accruals are stored. */
static bool finished(struct app *app, struct now now)
{
	if (!atomic_load(&app->stopping))
		return false;
	if (!app->finishing) {
		app->finishing = true;
		app->finish_by = now.mono + 10000;
		dispatcher_stop_claims(app->dispatcher);
		app_note(app, EVENT_STOP, json_object());
		return false;
	}
	if (now.mono >= app->finish_by)
		return !app->in_flight || !app->commit_asked;
	return !app->in_flight && app->checkpointed && app->waiting->len == 0 && delivery_in_flight(app->delivery) == 0;
}

void *app_loop(void *ctx)
{
	struct app *app = ctx;
	void *taken[APP_TAKE];
	struct now now = app->clock->read(app->clock);
	for (;;) {
		size_t count = mailbox_take(app->inbox, taken, APP_TAKE, next_deadline(app, now));
		now = app->clock->read(app->clock);
		atomic_store(&app->alive_at, now.mono);
		for (size_t i = 0; i < count; i++)
			take_message(app, taken[i], now);
		take_results(app);
		advance(app, now);
		if (now.mono - app->last_snapshot_mono >= snapshot_every)
			app_publish(app, now);
		if (finished(app, now))
			return NULL;
	}
}
