/* alert_json: the one JSON shape of an alert, for the API, the stream, the store and messages. */
#include "base/json.h"
#include "base/rfc3339.h"
#include "model/alert.h"
#include "model/trace.h"
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

static void write_suppressed(struct json_out *out, uint32_t mask)
{
	json_out_open(out, "suppressed", '[');
	for (size_t i = 0; i < G_N_ELEMENTS(suppressions); i++)
		if (mask & suppressions[i].bit)
			json_out_text(out, NULL, suppressions[i].name);
	json_out_close(out, ']');
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

static void write_ack(struct json_out *out, const struct ack *ack)
{
	if (!ack->by) {
		json_out_raw(out, "acknowledged", "null");
		return;
	}
	json_out_open(out, "acknowledged", '{');
	json_out_text(out, "by", ack->by);
	json_out_time(out, "at", ack->at);
	json_out_text(out, "comment", ack->comment);
	json_out_time(out, "until", ack->until);
	json_out_bool(out, "sticky", ack->sticky);
	json_out_text(out, "severity", severity_name(ack->severity));
	json_out_close(out, '}');
}

/* "conf.d/errors.conf:12" in its two parts. */
static void write_place(struct json_out *out, const char *place)
{
	const char *colon = place ? strrchr(place, ':') : NULL;
	if (!colon) {
		json_out_raw(out, "rule_source", "null");
		return;
	}
	char *file = g_strndup(place, (gsize)(colon - place));
	json_out_open(out, "rule_source", '{');
	json_out_text(out, "file", file);
	json_out_int(out, "line", g_ascii_strtoll(colon + 1, NULL, 10));
	json_out_close(out, '}');
	g_free(file);
}

static void write_rule(struct json_out *out, const struct alert_rule *rule)
{
	json_out_text(out, "rule", rule->name);
	json_out_text(out, "kind", rule->kind);
	json_out_text(out, "topic", rule->topic);
	json_out_text(out, "condition", rule->condition);
	json_out_text(out, "unknown", rule->unknown);
	json_out_text(out, "unit", unit_name(rule->unit));
	json_out_text(out, "direction", rule->lower_is_worse ? "<" : ">");
	write_place(out, rule->place);
}

static void write_values(struct json_out *out, const struct alert *alert)
{
	json_out_number(out, "value", alert->value);
	json_out_number(out, "raise", alert->raise);
	json_out_number(out, "clear", alert->clear);
	json_out_number(out, "peak", alert->peak);
	json_out_number(out, "last_known", alert->last_known);
	json_out_time(out, "last_known_at", alert->last_known_at);
}

static void write_levels(struct json_out *out, const struct alert *alert)
{
	json_out_open(out, "levels", '[');
	for (uint32_t i = 0; i < alert->level_count; i++) {
		const struct alert_level *level = &alert->levels[i];
		json_out_open(out, NULL, '{');
		json_out_text(out, "severity", severity_name(level->severity));
		json_out_number(out, "raise", level->raise);
		json_out_number(out, "clear", level->clear);
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
}

static void write_flap(struct json_out *out, const struct alert *alert)
{
	if (!alert->flapping) {
		json_out_raw(out, "flap", "null");
		return;
	}
	json_out_open(out, "flap", '{');
	json_out_number(out, "score", alert->flap.score);
	json_out_number(out, "steady_under", alert->flap.steady_under);
	json_out_open(out, "starts", '[');
	for (uint32_t i = 0; i < alert->flap.start_count; i++)
		json_out_time(out, NULL, alert->flap.starts[i]);
	json_out_close(out, ']');
	json_out_close(out, '}');
}

static void write_annotations(struct json_out *out, const struct labels *annotations, bool brief)
{
	const char *trace = brief && annotations ? labels_get(annotations, "trace") : NULL;
	if (!trace) {
		labels_write_json(annotations, out, "annotations");
		return;
	}
	char *lines = trace_brief(trace);
	struct labels *shorter = labels_with(annotations, "trace", lines);
	labels_write_json(shorter, out, "annotations");
	labels_unref(shorter);
	g_free(lines);
}

static void write_alert(const struct alert *alert, struct json_out *out, const char *key, bool brief)
{
	json_out_open(out, key, '{');
	json_out_text(out, "id", alert->id);
	json_out_int(out, "version", alert->version);
	write_rule(out, &alert->rule);
	json_out_text(out, "state", alert_state_name(alert->state));
	json_out_text(out, "severity", severity_name(alert->severity));
	json_out_text(out, "was", severity_name(alert->was));
	json_out_text(out, "peak_severity", severity_name(alert->peak_severity));
	labels_write_json(alert->labels, out, "labels");
	write_annotations(out, alert->annotations, brief);
	json_out_text(out, "fact", alert->fact);
	json_out_text(out, "worker", alert->annotations ? labels_get(alert->annotations, "worker") : NULL);
	write_values(out, alert);
	write_levels(out, alert);
	json_out_text(out, "reason", reason_name(alert->reason));
	json_out_bool(out, "flapping", alert->flapping);
	write_flap(out, alert);
	json_out_bool(out, "no_data", alert->no_data);
	write_suppressed(out, alert->suppressed);
	json_out_text(out, "suppressed_by", alert->suppressed_by);
	json_out_time(out, "pending_since", alert->pending_since);
	json_out_time(out, "started_at", alert->started_at);
	json_out_time(out, "updated_at", alert->updated_at);
	json_out_time(out, "ended_at", alert->ended_at);
	write_ack(out, &alert->ack);
	json_out_close(out, '}');
}

void alert_write_json(const struct alert *alert, struct json_out *out, const char *key)
{
	write_alert(alert, out, key, false);
}

void alert_write_brief(const struct alert *alert, struct json_out *out, const char *key)
{
	write_alert(alert, out, key, true);
}

/* By way of the text, so that there is one shape and one place that knows it. */
static json_t *tree(const struct alert *alert, bool brief)
{
	struct json_out out;
	GString *text = g_string_sized_new(2048);
	json_out_init(&out, text);
	write_alert(alert, &out, NULL, brief);
	json_t *object = json_parse(text->str, text->len, 0, NULL);
	g_string_free(text, TRUE);
	return object;
}

json_t *alert_to_json(const struct alert *alert)
{
	return tree(alert, false);
}

json_t *alert_to_brief(const struct alert *alert)
{
	return tree(alert, true);
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

static char *place_from_json(const json_t *source)
{
	const char *file = json_get_text(source, "file", NULL);
	return file ? g_strdup_printf("%s:%d", file, (int)json_get_int(source, "line", 0)) : NULL;
}

static void rule_from_json(const json_t *object, struct alert_rule *rule)
{
	rule->name = g_strdup(json_get_text(object, "rule", ""));
	rule->kind = g_strdup(json_get_text(object, "kind", ""));
	rule->place = place_from_json(json_object_get(object, "rule_source"));
	rule->topic = g_strdup(json_get_text(object, "topic", NULL));
	rule->condition = g_strdup(json_get_text(object, "condition", NULL));
	rule->unknown = g_strdup(json_get_text(object, "unknown", NULL));
	if (!unit_parse(json_get_text(object, "unit", ""), &rule->unit))
		rule->unit = UNIT_NUMBER;
	rule->lower_is_worse = strcmp(json_get_text(object, "direction", ">"), "<") == 0;
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
