#include "notifiers/rich.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

#define NBSP "\xc2\xa0"

struct rich *rich_new(struct arena *arena)
{
	struct rich *rich = arena_alloc(arena, sizeof *rich);
	rich->arena = arena;
	return rich;
}

bool rich_empty(const struct rich *rich)
{
	return !rich || rich->count == 0;
}

static struct span *rich_add(struct rich *rich, enum span_kind kind)
{
	if (rich->count == rich->capacity) {
		size_t capacity = rich->capacity ? rich->capacity * 2 : 8;
		struct span *spans = arena_alloc(rich->arena, capacity * sizeof *spans);
		if (rich->count)
			memcpy(spans, rich->spans, rich->count * sizeof *spans);
		rich->spans = spans;
		rich->capacity = capacity;
	}
	struct span *span = &rich->spans[rich->count++];
	span->kind = kind;
	return span;
}

static char *clean_line(struct arena *arena, const char *text)
{
	char *clean = utf8_clean(text, strlen(text), false);
	char *copy = arena_strdup(arena, clean);
	free(clean);
	return copy;
}

__attribute__((format(printf, 3, 0))) static void add_text(struct rich *rich, enum span_kind kind, const char *format,
							   va_list list)
{
	char *raw = g_strdup_vprintf(format, list);
	if (raw && *raw)
		rich_add(rich, kind)->text = clean_line(rich->arena, raw);
	g_free(raw);
}

void rich_text(struct rich *rich, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	add_text(rich, SPAN_TEXT, format, list);
	va_end(list);
}

void rich_bold(struct rich *rich, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	add_text(rich, SPAN_BOLD, format, list);
	va_end(list);
}

void rich_code(struct rich *rich, const char *text)
{
	if (text && *text)
		rich_add(rich, SPAN_CODE)->text = clean_line(rich->arena, text);
}

void rich_minute(struct rich *rich, msec_t wall)
{
	rich_add(rich, SPAN_MINUTE)->at = wall;
}

void rich_second(struct rich *rich, msec_t wall, bool zone)
{
	struct span *span = rich_add(rich, SPAN_SECOND);
	span->at = wall;
	span->zone = zone;
}

void rich_append(struct rich *rich, const struct rich *more)
{
	for (size_t i = 0; more && i < more->count; i++) {
		struct span span = more->spans[i];
		*rich_add(rich, span.kind) = span;
	}
}

static void append_time(const struct span *span, const struct message_time *time, bool zone, GString *out)
{
	char text[MESSAGE_TIME_SIZE];
	g_string_append(out, span->kind == SPAN_SECOND ? message_time_second(time, span->at, text)
						       : message_time_minute(time, span->at, text));
	if (zone)
		g_string_append_printf(out, " %s", message_time_zone(time, span->at, text));
}

void rich_plain(const struct rich *rich, const struct message_time *time, GString *out)
{
	for (size_t i = 0; rich && i < rich->count; i++) {
		const struct span *span = &rich->spans[i];
		if (span->text) {
			size_t from = out->len;
			g_string_append(out, span->text);
			for (char *at; (at = strstr(out->str + from, NBSP));) {
				from = (size_t)(at - out->str);
				g_string_erase(out, (gssize)from, 2);
				g_string_insert_c(out, (gssize)from, ' ');
			}
		} else {
			append_time(span, time, span->zone, out);
		}
	}
}

void html_escape(const char *text, GString *out)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '"':
			g_string_append(out, "&quot;");
			break;
		case '\'':
			g_string_append(out, "&#39;");
			break;
		default:
			g_string_append_c(out, *text);
		}
}

static const char *const html_open[] = {
	[SPAN_BOLD] = "<b class=\"t1\" style=\"color:#16161b\">",
	[SPAN_CODE] = "<span style=\"font-family:ui-monospace,Consolas,Menlo,'DejaVu Sans Mono',monospace;"
		      "font-size:12px\">",
};
static const char *const html_close[] = {[SPAN_BOLD] = "</b>", [SPAN_CODE] = "</span>"};

