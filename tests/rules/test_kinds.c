#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <glib.h>

Test(kinds, stand_sorted_and_whole_in_the_table)
{
	for (size_t i = 0; rule_kinds[i]; i++) {
		const struct rule_kind *kind = rule_kinds[i];
		cr_assert(i == 0 || strcmp(rule_kinds[i - 1]->name, kind->name) < 0);
		cr_assert(kind->selects && kind->identity && kind->values && kind->doc && kind->data_size);
		for (size_t k = 0; k < kind->key_count; k++)
			cr_assert(kind->keys[k].doc != NULL, "%s.%s", kind->name, kind->keys[k].name);
	}
}

/* Every sentence compiles: rule_fact relies on it. */
Test(kinds, sentences_are_templates_that_compile)
{
	for (size_t i = 0; rule_kinds[i]; i++) {
		const struct wording *wording = rule_kinds[i]->wording;
		const char *const texts[] = {wording->topic, wording->fact, wording->group, wording->unknown,
					     wording->resolved};
		for (size_t t = 0; t < G_N_ELEMENTS(texts); t++) {
			struct error err = {0};
			struct template *template = template_compile("wording", texts[t], TEMPLATE_PLAIN, NULL, &err);
			cr_assert(template != NULL, "%s: %s", rule_kinds[i]->name, err.text);
			template_free(template);
		}
	}
}

/* docs/reference-rules.md is what the tables say; print_reference makes it anew. */
Test(kinds, reference_is_up_to_date)
{
	const char *top = g_getenv("top_srcdir");
	char *path = g_build_filename(top ? top : ".", "docs", "reference-rules.md", NULL), *text = NULL;
	cr_assert(g_file_get_contents(path, &text, NULL, NULL), "cannot read %s", path);
	char *made = rules_reference();
	cr_assert(g_strcmp0(text, made) == 0, "docs/reference-rules.md is old: tests/rules/print_reference > it");
	g_free(made);
	g_free(text);
	g_free(path);
}
