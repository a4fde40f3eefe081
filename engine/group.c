#include "engine/group.h"
#include "engine/episode.h"
#include "engine/incident.h"
#include "engine/told.h"
#include <stdlib.h>
#include <string.h>

#define ORPHAN_INTERVAL ((msec_t)60 * 1000)

struct group *group_new(struct dispatcher *dispatcher, const char *key)
{
	struct group *group = g_new0(struct group, 1);
	group->wake.kind = WAKE_FLUSH;
	group->key = g_strdup(key);
	group->generation = 1;
	group->interval = ORPHAN_INTERVAL;
	group->repeat = MSEC_NEVER;
	group->members = g_ptr_array_new();
	group->incidents = g_ptr_array_new();
	g_hash_table_insert(dispatcher->groups, group->key, group);
	return group;
}

void group_free(struct group *group)
{
	if (!group)
		return;
	for (guint i = 0; i < group->members->len; i++)
		g_free(group->members->pdata[i]);
	g_ptr_array_free(group->members, TRUE);
	g_ptr_array_free(group->incidents, TRUE);
	if (group->labels)
		labels_unref(group->labels);
	g_free(group->key);
	g_free(group->receiver);
	g_free(group->path);
	g_free(group);
}

void group_changed(struct dispatcher *dispatcher, struct group *group)
{
	if (group->changed)
		return;
	group->changed = true;
	g_ptr_array_add(dispatcher->changed_groups, group);
}

void group_bind(struct group *group, const struct route *route)
{
	group->route = route;
	group->wait = route ? route->group_wait : 0;
	group->interval = route ? route->group_interval : ORPHAN_INTERVAL;
	group->repeat = route ? route->repeat_interval : MSEC_NEVER;
}

void group_due_at(struct dispatcher *dispatcher, struct group *group, msec_t mono)
{
	struct timer *timer = &group->wake.timer;
	if (timer->place && timer->due <= mono)
		return;
	timers_set(dispatcher->flush_timers, timer, mono);
	group->next_flush_at = dispatcher->now.wall + (mono - dispatcher->now.mono);
	group_changed(dispatcher, group);
}

void group_touch(struct dispatcher *dispatcher, struct group *group, bool at_once)
{
	msec_t due = dispatcher->now.mono;
	if (group->digest)
		due = MAX(due + group->wait, group->flush ? group->last_flush_mono + group->interval : 0);
	else if (!group->flush)
		due = group->first_mono + group->wait;
	else if (!at_once)
		due = group->last_flush_mono + group->interval;
	group_due_at(dispatcher, group, due > dispatcher->now.mono ? due : dispatcher->now.mono);
}

void group_touch_all(struct dispatcher *dispatcher, struct episode *episode, bool at_once)
{
	for (guint i = 0; i < episode->members->len; i++) {
		struct member *member = episode->members->pdata[i];
		group_touch(dispatcher, member->group, at_once);
	}
}

void member_changed(struct dispatcher *dispatcher, struct member *member)
{
	if (member->changed)
		return;
	member->changed = true;
	g_ptr_array_add(dispatcher->changed_members, member);
}

struct member *group_join(struct dispatcher *dispatcher, struct group *group, struct episode *episode)
{
	struct member *member = g_new0(struct member, 1);
	member->group = group;
	member->episode = episode;
	g_ptr_array_add(group->members, member);
	g_ptr_array_add(episode->members, member);
	return member;
}

void group_leave(struct dispatcher *dispatcher, struct member *member)
{
	g_ptr_array_remove_fast(member->group->members, member);
	g_ptr_array_remove_fast(member->episode->members, member);
	episode_touch(dispatcher, member->episode);
	member->deleted = true;
	member_changed(dispatcher, member);
	group_changed(dispatcher, member->group);
}

struct routing {
	struct dispatcher *dispatcher;
	struct episode *episode;
	GPtrArray *receivers; /* borrowed names */
};

static struct group *find_or_open(struct dispatcher *dispatcher, const struct route *route, struct labels *labels)
{
	char *text = labels_format(labels);
	char *key = g_strdup_printf("%s:%s", route->path, text);
	struct group *group = g_hash_table_lookup(dispatcher->groups, key);
	if (group && strcmp(group->receiver, route->receiver) != 0) {
		/* The route stayed, its receiver changed: the old group keeps its debts under its own key. */
		g_free(key);
		key = g_strdup_printf("%s>%s:%s", route->path, route->receiver, text);
		group = g_hash_table_lookup(dispatcher->groups, key);
	}
	if (!group) {
		group = group_new(dispatcher, key);
		group->receiver = g_strdup(route->receiver);
		group->path = g_strdup(route->path);
		group->labels = labels_ref(labels);
		group->first_at = dispatcher->now.wall;
		group->first_mono = dispatcher->now.mono;
	}
	group_bind(group, route);
	g_free(key);
	free(text);
	return group;
}

static void join_route(void *ctx, const struct route *route)
{
	struct routing *routing = ctx;
	struct dispatcher *dispatcher = routing->dispatcher;
	struct labels *labels = route_group_labels(route, routing->episode->alert->labels);
	struct group *group = find_or_open(dispatcher, route, labels);
	struct member *member = episode_member_in(routing->episode, group);
	g_ptr_array_add(routing->receivers, route->receiver);
	if (!member) {
		member = group_join(dispatcher, group, routing->episode);
		member_changed(dispatcher, member);
		group_touch(dispatcher, group, false);
		group_changed(dispatcher, group);
	}
	member->routed = true;
	labels_unref(labels);
}

/* What was said nobody knows where is owed by any group of that receiver. */
static bool owes(const struct dispatcher *dispatcher, const struct member *member)
{
	const struct group *group = member->group;
	for (guint i = 0; i < member->episode->told->len; i++) {
		const struct told_entry *told = member->episode->told->pdata[i];
		if (told_said_in(told, incident_of(group, told->integration)))
			return true;
		const struct queue *queue = g_hash_table_lookup(dispatcher->queue_index, told->integration);
		if (told->said == SAID_FIRING && !told->incident[0] && queue &&
		    g_strcmp0(queue->receiver, group->receiver) == 0)
			return true;
	}
	return false;
}

/* A group that spoke to a receiver goes on serving it, even if another route leads there now. */
static bool still_heard(const struct member *member, const GPtrArray *receivers)
{
	for (guint i = 0; i < receivers->len; i++)
		if (strcmp(receivers->pdata[i], member->group->receiver) == 0)
			return true;
	return false;
}

void group_route(struct dispatcher *dispatcher, struct episode *episode)
{
	struct routing routing = {dispatcher, episode, g_ptr_array_new()};
	for (guint i = 0; i < episode->members->len; i++)
		((struct member *)episode->members->pdata[i])->routed = false;
	if (dispatcher->root)
		route_match(dispatcher->root, episode->alert->labels, join_route, &routing);
	for (guint i = episode->members->len; i-- > 0;) {
		struct member *member = episode->members->pdata[i];
		if (member->routed)
			continue;
		if (member->group->digest || owes(dispatcher, member))
			member->routed = still_heard(member, routing.receivers);
		if (!member->routed && !owes(dispatcher, member))
			group_leave(dispatcher, member);
	}
	g_ptr_array_free(routing.receivers, TRUE);
}
