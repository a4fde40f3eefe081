#include "base/utf8.h"
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd", ellipsis[] = "\xe2\x80\xa6";

/* Length of the valid sequence at text (1-4), or 0. Unicode 15, table 3-7. */
static size_t sequence(const unsigned char *text, size_t left, uint32_t *out)
{
	if (text[0] < 0x80) {
		*out = text[0];
		return 1;
	}
	size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	if (text[0] < 0xc2 || text[0] > 0xf4 || left < length)
		return 0;
	uint32_t point = text[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3fu);
	}
	bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
	if (overlong || (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff)
		return 0;
	*out = point;
	return length;
}

bool utf8_valid(const char *text, size_t length)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t point;
	for (size_t i = 0, n; i < length; i += n)
		if (!(n = sequence(at + i, length - i, &point)))
			return false;
	return true;
}

static bool is_bidi_override(uint32_t point)
{
	return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0x200e ||
	       point == 0x200f || point == 0x061c;
}

static bool is_dropped(uint32_t point, bool keep_lines)
{
	if (point == '\n' || point == '\t')
		return !keep_lines;
	/* The line and paragraph separators break lines in logs and scripts as a newline does. */
	return point < 0x20 || (point >= 0x7f && point < 0xa0) || is_bidi_override(point) || point == 0x2028 ||
	       point == 0x2029;
}

/* Length of an ANSI escape sequence at text (ESC first): CSI, OSC up to BEL or ST, or two bytes (ECMA-48). */
static size_t escape(const unsigned char *text, size_t left)
{
	if (left < 2)
		return 1;
	size_t i = 2;
	if (text[1] == '[') {
		while (i < left && text[i] >= 0x20 && text[i] < 0x40)
			i++;
		return i < left && text[i] >= 0x40 && text[i] < 0x7f ? i + 1 : i;
	}
	if (text[1] != ']')
		return text[1] >= 0x20 && text[1] < 0x7f ? 2 : 1;
	for (; i < left; i++) {
		if (text[i] == 0x07)
			return i + 1;
		if (text[i] == 0x1b)
			return i + 1 < left && text[i + 1] == '\\' ? i + 2 : i;
	}
	return i;
}

static char *to_malloc(GString *text)
{
	/* The contract says free(); g_free is the same thing since GLib 2.46. */
	return g_string_free(text, FALSE);
}

char *utf8_clean(const char *text, size_t length, bool keep_lines)
{
	const unsigned char *at = (const unsigned char *)text;
	GString *out = g_string_sized_new(length);
	for (size_t i = 0, n; i < length; i += n) {
		uint32_t point;
		if (at[i] == 0x1b) {
			n = escape(at + i, length - i);
			continue;
		}
		n = sequence(at + i, length - i, &point);
		if (!n || !point) {
			n = 1;
			g_string_append(out, replacement);
		} else if (!is_dropped(point, keep_lines)) {
			g_string_append_len(out, text + i, (gssize)n);
		} else if (point == '\n' || point == '\t') {
			g_string_append_c(out, ' '); /* words stay apart */
		}
	}
	return to_malloc(out);
}

static bool starts_point(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t utf8_length(const char *text)
{
	size_t n = 0;
	for (; *text; text++)
		n += starts_point(*text);
	return n;
}

size_t utf8_prefix(const char *text, size_t n)
{
	size_t i = 0;
	for (; text[i]; i++)
		if (starts_point(text[i]) && n-- == 0)
			break;
	return i;
}

char *utf8_cut(const char *text, size_t n)
{
	if (utf8_length(text) <= n)
		return g_strdup(text);
	size_t bytes = n ? utf8_prefix(text, n - 1) : 0;
	/* At a word, if that costs no more than a quarter. */
	if (text[bytes] != ' ')
		for (size_t i = bytes; i > bytes - bytes / 4; i--)
			if (text[i - 1] == ' ') {
				bytes = i - 1;
				break;
			}
	while (bytes && text[bytes - 1] == ' ')
		bytes--;
	GString *out = g_string_new_len(text, (gssize)bytes);
	if (n)
		g_string_append(out, ellipsis);
	return to_malloc(out);
}

char *utf8_cut_middle(const char *text, size_t n)
{
	size_t length = utf8_length(text);
	if (length <= n)
		return g_strdup(text);
	if (n < 3)
		return utf8_cut(text, n);
	size_t tail = (n - 1) / 2, head = n - 1 - tail;
	GString *out = g_string_new_len(text, (gssize)utf8_prefix(text, head));
	g_string_append(out, ellipsis);
	g_string_append(out, text + utf8_prefix(text, length - tail));
	return to_malloc(out);
}
