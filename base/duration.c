#include "base/duration.h"
#include <ctype.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct span {
	const char *name;
	msec_t msec;
};

/* Largest first: formats walk down, the parser demands this order. */
static const struct span spans[] = {
	{"w", 604800000}, {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1},
};

static size_t span_find(const char *unit, size_t length)
{
	for (size_t i = 0; i < G_N_ELEMENTS(spans); i++)
		if (strlen(spans[i].name) == length && !memcmp(spans[i].name, unit, length))
			return i;
	return G_N_ELEMENTS(spans);
}

/* Whole digits only; false on overflow. *at moves behind them. */
static bool whole_number(const char **at, int64_t *out)
{
	int64_t value = 0;
	for (; isdigit((unsigned char)**at); (*at)++)
		if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, **at - '0', &value))
			return false;
	*out = value;
	return true;
}

static bool refuse(const char *text, const char *what, struct error *err)
{
	return error_set(err, "'%.64s' is no duration: %s", text, what);
}

/* One "5m" of "1h5m"; *from is the smallest unit index still allowed. */
static bool parse_part(const char *text, const char **at, size_t *from, msec_t *total, struct error *err)
{
	int64_t number;
	if (!isdigit((unsigned char)**at))
		return refuse(text, "write a number and a unit, as in \"5m\" or \"1h30m\" (ms s m h d w)", err);
	if (!whole_number(at, &number))
		return refuse(text, "too long", err);
	if (**at == '.')
		return refuse(text, "no fractions; write \"1m30s\" or \"1500ms\"", err);
	size_t length = 0;
	while (isalpha((unsigned char)(*at)[length]))
		length++;
	if (!length)
		return refuse(text, "a unit is missing (ms s m h d w)", err);
	size_t unit = span_find(*at, length);
	if (unit == G_N_ELEMENTS(spans))
		return refuse(text, "unknown unit (use ms s m h d w)", err);
	if (unit < *from)
		return refuse(text, "units go from large to small, each once", err);
	*at += length;
	*from = unit + 1;
	if (__builtin_mul_overflow(number, spans[unit].msec, &number) || __builtin_add_overflow(*total, number, total))
		return refuse(text, "too long", err);
	return true;
}

bool duration_parse(const char *text, msec_t *out, struct error *err)
{
	if (!strcmp(text, "0")) {
		*out = 0;
		return true;
	}
	const char *at = text;
	size_t from = 0;
	msec_t total = 0;
	do
		if (!parse_part(text, &at, &from, &total, err))
			return false;
	while (*at);
	if (total == MSEC_NEVER)
		return refuse(text, "too long", err);
	*out = total;
	return true;
}

/* Works on the absolute value, so that INT64_MIN is no trap. */
static uint64_t magnitude(msec_t duration)
{
	return duration < 0 ? 0 - (uint64_t)duration : (uint64_t)duration;
}

static void append(char *out, size_t size, uint64_t number, const char *between, const char *unit)
{
	size_t length = strlen(out);
	snprintf(out + length, size - length, "%llu%s%s", (unsigned long long)number, between, unit);
}

void duration_format(msec_t duration, char *out, size_t size)
{
	uint64_t left = magnitude(duration);
	size_t i = 1; /* people count in days, not in weeks */
	while (i < 4 && left < (uint64_t)spans[i].msec)
		i++;
	if (left > 0 && left < 1000)
		i = 5;
	snprintf(out, size, "%s", duration < 0 ? "-" : "");
	append(out, size, left / (uint64_t)spans[i].msec, " ", spans[i].name);
	uint64_t rest = left % (uint64_t)spans[i].msec;
	if (i >= 4 || rest < (uint64_t)spans[i + 1].msec)
		return;
	g_strlcat(out, " ", size);
	append(out, size, rest / (uint64_t)spans[i + 1].msec, " ", spans[i + 1].name);
}

void duration_format_exact(msec_t duration, char *out, size_t size)
{
	uint64_t left = magnitude(duration);
	snprintf(out, size, "%s", duration < 0 ? "-" : left ? "" : "0s");
	for (size_t i = 0; i < G_N_ELEMENTS(spans); i++) {
		uint64_t unit = (uint64_t)spans[i].msec;
		if (left / unit)
			append(out, size, left / unit, "", spans[i].name);
		left %= unit;
	}
}

static const struct {
	const char *name;
	int64_t bytes;
} size_units[] = {
	{"", 1},
	{"B", 1},
	{"kB", 1000},
	{"MB", 1000000},
	{"GB", 1000000000},
	{"TB", INT64_C(1000000000000)},
	{"KiB", INT64_C(1) << 10},
	{"MiB", INT64_C(1) << 20},
	{"GiB", INT64_C(1) << 30},
	{"TiB", INT64_C(1) << 40},
};

bool size_parse(const char *text, int64_t *out_bytes, struct error *err)
{
	const char *at = text;
	int64_t number;
	if (!isdigit((unsigned char)*at))
		return error_set(err, "'%.64s' is no size: write \"64MiB\", \"10 kB\" or bytes", text);
	if (!whole_number(&at, &number))
		return error_set(err, "'%.64s' is too large a size", text);
	if (*at == ' ')
		at++;
	for (size_t i = 0; i < G_N_ELEMENTS(size_units); i++) {
		if (strcmp(at, size_units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(number, size_units[i].bytes, &number))
			return error_set(err, "'%.64s' is too large a size", text);
		*out_bytes = number;
		return true;
	}
	return error_set(err, "'%.64s' is no size: unknown unit '%.32s' (kB MB GB TB KiB MiB GiB TiB)", text, at);
}

bool ratio_parse(const char *text, double *out, struct error *err)
{
	size_t length = strlen(text);
	bool percent = length && text[length - 1] == '%';
	size_t digits = strspn(text, "+-.0123456789eE");
	size_t end = percent ? length - 1 : length;
	while (percent && end > digits && text[end - 1] == ' ')
		end--;
	char *stop = NULL;
	double value = digits == end && digits ? g_ascii_strtod(text, &stop) : 0;
	if (!stop || stop != text + end || !isfinite(value))
		return error_set(err, "'%.64s' is no ratio: write \"5%%\" or 0.05", text);
	*out = percent ? value / 100 : value;
	return true;
}
