#include "api/query.h"

#include "base/utf8.h"
#include <glib.h>
#include <string.h>

static bool decode_byte(const char *text, size_t left, char *out)
{
	if (left < 3 || !g_ascii_isxdigit(text[1]) || !g_ascii_isxdigit(text[2]))
		return false;
	*out = (char)(g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2]));
	return true;
}

char *percent_decode(const char *text, size_t length, bool plus, struct error *err)
{
	char *out = g_malloc(length + 1);
	size_t n = 0;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (c == '%') {
			if (!decode_byte(text + i, length - i, &c)) {
				error_set(err, "broken percent escape at character %zu", i + 1);
				goto fail;
			}
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if ((unsigned char)c < 0x20 || c == 0x7f) {
			error_set(err, "control character at character %zu", i + 1);
			goto fail;
		}
		out[n++] = c;
	}
	out[n] = '\0';
	if (utf8_valid(out, n))
		return out;
	error_set(err, "not valid UTF-8");
fail:
	g_free(out);
	return NULL;
}

static bool query_add(struct query *query, const char *text, size_t length, struct error *err)
{
	const char *equals = memchr(text, '=', length);
	size_t name_length = equals ? (size_t)(equals - text) : length;
	if (query->count == QUERY_MAX)
		return error_set(err, "more than %d parameters", QUERY_MAX);
	char *name = percent_decode(text, name_length, true, err);
	if (!name)
		return false;
	char *value = equals ? percent_decode(equals + 1, length - name_length - 1, true, err) : g_strdup("");
	if (!value) {
		g_free(name);
		return false;
	}
	bool twice = query_get(query, name) != NULL;
	query->pairs[query->count++] = (struct query_pair){name, value};
	return !twice || error_set(err, "parameter '%.64s' is given twice", name);
}

bool query_parse(struct query *query, const char *text, struct error *err)
{
	memset(query, 0, sizeof *query);
	for (const char *at = text; at && *at;) {
		size_t length = strcspn(at, "&");
		if (length > 0 && !query_add(query, at, length, err)) {
			query_release(query);
			return false;
		}
		at += length + (at[length] == '&');
	}
	return true;
}

void query_release(struct query *query)
{
	for (size_t i = 0; i < query->count; i++) {
		g_free(query->pairs[i].name);
		g_free(query->pairs[i].value);
	}
	query->count = 0;
}

const char *query_get(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->pairs[i].name, name) == 0)
			return query->pairs[i].value;
	return NULL;
}

bool words_hold(const char *words, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = words; at && *at;) {
		size_t n = strcspn(at, " ");
		if (n == length && length > 0 && memcmp(at, word, n) == 0)
			return true;
		at += n + strspn(at + n, " ");
	}
	return false;
}

const char *query_unknown(const struct query *query, const char *allowed)
{
	for (size_t i = 0; i < query->count; i++)
		if (!words_hold(allowed, query->pairs[i].name))
			return query->pairs[i].name;
	return NULL;
}
