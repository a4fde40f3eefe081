#include "base/json.h"
#include "model/template.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <glib.h>
#include <stdlib.h>

#define S "\xc2\xa0"

/* As in the programs: memory of jansson is not memory of malloc. */
TestSuite(template, .init = json_setup);

static json_t *sample(void)
{
	json_t *data =
		json_loads("{\"labels\":{\"connector\":\"orders <&>\\\"'\",\"cluster\":\"prod\"},\"value\":0.0741,"
			   "\"nothing\":null,\"word\":\"FAILED\",\"unit\":\"ratio\",\"yes\":true,\"no\":false,"
			   "\"list\":[\"a\",\"b\"],\"empty\":[],\"count\":3,\"at\":\"2026-07-16T01:08:31.250Z\","
			   "\"alerts\":[{\"labels\":{\"connector\":\"one\"}},{\"labels\":{\"connector\":\"two\"}}],"
			   "\"trace\":\"Boom\\u001b[31m\\nat x\"}",
			   0, NULL);
	cr_assert(data != NULL);
	return data;
}

static char *run(const char *text, enum template_context context, struct error *err)
{
	char *out = NULL;
	json_t *data = sample();
	struct template *template = template_compile("t.tmpl", text, context, NULL, err);
	if (template)
		template_run(template, data, 4096, &out, err);
	template_free(template);
	json_decref(data);
	return out;
}

Test(template, what_it_makes)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"plain { } text", "plain { } text"},
		{"{{ word }} {{labels.cluster}} {{cluster}}", "FAILED prod prod"},
		{"{{value}} {{value|percent}} {{value|human}} {{count|records}}",
		 "0.0741 7.4" S "% 7.4" S "% 3" S "records"},
		{"{{value|round:2}}", "0.07"},
		{"[{{absent}}] [{{nothing}}] [{{nothing|percent}}]", "[] [] [unknown]"},
		{"{{absent|default:\"-\"}}{{nothing|percent|default:'?'}}{{word|default:x}}", "-?FAILED"},
		{"{{word|lower}} {{word|truncate:3}} {{word|middle:4}}", "failed FA… FA…D"},
		{"{{trace|first_line}}", "Boom"},
		{"{{list|join:\", \"}} {{alerts|count}}", "a, b 2"},
		{"{{at|time}}", "2026-07-16 01:08:31 UTC"},
		{"{{#if yes}}A{{else}}B{{/if}}{{#if no}}A{{else}}B{{/if}}{{#if empty}}A{{/if}}{{#if value}}V{{/if}}",
		 "ABV"},
		{"{{#unless absent}}U{{/unless}}{{#if word == \"FAILED\"}}F{{/if}}{{#if word != 'FAILED'}}N{{/if}}",
		 "UF"},
		{"{{#each alerts}}{{@index}}:{{connector}}{{#unless @last}}, {{/unless}}{{/each}}", "1:one, 2:two"},
		{"{{#each alerts}}{{cluster}}{{/each}}", "prodprod"},
		{"{{#each list}}{{.}}{{/each}}{{#each empty}}x{{/each}}{{#each absent}}x{{/each}}", "ab"},
		{"{{#if yes}}{{#if no}}1{{else}}2{{/if}}{{/if}}", "2"},
		{"a{{! a remark }}b", "ab"},
		{"{{list}} {{labels|truncate:12}}", "[\"a\",\"b\"] {\"connector…"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		char *out = run(cases[i].text, TEMPLATE_PLAIN, &err);
		cr_assert(out != NULL, "%s: %s", cases[i].text, err.text);
		cr_assert(eq(str, out, (char *)cases[i].wanted), "%s", cases[i].text);
		free(out);
	}
}

