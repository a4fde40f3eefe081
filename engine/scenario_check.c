#include "engine/scenario_check.h"
#include <string.h>

static char *hearer(const struct scenario_message *message, const char *episode)
{
	return g_strdup_printf("%s %s %s", episode, message->integration, message->recipient);
}

static bool check_resolved(const struct scenario_message *message, const char *episode, GHashTable *told,
			   struct error *err)
{
	char *name = hearer(message, episode);
	const char *key = g_hash_table_lookup(told, name);
	bool fine = true;
	if (!key)
		fine = error_set(err, "%s heard that %s is over, but never that it began", message->integration,
				 episode);
	else if (key[0] && strcmp(key, message->key) != 0)
		fine = error_set(err, "%s heard twice that %s is over", message->integration, episode);
	g_hash_table_replace(told, name, g_strdup(message->key));
	return fine;
}

static bool check_firing(const struct scenario_message *message, const char *episode, GHashTable *told,
			 GHashTable *keys, struct error *err)
{
	char *name = hearer(message, episode);
	const char *key = g_hash_table_lookup(told, name);
	bool again = g_hash_table_contains(keys, message->key);
	if (key && key[0] && !again) {
		g_free(name);
		return error_set(err, "%s heard that %s fires after it heard its end", message->integration, episode);
	}
	if (key)
		g_free(name);
	else
		g_hash_table_insert(told, name, g_strdup(""));
	return true;
}

bool scenario_check(const GPtrArray *messages, struct error *err)
{
	GHashTable *told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GHashTable *keys = g_hash_table_new(g_str_hash, g_str_equal);
	bool fine = true;
	for (guint i = 0; fine && i < messages->len; i++) {
		const struct scenario_message *message = messages->pdata[i];
		for (guint k = 0; fine && k < message->firing->len; k++)
			fine = check_firing(message, message->firing->pdata[k], told, keys, err);
		for (guint k = 0; fine && k < message->resolved->len; k++)
			fine = check_resolved(message, message->resolved->pdata[k], told, err);
		g_hash_table_add(keys, message->key);
	}
	g_hash_table_destroy(keys);
	g_hash_table_destroy(told);
	return fine;
}
