#include "rules/rule_parts.h"
#include <stdlib.h>

static void append_table(GString *out, const struct config_key *keys, size_t count)
{
	char *rows = config_reference(keys, count);
	g_string_append(out, rows);
	if (out->len && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append_c(out, '\n');
	free(rows);
}

static void append_wording(GString *out, const struct wording *wording)
{
	g_string_append_printf(out, "In messages: “%s”, and in a subject “%s”; without a number “%s”.\n\n",
			       wording->fact, wording->topic, wording->unknown);
}

static void append_kind(GString *out, const struct rule_kind *kind)
{
	g_string_append_printf(out, "## %s\n\n%s\n\n", kind->name, kind->doc);
	append_wording(out, kind->wording);
	append_table(out, kind->keys, kind->key_count);
}

static void append_templates(GString *out)
{
	char *filters = template_filter_reference();
	g_string_append(out,
			"## Annotations\n\nTexts with `{{name}}`, `{{name|filter}}`, `{{#if name}}…{{else}}…{{/if}}`, "
			"`{{#if name == \"text\"}}` and `{{#unless name}}…{{/unless}}`. Names:");
	for (size_t i = 0; rule_template_names[i]; i++)
		g_string_append_printf(out, " `%s`", rule_template_names[i]);
	g_string_append_printf(
		out,
		"; labels that `match` and `labels` of the rule speak of, and any label as "
		"`{{labels.name}}`. An unknown name is an error at load. A text that fails when it is made "
		"is left out and counted; the kind's own sentence stands in for a `summary`.\n\n%s\n",
		filters);
	g_free(filters);
}

char *rules_reference(void)
{
	GString *out =
		g_string_new("# Reference: rules\n\n"
			     "Made from the tables in `rules/`; `tests/rules/print_reference` prints it anew.\n\n"
			     "A rule is one group in the list `rules`. Over several files the lists append. Without "
			     "any `rules`, the "
			     "built-in ones at the end of this page apply.\n\n"
			     "## Keys of every rule\n\n");
	append_table(out, rule_keys, rule_key_count);
	g_string_append(out,
			"## Keys of a level\n\n"
			"Lowest severity first or in any order, no severity twice. Numbers may be percents in quotes, "
			"and durations where the unit is seconds.\n\n");
	append_table(out, level_keys, level_key_count);
	g_string_append(out, "## Keys of an override\n\n");
	append_table(out, override_keys, override_key_count);
	append_templates(out);
	for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
		append_kind(out, *kind);
	g_string_append_printf(out, "## Built-in rules\n\n```\n%s```\n", rules_builtin);
	return g_string_free(out, FALSE);
}
