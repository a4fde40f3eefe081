/* alert_json: the one JSON shape of an alert, for the API, the stream, the store and messages. */
#include "base/json.h"
#include "base/rfc3339.h"
#include "model/alert.h"
#include <math.h>
#include <glib.h>
#include <string.h>

static const struct {
	enum suppression bit;
	const char *name;
} suppressions[] = {
	{SUPPRESSED_INHIBITED, "inhibited"},       {SUPPRESSED_SILENCED, "silenced"}, {SUPPRESSED_MUTED, "muted"},
	{SUPPRESSED_ACKNOWLEDGED, "acknowledged"}, {SUPPRESSED_SETTLING, "settling"},
};

static json_t *suppressed_to_json(uint32_t mask)
{
	json_t *list = json_array();
	for (size_t i = 0; i < G_N_ELEMENTS(suppressions); i++)
		if (mask & suppressions[i].bit)
			json_array_append_new(list, json_string(suppressions[i].name));
	return list;
}

static uint32_t suppressed_from_json(const json_t *list)
{
	uint32_t mask = 0;
	for (size_t k = 0; k < json_array_size(list); k++) {
		const char *name = json_string_value(json_array_get(list, k));
		for (size_t i = 0; name && i < G_N_ELEMENTS(suppressions); i++)
			if (strcmp(name, suppressions[i].name) == 0)
				mask |= suppressions[i].bit;
	}
	return mask;
}

static json_t *ack_to_json(const struct ack *ack)
{
	if (!ack->by)
		return json_null();
	json_t *object = json_object();
	json_object_set_new(object, "by", json_text_value(ack->by));
	json_object_set_new(object, "at", json_time_value(ack->at));
	json_object_set_new(object, "comment", json_text_value(ack->comment));
	json_object_set_new(object, "until", json_time_value(ack->until));
	json_object_set_new(object, "sticky", json_boolean(ack->sticky));
	json_object_set_new(object, "severity", json_string(severity_name(ack->severity)));
	return object;
}

/* "conf.d/errors.conf:12" in its two parts. */
static json_t *place_to_json(const char *place)
{
	const char *colon = place ? strrchr(place, ':') : NULL;
	if (!colon)
		return json_null();
	char *file = g_strndup(place, (gsize)(colon - place));
	json_t *object = json_object();
	json_object_set_new(object, "file", json_text_value(file));
	json_object_set_new(object, "line", json_integer(g_ascii_strtoll(colon + 1, NULL, 10)));
	g_free(file);
	return object;
}

static void rule_to_json(const struct alert_rule *rule, json_t *object)
{
	json_object_set_new(object, "rule", json_text_value(rule->name));
	json_object_set_new(object, "kind", json_text_value(rule->kind));
	json_object_set_new(object, "place", json_text_value(rule->place));
	json_object_set_new(object, "topic", json_text_value(rule->topic));
	json_object_set_new(object, "condition", json_text_value(rule->condition));
	json_object_set_new(object, "unknown", json_text_value(rule->unknown));
	json_object_set_new(object, "unit", json_string(unit_name(rule->unit)));
	json_object_set_new(object, "lower_is_worse", json_boolean(rule->lower_is_worse));
	json_object_set_new(object, "direction", json_string(rule->lower_is_worse ? "<" : ">"));
	json_object_set_new(object, "rule_source", place_to_json(rule->place));
}

static void values_to_json(const struct alert *alert, json_t *object)
{
	json_object_set_new(object, "value", json_finite(alert->value));
	json_object_set_new(object, "raise", json_finite(alert->raise));
	json_object_set_new(object, "clear", json_finite(alert->clear));
	json_object_set_new(object, "peak", json_finite(alert->peak));
	json_object_set_new(object, "last_known", json_finite(alert->last_known));
	json_object_set_new(object, "last_known_at", json_time_value(alert->last_known_at));
}

