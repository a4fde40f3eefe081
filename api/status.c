/* status: GET /api/v1/status: is it live, what is firing, which targets, channels and parts are well. */
#include "api/context.h"
#include "api/routes.h"
#include "api/store_call.h"
#include "base/json.h"
#include "config.h"
#include <string.h>

static json_t *count_by(const struct snapshot *snapshot, bool by_state)
{
	json_t *out = json_object();
	for (size_t i = 0; i < snapshot->alert_count; i++) {
		const struct alert *alert = snapshot->alerts[i];
		const char *name = by_state ? alert_state_name(alert->state) : severity_name(alert->severity);
		json_object_set_new(out, name, json_integer(json_get_int(out, name, 0) + 1));
	}
	return out;
}

static json_t *target_json(const struct snapshot_target *target)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:b, s:o, s:I, s:i, s:i, s:o}", "source",
			 json_text_value(target->source), "kind", json_text_value(target->kind), "instance",
			 json_text_value(target->instance), "up", target->up, "settled", target->settled,
			 "last_poll_at", json_time_value(target->last_poll_at), "elapsed_ms",
			 (json_int_t)target->elapsed, "series", (int)target->series, "dropped", (int)target->dropped,
			 "failure", json_text_value(target->failure && *target->failure ? target->failure : NULL));
}

static json_t *integration_json(const struct snapshot_integration *it)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "name",
			 json_text_value(it->name), "receiver", json_text_value(it->receiver), "kind",
			 json_text_value(it->kind), "breaker", json_text_value(it->breaker), "sent",
			 (json_int_t)it->sent, "failed", (json_int_t)it->failed, "retried", (json_int_t)it->retried,
			 "dead", (json_int_t)it->dead, "rate_limited", (json_int_t)it->rate_limited,
			 "template_failures", (json_int_t)it->template_failures, "queued",
			 (int)it->queued, "sending", (int)it->sending, "dead_letters", (int)it->dead_letters,
			 "oldest_queued_at", json_time_value(it->oldest_queued_at), "last_sent_at",
			 json_time_value(it->last_sent_at), "last_failed_at", json_time_value(it->last_failed_at),
			 "last_error", json_text_value(it->last_error && *it->last_error ? it->last_error : NULL));
}

/* One entry a source; its targets stand together. */
static json_t *sources_json(const struct snapshot *snapshot)
{
	json_t *items = json_array(), *targets = NULL;
	for (size_t i = 0; i < snapshot->target_count; i++) {
		const struct snapshot_target *it = &snapshot->targets[i];
		if (i == 0 || strcmp(it->source, it[-1].source) != 0) {
			targets = json_array();
			json_array_append_new(items, json_pack("{s:o, s:o, s:o}", "name", json_text_value(it->source),
							       "kind", json_text_value(it->kind), "targets",
							       targets));
		}
		json_array_append_new(targets, json_pack("{s:o, s:o, s:o, s:I, s:o}", "instance",
							 json_text_value(it->instance), "up",
							 it->settled ? json_boolean(it->up) : json_null(),
							 "last_poll_at", json_time_value(it->last_poll_at),
							 "duration_msec", (json_int_t)it->elapsed, "error",
							 json_text_value(it->failure && *it->failure ? it->failure : NULL)));
	}
	return items;
}

/* log: the oldest event, with the numbers of the log; an error of reading it leaves null. */
static json_t *store_json(struct app *app, const struct store_page *log)
{
	struct store_health health = {0};
	store_health(app_store(app), &health);
	bool read = !log->error.text[0];
	json_int_t events = log->newest_seq ? (json_int_t)(log->newest_seq - log->oldest_seq + 1) : 0;
	json_t *out = json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "accepts", health.accepts, "bytes",
				(json_int_t)health.bytes, "wal_bytes", (json_int_t)health.wal_bytes, "free_bytes",
				(json_int_t)health.free_bytes, "commits", (json_int_t)health.commits, "refusals",
				(json_int_t)health.refusals, "last_commit_ms",
				(json_int_t)health.last_commit_elapsed, "problem",
				json_text_value(health.problem[0] ? health.problem : NULL));
	json_object_set_new(out, "path", json_text_value(store_path(app_store(app))));
	json_object_set_new(out, "size_bytes", json_integer((json_int_t)(health.bytes + health.wal_bytes)));
	json_object_set_new(out, "events", read ? json_integer(events) : json_null());
	json_object_set_new(out, "oldest", json_time_value(log->event_count ? log->events[0].at : 0));
	return out;
}

