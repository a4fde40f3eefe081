#include "rules/rules.h"
#include <glib.h>
#include <stdio.h>

/* Prints docs/reference-rules.md from the tables. */
int main(void)
{
	char *text = rules_reference();
	fputs(text, stdout);
	g_free(text);
	return 0;
}
