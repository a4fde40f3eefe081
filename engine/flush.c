#include "engine/flush.h"
#include "engine/digest.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/episode_hold.h"
#include "engine/group.h"
#include "engine/incident.h"
#include "engine/message.h"
#include "engine/notification_build.h"
#include "engine/outbox.h"
#include "engine/queue.h"
#include "engine/storm.h"
#include "engine/told.h"
#include <string.h>

#define REPEAT_LEAST ((msec_t)1000)

static enum said said_of(const struct told_entry *told)
{
	return told ? told->said : SAID_NOTHING;
}

/* ---- what is there to say ---- */

static bool for_people(const struct queue *queue)
{
	return queue->integration && queue->integration->kind->for_people;
}

/* An alert that this receiver hears of through another group, or will through its digest, is that group's business. */
static bool elsewhere(const struct flush_plan *plan, const struct episode *episode, const struct told_entry *told)
{
	if (said_of(told) == SAID_FIRING)
		return told->incident[0] && !told_said_in(told, plan->incident);
	bool of_digest = plan->serves && for_people(plan->queue) && !plan->group->digest;
	return of_digest && digest_tells(episode, plan->group->receiver);
}

static void consider_over(const struct flush_plan *plan, struct flush_item *item)
{
	const struct told_entry *told = item->told;
	if (said_of(told) == SAID_FIRING)
		item->resolved = true;
	else if (said_of(told) == SAID_NOTHING && told && told->dead_row[0])
		item->resolved = item->after_dead = true;
}

static void consider_open(const struct flush_plan *plan, struct flush_item *item, bool taken_back)
{
	const struct told_entry *told = item->told;
	bool held = episode_held(item->episode);
	if (said_of(told) == SAID_NOTHING) {
		item->fresh = !held && item->member->routed && plan->serves;
		item->held = held && item->member->routed && plan->serves;
		return;
	}
	item->listed = true;
	if (held || !item->member->routed)
		return;
	bool higher = item->episode->alert->severity > told->said_severity;
	item->worse = higher && (item->member->pending_worse || taken_back);
	item->ack_ended = item->member->ack_ended;
	item->repeats = true;
}

static void consider(struct flush_plan *plan, struct member *member, bool taken_back)
{
	struct flush_item item = {.member = member, .episode = member->episode};
	item.told = told_find(member->episode, plan->queue->name);
	if (elsewhere(plan, item.episode, item.told))
		return;
	if (episode_over(item.episode))
		consider_over(plan, &item);
	else
		consider_open(plan, &item, taken_back);
	plan->fresh += item.fresh;
	plan->worse += item.worse;
	plan->resolved += item.resolved;
	plan->after_dead += item.after_dead;
	plan->ack_ended += item.ack_ended;
	plan->repeats += item.repeats;
	plan->open += item.listed || item.fresh;
	plan->released += item.fresh && item.member->released;
	plan->flapping += item.fresh && item.episode->alert->flapping;
	plan->no_data += item.fresh && item.episode->alert->state == ALERT_NO_DATA;
	if (item.fresh || item.listed || item.resolved || item.held)
		g_array_append_val(plan->items, item);
}

static bool repeat_due(const struct dispatcher *dispatcher, const struct flush_plan *plan)
{
	msec_t repeat = plan->group->repeat;
	if (!plan->incident || !plan->repeats || repeat == MSEC_NEVER)
		return false;
	return dispatcher->now.mono - plan->incident->last_mono >= repeat;
}

static void say(struct flush_plan *plan, enum notification_type type, enum reason reason)
{
	plan->speaks = true;
	plan->type = type;
	plan->reason = reason;
}

static void say_fresh(struct flush_plan *plan)
{
	enum notification_type type = NOTIFICATION_FIRING;
	if (plan->flapping == plan->fresh)
		type = NOTIFICATION_FLAPPING;
	else if (plan->no_data == plan->fresh)
		type = NOTIFICATION_NO_DATA;
	bool first = !plan->incident || !plan->incident->message;
	enum reason reason = plan->group->digest ? REASON_STORM : first ? REASON_FIRST : REASON_NEW_ALERTS;
	say(plan, type, plan->released ? REASON_SUPPRESSION_ENDED : reason);
}

