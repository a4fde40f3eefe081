#include "base/arena.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/alert.h"

#include "model/connect_state.h"
#include "model/value.h"
#include "rules/rule_parts.h"
#include <stdlib.h>
#include <string.h>

enum { FACT_MAX = 2048, ANNOTATION_MAX = 4096, TRACE_MAX = 4096, ANNOTATIONS_MAX = 32 };

/* What every template of a rule may name beside the labels that this rule is known to have. */
const char *const rule_template_names[] = {
	"value",    "last_known", "raise",   "clear",     "peak",     "severity",  "was",     "state",
	"rule",     "kind",       "unit",    "condition", "topic",    "worker",    "trace",   "started_at",
	"resolved", "flapping",   "no_data", "metric",    "labels",   "alertname", "cluster", "connector",
	"task",     "type",       "group",   "partition", "instance", "job",       NULL,
};

static char *states_text(uint32_t mask)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < CONNECT_STATE_COUNT; i++)
		if (mask >> i & 1)
			g_string_append_printf(text, "%s%s", text->len ? " or " : "",
					       connect_state_name((enum connect_state)i));
	return g_string_free(text, FALSE);
}

static void append_limit(GString *out, const struct rule *rule, const struct level *level)
{
	char limit[128], patience[64];
	if (level->raise_states) {
		char *states = states_text(level->raise_states);
		g_string_append_printf(out, "state %s", states);
		g_free(states);
	} else if (rule->manner.needs_levels) {
		unit_format(rule->unit, level->raise, limit, sizeof limit);
		const char *word = rule->manner.lower_is_worse ? "under" : "over";
		if (rule->manner.inclusive)
			word = rule->manner.lower_is_worse ? "at most" : "at least";
		bool usual = rule->kind->memory_size && rule->unit == UNIT_RATIO;
		g_string_append_printf(out, "%s %s%s", word, limit, usual ? " of the usual" : "");
	} else {
		g_string_append(out, rule->wording.topic);
	}
	duration_format(level->for_time, patience, sizeof patience);
	if (level->for_time)
		g_string_append_printf(out, " for %s", patience);
}

char *rule_level_condition(const struct rule *rule, const struct level *level)
{
	GString *out = g_string_new(NULL);
	append_limit(out, rule, level);
	return g_string_free(out, FALSE);
}

char *rule_condition(const struct rule *rule)
{
	GString *out = g_string_new(NULL);
	for (uint32_t i = 0; i < rule->level_count; i++) {
		if (i)
			g_string_append_printf(out, ", %s ", severity_name(rule->levels[i].severity));
		append_limit(out, rule, &rule->levels[i]);
	}
	return g_string_free(out, FALSE);
}

/* Those names, the labels the match speaks of, and the rule's own; borrowed texts. */
static GPtrArray *known_names(const struct rule *rule)
{
	GPtrArray *known = g_ptr_array_new();
	for (size_t i = 0; rule_template_names[i]; i++)
		g_ptr_array_add(known, (gpointer)rule_template_names[i]);
	for (size_t i = 0; i < matchers_count(rule->match); i++)
		g_ptr_array_add(known, (gpointer)matchers_name(rule->match, i));
	for (size_t i = 0; i < labels_count(rule->labels); i++)
		g_ptr_array_add(known, (gpointer)labels_at(rule->labels, i).name);
	g_ptr_array_add(known, NULL);
	return known;
}

bool rule_compile_annotations(struct rule *rule, const struct rule_settings *settings, const config_setting_t *group,
			      struct config_report *report)
{
	const struct config_pairs *pairs = &settings->annotations;
	if (pairs->count > ANNOTATIONS_MAX) {
		config_problem(report, CONFIG_ERROR, config_key_at(group, "annotations"),
			       "rule '%s': more than %d annotations", rule->name, ANNOTATIONS_MAX);
		return false;
	}
	GPtrArray *known = known_names(rule);
	bool ok = true;
	rule->annotations = g_new0(struct template *, pairs->count);
	rule->annotation_names = g_new0(char *, pairs->count);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct config_pair *pair = &pairs->pairs[i];
		struct error err = {0};
		struct template *template = template_compile(pair->name, pair->value, TEMPLATE_PLAIN,
							     (const char *const *)known->pdata, &err);
		if (!template) {
			config_problem(report, CONFIG_ERROR, pair->setting, "rule '%s': annotation %s", rule->name,
				       err.text);
			ok = false;
			continue;
		}
		rule->annotation_names[rule->annotation_count] = g_strdup(pair->name);
		rule->annotations[rule->annotation_count++] = template;
	}
	g_ptr_array_free(known, TRUE);
	return ok;
}

const char *rule_metric(const struct rule *rule)
{
	for (size_t i = 0; i < rule->kind->key_count; i++)
		if (strcmp(rule->kind->keys[i].name, "metric") == 0 && rule->kind->keys[i].type == CONFIG_TEXT)
			return *(char *const *)(const void *)((const char *)rule->data + rule->kind->keys[i].offset);
	return NULL;
}

