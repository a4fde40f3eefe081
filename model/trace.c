#include "model/trace.h"
#include <glib.h>
#include <string.h>

static const char caused_by[] = "Caused by: ";

/* At most so many bytes of a line, "…" included. */
static char *cut_line(const char *line, size_t most)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	char *whole = g_strstrip(g_strndup(line, strcspn(line, "\n")));
	if (strlen(whole) <= most)
		return whole;
	char *end = g_utf8_find_prev_char(whole, whole + most - strlen(ellipsis) + 1);
	char *cut = g_strdup_printf("%.*s%s", (int)(end - whole), whole, ellipsis);
	g_free(whole);
	return cut;
}

/* The deepest cause; NULL without one. */
static const char *last_cause(const char *trace)
{
	const char *found = NULL;
	for (const char *line = strchr(trace, '\n'); line; line = strchr(line + 1, '\n'))
		if (g_str_has_prefix(line + 1, caused_by))
			found = line + 1;
	return found;
}

char *trace_brief(const char *trace)
{
	enum { LINE_MAX_BYTES = TRACE_BRIEF_MAX / 2 - 1 };
	const char *cause = last_cause(trace);
	char *first = cut_line(trace, LINE_MAX_BYTES);
	if (!cause)
		return first;
	char *last = cut_line(cause, LINE_MAX_BYTES);
	char *text = g_strconcat(first, "\n", last, NULL);
	g_free(first);
	g_free(last);
	return text;
}