static void decide(const struct dispatcher *dispatcher, struct flush_plan *plan)
{
	if (plan->worse)
		say(plan, NOTIFICATION_WORSE, REASON_TOLD_WORSE);
	else if (plan->fresh)
		say_fresh(plan);
	else if (plan->resolved && !plan->open)
		say(plan, NOTIFICATION_RESOLVED, REASON_ALL_RESOLVED);
	else if (plan->resolved)
		say(plan, NOTIFICATION_PART_RESOLVED, REASON_SOME_RESOLVED);
	else if (plan->ack_ended)
		say(plan, NOTIFICATION_STILL, REASON_ACK_ENDED);
	else if (repeat_due(dispatcher, plan))
		say(plan, NOTIFICATION_STILL, REASON_REPEAT);
}

static void draft_plan(struct dispatcher *dispatcher, struct flush_plan *plan, bool taken_back)
{
	struct group *group = plan->group;
	GArray *items = plan->items;
	g_array_set_size(items, 0);
	*plan = (struct flush_plan){.group = group,
				    .queue = plan->queue,
				    .serves = plan->serves,
				    .items = items,
				    .incident = incident_of(group, plan->queue->name)};
	for (guint i = 0; i < group->members->len; i++)
		consider(plan, group->members->pdata[i], taken_back);
	decide(dispatcher, plan);
}

/* ---- saying it ---- */

static void drop_end(struct dispatcher *dispatcher, const struct flush_plan *plan, const struct flush_item *item,
		     enum reason reason)
{
	const struct queue *queue = plan->queue;
	dispatch_log_unsent(dispatcher, item->episode, queue->name, queue->receiver, "not_sent", reason);
	item->told->said = SAID_RESOLVED;
	item->told->told = TOLD_RESOLVED;
	item->told->dead_row[0] = '\0';
	told_changed(dispatcher, item->episode, item->told);
}

static void drop_resolved(struct dispatcher *dispatcher, const struct flush_plan *plan, enum reason reason)
{
	for (guint i = plan->items->len; i-- > 0;) {
		const struct flush_item *item = &g_array_index(plan->items, struct flush_item, i);
		if (item->resolved)
			drop_end(dispatcher, plan, item, reason);
	}
}

/* Ends of what only a dead letter would have told: as a message of their own they wait with it, among other news they
 * say nothing. */
static bool drop_after_dead(struct dispatcher *dispatcher, const struct flush_plan *plan)
{
	if (!plan->after_dead || (!plan->open && plan->after_dead == plan->resolved))
		return false;
	for (guint i = 0; i < plan->items->len; i++) {
		const struct flush_item *item = &g_array_index(plan->items, struct flush_item, i);
		if (item->after_dead)
			drop_end(dispatcher, plan, item, REASON_PREDECESSOR_DEAD);
	}
	return true;
}

/* What was taken back may have been all that stood between an end and the dead letter before it. */
static void make_plan(struct dispatcher *dispatcher, struct flush_plan *plan, bool taken_back)
{
	draft_plan(dispatcher, plan, taken_back);
	if (drop_after_dead(dispatcher, plan))
		draft_plan(dispatcher, plan, taken_back);
}

static void log_held(struct dispatcher *dispatcher, const struct flush_plan *plan)
{
	for (guint i = 0; i < plan->items->len; i++) {
		struct flush_item *item = &g_array_index(plan->items, struct flush_item, i);
		if (!item->held)
			continue;
		struct told_entry *told = told_get(item->episode, plan->queue->name);
		enum reason reason = episode_held_reason(item->episode);
		if (told->held == reason)
			continue;
		told->held = reason;
		dispatch_log_unsent(dispatcher, item->episode, plan->queue->name, plan->queue->receiver, "held",
				    reason);
	}
}

static void mark_said(struct dispatcher *dispatcher, const struct flush_plan *plan, const char *row)
{
	for (guint i = 0; i < plan->items->len; i++) {
		struct flush_item *item = &g_array_index(plan->items, struct flush_item, i);
		if (item->held)
			continue;
		struct told_entry *told = told_get(item->episode, plan->queue->name);
		told->said = item->resolved ? SAID_RESOLVED : SAID_FIRING;
		told->said_severity = item->episode->alert->severity;
		told->said_value = item->episode->alert->value;
		told->said_at = dispatcher->now.wall;
		told_say_in(told, item->episode, plan->incident);
		told->held = REASON_NONE;
		if (!item->resolved)
			g_strlcpy(told->said_row, row, ULID_SIZE);
	}
}

