#include "model/matcher.h"
#include <assert.h>
#include <glib.h>
#include <string.h>

enum {
	TEXT_MAX = 8192, /* bytes of one match text */
	MATCHERS_MAX = 64, /* tests in it */
	MEMORY_MAX = 10000, /* answers remembered per regular expression */
	VALUE_MAX = 16384, /* longer label values are not given to a regular expression */
};

enum op { OP_EQUAL, OP_NOT_EQUAL, OP_REGEX, OP_NOT_REGEX };

struct matcher {
	char *name, *value;
	enum op op;
	GRegex *regex;
	GHashTable *answers; /* label value -> enum match_answer of the bare expression, + 1 */
};

struct matchers {
	char *text;
	GArray *list; /* struct matcher */
};

struct reader {
	const char *text, *at;
	struct error *err;
};

static bool fail(const struct reader *reader, const char *where, const char *problem)
{
	return error_set(reader->err, "column %ld: %s", (long)g_utf8_pointer_to_offset(reader->text, where) + 1,
			 problem);
}

static void skip_blanks(struct reader *reader)
{
	while (*reader->at && strchr(" \t\r\n", *reader->at))
		reader->at++;
}

static void matcher_clear(void *item)
{
	struct matcher *matcher = item;
	g_free(matcher->name);
	g_free(matcher->value);
	if (matcher->regex)
		g_regex_unref(matcher->regex);
	if (matcher->answers)
		g_hash_table_unref(matcher->answers);
}

static bool read_quoted(struct reader *reader, char **out)
{
	const char *start = reader->at;
	char quote = *reader->at++;
	GString *value = g_string_new(NULL);
	while (*reader->at && *reader->at != quote) {
		/* Only the quote and the backslash are escapes: \d and \. stay for the regular expression. */
		if (*reader->at == '\\' && (reader->at[1] == quote || reader->at[1] == '\\'))
			reader->at++;
		g_string_append_c(value, *reader->at++);
	}
	if (!*reader->at) {
		g_string_free(value, TRUE);
		return fail(reader, start, "this quote is never closed");
	}
	reader->at++;
	*out = g_string_free(value, FALSE);
	return true;
}

static bool read_word(struct reader *reader, const char *stop, const char *wanted, char **out)
{
	if (*reader->at == '\'' || *reader->at == '"')
		return read_quoted(reader, out);
	size_t length = strcspn(reader->at, stop);
	if (!length)
		return fail(reader, reader->at, wanted);
	*out = g_strndup(reader->at, length);
	reader->at += length;
	return true;
}

static bool read_op(struct reader *reader, enum op *out)
{
	static const struct {
		const char *text;
		enum op op;
	} ops[] = {{"=~", OP_REGEX}, {"!~", OP_NOT_REGEX}, {"!=", OP_NOT_EQUAL}, {"==", OP_EQUAL}, {"=", OP_EQUAL}};
	for (size_t i = 0; i < G_N_ELEMENTS(ops); i++) {
		if (!g_str_has_prefix(reader->at, ops[i].text))
			continue;
		if (strcmp(ops[i].text, "==") == 0)
			return fail(reader, reader->at, "'==' is not an operator; write '='");
		reader->at += strlen(ops[i].text);
		*out = ops[i].op;
		return true;
	}
	return fail(reader, reader->at, "expected one of = != =~ !~ after the label name");
}

static bool compile_regex(struct reader *reader, const char *where, struct matcher *matcher)
{
	if (matcher->op != OP_REGEX && matcher->op != OP_NOT_REGEX)
		return true;
	/* Compiled bare first: a stray ")" must not be able to close the group of the anchors. */
	GError *problem = NULL;
	GRegex *bare = g_regex_new(matcher->value, 0, 0, &problem);
	if (bare) {
		char *anchored = g_strdup_printf("(*LIMIT_MATCH=1000)^(?:%s)\\z", matcher->value);
		matcher->regex = g_regex_new(anchored, G_REGEX_OPTIMIZE, G_REGEX_MATCH_ANCHORED, &problem);
		g_regex_unref(bare);
		g_free(anchored);
	}
	if (!matcher->regex) {
		char *text = g_strdup_printf("bad regular expression: %s", problem->message);
		fail(reader, where, text);
		g_free(text);
		g_error_free(problem);
		return false;
	}
	matcher->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return true;
}

static bool read_matcher(struct reader *reader, struct matcher *matcher)
{
	char *name = NULL;
	if (!read_word(reader, " \t\r\n=!~,{}'\"", "expected a label name", &name))
		return false;
	matcher->name = strcmp(name, "rule") == 0 ? g_strdup("alertname") : g_strdup(name);
	g_free(name);
	skip_blanks(reader);
	if (!read_op(reader, &matcher->op))
		return false;
	skip_blanks(reader);
	const char *where = reader->at;
	if (!read_word(reader, " \t\r\n,}'\"", "expected a value; quote it, as in connector='orders'", &matcher->value))
		return false;
	return compile_regex(reader, where, matcher);
}

