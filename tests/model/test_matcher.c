#include "model/matcher.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static struct labels *sample_labels(void)
{
	static const struct label pairs[] = {{"alertname", "Lag"},
					     {"cluster", "prod-eu"},
					     {"connector", "orders \"x\""},
					     {"path", "a\\b"},
					     {"slow", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}};
	return labels_new(pairs, sizeof pairs / sizeof *pairs);
}

Test(matcher, all_tests_must_hold)
{
	static const struct {
		const char *text;
		enum match_answer answer;
	} cases[] = {
		{"", MATCH_YES},
		{"{}", MATCH_YES},
		{"cluster=prod-eu", MATCH_YES},
		{"{cluster='prod-eu',}", MATCH_YES},
		{" cluster = \"prod-eu\" , connector != 'canary' ", MATCH_YES},
		{"cluster=~'prod'", MATCH_NO}, /* anchored at both ends */
		{"cluster=~'prod-.*'", MATCH_YES},
		{"cluster=~'us|prod-eu'", MATCH_YES},
		{"cluster!~'prod-.*'", MATCH_NO},
		{"cluster=~'prod-.*', connector='x'", MATCH_NO},
		{"team=''", MATCH_YES}, /* an absent label is empty */
		{"team!=''", MATCH_NO},
		{"team=~'.+'", MATCH_NO},
		{"rule='Lag'", MATCH_YES}, /* alias of alertname */
		{"connector='orders \"x\"'", MATCH_YES},
		{"connector=\"orders \\\"x\\\"\"", MATCH_YES},
		{"path='a\\\\b'", MATCH_YES},
		{"cluster=~'\\w+-\\w+'", MATCH_YES}, /* \w is left to the expression */
		{"slow=~'(a+)+'", MATCH_LIMIT},
		{"slow!~'(a+)+'", MATCH_LIMIT},
		{"slow=~'(a+)+', cluster='x'", MATCH_NO},
	};
	struct labels *labels = sample_labels();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		struct matchers *matchers = matchers_parse(cases[i].text, &err);
		cr_assert(matchers != NULL, "%s: %s", cases[i].text, err.text);
		for (int again = 0; again < 2; again++)
			cr_assert(eq(int, (int)matchers_match(matchers, labels), (int)cases[i].answer), "%s",
				  cases[i].text);
		cr_assert(eq(str, (char *)matchers_text(matchers), (char *)cases[i].text));
		matchers_free(matchers);
	}
	labels_unref(labels);
}

/* The page has a parser of its own; both answer by one table. */
static json_t *shared_cases(void)
{
	const char *top = getenv("top_srcdir");
	char *path = g_build_filename(top ? top : "../..", "tests/web/matcher_cases.json", NULL);
	json_error_t problem;
	json_t *cases = json_load_file(path, 0, &problem);
	cr_assert(cases != NULL, "%s: %s", path, problem.text);
	g_free(path);
	return cases;
}

static struct labels *shared_labels(json_t *cases)
{
	struct label pairs[32];
	size_t count = 0;
	const char *name;
	json_t *value;
	json_object_foreach(json_object_get(cases, "labels"), name, value)
		pairs[count++] = (struct label){name, json_string_value(value)};
	return labels_new(pairs, count);
}

Test(matcher, answers_as_the_page_does)
{
	json_t *cases = shared_cases(), *one;
	struct labels *labels = shared_labels(cases);
	size_t i;
	json_array_foreach(json_object_get(cases, "match"), i, one) {
		struct error err = {0};
		const char *text = json_string_value(json_array_get(one, 0));
		struct matchers *matchers = matchers_parse(text, &err);
		cr_assert(matchers != NULL, "%s: %s", text, err.text);
		cr_assert(eq(int, matchers_match(matchers, labels) == MATCH_YES, json_is_true(json_array_get(one, 1))),
			  "%s", text);
		matchers_free(matchers);
	}
	json_array_foreach(json_object_get(cases, "refuse"), i, one)
		cr_assert(matchers_parse(json_string_value(one), NULL) == NULL, "%s", json_string_value(one));
	labels_unref(labels);
	json_decref(cases);
}

Test(matcher, an_error_says_the_column)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"cluster", "column 8: expected one of = != =~ !~"},
		{"cluster==x", "column 8: '==' is not an operator"},
		{"cluster=", "column 9: expected a value"},
		{"cluster='x", "column 9: this quote is never closed"},
		{"käse='x' y='z'", "column 10: expected ',' between two tests"},
		{"{a='x'", "column 7: expected ',' or '}'"},
		{"a='x'}", "column 6: expected ',' between"},
		{"='x'", "column 1: expected a label name"},
		{"a='x',,", "column 7: expected a label name"},
		{"a=~'('", "column 4: bad regular expression"},
		{"a=~')|(b'", "column 4: bad regular expression"},
		{"a=\xff", "not UTF-8"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		cr_assert(matchers_parse(cases[i].text, &err) == NULL, "%s", cases[i].text);
		cr_assert(strncmp(err.text, cases[i].error, strlen(cases[i].error)) == 0, "%s: %s", cases[i].text,
			  err.text);
	}
}

Test(matcher, has_bounds)
{
	struct error err = {0};
	char *text = g_strnfill(10000, 'a');
	cr_assert(matchers_parse(text, &err) == NULL);
	cr_assert(strstr(err.text, "longer than 8192 bytes") != NULL);
	g_free(text);
	GString *many = g_string_new(NULL);
	for (int i = 0; i < 65; i++)
		g_string_append(many, "a='b',");
	cr_assert(matchers_parse(many->str, &err) == NULL);
	cr_assert(strstr(err.text, "more than 64 tests") != NULL);
	g_string_free(many, TRUE);
	/* More values than are remembered. */
	struct matchers *matchers = matchers_parse("a=~'[0-9]*[02468]'", &err);
	for (int i = 0; i < 10010; i++) {
		char value[16];
		snprintf(value, sizeof value, "%d", i);
		struct labels *labels = labels_new(&(struct label){"a", value}, 1);
		cr_assert(eq(int, (int)matchers_match(matchers, labels), i % 2 ? MATCH_NO : MATCH_YES));
		labels_unref(labels);
	}
	matchers_free(matchers);
}

Test(matcher, tells_its_tests)
{
	struct matchers *matchers = matchers_parse("a='x', rule=~'y'", NULL);
	cr_assert(eq(sz, matchers_count(matchers), 2));
	cr_assert(eq(str, (char *)matchers_name(matchers, 1), (char *)"alertname"));
	cr_assert(eq(str, (char *)matchers_exact(matchers, 0), (char *)"x"));
	cr_assert(matchers_exact(matchers, 1) == NULL);
	cr_assert(not(matchers_empty(matchers)));
	matchers_free(matchers);
	matchers_free(NULL);
}