/* The FIRING row that the RESOLVED follows: the newest one of those it closes. */
static void set_predecessor(const struct flush_plan *plan, struct message *message)
{
	for (guint i = 0; i < plan->items->len; i++) {
		const struct flush_item *item = &g_array_index(plan->items, struct flush_item, i);
		if (!item->resolved)
			continue;
		const char *row = item->after_dead ? item->told->dead_row : item->told->said_row;
		if (strcmp(row, message->predecessor) > 0)
			g_strlcpy(message->predecessor, row, ULID_SIZE);
	}
}

static void send_message(struct dispatcher *dispatcher, struct flush_plan *plan, msec_t waits_since)
{
	if (!plan->incident)
		plan->incident = incident_open(dispatcher, plan->group, plan->queue->name);
	struct incident *incident = plan->incident;
	struct message message = {.incident = incident,
				  .queue = plan->queue,
				  .flush = plan->group->flush,
				  .waits_since = waits_since,
				  .step = ""};
	message.predecessor_dead = plan->after_dead > 0;
	set_predecessor(plan, &message);
	incident->message++;
	GArray *alerts = g_array_new(FALSE, TRUE, sizeof(struct row_alert));
	message.notification = notification_build(dispatcher, plan, alerts);
	message.alerts = alerts;
	message_queue(dispatcher, &message);
	mark_said(dispatcher, plan, message.row);
	incident->last_mono = dispatcher->now.mono;
	incident_changed(dispatcher, incident);
	notification_free(message.notification);
	g_array_free(alerts, TRUE);
}

static void log_merged(struct dispatcher *dispatcher, const struct group *group, const struct queue *queue)
{
	for (guint i = 0; i < group->members->len; i++) {
		struct member *member = group->members->pdata[i];
		struct told_entry *told = told_find(member->episode, queue->name);
		if (episode_over(member->episode) && told)
			told->explained = true; /* the cancelled row's event says it */
	}
}

/* Too many incidents for this receiver's people: what would open one more is left to the digest. */
static void divert(struct dispatcher *dispatcher, struct flush_plan *plan)
{
	struct group *group = plan->group;
	if (group->digest || !plan->serves || plan->incident || !plan->fresh || !for_people(plan->queue))
		return;
	if (!storm_diverts(dispatcher, receivers_find(dispatcher->receivers, group->receiver), group))
		return;
	digest_take(dispatcher, plan);
	make_plan(dispatcher, plan, false);
}

static void flush_integration(struct dispatcher *dispatcher, struct group *group, struct queue *queue, bool serves)
{
	struct flush_plan plan = {.group = group, .queue = queue, .serves = serves};
	msec_t waits_since = dispatcher->now.mono;
	plan.items = g_array_new(FALSE, TRUE, sizeof(struct flush_item));
	make_plan(dispatcher, &plan, false);
	divert(dispatcher, &plan);
	log_held(dispatcher, &plan);
	if (plan.speaks && plan.resolved && (!queue->integration || !queue->integration->send_resolved)) {
		drop_resolved(dispatcher, &plan,
			      queue->integration ? REASON_RESOLVED_UNWANTED : REASON_RECEIVER_REMOVED);
		if (plan.incident && queue->integration)
			outbox_take_back(dispatcher, plan.incident, &waits_since);
		make_plan(dispatcher, &plan, true);
	}
	if (plan.speaks && plan.incident && outbox_take_back(dispatcher, plan.incident, &waits_since)) {
		log_merged(dispatcher, group, queue);
		make_plan(dispatcher, &plan, true);
	}
	if (plan.speaks && queue->integration)
		send_message(dispatcher, &plan, waits_since);
	g_array_free(plan.items, TRUE);
}

/* ---- the group's turn ---- */

static void add_queue(GPtrArray *queues, struct queue *queue)
{
	if (!g_ptr_array_find(queues, queue, NULL))
		g_ptr_array_add(queues, queue);
}

