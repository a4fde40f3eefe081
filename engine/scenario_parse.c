#include "engine/scenario_parse.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "model/matcher.h"
#include <string.h>

enum { WORDS_MAX = 64 };

struct reader {
	const char *name, *at, *end;
	unsigned line;
};

static void statement_clear(void *pointer)
{
	struct scenario_statement *statement = pointer;
	g_strfreev(statement->words);
	g_free(statement->block);
}

void scenario_free(struct scenario *scenario)
{
	if (!scenario)
		return;
	g_array_free(scenario->statements, TRUE);
	g_free(scenario->name);
	g_free(scenario);
}

static bool next_line(struct reader *reader, const char **line, size_t *length)
{
	if (reader->at >= reader->end)
		return false;
	const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
	const char *end = newline ? newline : reader->end;
	*line = reader->at;
	*length = (size_t)(end - reader->at);
	reader->at = newline ? newline + 1 : reader->end;
	reader->line++;
	return true;
}

/* A word ends at white space outside of quotes and braces. NULL if one of these stays open. */
static const char *word_end(const char *at, const char *end)
{
	char quote = 0;
	int depth = 0;
	for (; at < end; at++) {
		if (quote && *at == '\\' && at + 1 < end)
			at++;
		else if (quote)
			quote = *at == quote ? 0 : quote;
		else if (*at == '"' || *at == '\'')
			quote = *at;
		else if (*at == '{')
			depth++;
		else if (*at == '}')
			depth--;
		else if (g_ascii_isspace(*at) && depth <= 0)
			break;
	}
	return quote || depth > 0 ? NULL : at;
}

static char *take_word(const char *start, const char *end)
{
	size_t length = (size_t)(end - start);
	bool quoted = length >= 2 && *start == '"' && end[-1] == '"';
	return quoted ? g_strndup(start + 1, length - 2) : g_strndup(start, length);
}

static bool split(const char *line, size_t length, GPtrArray *words, struct error *err)
{
	const char *at = line, *end = line + length;
	for (;;) {
		while (at < end && g_ascii_isspace(*at))
			at++;
		if (at == end || *at == '#')
			return true;
		if (words->len >= WORDS_MAX)
			return error_set(err, "at most %d words a line", WORDS_MAX);
		const char *stop = word_end(at, end);
		if (!stop)
			return error_set(err, "a quote or a brace stays open");
		g_ptr_array_add(words, take_word(at, stop));
		at = stop;
	}
}

static char *read_block(struct reader *reader, const char *marker, struct error *err)
{
	GString *text = g_string_new(NULL);
	unsigned from = reader->line;
	const char *line;
	size_t length;
	while (next_line(reader, &line, &length)) {
		if (length == strlen(marker) && memcmp(line, marker, length) == 0)
			return g_string_free(text, FALSE);
		g_string_append_len(text, line, (gssize)length);
		g_string_append_c(text, '\n');
	}
	g_string_free(text, TRUE);
	error_set(err, "%s:%u: the block has no line '%s'", reader->name, from, marker);
	return NULL;
}

static bool take_time(struct scenario_statement *statement, GPtrArray *words, struct error *err)
{
	statement->at = -1;
	if (!words->len || strcmp(words->pdata[0], "at") != 0)
		return true;
	if (words->len < 3)
		return error_set(err, "'at' needs a time and a statement");
	if (!duration_parse(words->pdata[1], &statement->at, err))
		return false;
	g_ptr_array_remove_range(words, 0, 2);
	return true;
}

static bool take_block(struct reader *reader, struct scenario_statement *statement, GPtrArray *words, struct error *err)
{
	const char *last = words->len ? words->pdata[words->len - 1] : "";
	if (!g_str_has_prefix(last, "<<"))
		return true;
	if (!last[2])
		return error_set(err, "%s:%u: '<<' needs the word that ends the block", reader->name, reader->line);
	statement->block = read_block(reader, last + 2, err);
	if (!statement->block)
		return false;
	g_ptr_array_remove_index(words, words->len - 1);
	return true;
}

