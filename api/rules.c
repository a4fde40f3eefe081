/* rules: GET /api/v1/rules: what is watched, and how it goes. */
#include "api/context.h"
#include "api/routes.h"
#include "base/json.h"

static json_t *rule_json(const struct snapshot_rule *rule)
{
	json_t *out = json_object();
	json_object_set_new(out, "name", json_text_value(rule->name));
	json_object_set_new(out, "kind", json_text_value(rule->kind));
	json_object_set_new(out, "match", json_text_value(rule->match));
	json_object_set_new(out, "condition", json_text_value(rule->condition));
	json_object_set_new(out, "place", json_text_value(rule->place));
	json_object_set_new(out, "instances", json_integer(rule->instances));
	json_object_set_new(out, "pending", json_integer(rule->pending));
	json_object_set_new(out, "firing", json_integer(rule->firing));
	json_object_set_new(out, "recovering", json_integer(rule->recovering));
	json_object_set_new(out, "no_data", json_integer(rule->no_data));
	json_object_set_new(out, "evaluations", json_integer((json_int_t)rule->evaluations));
	json_object_set_new(out, "errors", json_integer(rule->errors));
	json_object_set_new(out, "last_error",
			    json_text_value(rule->last_error && *rule->last_error ? rule->last_error : NULL));
	json_object_set_new(out, "last_evaluation_at", json_time_value(rule->last_evaluation));
	return out;
}

void handle_rules(struct request *request)
{
	struct snapshot *snapshot = app_snapshot(request->api->app);
	json_t *items = json_array();
	for (size_t i = 0; i < snapshot->rule_count; i++)
		json_array_append_new(items, rule_json(&snapshot->rules[i]));
	snapshot_unref(snapshot);
	request_answer(request, MHD_HTTP_OK, json_pack("{s:o, s:n}", "items", items, "next"));
}
