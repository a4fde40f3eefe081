#include "engine/dispatcher.h"
#include "engine/acknowledge.h"
#include "engine/claims.h"
#include "engine/dead_letter.h"
#include "engine/dispatch_apply.h"
#include "engine/dispatch_emit.h"
#include "engine/dispatch_log.h"
#include "engine/dispatch_rebind.h"
#include "engine/dispatch_restore.h"
#include "engine/dispatch_state.h"
#include "engine/episode.h"
#include "engine/episode_hold.h"
#include "engine/flush.h"
#include "engine/group.h"
#include "engine/incident.h"
#include "engine/line.h"
#include "engine/outbox_result.h"
#include "engine/queue.h"
#include "engine/row.h"
#include "engine/storm.h"
#include <assert.h>

enum { CLAIMS_DEFAULT = 64 };
#define SETTLE_DEFAULT ((msec_t)60 * 1000)

/* ---- life ---- */

struct dispatcher *dispatcher_new(const struct dispatcher_options *options)
{
	struct dispatcher *dispatcher = g_new0(struct dispatcher, 1);
	dispatcher->options = *options;
	if (!dispatcher->options.claims_max)
		dispatcher->options.claims_max = CLAIMS_DEFAULT;
	if (!dispatcher->options.settle_max)
		dispatcher->options.settle_max = SETTLE_DEFAULT;
	dispatcher->external_url = g_strdup(options->external_url ? options->external_url : "");
	rng_seed(&dispatcher->rng, options->seed);
	dispatcher->timers = timers_new();
	dispatcher->flush_timers = timers_new();
	dispatcher->episodes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)episode_free);
	dispatcher->groups = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)group_free);
	dispatcher->incidents = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)incident_free);
	dispatcher->rows = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)row_free);
	dispatcher->queue_index = g_hash_table_new(g_str_hash, g_str_equal);
	dispatcher->names = g_hash_table_new(g_str_hash, g_str_equal);
	dispatcher->storms = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)storm_free);
	dispatcher->queues = g_ptr_array_new_with_free_func((GDestroyNotify)queue_free);
	dispatcher->touched = g_ptr_array_new();
	dispatcher->changed_groups = g_ptr_array_new();
	dispatcher->changed_members = g_ptr_array_new();
	dispatcher->changed_incidents = g_ptr_array_new();
	dispatcher->changed_rows = g_ptr_array_new();
	dispatcher->recent = g_ptr_array_new_with_free_func((GDestroyNotify)alert_unref);
	dispatcher->claims = g_array_new(FALSE, TRUE, sizeof(struct claim));
	dispatcher->text = g_string_new(NULL);
	dispatcher_add_suppressor(dispatcher, &suppress_acknowledged, NULL);
	dispatcher_add_suppressor(dispatcher, &suppress_settling, &dispatcher->settled);
	return dispatcher;
}

void dispatcher_free(struct dispatcher *dispatcher)
{
	if (!dispatcher)
		return;
	g_string_free(dispatcher->text, TRUE);
	g_array_free(dispatcher->claims, TRUE);
	alert_list_unref(dispatcher->listed);
	g_ptr_array_free(dispatcher->recent, TRUE);
	g_ptr_array_free(dispatcher->changed_rows, TRUE);
	g_ptr_array_free(dispatcher->changed_incidents, TRUE);
	g_ptr_array_free(dispatcher->changed_members, TRUE);
	g_ptr_array_free(dispatcher->changed_groups, TRUE);
	g_ptr_array_free(dispatcher->touched, TRUE);
	g_hash_table_destroy(dispatcher->storms);
	g_hash_table_destroy(dispatcher->names);
	g_hash_table_destroy(dispatcher->rows);
	g_hash_table_destroy(dispatcher->queue_index);
	g_ptr_array_free(dispatcher->queues, TRUE);
	g_hash_table_destroy(dispatcher->incidents);
	g_hash_table_destroy(dispatcher->groups);
	g_hash_table_destroy(dispatcher->episodes);
	timers_free(dispatcher->timers);
	timers_free(dispatcher->flush_timers);
	if (dispatcher->receivers)
		receivers_unref(dispatcher->receivers);
	g_free(dispatcher->external_url);
	g_free(dispatcher);
}

