#include "engine/dispatch_rebind.h"
#include "engine/dead_letter.h"
#include "engine/digest.h"
#include "engine/episode.h"
#include "engine/group.h"
#include "engine/queue.h"
#include <string.h>

static const struct route *find_route(const struct route *route, const struct group *group)
{
	if (strcmp(route->path, group->path) == 0)
		return strcmp(route->receiver, group->receiver) == 0 ? route : NULL;
	for (uint32_t i = 0; i < route->child_count; i++) {
		const struct route *found = find_route(route->children[i], group);
		if (found)
			return found;
	}
	return NULL;
}

static void bind_groups(struct dispatcher *dispatcher)
{
	GHashTableIter iter;
	void *value;
	g_hash_table_iter_init(&iter, dispatcher->groups);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct group *group = value;
		if (group->digest)
			digest_bind(group, dispatcher->root);
		else
			group_bind(group, find_route(dispatcher->root, group));
		/* Its times may have changed, or the wall clock while nobody looked: it sees for itself. */
		if (group->members->len)
			group_touch(dispatcher, group, false);
	}
}

static void route_again(struct dispatcher *dispatcher)
{
	GPtrArray *episodes = episodes_in_order(dispatcher);
	for (guint i = 0; i < episodes->len; i++)
		if (!episode_over(episodes->pdata[i]))
			group_route(dispatcher, episodes->pdata[i]);
	g_ptr_array_free(episodes, TRUE);
}

static void close_emptied(struct dispatcher *dispatcher)
{
	GHashTableIter iter;
	void *group;
	g_hash_table_iter_init(&iter, dispatcher->groups);
	while (g_hash_table_iter_next(&iter, NULL, &group))
		if (!((struct group *)group)->members->len)
			group_due_at(dispatcher, group, dispatcher->now.mono);
}

void dispatch_rebind(struct dispatcher *dispatcher)
{
	dispatcher->rebind = false;
	queues_bind(dispatcher);
	dead_letters_of_removed(dispatcher);
	bind_groups(dispatcher);
	route_again(dispatcher);
	close_emptied(dispatcher);
}
