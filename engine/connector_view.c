#include "engine/connector_view.h"
#include "engine/connector_trends.h"
#include "engine/trend_numbers.h"
#include "engine/view_connector.h"
#include <stdatomic.h>
#include <string.h>

static int compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_connectors(const void *a, const void *b)
{
	const struct view_connector *x = a, *y = b;
	int order = strcmp(x->cluster, y->cluster);
	return order ? order : strcmp(x->name, y->name);
}

static int compare_workers(const void *a, const void *b)
{
	const struct view_worker *x = a, *y = b;
	int order = strcmp(x->cluster, y->cluster);
	return order ? order : strcmp(x->name, y->name);
}

static void build_connectors(struct connector_view *view, struct connector_trends *trends, msec_t now)
{
	GHashTableIter iter;
	gpointer value;
	view->connectors = g_new0(struct view_connector, g_hash_table_size(trends->by_key) + 1);
	g_hash_table_iter_init(&iter, trends->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (((struct trend *)value)->alive)
			view_connector_build(&view->connectors[view->connector_count++], trends, value, now);
	qsort(view->connectors, view->connector_count, sizeof *view->connectors, compare_connectors);
}

static bool any_number(const struct worker_trend *worker)
{
	for (int field = FIELD_CPU; field < FIELD_UP; field++)
		if (!isnan(worker->now[field]))
			return true;
	return false;
}

static enum view_up up_of(const struct worker_trend *worker)
{
	if (any_number(worker) || worker->now[FIELD_UP] == 1)
		return VIEW_UP;
	if (!worker->asked)
		return VIEW_UP_UNTOLD;
	return worker->now[FIELD_UP] == 0 ? VIEW_DOWN : VIEW_UP_UNKNOWN;
}

static void build_workers(struct connector_view *view, struct connector_trends *trends)
{
	GHashTableIter iter;
	gpointer value;
	view->workers = g_new0(struct view_worker, g_hash_table_size(trends->workers) + 1);
	g_hash_table_iter_init(&iter, trends->workers);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct worker_trend *worker = value;
		view->workers[view->worker_count++] = (struct view_worker){
			.cluster = g_strdup(worker->cluster),
			.name = g_strdup(worker->name),
			.up = up_of(worker),
			.cpu_percent = worker->now[FIELD_CPU] * 100,
			.memory_used = worker->now[FIELD_HEAP],
			.memory_total = worker->now[FIELD_HEAP_MAX],
			.threads = worker->now[FIELD_THREADS],
			.gc_seconds = worker->now[FIELD_GC],
			.gc_msec_per_second = isnan(worker->now[FIELD_GC]) ? NAN : worker->gc_rate * 1000,
			.since = worker->since,
		};
	}
	qsort(view->workers, view->worker_count, sizeof *view->workers, compare_workers);
}

static void build_clusters(struct connector_view *view)
{
	GPtrArray *clusters = g_ptr_array_new();
	for (size_t i = 0; i < view->connector_count; i++)
		if (i == 0 || strcmp(view->connectors[i].cluster, view->connectors[i - 1].cluster) != 0)
			g_ptr_array_add(clusters, g_strdup(view->connectors[i].cluster));
	for (size_t i = 0; i < view->worker_count; i++)
		if (!g_ptr_array_find_with_equal_func(clusters, view->workers[i].cluster, g_str_equal, NULL))
			g_ptr_array_add(clusters, g_strdup(view->workers[i].cluster));
	g_ptr_array_sort(clusters, compare_texts);
	view->cluster_count = clusters->len;
	view->troubled_at = g_new0(msec_t, clusters->len + 1);
	view->clusters = (char **)g_ptr_array_free(clusters, FALSE);
}

static const char *cluster_of(const struct series_table *table, uint32_t target)
{
	for (uint32_t slot = 0; slot < series_table_slots(table, target); slot++) {
		const struct labels *labels = series_table_labels(table, target, slot);
		if (labels && labels_get(labels, "cluster"))
			return labels_get(labels, "cluster");
	}
	return "";
}

static void build_warnings(struct connector_view *view, const struct series_table *table)
{
	uint32_t targets = series_table_targets(table);
	view->warnings = g_new0(struct view_warning, targets + 1);
	for (uint32_t target = 0; target < targets; target++) {
		const char *failure = series_table_failure(table, target);
		if (!failure[0] && !series_table_failed(table, target))
			continue;
		view->warnings[view->warning_count++] = (struct view_warning){
			.cluster = g_strdup(cluster_of(table, target)),
			.text = g_strdup(failure[0] ? failure : "the last poll failed"),
			.target = target,
		};
	}
}

static void build_versions(struct connector_view *view, const struct series_table *table)
{
	view->versions = g_new0(char *, view->cluster_count + 1);
	for (uint32_t target = 0; target < series_table_targets(table); target++) {
		const char *version = series_table_cluster_version(table, target);
		const char *cluster = version ? cluster_of(table, target) : NULL;
		for (size_t i = 0; cluster && i < view->cluster_count; i++)
			if (!view->versions[i] && strcmp(view->clusters[i], cluster) == 0)
				view->versions[i] = g_strdup(version);
	}
}

struct connector_view *connector_view_build(const struct series_table *table, struct connector_trends *trends,
					    msec_t now_wall)
{
	struct connector_view *view = g_new0(struct connector_view, 1);
	view->references = 1;
	view->at = now_wall;
	connector_trends_refresh(trends, table);
	trend_numbers_read(trends, table);
	build_connectors(view, trends, now_wall);
	build_workers(view, trends);
	build_clusters(view);
	build_versions(view, table);
	build_warnings(view, table);
	return view;
}

struct connector_view *connector_view_ref(struct connector_view *view)
{
	atomic_fetch_add_explicit(&view->references, 1, memory_order_relaxed);
	return view;
}

void connector_view_unref(struct connector_view *view)
{
	if (!view || atomic_fetch_sub_explicit(&view->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < view->connector_count; i++)
		view_connector_release(&view->connectors[i]);
	for (size_t i = 0; i < view->worker_count; i++) {
		g_free(view->workers[i].cluster);
		g_free(view->workers[i].name);
	}
	for (size_t i = 0; i < view->cluster_count; i++) {
		g_free(view->clusters[i]);
		g_free(view->versions ? view->versions[i] : NULL);
	}
	for (size_t i = 0; i < view->warning_count; i++) {
		g_free(view->warnings[i].cluster);
		g_free(view->warnings[i].text);
		g_free(view->warnings[i].source);
	}
	g_free(view->connectors);
	g_free(view->workers);
	g_free(view->clusters);
	g_free(view->versions);
	g_free(view->troubled_at);
	g_free(view->warnings);
	g_free(view);
}