static bool read_all(struct reader *reader, struct matchers *matchers)
{
	skip_blanks(reader);
	bool braces = *reader->at == '{';
	if (braces)
		reader->at++;
	skip_blanks(reader);
	while (*reader->at && *reader->at != '}') {
		if (matchers->list->len == MATCHERS_MAX)
			return fail(reader, reader->at, "more than 64 tests");
		struct matcher matcher = {0};
		bool ok = read_matcher(reader, &matcher);
		g_array_append_val(matchers->list, matcher);
		if (!ok)
			return false;
		skip_blanks(reader);
		if (*reader->at != ',')
			break;
		reader->at++;
		skip_blanks(reader);
	}
	if (braces) {
		if (*reader->at != '}')
			return fail(reader, reader->at, "expected ',' or '}'");
		reader->at++;
		skip_blanks(reader);
	}
	return *reader->at ? fail(reader, reader->at, "expected ',' between two tests") : true;
}

struct matchers *matchers_parse(const char *text, struct error *err)
{
	if (strlen(text) > TEXT_MAX) {
		error_set(err, "longer than %d bytes", TEXT_MAX);
		return NULL;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		error_set(err, "not UTF-8");
		return NULL;
	}
	struct matchers *matchers = g_new0(struct matchers, 1);
	matchers->text = g_strdup(text);
	matchers->list = g_array_new(FALSE, FALSE, sizeof(struct matcher));
	g_array_set_clear_func(matchers->list, matcher_clear);
	struct reader reader = {.text = text, .at = text, .err = err};
	if (read_all(&reader, matchers))
		return matchers;
	matchers_free(matchers);
	return NULL;
}

void matchers_free(struct matchers *matchers)
{
	if (!matchers)
		return;
	g_array_free(matchers->list, TRUE);
	g_free(matchers->text);
	g_free(matchers);
}

static enum match_answer run_regex(const struct matcher *matcher, const char *value)
{
	GError *problem = NULL;
	if (strlen(value) > VALUE_MAX || !g_utf8_validate(value, -1, NULL))
		return MATCH_LIMIT;
	if (g_regex_match_full(matcher->regex, value, -1, 0, 0, NULL, &problem))
		return MATCH_YES;
	if (!problem)
		return MATCH_NO;
	g_error_free(problem);
	return MATCH_LIMIT;
}

static enum match_answer ask_regex(const struct matcher *matcher, const char *value)
{
	void *known = g_hash_table_lookup(matcher->answers, value);
	if (known)
		return (enum match_answer)(GPOINTER_TO_INT(known) - 1);
	enum match_answer answer = run_regex(matcher, value);
	if (g_hash_table_size(matcher->answers) >= MEMORY_MAX)
		g_hash_table_remove_all(matcher->answers);
	g_hash_table_insert(matcher->answers, g_strdup(value), GINT_TO_POINTER((int)answer + 1));
	return answer;
}

static enum match_answer opposite(enum match_answer answer)
{
	if (answer == MATCH_LIMIT)
		return MATCH_LIMIT;
	return answer == MATCH_YES ? MATCH_NO : MATCH_YES;
}

static enum match_answer ask(const struct matcher *matcher, const char *value)
{
	switch (matcher->op) {
	case OP_EQUAL:
		return strcmp(value, matcher->value) == 0 ? MATCH_YES : MATCH_NO;
	case OP_NOT_EQUAL:
		return strcmp(value, matcher->value) != 0 ? MATCH_YES : MATCH_NO;
	case OP_REGEX:
		return ask_regex(matcher, value);
	case OP_NOT_REGEX:
		return opposite(ask_regex(matcher, value));
	}
	assert(!"an operator that does not exist");
	return MATCH_NO;
}

enum match_answer matchers_match(struct matchers *matchers, const struct labels *labels)
{
	enum match_answer answer = MATCH_YES;
	for (guint i = 0; i < matchers->list->len; i++) {
		const struct matcher *matcher = &g_array_index(matchers->list, struct matcher, i);
		enum match_answer one = ask(matcher, labels_get_or_empty(labels, matcher->name));
		if (one == MATCH_NO)
			return MATCH_NO;
		if (one == MATCH_LIMIT)
			answer = MATCH_LIMIT;
	}
	return answer;
}

enum match_answer matchers_ask(const struct matchers *matchers, size_t i, const char *value)
{
	assert(i < matchers->list->len);
	return ask(&g_array_index(matchers->list, struct matcher, i), value);
}

bool matchers_contradict(struct matchers *matchers, size_t *exact, size_t *other)
{
	const struct matcher *list = (const struct matcher *)(const void *)matchers->list->data;
	for (size_t i = 0; i < matchers->list->len; i++) {
		for (size_t j = 0; list[i].op == OP_EQUAL && j < matchers->list->len; j++) {
			if (strcmp(list[i].name, list[j].name) != 0 || ask(&list[j], list[i].value) != MATCH_NO)
				continue;
			*exact = i;
			*other = j;
			return true;
		}
	}
	return false;
}

bool matchers_empty(const struct matchers *matchers)
{
	return matchers->list->len == 0;
}

const char *matchers_text(const struct matchers *matchers)
{
	return matchers->text;
}

size_t matchers_count(const struct matchers *matchers)
{
	return matchers->list->len;
}

const char *matchers_name(const struct matchers *matchers, size_t i)
{
	assert(i < matchers->list->len);
	return g_array_index(matchers->list, struct matcher, i).name;
}

const char *matchers_exact(const struct matchers *matchers, size_t i)
{
	assert(i < matchers->list->len);
	const struct matcher *matcher = &g_array_index(matchers->list, struct matcher, i);
	return matcher->op == OP_EQUAL ? matcher->value : NULL;
}
