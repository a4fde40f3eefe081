/* rules: GET /api/v1/rules: what is watched, and how it goes. */
#include "api/context.h"
#include "api/routes.h"
#include "api/store_call.h"
#include "base/duration.h"
#include "base/json.h"
#include <string.h>

#define THIRTY_DAYS ((msec_t)30 * 86400000)

/* Without instances, never evaluated, or in trouble with its data: nobody should rely on its silence. */
static const char *health_of(const struct snapshot_rule *rule)
{
	if (rule->last_error && *rule->last_error)
		return "error";
	return rule->instances == 0 || rule->no_data > 0 || rule->last_evaluation == 0 ? "no_data" : "ok";
}

static json_t *duration_json(msec_t duration)
{
	char text[64];
	duration_format(duration, text, sizeof text);
	return json_string(text);
}

static json_t *source_json(const struct rule *rule)
{
	if (!rule->file || !*rule->file)
		return json_null();
	return json_pack("{s:o, s:i}", "file", json_text_value(rule->file), "line", rule->line);
}

static json_t *levels_json(const struct rule *rule)
{
	json_t *items = json_array();
	for (uint32_t i = 0; i < rule->level_count; i++) {
		const struct level *level = &rule->levels[i];
		char *condition = rule_level_condition(rule, level);
		json_array_append_new(items, json_pack("{s:s, s:o, s:o, s:o, s:o}", "severity",
						       severity_name(level->severity), "raise",
						       json_finite(level->raise), "clear", json_finite(level->clear),
						       "for", duration_json(level->for_time), "condition",
						       json_text_value(condition)));
		g_free(condition);
	}
	return items;
}

static const char *annotation(const struct rule *rule, const char *name)
{
	for (uint32_t i = 0; i < rule->annotation_count; i++)
		if (strcmp(rule->annotation_names[i], name) == 0)
			return template_text(rule->annotations[i]);
	return NULL;
}

static json_t *annotations_json(const struct rule *rule)
{
	json_t *out = json_object();
	for (uint32_t i = 0; i < rule->annotation_count; i++)
		json_object_set_new(out, rule->annotation_names[i],
				    json_text_value(template_text(rule->annotations[i])));
	return out;
}

/* What is written down. */
static void add_definition(json_t *out, const struct rule *rule)
{
	static const char *const policies[] = {"keep", "alert", "resolve"};
	json_object_set_new(out, "name", json_text_value(rule->name));
	json_object_set_new(out, "kind", json_text_value(rule->kind->name));
	json_object_set_new(out, "source", source_json(rule));
	json_object_set_new(out, "match", json_text_value(rule->match ? matchers_text(rule->match) : ""));
	json_object_set_new(out, "condition", json_text_value(rule->condition));
	json_object_set_new(out, "window", rule->manner.windowed ? duration_json(rule->window) : json_null());
	json_object_set_new(out, "for", duration_json(rule->for_time));
	json_object_set_new(out, "keep_firing_for", duration_json(rule->keep_firing_for));
	json_object_set_new(out, "no_data", json_string(policies[rule->no_data]));
	json_object_set_new(out, "no_data_after", duration_json(rule->no_data_after));
	json_object_set_new(out, "levels", levels_json(rule));
	json_object_set_new(out, "unit", json_string(unit_name(rule->unit)));
	json_object_set_new(out, "direction", json_string(rule->manner.lower_is_worse ? "<" : ">"));
	json_object_set_new(out, "metric", json_text_value(rule_metric(rule)));
	json_object_set_new(out, "labels", rule->labels ? labels_to_json(rule->labels) : json_object());
	json_object_set_new(out, "annotations", annotations_json(rule));
	json_object_set_new(out, "runbook", json_text_value(annotation(rule, "runbook")));
}

static json_t *states_json(const struct snapshot_rule *rule)
{
	json_int_t busy = (json_int_t)rule->pending + rule->firing + rule->recovering + rule->no_data;
	json_int_t inactive = MAX((json_int_t)rule->instances - busy, 0);
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "inactive", inactive, "pending", (json_int_t)rule->pending,
			 "firing", (json_int_t)rule->firing, "recovering", (json_int_t)rule->recovering, "no_data",
			 (json_int_t)rule->no_data);
}

static void add_course(json_t *out, const struct snapshot_rule *rule)
{
	const char *error = rule->last_error && *rule->last_error ? rule->last_error : NULL;
	json_object_set_new(out, "health", json_string(health_of(rule)));
	json_object_set_new(out, "states", states_json(rule));
	json_object_set_new(out, "instances", json_integer(rule->instances));
	json_object_set_new(out, "evaluations", json_integer((json_int_t)rule->evaluations));
	json_object_set_new(out, "errors", json_integer(rule->errors));
	json_object_set_new(out, "last_error", json_text_value(error));
	json_object_set_new(out, "last_evaluation_at", json_time_value(rule->last_evaluation));
}

static void add_history(json_t *out, const struct store_page *page, const char *name)
{
	const struct store_rule_count *found = NULL;
	for (size_t i = 0; i < page->rule_count_count && !found; i++)
		if (strcmp(page->rule_counts[i].rule, name) == 0)
			found = &page->rule_counts[i];
	json_object_set_new(out, "last_fired_at", json_time_value(found ? found->last_fired : 0));
	json_object_set_new(out, "fired_30d", json_integer(found ? (json_int_t)found->fired : 0));
}

static void finish(struct request *request)
{
	const struct store_page *page = store_call_page(request);
	if (!page)
		return;
	struct snapshot *snapshot = app_snapshot(request->api->app);
	json_t *items = json_array();
	for (size_t i = 0; i < snapshot->rule_count; i++) {
		json_t *item = json_object();
		add_definition(item, snapshot->rules[i].rule);
		add_course(item, &snapshot->rules[i]);
		add_history(item, page, snapshot->rules[i].rule->name);
		json_array_append_new(items, item);
	}
	snapshot_unref(snapshot);
	store_call_answer(request, items, NULL);
}

void handle_rules(struct request *request)
{
	request_suspend(request, finish);
	if (!store_read_rule_counts(app_store(request->api->app), request->now.wall - THIRTY_DAYS, store_call_done,
				    request))
		request_resume(request);
}
