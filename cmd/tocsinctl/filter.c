#include "cmd/tocsinctl/filter.h"

#include "cmd/tocsinctl/client.h"
#include <stdio.h>
#include <string.h>

static const char *const operators[] = {"=~", "!~", "!=", "="};

/* Where the operator of a term stands; NULL = none. */
static const char *find_operator(const char *term, const char **op)
{
	const char *at = strpbrk(term, "=!");
	for (size_t i = 0; at && i < G_N_ELEMENTS(operators); i++) {
		if (g_str_has_prefix(at, operators[i])) {
			*op = operators[i];
			return at;
		}
	}
	return NULL;
}

static void add_matcher(GString *match, const char *name, size_t length, const char *op, const char *value)
{
	size_t n = strlen(value);
	bool quoted = n >= 2 && (value[0] == '\'' || value[0] == '"') && value[n - 1] == value[0];
	g_string_append_printf(match, "%s%.*s%s", match->len ? "," : "", (int)length, name, op);
	if (quoted) {
		g_string_append(match, value);
		return;
	}
	g_string_append_c(match, '"');
	for (; *value; value++)
		g_string_append_printf(match, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
	g_string_append_c(match, '"');
}

static bool is_word(const char *term, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(term, word, length) == 0;
}

/* What is no label has no patterns: nothing would match them, or everything. */
static bool is_parameter(const char *term, size_t length)
{
	return is_word(term, length, "severity") || is_word(term, length, "state");
}

bool filter_add(GString *path, int argc, char **argv)
{
	GString *match = g_string_new(NULL);
	for (int i = 0; i < argc; i++) {
		const char *op = "=", *at = find_operator(argv[i], &op);
		size_t length = at ? (size_t)(at - argv[i]) : 0;
		if (at && length == 0) {
			usage_error("filter '%s' names no label", argv[i]);
			g_string_free(match, TRUE);
			return false;
		}
		bool parameter = at && is_parameter(argv[i], length);
		if (parameter && strcmp(op, "=") != 0) {
			usage_error("filter '%s': %.*s takes '=' and one or several: %.*s=%s", argv[i], (int)length,
				    argv[i], (int)length, argv[i],
				    argv[i][1] == 'e' ? "warning,critical" : "firing,recovering");
			g_string_free(match, TRUE);
			return false;
		}
		if (parameter)
			query_add(path, argv[i][1] == 'e' ? "severity" : "state", at + 1);
		else if (at)
			add_matcher(match, argv[i], length, op, at + strlen(op));
		else
			add_matcher(match, "alertname", strlen("alertname"), "=", argv[i]);
	}
	if (match->len > 0)
		query_add(path, "match", match->str);
	g_string_free(match, TRUE);
	return true;
}
