#include "base/json_out.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_out_init(struct json_out *out, GString *text)
{
	*out = (struct json_out){.text = text};
}

static void begin(struct json_out *out, const char *key)
{
	if (out->comma)
		g_string_append_c(out->text, ',');
	out->comma = true;
	if (!key)
		return;
	g_string_append_c(out->text, '"');
	g_string_append(out->text, key);
	g_string_append_len(out->text, "\":", 2);
}

void json_out_open(struct json_out *out, const char *key, char bracket)
{
	begin(out, key);
	g_string_append_c(out->text, bracket);
	out->comma = false;
}

void json_out_close(struct json_out *out, char bracket)
{
	g_string_append_c(out->text, bracket);
	out->comma = true;
}

static bool needs_escape(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

static void append_escape(GString *text, unsigned char c)
{
	static const char named[0x20] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
	if (c >= 0x20)
		g_string_append_printf(text, "\\%c", c);
	else if (named[c])
		g_string_append_printf(text, "\\%c", named[c]);
	else
		g_string_append_printf(text, "\\u%04X", c);
}

static void append_valid(GString *text, const char *at)
{
	g_string_append_c(text, '"');
	while (*at) {
		size_t run = 0;
		while (at[run] && !needs_escape((unsigned char)at[run]))
			run++;
		g_string_append_len(text, at, (gssize)run);
		at += run;
		if (*at)
			append_escape(text, (unsigned char)*at++);
	}
	g_string_append_c(text, '"');
}

void json_out_text(struct json_out *out, const char *key, const char *text)
{
	if (!text) {
		json_out_raw(out, key, "null");
		return;
	}
	begin(out, key);
	if (utf8_valid(text, strlen(text))) {
		append_valid(out->text, text);
		return;
	}
	char *valid = g_utf8_make_valid(text, -1);
	append_valid(out->text, valid);
	g_free(valid);
}

static void append_int(GString *text, int64_t value)
{
	char digits[20], *at = digits + sizeof digits;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		g_string_append_c(text, '-');
	g_string_append_len(text, at, digits + sizeof digits - at);
}

/* Whole numbers are common and need no search for the shortest digits. */
static bool append_whole(GString *text, double value)
{
	if (!(fabs(value) < 1e15) || value != (double)(int64_t)value || (value == 0 && signbit(value)))
		return false;
	append_int(text, (int64_t)value);
	g_string_append_len(text, ".0", 2);
	return true;
}

/* As jansson writes a real: it stays one when it is read back, and an exponent has neither plus nor leading zeros. */
static void append_real(GString *text, double value)
{
	char digits[40];
	snprintf(digits, sizeof digits, "%.15g", value);
	char *exponent = strchr(digits, 'e');
	if (!exponent) {
		g_string_append(text, digits);
		if (!strchr(digits, '.'))
			g_string_append(text, ".0");
		return;
	}
	g_string_append_len(text, digits, exponent + 1 - digits);
	g_string_append_printf(text, "%ld", strtol(exponent + 1, NULL, 10));
}

void json_out_number(struct json_out *out, const char *key, double value)
{
	if (!isfinite(value)) {
		json_out_raw(out, key, "null");
		return;
	}
	begin(out, key);
	if (!append_whole(out->text, value))
		append_real(out->text, value);
}

void json_out_int(struct json_out *out, const char *key, int64_t value)
{
	begin(out, key);
	append_int(out->text, value);
}

void json_out_bool(struct json_out *out, const char *key, bool value)
{
	json_out_raw(out, key, value ? "true" : "false");
}

void json_out_time(struct json_out *out, const char *key, msec_t wall)
{
	char text[RFC3339_SIZE];
	if (!wall) {
		json_out_raw(out, key, "null");
		return;
	}
	begin(out, key);
	append_valid(out->text, rfc3339_format(wall, text));
}

void json_out_raw(struct json_out *out, const char *key, const char *json)
{
	begin(out, key);
	g_string_append(out->text, json);
}

void json_out_pair(struct json_out *out, const char *name, const char *text)
{
	begin(out, NULL);
	append_valid(out->text, name);
	g_string_append_c(out->text, ':');
	append_valid(out->text, text);
}

bool json_out_plain(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}
