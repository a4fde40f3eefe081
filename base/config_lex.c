#include "base/config_lex.h"
#include <ctype.h>
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

/* What an array element is; libconfig wants one kind an array. */
enum element { ELEMENT_NONE, ELEMENT_INTEGER, ELEMENT_WIDE, ELEMENT_FLOAT, ELEMENT_TEXT, ELEMENT_BOOL };

struct open_bracket {
	char bracket;
	int line;
	enum element first; /* in '[': kind of the first element */
	bool mixed_told;
};

struct lexer {
	const char *file;
	const char *at, *end;
	int line;
	struct open_bracket open[DEPTH_MAX];
	size_t depth;
	int comma_line; /* line of a comma that nothing followed yet; 0 = none */
	bool after_text; /* adjacent texts are one */
	bool broken;
	size_t integers; /* complaints about integers, which the parser takes */
	GPtrArray *included;
	struct config_report *report;
};

#define COMPLAIN(lexer, line, ...) config_problem_at((lexer)->report, CONFIG_ERROR, (lexer)->file, line, __VA_ARGS__)

static bool starts(const struct lexer *lexer, const char *text)
{
	size_t length = strlen(text);
	return (size_t)(lexer->end - lexer->at) >= length && !memcmp(lexer->at, text, length);
}

static void skip_line(struct lexer *lexer)
{
	while (lexer->at < lexer->end && *lexer->at != '\n')
		lexer->at++;
}

static void skip_comment(struct lexer *lexer)
{
	int begun = lexer->line;
	for (lexer->at += 2; lexer->at < lexer->end; lexer->at++) {
		if (starts(lexer, "*/")) {
			lexer->at += 2;
			return;
		}
		lexer->line += *lexer->at == '\n';
	}
	COMPLAIN(lexer, begun, "the comment that begins here is not closed");
}

static void note_element(struct lexer *lexer, enum element element)
{
	lexer->comma_line = 0;
	if (!lexer->depth || lexer->open[lexer->depth - 1].bracket != '[')
		return;
	struct open_bracket *open = &lexer->open[lexer->depth - 1];
	if (!open->first)
		open->first = element;
	if (open->first == element || open->mixed_told)
		return;
	open->mixed_told = true;
	COMPLAIN(lexer, lexer->line,
		 "an array [ … ] holds values of one kind (all texts, all integers with or all without L, all with a "
		 "point); use a list ( … "
		 ")");
}

static void lex_text(struct lexer *lexer)
{
	int begun = lexer->line;
	if (!lexer->after_text)
		note_element(lexer, ELEMENT_TEXT);
	for (lexer->at++; lexer->at < lexer->end && *lexer->at != '"'; lexer->at++) {
		if (*lexer->at == '\\' && lexer->at + 1 < lexer->end)
			lexer->at++;
		lexer->line += *lexer->at == '\n';
	}
	if (lexer->at == lexer->end)
		COMPLAIN(lexer, begun, "the text that begins here is not closed");
	else
		lexer->at++;
	lexer->after_text = true;
}

/* Only digits (and sign or 0x) in word; suffix tells 64 bits. */
static void check_integer(struct lexer *lexer, const char *word, bool wide)
{
	bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	errno = 0;
	long long value = hex ? (long long)strtoull(word, NULL, 16) : strtoll(word, NULL, 10);
	/* Hexadecimal is read as unsigned and then wraps: 0xFFFFFFFF would be -1. */
	bool fits_wide = !errno && !(hex && value < 0);
	bool fits = wide || (value <= INT32_MAX && value >= INT32_MIN);
	lexer->integers += !fits_wide || !fits;
	if (!fits_wide)
		COMPLAIN(lexer, lexer->line, "%.40s does not fit into 64 bits", word);
	else if (!fits)
		COMPLAIN(lexer, lexer->line, "%.40s does not fit into 32 bits: write %.40sL", word, word);
}

static size_t number_length(const char *word, enum element *kind)
{
	size_t i = word[0] == '+' || word[0] == '-';
	*kind = ELEMENT_INTEGER;
	if (word[i] == '0' && (word[i + 1] == 'x' || word[i + 1] == 'X')) {
		for (i += 2; isxdigit((unsigned char)word[i]);)
			i++;
		return i;
	}
	while (isdigit((unsigned char)word[i]))
		i++;
	if (word[i] == '.')
		for (*kind = ELEMENT_FLOAT, i++; isdigit((unsigned char)word[i]);)
			i++;
	size_t exponent = i + 1 + (word[i] && (word[i + 1] == '+' || word[i + 1] == '-'));
	if ((word[i] == 'e' || word[i] == 'E') && isdigit((unsigned char)word[exponent]))
		for (*kind = ELEMENT_FLOAT, i = exponent; isdigit((unsigned char)word[i]);)
			i++;
	return i;
}

static void lex_number(struct lexer *lexer)
{
	char word[128];
	size_t length = 0;
	const char *begin = lexer->at;
	do
		lexer->at++;
	while (lexer->at < lexer->end && (isalnum((unsigned char)*lexer->at) || strchr("._%", *lexer->at) ||
					  (strchr("+-", *lexer->at) && strchr("eE", lexer->at[-1]))));
	length = MIN((size_t)(lexer->at - begin), sizeof word - 1);
	memcpy(word, begin, length);
	word[length] = '\0';
	enum element kind;
	size_t number = number_length(word, &kind);
	const char *rest = word + number;
	bool wide = !strcmp(rest, "L") || !strcmp(rest, "LL");
	note_element(lexer, wide && kind == ELEMENT_INTEGER ? ELEMENT_WIDE : kind);
	if (*rest && !wide) {
		COMPLAIN(lexer, lexer->line, "'%.40s' must stand in quotes: \"%.40s\"", word, word);
		return;
	}
	word[number] = '\0';
	if (kind == ELEMENT_INTEGER)
		check_integer(lexer, word, wide);
}

