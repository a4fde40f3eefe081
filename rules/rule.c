#include "rules/rule_parts.h"
#include <string.h>

static const struct rule_kind *find_kind(const config_setting_t *group, struct config_report *report)
{
	const config_setting_t *setting = config_setting_get_member(group, "kind");
	const char *word = setting ? config_setting_get_string(setting) : NULL;
	if (!word) {
		config_problem(report, CONFIG_ERROR, config_key_at(group, "kind"), "rule: needs a text 'kind'");
		return NULL;
	}
	const struct rule_kind *kind = rule_kind_find(word);
	if (kind)
		return kind;
	const char *words[16] = {NULL};
	for (size_t i = 0; rule_kinds[i] && i + 1 < G_N_ELEMENTS(words); i++)
		words[i] = rule_kinds[i]->name;
	const char *near = config_nearest(word, words);
	char *list = g_strjoinv(", ", (char **)words);
	config_problem(report, CONFIG_ERROR, setting, "unknown kind '%s' of rule%s%s%s; there are %s", word,
		       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", list);
	g_free(list);
	return NULL;
}

/* The common keys and the kind's in one table over one block: settings first, then the kind's data. */
static struct config_key *whole_table(const struct rule_kind *kind, size_t data_offset, size_t *count)
{
	*count = rule_key_count + kind->key_count;
	struct config_key *keys = g_new(struct config_key, *count);
	memcpy(keys, rule_keys, rule_key_count * sizeof *keys);
	for (size_t i = 0; i < kind->key_count; i++) {
		keys[rule_key_count + i] = kind->keys[i];
		keys[rule_key_count + i].offset += data_offset;
	}
	return keys;
}

static struct labels *labels_of(const struct config_pairs *pairs)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct label));
	for (size_t i = 0; i < pairs->count; i++) {
		struct label label = {pairs->pairs[i].name, pairs->pairs[i].value};
		g_array_append_val(list, label);
	}
	struct labels *labels = labels_new((const struct label *)(const void *)list->data, list->len);
	g_array_free(list, TRUE);
	return labels;
}

static bool check_labels(const struct rule *rule, const struct config_pairs *pairs, struct config_report *report)
{
	static const char *const taken[] = {"alertname", "__name__", "severity", NULL};
	bool ok = true;
	for (size_t i = 0; i < pairs->count; i++) {
		if (!g_strv_contains(taken, pairs->pairs[i].name))
			continue;
		config_problem(report, CONFIG_ERROR, pairs->pairs[i].setting,
			       "rule '%s': the label '%s' is Tocsin's own", rule->name, pairs->pairs[i].name);
		ok = false;
	}
	return ok;
}

static void take_common(struct rule *rule, const struct rule_settings *settings, const config_setting_t *group)
{
	rule->name = g_strdup(settings->name ? settings->name : "?");
	rule->topic = g_strdup(settings->topic);
	rule->file = g_strdup(config_short_file_of(group));
	rule->line = config_line_of(group);
	rule->manner = rule->kind->manner;
	rule->wording = *rule->kind->wording;
	rule->unit = rule->wording.unit;
	rule->for_time = settings->for_time;
	rule->keep_firing_for = settings->keep_firing_for;
	rule->window = settings->window;
	rule->interval = settings->interval;
	rule->no_data = (enum no_data_policy)settings->no_data;
	rule->no_data_after = settings->no_data_after;
	rule->no_data_severity = (enum severity)(SEVERITY_INFO + settings->no_data_severity);
	rule->expire_after = settings->expire_after;
	rule->labels = labels_of(&settings->labels);
}

void rule_warn_unused(const struct rule *rule, const config_setting_t *group, const char *key, const char *with,
		      struct config_report *report)
{
	const config_setting_t *at = config_setting_get_member(group, key);
	if (at)
		config_problem(report, CONFIG_WARNING, at, "rule '%s': '%s' is not used with %s", rule->name, key, with);
}

static bool build(struct rule *rule, const struct rule_settings *settings, const config_setting_t *group,
		  struct config_report *report)
{
	rule->match = rule_read_match(rule->name, settings->match ? settings->match : "", config_key_at(group, "match"),
				      report);
	bool ok = check_labels(rule, &settings->labels, report) && rule->match;
	ok = (!rule->kind->check || rule->kind->check(rule, group, report)) && ok;
	if (settings->whole && !rule->manner.windowed)
		rule_warn_unused(rule, group, "window", "what looks at the newest number only", report);
	if (rule->no_data != NO_DATA_ALERT)
		rule_warn_unused(rule, group, "no_data_severity", "a no_data other than \"alert\"", report);
	if (rule->topic)
		rule->wording.topic = rule->topic;
	ok = rule_read_levels(rule, settings, group, report) && ok;
	ok = rule_read_overrides(rule, settings, report) && ok;
	if (rule->match) /* its labels may be named */
		ok = rule_compile_annotations(rule, settings, group, report) && ok;
	if (!ok)
		return false;
	rule_compile_wording(rule);
	rule->condition = rule_condition(rule);
	return true;
}

struct rule *rule_load(const config_setting_t *group, struct config_report *report)
{
	const struct rule_kind *kind = find_kind(group, report);
	if (!kind)
		return NULL;
	size_t data_offset = (sizeof(struct rule_settings) + 15) / 16 * 16, key_count;
	struct config_key *keys = whole_table(kind, data_offset, &key_count);
	char *block = g_malloc0(data_offset + kind->data_size);
	struct rule_settings *settings = (struct rule_settings *)(void *)block;
	struct rule *rule = g_new0(struct rule, 1);
	rule->kind = kind;
	rule->match_limits = g_new0(_Atomic uint32_t, 1);
	bool ok = config_fill(group, "rule", keys, key_count, block, report);
	/* The kind's part moves to the rule, which releases it. */
	rule->data = g_memdup2(block + data_offset, kind->data_size);
	settings->whole = ok;
	take_common(rule, settings, group);
	ok = build(rule, settings, group, report) && ok;
	config_release(rule_keys, rule_key_count, settings);
	g_free(block);
	g_free(keys);
	if (ok)
		return rule;
	rule_free(rule);
	return NULL;
}

void rule_free(struct rule *rule)
{
	if (!rule)
		return;
	if (rule->kind->release)
		rule->kind->release(rule);
	config_release(rule->kind->keys, rule->kind->key_count, rule->data);
	rule_release_levels(rule);
	for (uint32_t i = 0; i < rule->annotation_count; i++) {
		template_free(rule->annotations[i]);
		g_free(rule->annotation_names[i]);
	}
	template_free(rule->fact);
	template_free(rule->resolved);
	g_free(rule->annotations);
	g_free(rule->annotation_names);
	matchers_free(rule->match);
	labels_unref(rule->labels);
	g_free(rule->match_limits);
	g_free(rule->data);
	g_free(rule->name);
	g_free(rule->topic);
	g_free(rule->file);
	g_free(rule->condition);
	g_free(rule);
}
