#include "sources/text_parser.h"
#include "base/utf8.h"
#include "sources/text_cache.h"
#include "sources/text_family.h"
#include "sources/text_number.h"
#include "sources/text_series.h"
#include <string.h>
#include <strings.h>

enum { EXEMPLAR_CHARACTERS = 128 };

/* Known, but left out on purpose; SLOT_NONE: left out because of a bound. */
#define SLOT_IGNORED (SLOT_NONE - 1)

struct text_parser {
	struct labels *base;
	struct text_cache *cache;
	struct families families;
	struct arena *scratch; /* of one series */
	struct text_series series;
};

/* One run. */
struct pass {
	struct text_parser *parser;
	bool open_metrics, ended;
	const char *body, *end;
	const char *p; /* next byte */
	const char *place; /* of an error, if not p */
	struct slots *slots;
	double *values;
	struct text_counts *counts;
	struct error *err;
};

struct text_parser *text_parser_new(const struct labels *base)
{
	struct text_parser *parser = g_new0(struct text_parser, 1);
	parser->base = labels_ref((struct labels *)base);
	parser->cache = text_cache_new();
	parser->scratch = arena_new();
	families_init(&parser->families);
	return parser;
}

void text_parser_free(struct text_parser *parser)
{
	if (!parser)
		return;
	labels_unref(parser->base);
	text_cache_free(parser->cache);
	arena_free(parser->scratch);
	families_release(&parser->families);
	g_free(parser);
}