/* Integrations of the receiver (for a digest, those that people read), and all that were told through this group. */
static guint hearers(struct dispatcher *dispatcher, const struct group *group, GPtrArray *out)
{
	const struct receiver *receiver = receivers_find(dispatcher->receivers, group->receiver);
	for (uint32_t i = 0; receiver && i < receiver->integration_count; i++)
		if (!group->digest || receiver->integrations[i]->kind->for_people)
			add_queue(out, queue_get(dispatcher, receiver->integrations[i]->name));
	guint serving = out->len;
	for (guint i = 0; i < group->incidents->len; i++) {
		const struct incident *incident = group->incidents->pdata[i];
		add_queue(out, queue_get(dispatcher, incident->integration));
	}
	return serving;
}

static void explain_untold(struct dispatcher *dispatcher, const struct member *member, const GPtrArray *queues)
{
	struct episode *episode = member->episode;
	for (guint i = 0; i < queues->len; i++) {
		const struct queue *queue = queues->pdata[i];
		struct told_entry *told = told_find(episode, queue->name);
		if (told && (told->said != SAID_NOTHING || told->explained))
			continue;
		told_get(episode, queue->name)->explained = true;
		dispatch_log_unsent(dispatcher, episode, queue->name, queue->receiver, "not_sent", REASON_NEVER_TOLD);
	}
}

static void clear_news(struct dispatcher *dispatcher, struct member *member)
{
	if (member->pending_worse || member->ack_ended)
		member_changed(dispatcher, member);
	member->pending_worse = member->ack_ended = member->released = false;
}

static void clear_members(struct dispatcher *dispatcher, struct group *group, const GPtrArray *queues, guint serving)
{
	for (guint i = group->members->len; i-- > 0;) {
		struct member *member = group->members->pdata[i];
		struct episode *episode = member->episode;
		if (!episode_held(episode))
			clear_news(dispatcher, member);
		if (!episode_over(episode))
			continue;
		if (serving)
			explain_untold(dispatcher, member, queues);
		group_leave(dispatcher, member);
	}
}

static void close_group(struct dispatcher *dispatcher, struct group *group)
{
	timers_cancel(dispatcher->flush_timers, &group->wake.timer);
	group->next_flush_at = 0;
	for (guint i = 0; i < group->incidents->len; i++)
		incident_close(dispatcher, group->incidents->pdata[i]);
	g_ptr_array_set_size(group->incidents, 0);
	group->deleted = true;
	group_changed(dispatcher, group);
}

static bool can_repeat(const struct group *group, const struct incident *incident)
{
	for (guint i = 0; i < group->members->len; i++) {
		const struct member *member = group->members->pdata[i];
		bool told_here = told_said_in(told_find(member->episode, incident->integration), incident);
		if (told_here && member->routed && !episode_held(member->episode))
			return true;
	}
	return false;
}

/* A digest keeps its pace, whichever of its channels spoke last. */
static msec_t earliest_repeat(const struct dispatcher *dispatcher, const struct group *group)
{
	msec_t earliest = dispatcher->now.mono + REPEAT_LEAST;
	for (guint i = 0; group->digest && i < group->incidents->len; i++)
		earliest = MAX(earliest,
			       ((const struct incident *)group->incidents->pdata[i])->last_mono + group->interval);
	return earliest;
}

static void wait_for_repeat(struct dispatcher *dispatcher, struct group *group)
{
	msec_t earliest = earliest_repeat(dispatcher, group);
	for (guint i = 0; group->repeat != MSEC_NEVER && i < group->incidents->len; i++) {
		const struct incident *incident = group->incidents->pdata[i];
		bool reachable = queue_get(dispatcher, incident->integration)->integration != NULL;
		if (reachable && incident->message && can_repeat(group, incident))
			group_due_at(dispatcher, group,
				     MAX(incident->last_mono + group->repeat, earliest));
	}
}

void group_flush(struct dispatcher *dispatcher, struct group *group)
{
	GPtrArray *queues = g_ptr_array_new();
	timers_cancel(dispatcher->flush_timers, &group->wake.timer);
	group->flush++;
	group->last_flush_at = dispatcher->now.wall;
	group->last_flush_mono = dispatcher->now.mono;
	group->next_flush_at = 0;
	group_changed(dispatcher, group);
	guint serving = hearers(dispatcher, group, queues);
	for (guint i = 0; i < queues->len; i++)
		flush_integration(dispatcher, group, queues->pdata[i], i < serving);
	clear_members(dispatcher, group, queues, serving);
	if (group->members->len)
		wait_for_repeat(dispatcher, group);
	else
		close_group(dispatcher, group);
	g_ptr_array_free(queues, TRUE);
}
