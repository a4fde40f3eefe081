#include "engine/episode.h"
#include <string.h>

static void told_free(void *pointer)
{
	struct told_entry *told = pointer;
	g_free(told->integration);
	if (told->heard)
		g_ptr_array_free(told->heard, TRUE);
	g_free(told);
}

struct episode *episode_new(struct dispatcher *dispatcher, const char *id)
{
	struct episode *episode = g_new0(struct episode, 1);
	episode->wake.kind = WAKE_SUPPRESSION;
	g_strlcpy(episode->id, id, ULID_SIZE);
	episode->members = g_ptr_array_new();
	episode->told = g_ptr_array_new_with_free_func(told_free);
	g_hash_table_insert(dispatcher->episodes, episode->id, episode);
	return episode;
}

void episode_free(struct episode *episode)
{
	if (!episode)
		return;
	if (episode->alert)
		alert_unref(episode->alert);
	g_ptr_array_free(episode->members, TRUE);
	g_ptr_array_free(episode->told, TRUE);
	g_free(episode->ack_ended_by);
	g_free(episode);
}

struct episode *episode_find(const struct dispatcher *dispatcher, const char *id)
{
	return g_hash_table_lookup(dispatcher->episodes, id);
}

bool episode_over(const struct episode *episode)
{
	return !episode->alert || episode->alert->state == ALERT_RESOLVED;
}

void episode_touch(struct dispatcher *dispatcher, struct episode *episode)
{
	if (episode->touched)
		return;
	episode->touched = true;
	g_ptr_array_add(dispatcher->touched, episode);
}

void episode_changed(struct dispatcher *dispatcher, struct episode *episode)
{
	episode->changed = true;
	episode_touch(dispatcher, episode);
}

void episode_set_alert(struct dispatcher *dispatcher, struct episode *episode, struct alert *alert)
{
	if (episode->alert)
		alert_unref(episode->alert);
	episode->alert = alert;
	alert_list_unref(dispatcher->listed);
	dispatcher->listed = NULL;
	episode_changed(dispatcher, episode);
}

struct alert *episode_edit(const struct episode *episode)
{
	struct alert *alert = alert_copy(episode->alert);
	alert->version = episode->alert->version + 1;
	return alert;
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct episode *const *)a)->id, (*(struct episode *const *)b)->id);
}

GPtrArray *episodes_in_order(const struct dispatcher *dispatcher)
{
	GPtrArray *list = g_ptr_array_new();
	GHashTableIter iter;
	void *episode;
	g_hash_table_iter_init(&iter, dispatcher->episodes);
	while (g_hash_table_iter_next(&iter, NULL, &episode))
		g_ptr_array_add(list, episode);
	g_ptr_array_sort(list, by_id);
	return list;
}

/* Searched from the episode's side: it is in few groups, a group may have thousands of members. */
struct member *episode_member_in(const struct episode *episode, const struct group *group)
{
	for (guint i = 0; i < episode->members->len; i++) {
		struct member *member = episode->members->pdata[i];
		if (member->group == group)
			return member;
	}
	return NULL;
}
