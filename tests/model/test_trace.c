#include "model/trace.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

static void expect(const char *trace, const char *wanted)
{
	char *brief = trace_brief(trace);
	cr_expect_str_eq(brief, wanted);
	g_free(brief);
}

Test(trace, what_was_thrown_and_its_last_cause)
{
	expect("a.B: no\n\tat a.b(A.java:1)\nCaused by: c.D: mid\n\tat d\nCaused by: e.F: deep\n\t... 3 more\n",
	       "a.B: no\nCaused by: e.F: deep");
	expect("a.B: no\n\tat a.b(A.java:1)", "a.B: no");
	expect("a.B: it was Caused by: rain\n\tat x", "a.B: it was Caused by: rain");
	expect("", "");
}

/* Any length, any letters: never over its bytes, never a broken letter, and both lines are there. */
Test(trace, two_long_lines_share_its_bytes)
{
	GString *text = g_string_new(NULL);
	for (int i = 0; i < 900; i++)
		g_string_append(text, i % 3 ? "\xe2\x82\xac" : "x");
	g_string_append(text, "\n\tat b\nCaused by: ");
	for (int i = 0; i < 900; i++)
		g_string_append(text, "\xf0\x9f\x94\xa5");
	char *brief = trace_brief(text->str);
	cr_expect(strlen(brief) <= TRACE_BRIEF_MAX && strlen(brief) > TRACE_BRIEF_MAX / 2, "%zu", strlen(brief));
	cr_expect(g_utf8_validate(brief, -1, NULL));
	cr_expect(g_str_has_prefix(brief, "x\xe2\x82\xac") && strstr(brief, "\nCaused by: \xf0\x9f\x94\xa5"));
	g_free(brief);
	g_string_free(text, TRUE);
}