void dispatcher_restore(struct dispatcher *dispatcher, const struct effects *rows, uint64_t last_seq, struct now now)
{
	assert(!dispatcher->started);
	dispatcher->now = now;
	dispatcher->seq = last_seq;
	dispatch_restore(dispatcher, rows);
	dispatcher->rebind = true;
}

void dispatcher_configure(struct dispatcher *dispatcher, const struct route *root, struct receivers *receivers)
{
	struct receivers *before = dispatcher->receivers;
	dispatcher->root = root;
	dispatcher->receivers = receivers_ref(receivers);
	dispatcher->rebind = true;
	/* The old routes are the caller's to free from now on, and the old receivers may go with this reference. */
	GHashTableIter iter;
	void *group;
	g_hash_table_iter_init(&iter, dispatcher->groups);
	while (g_hash_table_iter_next(&iter, NULL, &group))
		group_bind(group, NULL);
	for (guint i = 0; i < dispatcher->queues->len; i++) {
		struct queue *queue = dispatcher->queues->pdata[i];
		queue->integration = receivers_integration(receivers, queue->name);
	}
	if (before)
		receivers_unref(before);
}

void dispatcher_add_suppressor(struct dispatcher *dispatcher, const struct suppressor *suppressor, void *state)
{
	assert(dispatcher->stage_count < SUPPRESSORS_MAX);
	dispatcher->stages[dispatcher->stage_count++] = (struct suppression_stage){suppressor, state};
}

void dispatcher_settled(struct dispatcher *dispatcher)
{
	dispatcher->settle_now = true;
}

void dispatcher_stop_claims(struct dispatcher *dispatcher)
{
	dispatcher->options.claims_max = 0;
}

/* ---- commands ---- */

static void suppress_all(struct dispatcher *dispatcher, uint32_t mask)
{
	GPtrArray *episodes = episodes_in_order(dispatcher);
	for (guint i = 0; i < episodes->len; i++) {
		struct episode *episode = episodes->pdata[i];
		if (!episode_over(episode) && (!mask || (episode->alert->suppressed & mask)))
			episode_suppress(dispatcher, episode);
	}
	g_ptr_array_free(episodes, TRUE);
}

static void note(struct dispatcher *dispatcher, struct command *command)
{
	command->outcome = COMMAND_INVALID;
	if (command->event_kind < 0 || command->event_kind >= EVENT_KIND_COUNT)
		return;
	dispatch_log_text(dispatcher, (enum event_kind)command->event_kind, command->by, command->data);
	if (command->event_kind == EVENT_CLOCK_JUMP)
		suppress_all(dispatcher, SUPPRESSED_ACKNOWLEDGED | SUPPRESSED_MUTED | SUPPRESSED_SILENCED);
	command->outcome = COMMAND_DONE;
}

static void run_command(struct dispatcher *dispatcher, struct command *command)
{
	switch (command->kind) {
	case COMMAND_ACK:
	case COMMAND_UNACK:
	case COMMAND_COMMENT:
		alert_command(dispatcher, command);
		return;
	case COMMAND_RETRY:
		dead_letter_retry(dispatcher, command);
		return;
	case COMMAND_RESULT:
		outbox_result(dispatcher, command);
		return;
	case COMMAND_NOTE:
		note(dispatcher, command);
		return;
	}
}

/* ---- time ---- */

static void settle(struct dispatcher *dispatcher)
{
	if (dispatcher->settled || (!dispatcher->settle_now && dispatcher->now.mono < dispatcher->settle_until))
		return;
	dispatcher->settled = true;
	suppress_all(dispatcher, SUPPRESSED_SETTLING);
}

