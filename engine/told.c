#include "engine/told.h"
#include "engine/episode.h"
#include <math.h>
#include <string.h>

struct told_entry *told_find(const struct episode *episode, const char *integration)
{
	for (guint i = 0; i < episode->told->len; i++) {
		struct told_entry *told = episode->told->pdata[i];
		if (strcmp(told->integration, integration) == 0)
			return told;
	}
	return NULL;
}

struct told_entry *told_get(struct episode *episode, const char *integration)
{
	struct told_entry *told = told_find(episode, integration);
	if (told)
		return told;
	told = g_new0(struct told_entry, 1);
	told->integration = g_strdup(integration);
	told->value = told->said_value = NAN;
	g_ptr_array_add(episode->told, told);
	return told;
}

void told_changed(struct dispatcher *dispatcher, struct episode *episode, struct told_entry *told)
{
	told->changed = true;
	episode_touch(dispatcher, episode);
}

bool told_heard(const struct told_entry *told, const char *recipient)
{
	if (!told || told->told == TOLD_UNSENT)
		return false;
	return !told->heard || g_ptr_array_find_with_equal_func(told->heard, recipient, g_str_equal, NULL);
}

void told_add_hearer(struct told_entry *told, const char *recipient)
{
	if (!told->heard)
		told->heard = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(told->heard, g_strdup(recipient));
}

bool told_drop_hearer(struct told_entry *told, const char *recipient)
{
	guint at;
	if (told->heard && g_ptr_array_find_with_equal_func(told->heard, recipient, g_str_equal, &at))
		g_ptr_array_remove_index_fast(told->heard, at);
	if (told->heard && told->heard->len)
		return false;
	g_clear_pointer(&told->heard, g_ptr_array_unref);
	return true;
}

void told_say_in(struct told_entry *told, const struct episode *episode, const struct incident *incident)
{
	bool owed = incident->group && episode_member_in(episode, incident->group);
	g_strlcpy(told->incident, owed ? incident->root : "", ULID_SIZE);
}

bool told_said_in(const struct told_entry *told, const struct incident *incident)
{
	return told && told->said == SAID_FIRING && incident && strcmp(told->incident, incident->root) == 0;
}

void told_revert(struct told_entry *told)
{
	static const enum said after[] = {
		[TOLD_UNSENT] = SAID_NOTHING,
		[TOLD_MAYBE] = SAID_FIRING,
		[TOLD_FIRING] = SAID_FIRING,
		[TOLD_RESOLVED] = SAID_RESOLVED,
	};
	told->said = after[told->told];
	told->said_severity = told->severity;
	told->said_value = told->value;
	told->said_at = told->at;
}
