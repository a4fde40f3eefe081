#include "engine/cluster_watch.h"

#include <glib.h>

enum { CLUSTERS_MAX = 1024 }; /* labels come from outside */

struct cluster_watch {
	GHashTable *at; /* cluster -> msec_t */
};

struct cluster_watch *cluster_watch_new(void)
{
	struct cluster_watch *watch = g_new0(struct cluster_watch, 1);
	watch->at = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return watch;
}

void cluster_watch_free(struct cluster_watch *watch)
{
	if (!watch)
		return;
	g_hash_table_destroy(watch->at);
	g_free(watch);
}

void cluster_watch_note(struct cluster_watch *watch, struct alert *const *alerts, size_t count, msec_t now_wall)
{
	for (size_t i = 0; i < count; i++) {
		const char *cluster = labels_get(alerts[i]->labels, "cluster");
		if (!cluster)
			continue;
		msec_t *at = g_hash_table_lookup(watch->at, cluster);
		if (!at && g_hash_table_size(watch->at) >= CLUSTERS_MAX)
			continue;
		if (!at)
			g_hash_table_insert(watch->at, g_strdup(cluster), at = g_new(msec_t, 1));
		*at = now_wall;
	}
}

msec_t cluster_watch_at(const struct cluster_watch *watch, const char *cluster)
{
	const msec_t *at = g_hash_table_lookup(watch->at, cluster);
	return at ? *at : 0;
}