static json_t *levels_to_json(const struct alert *alert)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < alert->level_count; i++) {
		const struct alert_level *level = &alert->levels[i];
		json_t *object = json_object();
		json_object_set_new(object, "severity", json_string(severity_name(level->severity)));
		json_object_set_new(object, "raise", json_finite(level->raise));
		json_object_set_new(object, "clear", json_finite(level->clear));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *flap_to_json(const struct alert *alert)
{
	if (!alert->flapping)
		return json_null();
	json_t *object = json_object(), *starts = json_array();
	json_object_set_new(object, "score", json_finite(alert->flap.score));
	json_object_set_new(object, "steady_under", json_finite(alert->flap.steady_under));
	for (uint32_t i = 0; i < alert->flap.start_count; i++)
		json_array_append_new(starts, json_time_value(alert->flap.starts[i]));
	json_object_set_new(object, "starts", starts);
	return object;
}

json_t *alert_to_json(const struct alert *alert)
{
	json_t *object = json_object();
	json_object_set_new(object, "id", json_string(alert->id));
	json_object_set_new(object, "version", json_integer(alert->version));
	rule_to_json(&alert->rule, object);
	json_object_set_new(object, "state", json_string(alert_state_name(alert->state)));
	json_object_set_new(object, "severity", json_string(severity_name(alert->severity)));
	json_object_set_new(object, "was", json_string(severity_name(alert->was)));
	json_object_set_new(object, "peak_severity", json_string(severity_name(alert->peak_severity)));
	json_object_set_new(object, "labels", labels_to_json(alert->labels));
	json_object_set_new(object, "annotations", labels_to_json(alert->annotations));
	json_object_set_new(object, "fact", json_text_value(alert->fact));
	json_object_set_new(object, "worker", json_text_value(labels_get(alert->annotations, "worker")));
	values_to_json(alert, object);
	json_object_set_new(object, "levels", levels_to_json(alert));
	json_object_set_new(object, "reason", json_string(reason_name(alert->reason)));
	json_object_set_new(object, "flapping", json_boolean(alert->flapping));
	json_object_set_new(object, "flap", flap_to_json(alert));
	json_object_set_new(object, "no_data", json_boolean(alert->no_data));
	json_object_set_new(object, "suppressed", suppressed_to_json(alert->suppressed));
	json_object_set_new(object, "suppressed_by", json_text_value(alert->suppressed_by));
	json_object_set_new(object, "pending_since", json_time_value(alert->pending_since));
	json_object_set_new(object, "started_at", json_time_value(alert->started_at));
	json_object_set_new(object, "updated_at", json_time_value(alert->updated_at));
	json_object_set_new(object, "ended_at", json_time_value(alert->ended_at));
	json_object_set_new(object, "acknowledged", ack_to_json(&alert->ack));
	return object;
}

static msec_t time_of(const json_t *object, const char *key)
{
	msec_t wall;
	const char *text = json_get_text(object, key, NULL);
	return text && rfc3339_parse(text, &wall) ? wall : 0;
}

static enum severity severity_of(const json_t *object, const char *key)
{
	enum severity severity;
	return severity_parse(json_get_text(object, key, ""), &severity) ? severity : SEVERITY_NONE;
}

static void ack_from_json(const json_t *object, struct ack *ack)
{
	if (!json_is_object(object))
		return;
	ack->by = g_strdup(json_get_text(object, "by", ""));
	ack->comment = g_strdup(json_get_text(object, "comment", NULL));
	ack->at = time_of(object, "at");
	ack->until = time_of(object, "until");
	ack->sticky = json_get_bool(object, "sticky", false);
	ack->severity = severity_of(object, "severity");
}

static void rule_from_json(const json_t *object, struct alert_rule *rule)
{
	rule->name = g_strdup(json_get_text(object, "rule", ""));
	rule->kind = g_strdup(json_get_text(object, "kind", ""));
	rule->place = g_strdup(json_get_text(object, "place", NULL));
	rule->topic = g_strdup(json_get_text(object, "topic", NULL));
	rule->condition = g_strdup(json_get_text(object, "condition", NULL));
	rule->unknown = g_strdup(json_get_text(object, "unknown", NULL));
	if (!unit_parse(json_get_text(object, "unit", ""), &rule->unit))
		rule->unit = UNIT_NUMBER;
	rule->lower_is_worse = json_get_bool(object, "lower_is_worse", false);
}

static void values_from_json(const json_t *object, struct alert *alert)
{
	alert->value = json_get_number(object, "value", NAN);
	alert->raise = json_get_number(object, "raise", NAN);
	alert->clear = json_get_number(object, "clear", NAN);
	alert->peak = json_get_number(object, "peak", NAN);
	alert->last_known = json_get_number(object, "last_known", NAN);
	alert->last_known_at = time_of(object, "last_known_at");
}

static void levels_from_json(const json_t *list, struct alert *alert)
{
	for (size_t i = 0; i < json_array_size(list) && alert->level_count < LEVELS_MAX; i++) {
		const json_t *object = json_array_get(list, i);
		alert->levels[alert->level_count++] =
			(struct alert_level){.severity = severity_of(object, "severity"),
					     .raise = json_get_number(object, "raise", NAN),
					     .clear = json_get_number(object, "clear", NAN)};
	}
}

static void flap_from_json(const json_t *object, struct alert_flap *flap)
{
	const json_t *starts = json_object_get(object, "starts");
	flap->score = json_get_number(object, "score", 0);
	flap->steady_under = json_get_number(object, "steady_under", 0);
	for (size_t i = 0; i < json_array_size(starts) && flap->start_count < FLAP_STARTS_MAX; i++) {
		const char *text = json_string_value(json_array_get(starts, i));
		if (text && rfc3339_parse(text, &flap->starts[flap->start_count]))
			flap->start_count++;
	}
}

static void times_from_json(const json_t *object, struct alert *alert)
{
	alert->pending_since = time_of(object, "pending_since");
	alert->started_at = time_of(object, "started_at");
	alert->updated_at = time_of(object, "updated_at");
	alert->ended_at = time_of(object, "ended_at");
}

struct alert *alert_from_json(const json_t *object, struct error *err)
{
	const char *id = json_get_text(object, "id", "");
	struct alert *alert = alert_new();
	if (!ulid_valid(id) || !alert_state_parse(json_get_text(object, "state", ""), &alert->state) ||
	    !reason_parse(json_get_text(object, "reason", ""), &alert->reason)) {
		error_set(err, "alert: id, state or reason is missing or unknown");
		alert_unref(alert);
		return NULL;
	}
	alert->labels = labels_from_json(json_object_get(object, "labels"), err);
	alert->annotations = alert->labels ? labels_from_json(json_object_get(object, "annotations"), err) : NULL;
	if (!alert->annotations) {
		alert_unref(alert);
		return NULL;
	}
	memcpy(alert->id, id, ULID_SIZE);
	alert->version = (uint32_t)json_get_int(object, "version", 0);
	rule_from_json(object, &alert->rule);
	alert->severity = severity_of(object, "severity");
	alert->was = severity_of(object, "was");
	alert->peak_severity = severity_of(object, "peak_severity");
	alert->fact = g_strdup(json_get_text(object, "fact", NULL));
	values_from_json(object, alert);
	levels_from_json(json_object_get(object, "levels"), alert);
	alert->flapping = json_get_bool(object, "flapping", false);
	flap_from_json(json_object_get(object, "flap"), &alert->flap);
	alert->no_data = json_get_bool(object, "no_data", false);
	alert->suppressed = suppressed_from_json(json_object_get(object, "suppressed"));
	alert->suppressed_by = g_strdup(json_get_text(object, "suppressed_by", NULL));
	times_from_json(object, alert);
	ack_from_json(json_object_get(object, "acknowledged"), &alert->ack);
	return alert;
}
