#include "base/json.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "model/template_parts.h"
#include "model/unit.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool absent(const struct filter_value *value)
{
	return !value->text && (!value->json || json_is_null(value->json));
}

char *template_value_text(const struct filter_value *value)
{
	if (value->text)
		return g_strdup(value->text);
	if (!value->json || json_is_null(value->json))
		return g_strdup(value->json && value->number_expected ? "unknown" : "");
	if (json_is_string(value->json))
		return g_strdup(json_string_value(value->json));
	if (json_is_integer(value->json))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value->json));
	if (json_is_real(value->json))
		return g_strdup_printf("%.10g", json_real_value(value->json));
	if (json_is_boolean(value->json))
		return g_strdup(json_is_true(value->json) ? "true" : "false");
	return json_text(value->json); /* a list or an object */
}

static void become(struct filter_value *value, char *text)
{
	g_free(value->text);
	value->text = text;
}

static bool refuse(const struct filter_call *call, const struct filter_value *value, const char *wanted,
		   struct error *err)
{
	char *text = template_value_text(value);
	char *cut = utf8_cut(text, 60);
	error_set(err, "filter \"%s\" needs %s, got \"%s\"", call->filter->name, wanted, cut);
	free(cut);
	g_free(text);
	return false;
}

/* 1 = a number, 0 = absent (passed on), -1 = something else (refused). */
static int number_of(const struct filter_call *call, struct filter_value *value, double *out, struct error *err)
{
	if (absent(value)) {
		value->number_expected = true;
		return 0;
	}
	if (!value->text && json_is_number(value->json)) {
		*out = json_number_value(value->json);
		return 1;
	}
	char *text = template_value_text(value), *end;
	*out = g_ascii_strtod(text, &end);
	bool whole = end != text && !*end;
	g_free(text);
	if (whole)
		return 1;
	refuse(call, value, "a number", err);
	return -1;
}

static bool in_unit(enum unit unit, const struct filter_call *call, struct filter_value *value, struct error *err)
{
	double number;
	char out[128];
	int got = number_of(call, value, &number, err);
	if (got > 0)
		become(value, g_strdup(unit_format(unit, number, out, sizeof out)));
	return got >= 0;
}

#define UNIT_FILTER(name, unit)                                                                                        \
	static bool apply_##name(const struct filter_call *call, struct filter_value *value, struct error *err)        \
	{                                                                                                              \
		return in_unit(unit, call, value, err);                                                                \
	}

UNIT_FILTER(percent, UNIT_RATIO)
UNIT_FILTER(number, UNIT_NUMBER)
UNIT_FILTER(records, UNIT_RECORDS)
UNIT_FILTER(rate, UNIT_PER_SECOND)
UNIT_FILTER(bytes, UNIT_BYTES)
UNIT_FILTER(duration, UNIT_SECONDS)

static bool apply_human(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	enum unit unit = UNIT_NUMBER;
	unit_parse(value->unit, &unit);
	return in_unit(unit, call, value, err);
}

static bool apply_round(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	double number;
	int got = number_of(call, value, &number, err);
	if (got > 0)
		become(value, g_strdup_printf("%.*f", (int)MIN(call->count, 12), number));
	return got >= 0;
}

static bool apply_default(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	char *text = template_value_text(value);
	if (absent(value) || !*text)
		become(value, g_strdup(call->text));
	g_free(text);
	return true;
}

static bool apply_upper(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	char *text = template_value_text(value);
	become(value, g_utf8_strup(text, -1));
	g_free(text);
	return true;
}

static bool apply_lower(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	char *text = template_value_text(value);
	become(value, g_utf8_strdown(text, -1));
	g_free(text);
	return true;
}

static bool apply_cut(const struct filter_call *call, struct filter_value *value, char *(*cut)(const char *, size_t))
{
	char *text = template_value_text(value);
	char *shorter = cut(text, call->count);
	become(value, g_strdup(shorter));
	free(shorter);
	g_free(text);
	return true;
}

static bool apply_truncate(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	return apply_cut(call, value, utf8_cut);
}

static bool apply_middle(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	return apply_cut(call, value, utf8_cut_middle);
}

