#include "cmd/tocsinctl/output.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 12 };

char *output_clean(const char *text)
{
	char *clean = utf8_clean(text, strlen(text), false);
	char *copy = g_strdup(clean);
	free(clean);
	return copy;
}

char *output_text(const json_t *value)
{
	if (json_is_string(value))
		return output_clean(json_string_value(value));
	if (json_is_integer(value))
		return g_strdup_printf("%lld", (long long)json_integer_value(value));
	if (json_is_real(value))
		return g_strdup_printf("%.4g", json_real_value(value));
	if (json_is_boolean(value))
		return g_strdup(json_is_true(value) ? "yes" : "no");
	return g_strdup("-");
}

char *output_object_name(const json_t *labels)
{
	const char *connector = json_get_text(labels, "connector", NULL), *task = json_get_text(labels, "task", NULL);
	const char *cluster = json_get_text(labels, "cluster", NULL),
		   *instance = json_get_text(labels, "instance", NULL);
	const char *thing = connector ? connector : instance ? instance : json_get_text(labels, "job", "");
	char *text = g_strconcat(thing, task ? "/" : "", task ? task : "", cluster ? " on " : "",
				 cluster ? cluster : "", NULL);
	char *clean = output_clean(text);
	g_free(text);
	return clean;
}

char *output_age(const char *time)
{
	char text[32];
	msec_t at;
	if (!time || !rfc3339_parse(time, &at))
		return g_strdup("-");
	msec_t age = clock_system()->read(clock_system()).wall - at;
	duration_format(MAX(age, 0) / 1000 * 1000, text, sizeof text);
	return g_strdup(text);
}

char *output_place(const json_t *source)
{
	char *file = output_text(json_object_get(source, "file"));
	char *place = g_strdup_printf("%s:%d", file, (int)json_get_int(source, "line", 0));
	g_free(file);
	if (json_is_object(source))
		return place;
	g_free(place);
	return g_strdup("built in");
}

static char *cell(const struct column *column, const json_t *item)
{
	return column->text ? column->text(item) : output_text(json_object_get(item, column->key));
}

static const char *color_of(const char *text)
{
	if (strcmp(text, "critical") == 0)
		return "\033[1;31m";
	return strcmp(text, "warning") == 0 ? "\033[33m" : NULL;
}

static void print_cell(const struct ctl *ctl, const char *text, size_t width, bool last)
{
	const char *color = ctl->color ? color_of(text) : NULL;
	printf("%s%s%s", color ? color : "", text, color ? "\033[0m" : "");
	for (size_t n = utf8_length(text); !last && n < width + 2; n++)
		putchar(' ');
}

static void print_table(const struct ctl *ctl, const json_t *items, const struct column *columns)
{
	size_t rows = json_array_size(items), count = 0, widths[COLUMNS_MAX] = {0};
	while (columns[count].title && count < COLUMNS_MAX)
		count++;
	char **cells = g_new0(char *, (rows + 1) * count);
	for (size_t c = 0; c < count; c++) {
		cells[c] = g_strdup(columns[c].title);
		for (size_t r = 0; r < rows; r++)
			cells[(r + 1) * count + c] = cell(&columns[c], json_array_get(items, r));
		for (size_t r = 0; r <= rows; r++)
			widths[c] = MAX(widths[c], utf8_length(cells[r * count + c]));
	}
	for (size_t r = ctl->no_headers ? 1 : 0; r <= rows; r++) {
		for (size_t c = 0; c < count; c++)
			print_cell(ctl, cells[r * count + c], widths[c], c + 1 == count);
		putchar('\n');
	}
	for (size_t i = 0; i < (rows + 1) * count; i++)
		g_free(cells[i]);
	g_free(cells);
}

static void print_json(const json_t *value, size_t flags)
{
	json_dumpf(value, stdout, flags | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)); /* 0.05, not 0.050000000000000003 */
	putchar('\n');
}

void output_list(const struct ctl *ctl, const json_t *answer, const struct column *columns)
{
	const json_t *items = json_is_array(answer) ? answer : json_object_get(answer, "items");
	switch (ctl->output) {
	case OUTPUT_JSON:
		print_json(answer, JSON_INDENT(2));
		break;
	case OUTPUT_NDJSON:
		for (size_t i = 0; i < json_array_size(items); i++)
			print_json(json_array_get(items, i), JSON_COMPACT);
		break;
	case OUTPUT_TABLE:
		print_table(ctl, items, columns);
		break;
	}
}

bool output_object(const struct ctl *ctl, const json_t *object)
{
	if (ctl->output == OUTPUT_TABLE)
		return false;
	print_json(object, ctl->output == OUTPUT_JSON ? JSON_INDENT(2) : JSON_COMPACT);
	return true;
}

void output_line(const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	char *clean = output_clean(text);
	printf("%-14s %s\n", name, clean);
	g_free(clean);
	g_free(text);
}