static json_t *last_reload_json(const struct snapshot *snapshot)
{
	if (!snapshot->reload_at)
		return json_null();
	return json_pack("{s:o, s:b, s:o}", "at", json_time_value(snapshot->reload_at), "ok", snapshot->reload_ok,
			 "text", json_text_value(snapshot->reload_text));
}

static json_t *config_json(const struct snapshot *snapshot)
{
	const struct config_tree *tree = snapshot->settings ? snapshot->settings->tree : NULL;
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "generation", (json_int_t)snapshot->config_generation,
			 "loaded_at", json_time_value(snapshot->config_loaded_at), "reload_error",
			 json_text_value(snapshot->reload_error), "file",
			 json_text_value(tree ? config_tree_file(tree, 0) : NULL), "hash",
			 json_text_value(tree ? config_tree_hash(tree) : NULL), "last_reload",
			 last_reload_json(snapshot));
}

static json_t *evaluation_json(const struct snapshot *snapshot)
{
	return json_pack("{s:I, s:o, s:I}", "rules", (json_int_t)snapshot->rule_count, "last_at",
			 json_time_value(snapshot->last_step_at), "duration_msec", (json_int_t)snapshot->step_elapsed);
}

static json_t *stream_json(struct stream_hub *hub)
{
	return json_pack("{s:I, s:I}", "clients", (json_int_t)stream_hub_clients(hub), "dropped",
			 (json_int_t)stream_hub_dropped(hub));
}

static json_t *alerts_json(const struct snapshot *snapshot)
{
	return json_pack("{s:I, s:o, s:o}", "open", (json_int_t)snapshot->alert_count, "by_state",
			 count_by(snapshot, true), "by_severity", count_by(snapshot, false));
}

static void set_numbers(json_t *body, const struct snapshot *snapshot)
{
	json_object_set_new(body, "series", json_integer((json_int_t)snapshot->series));
	json_object_set_new(body, "series_dropped", json_integer((json_int_t)snapshot->series_dropped));
	json_object_set_new(body, "instances", json_integer((json_int_t)snapshot->instances));
	json_object_set_new(body, "evaluations", json_integer((json_int_t)snapshot->evaluations));
	json_object_set_new(body, "commits", json_integer((json_int_t)snapshot->commits));
}

static void finish(struct request *request)
{
	const struct store_page *log = request->state;
	if (!log) {
		request_busy(request);
		return;
	}
	struct app *app = request->api->app;
	struct snapshot *snapshot = app_snapshot(app);
	json_t *targets = json_array(), *integrations = json_array();
	for (size_t i = 0; i < snapshot->target_count; i++)
		json_array_append_new(targets, target_json(&snapshot->targets[i]));
	for (size_t i = 0; i < snapshot->integration_count; i++)
		json_array_append_new(integrations, integration_json(&snapshot->integrations[i]));
	json_t *body =
		json_pack("{s:s, s:o, s:o, s:o, s:s, s:I, s:b, s:b, s:b}", "version", PACKAGE_VERSION, "at",
			  json_time_value(request->now.wall), "started_at", json_time_value(snapshot->started_at),
			  "last_evaluation_at", json_time_value(snapshot->last_step_at), "epoch", snapshot->epoch,
			  "seq", (json_int_t)snapshot->seq, "healthy", app_healthy(app), "ready", app_ready(app),
			  "settled", snapshot->settled);
	json_object_set_new(body, "alerts", alerts_json(snapshot));
	json_object_set_new(body, "targets", targets);
	json_object_set_new(body, "integrations", integrations);
	json_object_set_new(body, "store", store_json(app, log));
	json_object_set_new(body, "config", config_json(snapshot));
	json_object_set_new(body, "rules", json_integer((json_int_t)snapshot->rule_count));
	json_object_set_new(body, "stream_clients", json_integer((json_int_t)stream_hub_clients(request->api->hub)));
	json_object_set_new(body, "uptime_msec", json_integer(request->now.wall - snapshot->started_at));
	json_object_set_new(body, "sources", sources_json(snapshot));
	json_object_set_new(body, "evaluation", evaluation_json(snapshot));
	json_object_set_new(body, "stream", stream_json(request->api->hub));
	set_numbers(body, snapshot);
	snapshot_unref(snapshot);
	request_answer(request, MHD_HTTP_OK, body);
}

void handle_status(struct request *request)
{
	struct store_query_events oldest = {.limit = 1};
	request_suspend(request, finish);
	if (!store_read_events(app_store(request->api->app), &oldest, store_call_done, request))
		request_resume(request);
}
