/* config_lex: what libconfig would swallow or call just "syntax error", found before it parses and named with its
 * line: wrapped integers, trailing commas, mixed arrays, a BOM, unquoted "10s", unclosed texts and brackets. */
#ifndef BASE_CONFIG_LEX_H
#define BASE_CONFIG_LEX_H

#include "base/config.h"
#include <glib.h>

/* False if the text must not be given to the parser at all (NUL bytes, nested too deep). told: something was reported
 * over which the parser will stumble too. included: gets what each @include of the text names, as char * (g_free). */
bool config_lex(const char *file, const char *text, size_t length, struct config_report *report, bool *told,
		GPtrArray *included);

#endif