static void run_timers(struct dispatcher *dispatcher)
{
	struct timer *timer;
	while ((timer = timers_pop(dispatcher->timers, dispatcher->now.mono))) {
		struct wake *wake = (struct wake *)timer;
		if (wake->kind == WAKE_SUPPRESSION)
			episode_suppress(dispatcher, (struct episode *)wake);
		else
			line_ready((struct row *)wake);
	}
	while (dispatcher->settled && (timer = timers_pop(dispatcher->flush_timers, dispatcher->now.mono)))
		group_flush(dispatcher, (struct group *)timer);
}

static void begin(struct dispatcher *dispatcher, struct now now)
{
	dispatcher->now = now;
	dispatcher->effects = effects_new();
	dispatcher->effects->shard = dispatcher->options.shard;
	dispatcher->effects->fence = dispatcher->options.fence;
	dispatcher->effects->at = now;
	g_array_set_size(dispatcher->claims, 0);
	if (dispatcher->recent->len) {
		alert_list_unref(dispatcher->listed);
		dispatcher->listed = NULL;
	}
	g_ptr_array_set_size(dispatcher->recent, 0);
	if (!dispatcher->started)
		dispatcher->settle_until = now.mono + dispatcher->options.settle_max;
	dispatcher->started = true;
}

static struct effects *end(struct dispatcher *dispatcher)
{
	struct effects *effects = dispatcher->effects;
	dispatcher->effects = NULL;
	if (!effects_empty(effects))
		return effects;
	effects_free(effects);
	return NULL;
}

struct effects *dispatch_step(struct dispatcher *dispatcher, const struct transitions *transitions,
			      struct command *const *commands, size_t command_count, struct now now)
{
	assert(dispatcher->root && dispatcher->receivers);
	begin(dispatcher, now);
	if (dispatcher->rebind)
		dispatch_rebind(dispatcher);
	for (size_t i = 0; transitions && i < transitions->count; i++)
		dispatch_apply(dispatcher, &transitions->items[i]);
	for (size_t i = 0; i < command_count; i++)
		run_command(dispatcher, commands[i]);
	settle(dispatcher);
	run_timers(dispatcher);
	if (dispatcher->settled)
		outbox_claim(dispatcher);
	dispatch_emit(dispatcher);
	return end(dispatcher);
}

msec_t dispatcher_due(const struct dispatcher *dispatcher, struct now now)
{
	msec_t due = timers_next(dispatcher->timers);
	if (dispatcher->rebind || (dispatcher->settle_now && !dispatcher->settled))
		return now.mono;
	if (!dispatcher->settled)
		return dispatcher->started ? MIN(due, dispatcher->settle_until) : due;
	due = MIN(due, timers_next(dispatcher->flush_timers));
	return MIN(due, outbox_due(dispatcher, now));
}

/* ---- what others read ---- */

size_t dispatcher_claims(const struct dispatcher *dispatcher, const struct claim **out)
{
	*out = (const struct claim *)dispatcher->claims->data;
	return dispatcher->claims->len;
}

uint64_t dispatcher_seq(const struct dispatcher *dispatcher)
{
	return dispatcher->seq;
}

static struct alert_list *list_alerts(const struct dispatcher *dispatcher)
{
	GPtrArray *alerts = g_ptr_array_new();
	GPtrArray *episodes = episodes_in_order(dispatcher);
	for (guint i = 0; i < episodes->len; i++) {
		const struct episode *episode = episodes->pdata[i];
		if (!episode_over(episode))
			g_ptr_array_add(alerts, alert_ref(episode->alert));
	}
	g_ptr_array_free(episodes, TRUE);
	for (guint i = 0; i < dispatcher->recent->len; i++)
		g_ptr_array_add(alerts, alert_ref(dispatcher->recent->pdata[i]));
	return alert_list_new(alerts);
}

struct alert_list *dispatcher_alerts(struct dispatcher *dispatcher)
{
	if (!dispatcher->listed)
		dispatcher->listed = list_alerts(dispatcher);
	return alert_list_ref(dispatcher->listed);
}
