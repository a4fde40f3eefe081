#include "base/utf8.h"
#include "model/template_parts.h"
#include <stdlib.h>
#include <string.h>

static const char *html_entity(char c, bool quotes)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return quotes ? "&quot;" : NULL;
	case '\'':
		return quotes ? "&#39;" : NULL;
	}
	return NULL;
}

static void escape_markup(const char *text, bool quotes, GString *out)
{
	for (; *text; text++) {
		const char *entity = html_entity(*text, quotes);
		entity ? g_string_append(out, entity) : g_string_append_c(out, *text);
	}
}

static void escape_json(const char *text, GString *out)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_printf(out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			g_string_append_printf(out, "\\u%04x", (unsigned)*text);
		else
			g_string_append_c(out, *text);
	}
}

static void escape_header(const char *text, GString *out)
{
	for (; *text; text++)
		g_string_append_c(out, (unsigned char)*text < 0x20 ? ' ' : *text);
}

void template_escape(enum template_context context, const char *text, GString *out)
{
	char *clean = utf8_clean(text, strlen(text), context != TEMPLATE_HEADER && context != TEMPLATE_URL);
	switch (context) {
	case TEMPLATE_PLAIN:
		g_string_append(out, clean);
		break;
	case TEMPLATE_HTML:
		escape_markup(clean, true, out);
		break;
	case TEMPLATE_SLACK:
		escape_markup(clean, false, out);
		break;
	case TEMPLATE_JSON:
		escape_json(clean, out);
		break;
	case TEMPLATE_URL:
		g_string_append_uri_escaped(out, clean, NULL, FALSE);
		break;
	case TEMPLATE_HEADER:
		escape_header(clean, out);
		break;
	}
	free(clean);
}
