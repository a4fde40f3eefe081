/* app_publish: what readers get: the snapshot after each commit, the connector view and the model's series when asked. */
#include "engine/app_state.h"
#include <string.h>

static const msec_t view_lasts = 5000;

static void copy_targets(struct app *app, struct snapshot *snapshot)
{
	snapshot->target_count = app->target_count;
	snapshot->targets = g_new0(struct snapshot_target, app->target_count + 1);
	for (uint32_t i = 0; i < app->target_count; i++) {
		const struct target_info *info = source_set_target(app->settings->sources, i);
		const struct target_status *status = &app->targets[i];
		snapshot->targets[i] = (struct snapshot_target){
			.source = g_strdup(info->source),
			.kind = g_strdup(info->kind),
			.instance = g_strdup(info->instance),
			.up = status->up,
			.settled = status->settled,
			.last_poll_at = status->last_poll_at,
			.elapsed = status->elapsed,
			.series = series_table_slots(evaluator_series(app->evaluator), i),
			.dropped = status->dropped,
			.failure = status->failure[0] ? g_strdup(status->failure) : NULL,
		};
	}
}

void app_publish(struct app *app, struct now now)
{
	struct snapshot *snapshot = snapshot_new(app->evaluator, app->dispatcher, app->settings);
	struct store_health health = {0};
	store_health(app->store, &health);
	copy_targets(app, snapshot);
	memcpy(snapshot->epoch, app->epoch, ULID_SIZE);
	snapshot->at = now.wall;
	snapshot->series = series_table_count(evaluator_series(app->evaluator));
	snapshot->series_dropped = series_table_dropped(evaluator_series(app->evaluator));
	snapshot->commits = app->commits;
	snapshot->settled = app->settled;
	snapshot->store_accepts = health.accepts;
	snapshot->config_generation = app->config_generation;
	snapshot->config_loaded_at = app->config_loaded_at;
	snapshot->started_at = app->started_at;
	snapshot->last_step_at = app->last_step_at;
	snapshot->reload_error = g_strdup(app->reload_error);
	snapshot->reload_at = app->reload_at;
	snapshot->reload_ok = app->reload_ok;
	snapshot->reload_text = g_strdup(app->reload_text);
	snapshot->step_elapsed = app->step_elapsed;
	cluster_watch_note(app->clusters, snapshot->alerts, snapshot->alert_count, now.wall);
	pthread_mutex_lock(&app->lock);
	struct snapshot *old = app->snapshot;
	app->snapshot = snapshot;
	pthread_mutex_unlock(&app->lock);
	snapshot_unref(old);
	app->last_snapshot_mono = now.mono;
}

/* What only the app knows of what the series say. */
static void complete_view(struct app *app, struct connector_view *view)
{
	for (size_t i = 0; i < view->warning_count; i++) {
		struct view_warning *warning = &view->warnings[i];
		const struct target_info *info = source_set_target(app->settings->sources, warning->target);
		warning->source = g_strdup(info->source);
		warning->since = app->targets[warning->target].failing_since;
		if (!warning->cluster[0]) { /* it never said anything */
			g_free(warning->cluster);
			warning->cluster = g_strdup(labels_get_or_empty(info->labels, "cluster"));
		}
	}
	for (size_t i = 0; i < view->cluster_count; i++)
		view->troubled_at[i] = MAX(app->started_at, cluster_watch_at(app->clusters, view->clusters[i]));
}

void app_answer_view(struct app *app, struct app_message *message, struct now now)
{
	if (!app->view || now.mono - app->view_at >= view_lasts) {
		connector_view_unref(app->view);
		app->view = connector_view_build(evaluator_series(app->evaluator), app->trends, now.wall);
		complete_view(app, app->view);
		app->view_at = now.mono;
	}
	message->view_done(message->ctx, connector_view_ref(app->view));
}

static bool model_name(const char *name)
{
	return g_str_has_prefix(name, "connector_") || g_str_has_prefix(name, "worker_") || g_str_has_prefix(name, "source_");
}

void app_answer_series(struct app *app, struct app_message *message)
{
	const struct series_table *table = evaluator_series(app->evaluator);
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct app_series));
	for (uint32_t target = 0; target < series_table_targets(table); target++) {
		const struct series_columns *columns = series_table_columns(table, target);
		for (uint32_t slot = 0; slot < series_table_slots(table, target); slot++) {
			struct labels *labels = series_table_labels(table, target, slot);
			const char *name = labels ? labels_get(labels, "__name__") : NULL;
			if (!name || !model_name(name) || !value_is_number(columns->values[slot]))
				continue;
			struct app_series one = {.labels = labels_ref(labels),
						 .type = g_str_has_suffix(name, "_total") ? METRIC_COUNTER : METRIC_GAUGE,
						 .value = columns->values[slot]};
			g_array_append_val(found, one);
		}
	}
	struct app_series_list *list = g_new0(struct app_series_list, 1);
	list->count = found->len;
	list->items = (struct app_series *)(void *)g_array_free(found, FALSE);
	message->series_done(message->ctx, list);
}

void app_series_list_free(struct app_series_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++)
		labels_unref(list->items[i].labels);
	g_free(list->items);
	g_free(list);
}