static void lex_word(struct lexer *lexer)
{
	const char *begin = lexer->at;
	while (lexer->at < lexer->end && (isalnum((unsigned char)*lexer->at) || strchr("_-*", *lexer->at)))
		lexer->at++;
	size_t length = (size_t)(lexer->at - begin);
	bool truth = (length == 4 && !g_ascii_strncasecmp(begin, "true", 4)) ||
		     (length == 5 && !g_ascii_strncasecmp(begin, "false", 5));
	if (truth)
		note_element(lexer, ELEMENT_BOOL);
	lexer->comma_line = 0;
}

static void lex_open(struct lexer *lexer)
{
	if (lexer->depth && lexer->open[lexer->depth - 1].bracket == '[')
		COMPLAIN(lexer, lexer->line, "an array [ … ] holds plain values only; use a list ( … )");
	lexer->comma_line = 0;
	if (lexer->depth == DEPTH_MAX) {
		COMPLAIN(lexer, lexer->line, "nested deeper than %d", DEPTH_MAX);
		lexer->broken = true;
		return;
	}
	lexer->open[lexer->depth++] = (struct open_bracket){.bracket = *lexer->at++, .line = lexer->line};
}

/* The text behind @include; what is wrong about it the parser says. */
static void note_include(struct lexer *lexer)
{
	static const char word[] = "@include";
	const char *from = lexer->at + strlen(word);
	if (!starts(lexer, word))
		return;
	while (from < lexer->end && (*from == ' ' || *from == '\t'))
		from++;
	const char *to = from < lexer->end && *from == '"' ? memchr(from + 1, '"', (size_t)(lexer->end - from - 1)) : NULL;
	if (to)
		g_ptr_array_add(lexer->included, g_strndup(from + 1, (gsize)(to - from - 1)));
}

static char partner(char closing)
{
	return closing == ')' ? '(' : closing == ']' ? '[' : '{';
}

static void lex_close(struct lexer *lexer)
{
	char closing = *lexer->at++;
	if (!lexer->depth) {
		COMPLAIN(lexer, lexer->line, "'%c' closes nothing", closing);
		return;
	}
	struct open_bracket open = lexer->open[--lexer->depth];
	if (open.bracket != partner(closing))
		COMPLAIN(lexer, lexer->line, "'%c' does not close the '%c' of line %d", closing, open.bracket,
			 open.line);
	if (lexer->comma_line)
		COMPLAIN(lexer, lexer->comma_line, "no comma may stand before the closing '%c'", closing);
	lexer->comma_line = 0;
}

static bool is_number_start(const struct lexer *lexer)
{
	const char *at = lexer->at;
	if ((*at == '+' || *at == '-') && at + 1 < lexer->end)
		at++;
	if (*at == '.' && at + 1 < lexer->end)
		at++;
	return isdigit((unsigned char)*at);
}

static void lex_one(struct lexer *lexer)
{
	char c = *lexer->at;
	if (c == '\n' || isspace((unsigned char)c)) {
		lexer->line += c == '\n';
		lexer->at++;
		return;
	}
	if (c == '#' || starts(lexer, "//")) {
		skip_line(lexer);
		return;
	}
	if (starts(lexer, "/*")) {
		skip_comment(lexer);
		return;
	}
	if (c == '"') {
		lex_text(lexer);
		return;
	}
	lexer->after_text = false;
	if (c == ',' || c == ';' || c == '=' || c == ':') {
		lexer->comma_line = c == ',' ? lexer->line : 0;
		lexer->at++;
	} else if (strchr("([{", c)) {
		lex_open(lexer);
	} else if (strchr(")]}", c)) {
		lex_close(lexer);
	} else if (is_number_start(lexer)) {
		lex_number(lexer);
	} else if (isalpha((unsigned char)c)) {
		lex_word(lexer);
	} else {
		note_include(lexer);
		lexer->at++; /* the parser says what it thinks of it */
	}
}

bool config_lex(const char *file, const char *text, size_t length, struct config_report *report, bool *told,
		GPtrArray *included)
{
	size_t errors = report->errors;
	*told = true;
	struct lexer lexer = {.file = file, .at = text, .end = text + length, .line = 1, .report = report, .included = included};
	if (memchr(text, '\0', length)) {
		COMPLAIN(&lexer, 0, "a NUL byte: this is no text file");
		return false;
	}
	if (starts(&lexer, "\xef\xbb\xbf")) {
		COMPLAIN(&lexer, 1, "the file begins with a byte order mark; save it as UTF-8 without BOM");
		lexer.at += 3;
	}
	while (lexer.at < lexer.end && !lexer.broken)
		lex_one(&lexer);
	if (!lexer.broken && lexer.depth)
		COMPLAIN(&lexer, lexer.open[lexer.depth - 1].line, "the '%c' here is not closed",
			 lexer.open[lexer.depth - 1].bracket);
	*told = report->errors - errors > lexer.integers;
	return !lexer.broken;
}