enum text_format text_format_of(const char *content_type)
{
	static const char open_metrics[] = "application/openmetrics-text";
	size_t length = sizeof open_metrics - 1;
	bool is = strncasecmp(content_type, open_metrics, length) == 0 &&
		  (content_type[length] == '\0' || content_type[length] == ';' || content_type[length] == ' ');
	return is ? TEXT_OPENMETRICS : TEXT_PROMETHEUS;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* One space in OpenMetrics, any blanks in 0.0.4. False if there is none. */
static bool take_blank(struct pass *pass)
{
	if (pass->open_metrics)
		return *pass->p == ' ' && pass->p++ < pass->end;
	const char *start = pass->p;
	while (is_blank(*pass->p))
		pass->p++;
	return pass->p > start;
}

static bool take_line_end(struct pass *pass)
{
	if (!pass->open_metrics) {
		while (is_blank(*pass->p))
			pass->p++;
		pass->p += pass->p[0] == '\r' && pass->p[1] == '\n';
	}
	if (pass->p < pass->end && *pass->p == '\n') {
		pass->p++;
		return true;
	}
	return error_set(pass->err, pass->p == pass->end ? "the last line has no end" : "expected the end of the line");
}

static bool take_number(struct pass *pass, double *out)
{
	const char *behind = text_number_short(pass->p, out);
	if (behind && (*behind == '\n' || *behind == ' ')) {
		pass->p = behind;
		return true;
	}
	size_t length = 0;
	while (pass->p + length < pass->end && (unsigned char)pass->p[length] > ' ')
		length++;
	if (!text_number_parse(pass->p, length, !pass->open_metrics, out))
		return error_set(pass->err, "expected a number");
	pass->p += length;
	return true;
}

/* ---- samples ---- */

static bool has_label(const struct text_series *series, const char *name)
{
	for (size_t i = 0; i < series->count; i++)
		if (strcmp(series->labels[i].name, name) == 0)
			return true;
	return false;
}

/* As often as it takes until neither base nor the series has such a label. */
static const char *exported(const struct text_parser *parser, const char *name)
{
	do
		name = arena_printf(parser->scratch, "exported_%s", name);
	while (labels_get(parser->base, name) || has_label(&parser->series, name));
	return name;
}

static struct labels *series_labels(const struct text_parser *parser)
{
	const struct text_series *series = &parser->series;
	size_t base = labels_count(parser->base), count = 0;
	struct label *all = arena_alloc(parser->scratch, sizeof *all * (series->count + base + 1));
	for (size_t i = 0; i < series->count; i++) {
		struct label label = series->labels[i];
		if (labels_get(parser->base, label.name))
			label.name = exported(parser, label.name);
		all[count++] = label;
	}
	for (size_t i = 0; i < base; i++)
		all[count++] = labels_at(parser->base, i);
	all[count++] = (struct label){"__name__", series->name};
	return labels_new(all, count);
}

static bool new_slot(struct pass *pass, const char *text, size_t length, uint32_t *slot)
{
	struct text_parser *parser = pass->parser;
	struct text_series *series = &parser->series;
	bool measured;
	enum metric_type type;
	arena_reset(parser->scratch);
	if (!text_series_parse(series, text, length, !pass->open_metrics, parser->scratch, &pass->place, pass->err))
		return false;
	pass->place = text;
	if (!families_admit(&parser->families, series, &measured, &type, pass->err))
		return false;
	pass->place = NULL;
	*slot = SLOT_IGNORED;
	if (measured) {
		struct labels *labels = series_labels(parser);
		*slot = slots_of(pass->slots, labels, type);
		labels_unref(labels);
		pass->values = slots_values(pass->slots);
		pass->counts->dropped += *slot == SLOT_NONE;
	}
	pass->counts->added++;
	text_cache_put(parser->cache, text, length, *slot);
	return true;
}

/* The slot of the series that begins at p, by its place, else by its hash, else by reading it. */
static bool take_series(struct pass *pass, uint32_t *slot)
{
	struct text_cache *cache = pass->parser->cache;
	const char *text = pass->p;
	size_t length;
	if (text_cache_expect(cache, text, (size_t)(pass->end - text), &length, slot) && text[length] == ' ' &&
	    text[length + 1] != '{' && !is_blank(text[length + 1])) {
		pass->p += length;
		if (*slot == SLOT_NONE)
			slots_drop(pass->slots, 1);
		pass->counts->dropped += *slot == SLOT_NONE;
		return true;
	}
	const char *behind = text_series_end(text, pass->end, !pass->open_metrics);
	if (!behind)
		return error_set(pass->err,
				 is_blank(*text) ? "expected a name" : "the braces are not closed on this line");
	length = (size_t)(behind - text);
	if (length > TEXT_SERIES_MAX) {
		*slot = SLOT_NONE;
	} else if (!text_cache_find(cache, text, length, slot)) {
		if (!new_slot(pass, text, length, slot))
			return false;
		pass->p = behind;
		return true;
	}
	if (*slot == SLOT_NONE) {
		slots_drop(pass->slots, 1);
		pass->counts->dropped++;
	}
	pass->p = behind;
	return true;
}

static bool take_time(struct pass *pass, msec_t *out)
{
	double number;
	const char *start = pass->p;
	if (!take_number(pass, &number))
		return false;
	pass->place = start;
	if (!pass->open_metrics && memchr(start, '.', (size_t)(pass->p - start)))
		return error_set(pass->err, "a timestamp is a whole number of milliseconds");
	if (pass->open_metrics)
		number *= 1000;
	if (!(fabs(number) < 9e15))
		return error_set(pass->err, "the timestamp is out of range");
	pass->place = NULL;
	*out = llround(number);
	return true;
}

static bool may_have_exemplar(const char *line)
{
	size_t name = strcspn(line, "{ \n");
	return (name > 6 && memcmp(line + name - 6, "_total", 6) == 0) ||
	       (name > 7 && memcmp(line + name - 7, "_bucket", 7) == 0);
}

/* " # {labels} value [time]" */
static bool take_exemplar(struct pass *pass, const char *line)
{
	struct text_parser *parser = pass->parser;
	double number;
	msec_t time;
	if (!may_have_exemplar(line))
		return error_set(pass->err, "an exemplar on something that is neither a bucket nor a counter");
	pass->p++;
	if (!take_blank(pass))
		return error_set(pass->err, "expected a space behind #");
	arena_reset(parser->scratch);
	const char *behind =
		text_labels_parse(&parser->series, pass->p, pass->end, parser->scratch, &pass->place, pass->err);
	if (!behind)
		return false;
	size_t characters = 0;
	for (size_t i = 0; i < parser->series.count; i++)
		characters += utf8_length(parser->series.labels[i].name) + utf8_length(parser->series.labels[i].value);
	if (characters > EXEMPLAR_CHARACTERS)
		return error_set(pass->err, "the exemplar's labels have more than %d characters", EXEMPLAR_CHARACTERS);
	pass->place = NULL;
	pass->p = behind;
	if (!take_blank(pass))
		return error_set(pass->err, "expected a space behind the exemplar's labels");
	if (!take_number(pass, &number))
		return false;
	return *pass->p == '\n' || (take_blank(pass) && take_time(pass, &time));
}

static void set_value(struct pass *pass, uint32_t slot, double value)
{
	if (slot >= SLOT_IGNORED)
		return;
	pass->counts->duplicates += value_bits(pass->values[slot]) != value_bits(VALUE_UNKNOWN);
	pass->values[slot] = isfinite(value) ? value : (double)NAN;
}

/* What may stand behind the value. */
static bool take_rest(struct pass *pass, const char *line, uint32_t slot, double value)
{
	msec_t time = 0;
	bool blank = take_blank(pass);
	if (blank && *pass->p != '#' && *pass->p != '\n' && *pass->p != '\r') {
		if (!take_time(pass, &time))
			return false;
		if (slot < SLOT_IGNORED)
			slots_set_at(pass->slots, slot, value, time);
		blank = pass->open_metrics && *pass->p == ' ' && take_blank(pass);
	}
	if (blank && pass->open_metrics) {
		if (*pass->p != '#')
			return error_set(pass->err, "expected an exemplar or the end of the line");
		if (!take_exemplar(pass, line))
			return false;
	}
	return take_line_end(pass);
}

static bool take_sample(struct pass *pass)
{
	const char *line = pass->p;
	uint32_t slot;
	double value;
	if (!take_series(pass, &slot))
		return false;
	if (!take_blank(pass))
		return error_set(pass->err, "expected a space and a value behind the series");
	if (!take_number(pass, &value))
		return false;
	pass->counts->samples++;
	set_value(pass, slot, value);
	if (*pass->p == '\n') {
		pass->p++;
		return true;
	}
	return take_rest(pass, line, slot, value);
}

/* ---- lines that begin with # ---- */

static char *take_word(struct pass *pass)
{
	const char *start = pass->p;
	const char *behind = start;
	if (*start == '"') {
		/* A name in quotes; escapes are the labels' own. */
		while (++behind < pass->end && *behind != '"' && *behind != '\n')
			behind += *behind == '\\' && behind[1] != '\n';
		behind += *behind == '"';
		pass->p = behind;
		return arena_strndup(pass->parser->scratch, start + 1, (size_t)MAX(behind - start - 2, 0));
	}
	while (behind < pass->end && !is_blank(*behind) && *behind != '\n' && *behind != '\r')
		behind++;
	pass->p = behind;
	return arena_strndup(pass->parser->scratch, start, (size_t)(behind - start));
}

static bool describe(struct pass *pass, const char *word, const char *line_end)
{
	if (memchr(pass->p, '\0', (size_t)(line_end - pass->p)))
		return error_set(pass->err, "%s holds a NUL", word);
	char *name = take_word(pass);
	if (!*name)
		return error_set(pass->err, "%s names no metric", word);
	bool rest_follows = take_blank(pass);
	if (!rest_follows && *word == 'T')
		return error_set(pass->err, "TYPE of \"%.128s\" says no type", name);
	const char *rest = pass->p, *rest_end = line_end;
	while (!pass->open_metrics && rest_end > rest && (is_blank(rest_end[-1]) || rest_end[-1] == '\r'))
		rest_end--;
	size_t length = rest_end > rest ? (size_t)(rest_end - rest) : 0;
	if (pass->open_metrics && *word == 'H' && !utf8_valid(rest, length))
		return error_set(pass->err, "HELP of \"%.128s\" is not UTF-8", name);
	const char *text = *word == 'H' ? "" : arena_strndup(pass->parser->scratch, rest, length);
	return families_describe(&pass->parser->families, word, name, text, pass->err);
}

static bool take_comment(struct pass *pass)
{
	const char *line_end = memchr(pass->p, '\n', (size_t)(pass->end - pass->p));
	const char *last = line_end ? line_end : pass->end;
	const char *start = pass->p++;
	if (pass->open_metrics && last - start == 5 && memcmp(start, "# EOF", 5) == 0) {
		pass->ended = true;
		pass->p = line_end ? line_end + 1 : pass->end;
		return pass->p == pass->end || error_set(pass->err, "something stands behind # EOF");
	}
	if (!line_end) {
		/* 0.0.4 served with OpenMetrics' own end: accepted. */
		pass->p = pass->end;
		return (last - start == 5 && memcmp(start, "# EOF", 5) == 0) ||
		       error_set(pass->err, "the last line has no end");
	}
	bool described = false;
	arena_reset(pass->parser->scratch);
	if (take_blank(pass)) {
		const char *word = take_word(pass);
		described = strcmp(word, "TYPE") == 0 || strcmp(word, "HELP") == 0 ||
			    (pass->open_metrics && strcmp(word, "UNIT") == 0);
		pass->place = start;
		if (described && (!take_blank(pass) || !describe(pass, word, line_end)))
			return pass->err->text[0] ? false : error_set(pass->err, "%s names no metric", word);
		pass->place = NULL;
	}
	if (!described && pass->open_metrics) {
		pass->place = start;
		return error_set(pass->err, "only TYPE, HELP, UNIT and EOF may stand behind #");
	}
	pass->p = line_end + 1;
	return true;
}

static bool take_line(struct pass *pass)
{
	if (pass->ended)
		return error_set(pass->err, "something stands behind # EOF");
	if (*pass->p == '#')
		return take_comment(pass);
	if (pass->open_metrics)
		return *pass->p == '\n' ? error_set(pass->err, "an empty line") : take_sample(pass);
	while (is_blank(*pass->p))
		pass->p++;
	if (*pass->p == '#')
		return take_comment(pass);
	if (*pass->p == '\n' || *pass->p == '\r' || pass->p == pass->end)
		return take_line_end(pass);
	return take_sample(pass);
}

static bool fail_at(struct pass *pass)
{
	const char *place = pass->place ? pass->place : pass->p;
	size_t line = 1;
	const char *start = pass->body;
	for (const char *p = start; (p = memchr(p, '\n', (size_t)(place - p))) != NULL; start = ++p)
		line++;
	text_cache_forget(pass->parser->cache);
	return error_prefix(pass->err, "line %zu, column %zu", line, (size_t)(place - start) + 1);
}

bool text_parser_run(struct text_parser *parser, enum text_format format, const char *body, size_t length,
		     struct slots *slots, struct text_counts *counts, struct error *err)
{
	struct error spare;
	struct text_counts own = {0};
	struct pass pass = {.parser = parser,
			    .open_metrics = format == TEXT_OPENMETRICS,
			    .body = body,
			    .end = body + length,
			    .p = body,
			    .slots = slots,
			    .counts = &own,
			    .err = err ? err : &spare};
	pass.err->text[0] = '\0';
	pass.values = slots_values(slots);
	text_cache_begin(parser->cache, slots_epoch(slots));
	families_begin(&parser->families, pass.open_metrics);
	while (pass.p < pass.end)
		if (!take_line(&pass))
			return fail_at(&pass);
	if (pass.open_metrics && !pass.ended) {
		error_set(pass.err, "# EOF is missing: the answer is not whole");
		return fail_at(&pass);
	}
	*counts = own;
	return true;
}