static bool apply_first_line(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	char *text = template_value_text(value);
	text[strcspn(text, "\r\n")] = '\0';
	become(value, text);
	return true;
}

static bool apply_count(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	if (!absent(value) && (value->text || !(json_is_array(value->json) || json_is_object(value->json))))
		return refuse(call, value, "a list", err);
	size_t count = json_is_array(value->json) ? json_array_size(value->json) : json_object_size(value->json);
	become(value, g_strdup_printf("%zu", count));
	return true;
}

static bool apply_join(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	if (absent(value))
		return true;
	if (value->text || !json_is_array(value->json))
		return refuse(call, value, "a list", err);
	GString *joined = g_string_new(NULL);
	for (size_t i = 0; i < json_array_size(value->json); i++) {
		struct filter_value item = {.json = json_array_get(value->json, i)};
		char *text = template_value_text(&item);
		g_string_append_printf(joined, "%s%s", i ? call->text : "", text);
		g_free(text);
	}
	become(value, g_string_free(joined, FALSE));
	return true;
}

static bool apply_time(const struct filter_call *call, struct filter_value *value, struct error *err)
{
	if (absent(value))
		return true;
	char *text = template_value_text(value), full[RFC3339_SIZE];
	msec_t at;
	bool ok = rfc3339_parse(text, &at);
	g_free(text);
	if (!ok)
		return refuse(call, value, "a time", err);
	rfc3339_format(at, full); /* 2026-07-16T01:08:31.250Z */
	become(value, g_strdup_printf("%.10s %.8s UTC", full, full + 11));
	return true;
}

const struct filter template_filters[] = {
	{"bytes", ARGUMENT_NONE, apply_bytes, "1288490189 -> 1.2 GiB"},
	{"count", ARGUMENT_NONE, apply_count, "how many entries a list has"},
	{"default", ARGUMENT_TEXT, apply_default, "this text where there is no value"},
	{"duration", ARGUMENT_NONE, apply_duration, "seconds: 4320 -> 1 h 12 m"},
	{"first_line", ARGUMENT_NONE, apply_first_line, "up to the first line break"},
	{"human", ARGUMENT_NONE, apply_human, "in the rule's own unit"},
	{"join", ARGUMENT_TEXT, apply_join, "the entries of a list with this text between them"},
	{"lower", ARGUMENT_NONE, apply_lower, "lower case"},
	{"middle", ARGUMENT_COUNT, apply_middle, "cut in the middle to so many characters"},
	{"number", ARGUMENT_NONE, apply_number, "38100 -> 38.1 k"},
	{"percent", ARGUMENT_NONE, apply_percent, "a ratio: 0.074 -> 7.4 %"},
	{"rate", ARGUMENT_NONE, apply_rate, "38100 -> 38.1 k/s"},
	{"records", ARGUMENT_NONE, apply_records, "38100 -> 38.1 k records"},
	{"round", ARGUMENT_COUNT, apply_round, "so many digits after the point"},
	{"time", ARGUMENT_NONE, apply_time, "2026-07-16 01:08:31 UTC"},
	{"truncate", ARGUMENT_COUNT, apply_truncate, "cut to so many characters, with … at the end"},
	{"upper", ARGUMENT_NONE, apply_upper, "upper case"},
	{NULL, ARGUMENT_NONE, NULL, NULL},
};

const struct filter *template_filter_find(const char *name)
{
	for (const struct filter *filter = template_filters; filter->name; filter++)
		if (strcmp(filter->name, name) == 0)
			return filter;
	return NULL;
}

char *template_filter_reference(void)
{
	static const char *const arguments[] = {
		[ARGUMENT_NONE] = "", [ARGUMENT_TEXT] = ":\"text\"", [ARGUMENT_COUNT] = ":number"};
	GString *out = g_string_new("| filter | |\n|---|---|\n");
	for (const struct filter *filter = template_filters; filter->name; filter++)
		g_string_append_printf(out, "| `%s%s` | %s |\n", filter->name, arguments[filter->argument],
				       filter->doc);
	return g_string_free(out, FALSE);
}
