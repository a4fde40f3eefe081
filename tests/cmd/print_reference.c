#include "engine/settings.h"
#include "sources/source.h"
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static void print(char *text)
{
	fputs(text, stdout);
	g_free(text);
}

/* The one default that depends on how it was built is shown as distributions build it. */
static void print_top_level(void)
{
	char *rows = config_reference(settings_keys, settings_key_count);
	char **parts = g_strsplit(rows, TOCSIN_LOCALSTATEDIR "/lib/tocsin", -1);
	print(g_strjoinv("/var/lib/tocsin", parts));
	putchar('\n');
	g_strfreev(parts);
	free(rows);
}

/* Prints docs/reference-config.md from the tables. */
int main(void)
{
	fputs("# Reference: configuration\n\n"
	      "Made from the tables of the code; `tests/cmd/print_reference` prints it anew. Rules have a page of "
	      "their "
	      "own, [reference-rules.md](reference-rules.md).\n\n"
	      "Files are libconfig's. Durations, sizes and percents are texts: `\"30s\"`, `\"64MiB\"`, `\"2%\"`. Lists "
	      "`sources`, `rules` and `receivers` append over several files.\n\n## Top level\n\n",
	      stdout);
	print_top_level();
	print(sources_reference());
	print(route_reference());
	print(receivers_reference());
	return EXIT_SUCCESS;
}
