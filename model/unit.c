#include "model/unit.h"
#include "base/duration.h"
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NO_BREAK "\xc2\xa0"

static const char *const names[] = {
	[UNIT_NUMBER] = "number",   [UNIT_RATIO] = "ratio",     [UNIT_PER_SECOND] = "per_second",
	[UNIT_RECORDS] = "records", [UNIT_SECONDS] = "seconds", [UNIT_BYTES] = "bytes",
	[UNIT_STATE] = "state",     [UNIT_NONE] = "none",
};

/* One word per enum connect_state, in its order. */
static const char *const states[] = {"OTHER",      "RUNNING",    "PAUSED",   "STOPPED",
				     "UNASSIGNED", "RESTARTING", "DEGRADED", "FAILED"};

const char *unit_name(enum unit unit)
{
	return names[unit];
}

bool unit_parse(const char *text, enum unit *out)
{
	for (size_t i = 0; text && i < G_N_ELEMENTS(names); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*out = (enum unit)i;
		return true;
	}
	return false;
}

/* One digit after the point, none if it is 0; below 1 two significant digits. */
static void format_short(double value, char *out, size_t size)
{
	if (value != 0 && fabs(value) < 0.95) {
		snprintf(out, size, "%.2g", value);
		return;
	}
	snprintf(out, size, "%.1f", value);
	size_t length = strlen(out);
	if (length > 2 && strcmp(out + length - 2, ".0") == 0)
		out[length - 2] = '\0';
}

static void format_scaled(double value, double base, const char *const *prefixes, const char *tail, char *out,
			  size_t size)
{
	size_t step = 0;
	while (fabs(value) >= base - 0.05 && prefixes[step + 1]) {
		value /= base;
		step++;
	}
	char number[400];
	format_short(value, number, sizeof number);
	snprintf(out, size, "%s%s%s%s", number, prefixes[step][0] ? NO_BREAK : "", prefixes[step], tail);
}

static void format_seconds(double value, char *out, size_t size)
{
	char plain[64];
	bool sub_second = fabs(value) < 1;
	double rounded = sub_second ? value * 1000 : round(value) * 1000;
	if (fabs(rounded) > 9e15)
		rounded = copysign(9e15, rounded);
	duration_format((msec_t)fabs(rounded), plain, sizeof plain);
	GString *text = g_string_new(value < 0 && rounded <= -1 ? "-" : "");
	for (const char *at = plain; *at; at++)
		*at == ' ' ? g_string_append(text, NO_BREAK) : g_string_append_c(text, *at);
	snprintf(out, size, "%s", text->str);
	g_string_free(text, TRUE);
}

static void format_state(double value, char *out, size_t size)
{
	size_t index = value >= 0 && value < (double)G_N_ELEMENTS(states) ? (size_t)value : 0;
	snprintf(out, size, "%s", states[index]);
}

char *unit_format(enum unit unit, double value, char *out, size_t size)
{
	static const char *const decimal[] = {"", "k", "M", "G", "T", "P", NULL};
	static const char *const binary[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", NULL};
	char number[400];
	if (unit == UNIT_NONE) {
		snprintf(out, size, "%s", "");
		return out;
	}
	if (!isfinite(value)) {
		snprintf(out, size, "unknown");
		return out;
	}
	switch (unit) {
	case UNIT_NUMBER:
		format_scaled(value, 1000, decimal, "", out, size);
		break;
	case UNIT_RATIO:
		format_short(value * 100, number, sizeof number);
		snprintf(out, size, "%s" NO_BREAK "%%", number);
		break;
	case UNIT_PER_SECOND:
		format_scaled(value, 1000, decimal, "/s", out, size);
		break;
	case UNIT_RECORDS:
		format_scaled(value, 1000, decimal, "", number, sizeof number);
		snprintf(out, size, "%s" NO_BREAK "%s", number, value == 1 ? "record" : "records");
		break;
	case UNIT_SECONDS:
		format_seconds(value, out, size);
		break;
	case UNIT_BYTES:
		format_scaled(value, 1024, binary, "", out, size);
		break;
	case UNIT_STATE:
		format_state(value, out, size);
		break;
	case UNIT_NONE:
		break;
	}
	return out;
}
