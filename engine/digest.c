#include "engine/digest.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/group.h"
#include "engine/told.h"
#include <string.h>

#define DIGEST_WAIT ((msec_t)10 * 1000)
#define DIGEST_INTERVAL ((msec_t)60 * 1000)

static msec_t shortest_repeat(const struct route *route, const char *receiver)
{
	msec_t repeat = strcmp(route->receiver, receiver) == 0 ? route->repeat_interval : MSEC_NEVER;
	for (uint32_t i = 0; i < route->child_count; i++)
		repeat = MIN(repeat, shortest_repeat(route->children[i], receiver));
	return repeat;
}

void digest_bind(struct group *group, const struct route *root)
{
	group->wait = DIGEST_WAIT;
	group->interval = DIGEST_INTERVAL;
	group->repeat = shortest_repeat(root, group->receiver);
}

static struct group *digest_new(struct dispatcher *dispatcher, const char *key, const char *receiver)
{
	struct group *group = group_new(dispatcher, key);
	group->receiver = g_strdup(receiver);
	group->path = g_strdup(DIGEST_PATH);
	group->digest = true;
	group->labels = labels_new(NULL, 0);
	group->deleted = true;
	group->generation = 0;
	digest_bind(group, dispatcher->root);
	return group;
}

/* It may have ended in this very step, by a flush before the one that fills it again. */
static struct group *digest_open(struct dispatcher *dispatcher, const char *receiver)
{
	char *key = g_strconcat(DIGEST_PATH ":", receiver, NULL);
	struct group *group = g_hash_table_lookup(dispatcher->groups, key);
	if (!group)
		group = digest_new(dispatcher, key, receiver);
	if (group->deleted) {
		group->deleted = false;
		group->generation++;
		group->flush = 0;
		group->first_at = dispatcher->now.wall;
		group->first_mono = dispatcher->now.mono;
	}
	g_free(key);
	return group;
}

static void log_taken(struct dispatcher *dispatcher, const struct episode *episode, const struct receiver *receiver)
{
	for (uint32_t i = 0; i < receiver->integration_count; i++) {
		const struct integration *integration = receiver->integrations[i];
		const struct told_entry *told = told_find(episode, integration->name);
		if (integration->kind->for_people && (!told || told->said == SAID_NOTHING))
			dispatch_log_unsent(dispatcher, episode, integration->name, receiver->name, "held",
					    REASON_STORM);
	}
}

static void take(struct dispatcher *dispatcher, struct group *digest, const struct flush_item *item)
{
	struct member *member = episode_member_in(item->episode, digest);
	if (!member)
		member = group_join(dispatcher, digest, item->episode);
	member->routed = true;
	member->released = item->member->released;
	member_changed(dispatcher, member);
}

void digest_take(struct dispatcher *dispatcher, const struct flush_plan *plan)
{
	const struct receiver *receiver = receivers_find(dispatcher->receivers, plan->group->receiver);
	struct group *digest = digest_open(dispatcher, receiver->name);
	for (guint i = 0; i < plan->items->len; i++) {
		const struct flush_item *item = &g_array_index(plan->items, struct flush_item, i);
		if (!item->fresh)
			continue;
		take(dispatcher, digest, item);
		log_taken(dispatcher, item->episode, receiver);
	}
	group_touch(dispatcher, digest, false);
	group_changed(dispatcher, digest);
}

bool digest_tells(const struct episode *episode, const char *receiver)
{
	for (guint i = 0; i < episode->members->len; i++) {
		const struct member *member = episode->members->pdata[i];
		if (member->group->digest && member->routed && strcmp(member->group->receiver, receiver) == 0)
			return true;
	}
	return false;
}
