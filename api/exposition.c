#include "api/exposition.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void exposition_family(struct exposition *e, const char *name, bool counter, const char *help)
{
	int length = (int)strlen(name);
	e->family = name;
	if (e->openmetrics && counter && g_str_has_suffix(name, "_total"))
		length -= (int)strlen("_total"); /* there the family has no suffix, the sample has */
	g_string_append_printf(e->out, "# HELP %.*s %s\n# TYPE %.*s %s\n", length, name, help, length, name,
			       counter ? "counter" : "gauge");
}

static void append_label(GString *out, const char *separator, const char *name, const char *value)
{
	g_string_append_printf(out, "%s%s=\"", separator, name);
	for (const char *c = value; *c; c++) {
		if (*c == '\n')
			g_string_append(out, "\\n");
		else if (*c == '"' || *c == '\\')
			g_string_append_printf(out, "\\%c", *c);
		else
			g_string_append_c(out, *c);
	}
	g_string_append_c(out, '"');
}

static void append_value(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append_printf(out, " %s\n", g_ascii_formatd(text, sizeof text, "%.15g", value));
}

void exposition_sample(struct exposition *e, double value, ...)
{
	if (!isfinite(value))
		return;
	va_list args;
	const char *separator = "{";
	g_string_append(e->out, e->family);
	va_start(args, value);
	for (const char *name; (name = va_arg(args, const char *)); separator = ",") {
		const char *text = va_arg(args, const char *);
		append_label(e->out, separator, name, text ? text : "");
	}
	va_end(args);
	g_string_append(e->out, *separator == ',' ? "}" : "");
	append_value(e->out, value);
}

/* Names that the text formats cannot write are left out. */
static bool writable(const char *name)
{
	if (!g_ascii_isalpha(*name) && *name != '_')
		return false;
	for (; *name; name++)
		if (!g_ascii_isalnum(*name) && *name != '_')
			return false;
	return true;
}

void exposition_labelled(struct exposition *e, double value, const struct labels *labels)
{
	if (!isfinite(value))
		return;
	const char *separator = "{";
	g_string_append(e->out, e->family);
	for (size_t i = 0; i < labels_count(labels); i++) {
		struct label label = labels_at(labels, i);
		if (strcmp(label.name, "__name__") == 0 || !writable(label.name))
			continue;
		append_label(e->out, separator, label.name, label.value);
		separator = ",";
	}
	g_string_append(e->out, *separator == ',' ? "}" : "");
	append_value(e->out, value);
}

void exposition_end(struct exposition *e)
{
	if (e->openmetrics)
		g_string_append(e->out, "# EOF\n");
}
