#include "engine/dispatch_apply.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/episode_hold.h"
#include "engine/group.h"

static void store_instance(struct dispatcher *dispatcher, const struct transition *transition)
{
	struct instance_row *row = effects_add_instance(dispatcher->effects);
	row->rule = arena_strdup(dispatcher->effects->arena, transition->rule);
	row->labels = labels_ref(transition->labels);
	row->state = transition->state;
}

/* What dispatch owns goes over from the version before. */
static struct alert *next_version(const struct episode *episode, const struct alert *from)
{
	struct alert *alert = alert_copy(from);
	const struct alert *before = episode->alert;
	alert->version = before ? before->version + 1 : 1;
	if (!before)
		return alert;
	/* The evaluator read a stored version back at the start: with what dispatch owned by then. */
	g_free(alert->ack.by);
	g_free(alert->ack.comment);
	g_free(alert->suppressed_by);
	alert->ack = before->ack;
	alert->ack.by = g_strdup(before->ack.by);
	alert->ack.comment = g_strdup(before->ack.comment);
	alert->suppressed = before->suppressed;
	alert->suppressed_by = g_strdup(before->suppressed_by);
	return alert;
}

static void mark_worse(struct dispatcher *dispatcher, struct episode *episode)
{
	const struct ack *ack = &episode->alert->ack;
	if (ack->by && !ack->sticky && episode->alert->severity > ack->severity)
		episode_end_ack(dispatcher, episode, REASON_ACK_WORSE, NULL);
	for (guint i = 0; i < episode->members->len; i++) {
		struct member *member = episode->members->pdata[i];
		member->pending_worse = true;
		member_changed(dispatcher, member);
	}
	group_touch_all(dispatcher, episode, true);
}

static bool critical_told(const struct group *group)
{
	for (guint i = 0; i < group->incidents->len; i++)
		if (((const struct incident *)group->incidents->pdata[i])->severity == SEVERITY_CRITICAL)
			return true;
	return false;
}

static void mark_opened(struct dispatcher *dispatcher, struct episode *episode)
{
	group_route(dispatcher, episode);
	for (guint i = 0; i < episode->members->len; i++) {
		struct group *group = ((struct member *)episode->members->pdata[i])->group;
		bool first_critical = episode->alert->severity == SEVERITY_CRITICAL && !critical_told(group);
		group_touch(dispatcher, group, first_critical);
	}
}

static void apply_to_episode(struct dispatcher *dispatcher, const struct transition *transition)
{
	struct episode *episode = episode_find(dispatcher, transition->alert->id);
	bool known = episode != NULL;
	if (!known)
		episode = episode_new(dispatcher, transition->alert->id);
	episode_set_alert(dispatcher, episode, next_version(episode, transition->alert));
	dispatch_log_transition(dispatcher, transition, episode->alert);
	bool over = transition->kind == TRANSITION_RESOLVED;
	if (!known && !over)
		mark_opened(dispatcher, episode);
	if (transition->kind == TRANSITION_WORSE)
		mark_worse(dispatcher, episode);
	if (over)
		group_touch_all(dispatcher, episode, false);
	episode_suppress(dispatcher, episode);
}

void dispatch_apply(struct dispatcher *dispatcher, const struct transition *transition)
{
	store_instance(dispatcher, transition);
	if (transition->kind == TRANSITION_CHECKPOINT)
		return;
	if (transition->alert)
		apply_to_episode(dispatcher, transition);
	else
		dispatch_log_transition(dispatcher, transition, NULL);
}