/* One statement from one line; count 0 = an empty line. */
static bool read_statement(struct reader *reader, const char *line, size_t length, struct scenario_statement *out,
			   struct error *err)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	out->line = reader->line;
	bool fine = split(line, length, words, err) && take_time(out, words, err);
	if (!fine)
		error_prefix(err, "%s:%u", reader->name, reader->line);
	else
		fine = take_block(reader, out, words, err);
	out->count = words->len;
	g_ptr_array_add(words, NULL);
	g_ptr_array_set_free_func(words, NULL);
	out->words = (char **)g_ptr_array_free(words, FALSE);
	return fine;
}

struct scenario *scenario_parse(const char *name, const char *text, size_t length, struct error *err)
{
	struct reader reader = {.name = name, .at = text, .end = text + length};
	if (length > SCENARIO_BYTES_MAX || memchr(text, '\0', length) || !utf8_valid(text, length)) {
		error_set(err, "%s: not a text of at most %d bytes", name, SCENARIO_BYTES_MAX);
		return NULL;
	}
	struct scenario *scenario = g_new0(struct scenario, 1);
	scenario->name = g_strdup(name);
	scenario->statements = g_array_new(FALSE, TRUE, sizeof(struct scenario_statement));
	g_array_set_clear_func(scenario->statements, statement_clear);
	const char *line;
	size_t line_length;
	while (next_line(&reader, &line, &line_length)) {
		struct scenario_statement statement = {0};
		bool fine = read_statement(&reader, line, line_length, &statement, err);
		if (fine && statement.count && scenario->statements->len >= SCENARIO_STATEMENTS_MAX)
			fine = error_set(err, "%s:%u: at most %d statements", name, reader.line,
					 SCENARIO_STATEMENTS_MAX);
		if (fine && statement.count) {
			g_array_append_val(scenario->statements, statement);
			continue;
		}
		statement_clear(&statement);
		if (!fine) {
			scenario_free(scenario);
			return NULL;
		}
	}
	return scenario;
}

size_t scenario_expectations(const struct scenario *scenario)
{
	size_t count = 0;
	for (guint i = 0; i < scenario->statements->len; i++)
		count += strcmp(g_array_index(scenario->statements, struct scenario_statement, i).words[0], "expect") ==
			 0;
	return count;
}

static struct labels *labels_of(const char *text, struct error *err)
{
	struct matchers *matchers = matchers_parse(text, err);
	if (!matchers)
		return NULL;
	size_t count = matchers_count(matchers);
	struct label *pairs = g_new0(struct label, count + 1);
	bool exact = true;
	for (size_t i = 0; i < count; i++) {
		pairs[i] = (struct label){matchers_name(matchers, i), matchers_exact(matchers, i)};
		exact = exact && pairs[i].value;
	}
	struct labels *labels = exact ? labels_new(pairs, count) : NULL;
	if (!exact)
		error_set(err, "only name=\"value\" may stand in %s", text);
	g_free(pairs);
	matchers_free(matchers);
	return labels;
}

bool scenario_parse_subject(const char *word, char **name, struct labels **labels, struct error *err)
{
	const char *brace = strchr(word, '{');
	struct labels *parsed = labels_of(brace ? brace : "", err);
	if (!parsed)
		return false;
	*labels = parsed;
	*name = brace ? g_strndup(word, (size_t)(brace - word)) : g_strdup(word);
	return true;
}

struct labels *scenario_parse_series(const char *word, struct error *err)
{
	char *name;
	struct labels *labels;
	if (!scenario_parse_subject(word, &name, &labels, err))
		return NULL;
	struct labels *series = labels_with(labels, "__name__", name);
	labels_unref(labels);
	g_free(name);
	return series;
}