/* Where there is no number, the key is there and null: filters then say "unknown". */
static json_t *alert_data(const struct rule *rule, const struct alert *alert, const char *worker, const char *trace)
{
	json_t *data = json_object();
	json_object_set_new(data, "labels", alert->labels ? labels_to_json(alert->labels) : json_object());
	json_object_set_new(data, "value", json_finite(alert->value));
	json_object_set_new(data, "last_known", json_finite(alert->last_known));
	json_object_set_new(data, "raise", json_finite(alert->raise));
	json_object_set_new(data, "clear", json_finite(alert->clear));
	json_object_set_new(data, "peak", json_finite(alert->peak));
	json_object_set_new(data, "severity", json_string(severity_name(alert->severity)));
	json_object_set_new(data, "was", json_string(severity_name(alert->was)));
	json_object_set_new(data, "state", json_string(alert_state_name(alert->state)));
	json_object_set_new(data, "resolved", json_boolean(alert->state == ALERT_RESOLVED));
	json_object_set_new(data, "flapping", json_boolean(alert->flapping));
	json_object_set_new(data, "no_data", json_boolean(alert->no_data));
	json_object_set_new(data, "rule", json_text_value(rule->name));
	json_object_set_new(data, "kind", json_string(rule->kind->name));
	json_object_set_new(data, "unit", json_string(unit_name(rule->unit)));
	json_object_set_new(data, "condition", json_text_value(rule->condition));
	json_object_set_new(data, "topic", json_text_value(rule->wording.topic));
	json_object_set_new(data, "started_at", json_time_value(alert->started_at));
	const char *metric = rule_metric(rule);
	if (metric)
		json_object_set_new(data, "metric", json_text_value(metric));
	if (worker)
		json_object_set_new(data, "worker", json_text_value(worker));
	if (trace)
		json_object_set_new(data, "trace", json_text_value(trace));
	return data;
}

static const struct template *annotation(const struct rule *rule, const char *name)
{
	for (uint32_t i = 0; i < rule->annotation_count; i++)
		if (strcmp(rule->annotation_names[i], name) == 0)
			return rule->annotations[i];
	return NULL;
}

static char *summary_text(const struct rule *rule, const json_t *data)
{
	const struct template *summary = annotation(rule, "summary");
	char *text = NULL;
	if (!summary || !template_run(summary, data, FACT_MAX, &text, NULL))
		return NULL;
	if (text[strspn(text, " \t\r\n")])
		return text;
	g_free(text);
	return NULL;
}

/* Kinds' sentences are ours: that they compile and run is a test's business, so a failure here is a bug. */
static struct template *compile_sentence(const char *sentence)
{
	struct template *template = template_compile("wording", sentence, TEMPLATE_PLAIN, NULL, NULL);
	g_assert(template);
	return template;
}

void rule_compile_wording(struct rule *rule)
{
	rule->fact = compile_sentence(rule->wording.fact);
	rule->resolved = compile_sentence(rule->wording.resolved);
}

static char *kind_text(const struct template *sentence, const json_t *data)
{
	char *text;
	return template_run(sentence, data, FACT_MAX, &text, NULL) ? text : g_strdup("");
}

char *rule_fact(const struct rule *rule, const struct alert *alert, struct arena *arena)
{
	json_t *data = alert_data(rule, alert, NULL, NULL);
	bool resolved = alert->state == ALERT_RESOLVED;
	bool unknown = alert->state == ALERT_NO_DATA || (!value_is_number(alert->value) && !resolved);
	char *text = unknown ? g_strdup(rule->wording.unknown) : summary_text(rule, data);
	if (!text)
		text = kind_text(resolved ? rule->resolved : rule->fact, data);
	json_decref(data);
	if (!arena)
		return text;
	char *owned = arena_strdup(arena, text);
	g_free(text);
	return owned;
}

static char *cut_bytes(const char *text, size_t limit)
{
	char *clean = utf8_clean(text, strlen(text), true);
	if (strlen(clean) > limit) {
		const char *end = g_utf8_find_prev_char(clean, clean + limit);
		clean[end ? end - clean : 0] = '\0';
	}
	return clean;
}

struct labels *rule_annotations(const struct rule *rule, const struct alert *alert, const char *worker,
				const char *trace, uint32_t *template_errors)
{
	struct label pairs[ANNOTATIONS_MAX + 2];
	char *texts[ANNOTATIONS_MAX + 2];
	uint32_t count = 0;
	json_t *data = rule->annotation_count ? alert_data(rule, alert, worker, trace) : NULL;
	for (uint32_t i = 0; i < rule->annotation_count; i++) {
		if (!template_run(rule->annotations[i], data, ANNOTATION_MAX, &texts[count], NULL)) {
			if (template_errors)
				++*template_errors;
			continue;
		}
		pairs[count] = (struct label){rule->annotation_names[i], texts[count]};
		count++;
	}
	if (worker) {
		texts[count] = cut_bytes(worker, 256);
		pairs[count] = (struct label){"worker", texts[count]};
		count++;
	}
	if (trace) {
		texts[count] = cut_bytes(trace, TRACE_MAX);
		pairs[count] = (struct label){"trace", texts[count]};
		count++;
	}
	struct labels *labels = labels_new(pairs, count);
	for (uint32_t i = 0; i < count; i++)
		free(texts[i]);
	json_decref(data);
	return labels;
}