Test(template, values_are_escaped_for_where_they_go)
{
	static const struct {
		enum template_context context;
		const char *wanted;
	} cases[] = {
		{TEMPLATE_PLAIN, "<orders <&>\"'>"},           {TEMPLATE_HTML, "<orders &lt;&amp;&gt;&quot;&#39;>"},
		{TEMPLATE_SLACK, "<orders &lt;&amp;&gt;\"'>"}, {TEMPLATE_JSON, "<orders <&>\\\"'>"},
		{TEMPLATE_URL, "<orders%20%3C%26%3E%22%27>"},  {TEMPLATE_HEADER, "<orders <&>\"'>"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *out = run("<{{connector}}>", cases[i].context, NULL);
		cr_assert(eq(str, out, (char *)cases[i].wanted));
		free(out);
	}
	char *header = run("{{trace}}", TEMPLATE_HEADER, NULL), *json = run("{{trace}}", TEMPLATE_JSON, NULL);
	cr_assert(strpbrk(header, "\n\033") == NULL);
	cr_assert(eq(str, json, (char *)"Boom\\u000aat x"));
	free(header);
	free(json);
}

Test(template, what_cannot_work_is_refused_with_its_place)
{
	static const char *const names[] = {"connector", "value", "labels", NULL};
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"{{connetor}}", "t.tmpl:1:3: unknown name 'connetor'; did you mean 'connector'?"},
		{"{{zzzzzzzz}}", "t.tmpl:1:3: unknown name 'zzzzzzzz'; a label is reached as {{labels.zzzzzzzz}}"},
		{"a\nä{{value|percnt}}", "t.tmpl:2:10: unknown filter 'percnt'; did you mean 'percent'?"},
		{"{{value", "t.tmpl:1:1: this {{ is never closed"},
		{"{{value }", "t.tmpl:1:9: expected '}}'"},
		{"{{}}", "t.tmpl:1:3: expected a name"},
		{"{{#if value}}", "t.tmpl:1:1: {{#if}} is never closed"},
		{"{{#each value}}{{/if}}", "t.tmpl:1:16: {{/if}} closes {{#each}}"},
		{"{{/if}}", "t.tmpl:1:1: {{/if}} closes nothing"},
		{"{{else}}", "t.tmpl:1:1: {{else}} belongs once inside"},
		{"{{#if value}}{{else}}{{else}}{{/if}}", "t.tmpl:1:22: {{else}} belongs once inside"},
		{"{{#while value}}", "t.tmpl:1:4: unknown block '#while'"},
		{"{{{value}}}", "t.tmpl:1:1: '{{{' is not used here"},
		{"{{value|truncate}}", "t.tmpl:1:17: filter 'truncate' needs an argument, as in truncate:80"},
		{"{{value|truncate:x}}", "t.tmpl:1:18: filter 'truncate' needs a whole number"},
		{"{{value|upper:3}}", "t.tmpl:1:14: filter 'upper' takes no argument"},
		{"{{value|default:\"x}}", "t.tmpl:1:17: this quote is never closed"},
		{"{{labels.a.b.c.d}}", "t.tmpl:1:3: more than 4 parts in a name"},
		{"{{.}}", "t.tmpl:1:3: '.' means something only inside"},
		{"{{! value", "t.tmpl:1:1: this {{ is never closed"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		cr_assert(template_compile("t.tmpl", cases[i].text, TEMPLATE_PLAIN, names, &err) == NULL, "%s",
			  cases[i].text);
		cr_assert(strncmp(err.text, cases[i].error, strlen(cases[i].error)) == 0, "%s: %s", cases[i].text,
			  err.text);
	}
}

Test(template, a_run_that_fails_says_where_and_leaves_out_untouched)
{
	struct error err = {0};
	cr_assert(run("ok\n{{word|percent}}", TEMPLATE_PLAIN, &err) == NULL);
	cr_assert(eq(str, err.text, (char *)"t.tmpl:2:1: filter \"percent\" needs a number, got \"FAILED\""));
	cr_assert(run("{{word|join:\",\"}}", TEMPLATE_PLAIN, &err) == NULL);
	cr_assert(run("{{word|time}}", TEMPLATE_PLAIN, &err) == NULL);
	json_t *data = sample();
	char *out = NULL;
	struct template *template =
		template_compile("t", "{{#each alerts}}{{trace}}{{/each}}", TEMPLATE_PLAIN, NULL, &err);
	cr_assert(not(template_run(template, data, 10, &out, &err)));
	cr_assert(out == NULL && strstr(err.text, "limit of 10 bytes") != NULL);
	template_free(template);
	json_decref(data);
}

Test(template, deep_blocks_and_long_texts_are_refused)
{
	struct error err = {0};
	GString *deep = g_string_new(NULL);
	for (int i = 0; i < 9; i++)
		g_string_append(deep, "{{#if value}}");
	cr_assert(template_compile("t", deep->str, TEMPLATE_PLAIN, NULL, &err) == NULL);
	cr_assert(strstr(err.text, "nested more than 8 deep") != NULL);
	g_string_set_size(deep, 70000);
	memset(deep->str, 'x', 70000);
	cr_assert(template_compile("t", deep->str, TEMPLATE_PLAIN, NULL, &err) == NULL);
	g_string_free(deep, TRUE);
}
