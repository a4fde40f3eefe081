/* fixtures: whole files of tests/sources/fixtures. */
#ifndef TESTS_SOURCES_FIXTURES_H
#define TESTS_SOURCES_FIXTURES_H

#include <assert.h>
#include <glib.h>
#include <stdlib.h>

/* Caller g_free's. */
static inline char *fixture(const char *name, size_t *length)
{
	const char *top = getenv("top_srcdir");
	char *path = g_strdup_printf("%s/tests/sources/fixtures/%s", top ? top : ".", name), *text = NULL;

	if (!g_file_get_contents(path, &text, length, NULL))
		g_error("no fixture %s", path);
	g_free(path);
	return text;
}

#endif