void rich_html(const struct rich *rich, const struct message_time *time, GString *out)
{
	for (size_t i = 0; rich && i < rich->count; i++) {
		const struct span *span = &rich->spans[i];
		if (!span->text) {
			append_time(span, time, span->zone, out);
			continue;
		}
		bool marked = span->kind == SPAN_BOLD || span->kind == SPAN_CODE;
		if (marked)
			g_string_append(out, html_open[span->kind]);
		html_escape(span->text, out);
		if (marked)
			g_string_append(out, html_close[span->kind]);
	}
}

/* A letter or a digit of any script; a no-break space, a dash or a quote is an edge. Texts are valid UTF-8. */
static bool in_word(const char *at)
{
	return g_unichar_isalnum(g_utf8_get_char(at));
}

/* Slack formats *x*, _x_, ~x~ and `x` only at the edge of a word. There a sign that looks the same stands in its
 * place; inside a word (my_topic) nothing changes. */
static const char *slack_sign(const char *text, const char *at)
{
	bool mark = *at == '*' || *at == '_' || *at == '~';
	bool inside = mark && at > text && in_word(g_utf8_prev_char(at)) && in_word(at + 1);
	switch (*at) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '`':
		return "\xcb\x8b"; /* U+02CB */
	case '*':
		return inside ? NULL : "\xe2\x88\x97"; /* U+2217 */
	case '_':
		return inside ? NULL : "\xcb\x8d"; /* U+02CD */
	case '~':
		return inside ? NULL : "\xe2\x88\xbc"; /* U+223C */
	default:
		return NULL;
	}
}

void slack_escape(const char *text, GString *out)
{
	for (const char *at = text; *at; at++) {
		const char *sign = slack_sign(text, at);
		if (sign)
			g_string_append(out, sign);
		else
			g_string_append_c(out, *at);
	}
}

/* Each reader's own zone; the text after | is for clients that do not know the form. */
static void slack_time(const struct span *span, const struct message_time *time, GString *out)
{
	const char *clock = span->kind == SPAN_SECOND ? "{time_secs}" : "{time}";
	g_string_append_printf(out, "<!date^%lld^%s%s|", (long long)(span->at / 1000),
			       message_time_same_day(time, span->at) ? "" : "{date_short_pretty} ", clock);
	append_time(span, time, true, out);
	g_string_append_c(out, '>');
}

static void slack_span(const struct span *span, const char *text, GString *out)
{
	if (span->kind == SPAN_BOLD && *text)
		g_string_append_c(out, '*');
	slack_escape(text, out);
	if (span->kind == SPAN_BOLD && *text)
		g_string_append_c(out, '*');
}

/* Renders at most points code points of text. */
static void slack_points(const struct rich *rich, const struct message_time *time, size_t points, GString *out)
{
	for (size_t i = 0; rich && i < rich->count; i++) {
		const struct span *span = &rich->spans[i];
		if (!span->text) {
			slack_time(span, time, out);
			continue;
		}
		size_t length = utf8_length(span->text);
		if (length <= points) {
			slack_span(span, span->text, out);
			points -= length;
			continue;
		}
		char *cut = utf8_cut(span->text, points ? points : 1);
		slack_span(span, cut, out);
		free(cut);
		return;
	}
}

void rich_slack(const struct rich *rich, const struct message_time *time, size_t limit, GString *out)
{
	size_t from = out->len;
	for (size_t points = limit;; points = points * 3 / 4) {
		slack_points(rich, time, points, out);
		if (out->len - from <= limit || points == 0)
			return;
		g_string_truncate(out, from);
	}
}

static char *clean_cut(struct arena *arena, const char *text, size_t points, char *(*cut)(const char *, size_t))
{
	if (!text)
		return arena_strdup(arena, "");
	char *clean = utf8_clean(text, strlen(text), false);
	char *short_text = utf8_length(clean) > points ? cut(clean, points) : NULL;
	char *copy = arena_strdup(arena, short_text ? short_text : clean);
	free(short_text);
	free(clean);
	return copy;
}

char *clean_text(struct arena *arena, const char *text, size_t points)
{
	return clean_cut(arena, text, points, utf8_cut);
}

char *clean_name(struct arena *arena, const char *text, size_t points)
{
	return clean_cut(arena, text, points, utf8_cut_middle);
}
