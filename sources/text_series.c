#include "sources/text_series.h"
#include "base/utf8.h"
#include <string.h>

struct scan {
	const char *p, *end;
	bool blanks;
	struct arena *arena;
	struct error *err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name_char(char c, bool first, bool colon)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colon && c == ':') ||
	       (!first && c >= '0' && c <= '9');
}

/* Behind the closing quote of the text that begins behind an opening one. */
static const char *quote_end(const char *p, const char *end)
{
	for (; p < end && *p != '\n'; p++) {
		if (*p == '\\' && p + 1 < end && p[1] != '\n')
			p++;
		else if (*p == '"')
			return p + 1;
	}
	return NULL;
}

const char *text_series_end(const char *text, const char *end, bool blanks)
{
	const char *p = text;
	while (p < end && *p != '{' && *p != '\n' && *p != '\r' && !is_blank(*p))
		p++;
	const char *name_end = p;
	while (blanks && p < end && is_blank(*p))
		p++;
	if (p == end || *p != '{')
		return name_end == text ? NULL : name_end;
	while (p && p < end && *p != '}' && *p != '\n')
		p = *p == '"' ? quote_end(p + 1, end) : p + 1;
	return p && p < end && *p == '}' ? p + 1 : NULL;
}

static void skip_blanks(struct scan *scan)
{
	while (scan->blanks && scan->p < scan->end && is_blank(*scan->p))
		scan->p++;
}

static bool at(const struct scan *scan, char c)
{
	return scan->p < scan->end && *scan->p == c;
}

/* An escape that is none stands as it is. NUL is legal in the formats, not in our texts. */
static const char *unescape(struct arena *arena, const char *text, size_t length)
{
	char *out = arena_alloc(arena, length * 3 + 1), *to = out;
	for (size_t i = 0; i < length; i++) {
		char next = i + 1 < length ? text[i + 1] : '\0';
		if (text[i] == '\\' && (next == '\\' || next == '"' || next == 'n')) {
			*to++ = next == 'n' ? '\n' : next;
			i++;
		} else if (text[i] == '\0') {
			memcpy(to, "\xEF\xBF\xBD", 3);
			to += 3;
		} else {
			*to++ = text[i];
		}
	}
	return out;
}

static bool read_quoted(struct scan *scan, const char **out)
{
	const char *start = scan->p + 1, *behind = quote_end(start, scan->end);
	if (!behind)
		return error_set(scan->err, "a quote is not closed");
	size_t length = (size_t)(behind - 1 - start);
	if (!utf8_valid(start, length))
		return error_set(scan->err, "the text in quotes is not UTF-8");
	*out = unescape(scan->arena, start, length);
	scan->p = behind;
	return true;
}

static bool read_name(struct scan *scan, bool colon, const char **out)
{
	const char *start = scan->p;
	while (scan->p < scan->end && is_name_char(*scan->p, scan->p == start, colon))
		scan->p++;
	if (scan->p == start)
		return error_set(scan->err, "a name is missing or begins with a wrong character");
	*out = arena_strndup(scan->arena, start, (size_t)(scan->p - start));
	return true;
}

static bool add_label(struct scan *scan, struct text_series *series, const char *name, const char *value)
{
	for (size_t i = 0; i < series->count; i++)
		if (strcmp(series->labels[i].name, name) == 0)
			return error_set(scan->err, "the label \"%.64s\" stands twice", name);
	if (strcmp(name, "__name__") == 0)
		return error_set(scan->err, "the label __name__ must not stand in braces");
	if (series->count == TEXT_LABELS_MAX)
		return error_set(scan->err, "more than %d labels", (int)TEXT_LABELS_MAX);
	series->labels[series->count++] = (struct label){name, value};
	return true;
}

/* One label, or the series' name as a text in quotes. */
static bool read_entry(struct scan *scan, struct text_series *series)
{
	const char *name = NULL, *value = NULL;
	bool quoted = at(scan, '"');
	if (quoted ? !read_quoted(scan, &name) : !read_name(scan, false, &name))
		return false;
	if (quoted && !*name)
		return error_set(scan->err, "a name in quotes is empty");
	skip_blanks(scan);
	if (!at(scan, '=')) {
		if (!quoted)
			return error_set(scan->err, "expected = behind the label's name");
		if (series->name)
			return error_set(scan->err, "the series has two names");
		series->name = name;
		return true;
	}
	scan->p++;
	skip_blanks(scan);
	if (!at(scan, '"'))
		return error_set(scan->err, "expected a value in quotes");
	return read_quoted(scan, &value) && add_label(scan, series, name, value);
}

static bool read_braces(struct scan *scan, struct text_series *series)
{
	scan->p++;
	skip_blanks(scan);
	while (!at(scan, '}')) {
		if (!read_entry(scan, series))
			return false;
		skip_blanks(scan);
		if (at(scan, '}'))
			break;
		if (!at(scan, ','))
			return error_set(scan->err, "expected , or } behind a label");
		scan->p++;
		skip_blanks(scan);
		if (at(scan, '}') && !scan->blanks)
			return error_set(scan->err, "a comma before }");
	}
	scan->p++;
	return true;
}

static bool read_series(struct scan *scan, struct text_series *series)
{
	if (!at(scan, '{') && !read_name(scan, true, &series->name))
		return false;
	skip_blanks(scan);
	if (at(scan, '{') && !read_braces(scan, series))
		return false;
	if (scan->p != scan->end)
		return error_set(scan->err, "a wrong character in a name");
	if (!series->name)
		return error_set(scan->err, "the series has no name");
	return true;
}

bool text_series_parse(struct text_series *series, const char *text, size_t length, bool blanks, struct arena *arena,
		       const char **place, struct error *err)
{
	struct scan scan = {.p = text, .end = text + length, .blanks = blanks, .arena = arena, .err = err};
	series->name = NULL;
	series->count = 0;
	bool good = read_series(&scan, series);
	*place = scan.p;
	return good;
}

const char *text_labels_parse(struct text_series *series, const char *text, const char *end, struct arena *arena,
			      const char **place, struct error *err)
{
	struct scan scan = {.p = text, .end = end, .arena = arena, .err = err};
	series->name = NULL;
	series->count = 0;
	bool good = at(&scan, '{') || error_set(err, "expected { of the exemplar");
	good = good && read_braces(&scan, series);
	if (good && series->name)
		good = error_set(err, "an exemplar has no name");
	*place = scan.p;
	return good ? scan.p : NULL;
}
