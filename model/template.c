#include "model/template.h"
#include "base/config.h"
#include "model/template_parts.h"
#include <string.h>

struct block {
	guint node; /* the IF or EACH that opened it */
	guint jump_node; /* the JUMP of its else; 0 = none */
	const char *at;
};

struct parser {
	struct template *template;
	const char *const *names;
	const char *at, *tag; /* tag: start of the current {{ */
	struct block blocks[TEMPLATE_DEPTH_MAX];
	unsigned depth, each_depth;
	struct error *err;
};

static void place_of(const char *text, const char *at, unsigned *line, unsigned *column)
{
	const char *line_start = text;
	*line = 1;
	for (const char *c = text; c < at; c++) {
		if (*c == '\n') {
			++*line;
			line_start = c + 1;
		}
	}
	*column = (unsigned)g_utf8_pointer_to_offset(line_start, at) + 1;
}

static bool fail(struct parser *parser, const char *at, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool fail(struct parser *parser, const char *at, const char *format, ...)
{
	va_list args;
	unsigned line, column;
	place_of(parser->template->text, at, &line, &column);
	va_start(args, format);
	char *problem = g_strdup_vprintf(format, args);
	va_end(args);
	error_set(parser->err, "%s:%u:%u: %s", parser->template->name, line, column, problem);
	g_free(problem);
	return false;
}

static void node_clear(void *item)
{
	struct node *node = item;
	for (unsigned i = 0; i < node->path.count; i++)
		g_free(node->path.parts[i]);
	for (unsigned i = 0; i < node->filter_count; i++)
		g_free(node->filters[i].text);
	g_free(node->equals);
}

static struct node *add_node(struct parser *parser, enum node_kind kind, const char *at)
{
	GArray *nodes = parser->template->nodes;
	g_array_set_size(nodes, nodes->len + 1);
	struct node *node = &g_array_index(nodes, struct node, nodes->len - 1);
	node->kind = kind;
	place_of(parser->template->text, at, &node->line, &node->column);
	return node;
}

static struct node *node_at(struct parser *parser, guint i)
{
	return &g_array_index(parser->template->nodes, struct node, i);
}

static void skip_blanks(struct parser *parser)
{
	while (*parser->at && strchr(" \t\r\n", *parser->at))
		parser->at++;
}

static bool word_byte(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '@' || (unsigned char)c >= 0x80;
}

static char *read_word(struct parser *parser)
{
	const char *start = parser->at;
	while (word_byte(*parser->at))
		parser->at++;
	return g_strndup(start, (size_t)(parser->at - start));
}

static bool read_quoted(struct parser *parser, char **out)
{
	const char *start = parser->at++;
	GString *text = g_string_new(NULL);
	while (*parser->at && *parser->at != *start) {
		if (*parser->at == '\\' && parser->at[1])
			parser->at++;
		g_string_append_c(text, *parser->at++);
	}
	if (!*parser->at) {
		g_string_free(text, TRUE);
		return fail(parser, start, "this quote is never closed");
	}
	parser->at++;
	*out = g_string_free(text, FALSE);
	return true;
}

static bool check_name(struct parser *parser, const char *at, const char *name)
{
	if (!parser->names || parser->each_depth || name[0] == '@')
		return true;
	for (const char *const *known = parser->names; *known; known++)
		if (strcmp(*known, name) == 0)
			return true;
	const char *near = config_nearest(name, parser->names);
	if (near)
		return fail(parser, at, "unknown name '%s'; did you mean '%s'?", name, near);
	return fail(parser, at, "unknown name '%s'; a label is reached as {{labels.%s}}", name, name);
}

static bool read_path(struct parser *parser, struct path *path)
{
	const char *start = parser->at;
	if (*parser->at == '.' && !word_byte(parser->at[1])) {
		parser->at++;
		return parser->each_depth ? true : fail(parser, start, "'.' means something only inside {{#each}}");
	}
	do {
		if (path->count)
			parser->at++;
		if (path->count == PATH_MAX_PARTS)
			return fail(parser, start, "more than %d parts in a name", PATH_MAX_PARTS);
		char *part = read_word(parser);
		if (!*part) {
			g_free(part);
			return fail(parser, parser->at, "expected a name");
		}
		path->parts[path->count++] = part;
	} while (*parser->at == '.');
	return check_name(parser, start, path->parts[0]);
}

static bool read_argument(struct parser *parser, struct filter_call *call)
{
	bool given = *parser->at == ':';
	if (call->filter->argument == ARGUMENT_NONE)
		return given ? fail(parser, parser->at, "filter '%s' takes no argument", call->filter->name) : true;
	if (!given)
		return fail(parser, parser->at, "filter '%s' needs an argument, as in %s:%s", call->filter->name,
			    call->filter->name, call->filter->argument == ARGUMENT_COUNT ? "80" : "\"-\"");
	const char *start = ++parser->at;
	if (*start != '"' && *start != '\'')
		call->text = read_word(parser);
	else if (!read_quoted(parser, &call->text))
		return false;
	if (call->filter->argument != ARGUMENT_COUNT)
		return true;
	guint64 count;
	if (!g_ascii_string_to_unsigned(call->text, 10, 0, 100000, &count, NULL))
		return fail(parser, start, "filter '%s' needs a whole number from 0 to 100000", call->filter->name);
	call->count = (size_t)count;
	return true;
}

static bool unknown_filter(struct parser *parser, const char *at, const char *name)
{
	const char *known[64] = {NULL};
	for (size_t i = 0; template_filters[i].name && i + 1 < G_N_ELEMENTS(known); i++)
		known[i] = template_filters[i].name;
	const char *near = config_nearest(name, known);
	if (near)
		return fail(parser, at, "unknown filter '%s'; did you mean '%s'?", name, near);
	return fail(parser, at, "unknown filter '%s'", name);
}

static bool read_filter(struct parser *parser, struct node *node)
{
	skip_blanks(parser);
	const char *start = parser->at;
	char *name = read_word(parser);
	const struct filter *filter = template_filter_find(name);
	bool ok = filter || unknown_filter(parser, start, name);
	g_free(name);
	if (!ok)
		return false;
	if (node->filter_count == TEMPLATE_FILTERS_MAX)
		return fail(parser, start, "more than %d filters", TEMPLATE_FILTERS_MAX);
	struct filter_call *call = &node->filters[node->filter_count++];
	call->filter = filter;
	return read_argument(parser, call);
}

static bool close_tag(struct parser *parser)
{
	skip_blanks(parser);
	if (!g_str_has_prefix(parser->at, "}}"))
		return *parser->at ? fail(parser, parser->at, "expected '}}'")
				   : fail(parser, parser->tag, "this {{ is never closed");
	parser->at += 2;
	return true;
}

static bool read_value(struct parser *parser)
{
	struct node *node = add_node(parser, NODE_VALUE, parser->tag);
	if (!read_path(parser, &node->path))
		return false;
	skip_blanks(parser);
	while (*parser->at == '|') {
		parser->at++;
		if (!read_filter(parser, node))
			return false;
		skip_blanks(parser);
	}
	return close_tag(parser);
}

static bool open_block(struct parser *parser)
{
	if (parser->depth == TEMPLATE_DEPTH_MAX)
		return fail(parser, parser->tag, "blocks nested more than %d deep", TEMPLATE_DEPTH_MAX);
	parser->blocks[parser->depth++] = (struct block){.node = parser->template->nodes->len - 1, .at = parser->tag};
	return close_tag(parser);
}

static bool read_comparison(struct parser *parser, struct node *node)
{
	bool equal = g_str_has_prefix(parser->at, "==");
	if (!equal && !g_str_has_prefix(parser->at, "!="))
		return true;
	parser->at += 2;
	skip_blanks(parser);
	if (*parser->at != '"' && *parser->at != '\'')
		return fail(parser, parser->at, "expected a quoted text to compare with");
	node->negate = node->negate != !equal;
	return read_quoted(parser, &node->equals);
}

static bool read_open(struct parser *parser)
{
	const char *start = parser->at;
	char *word = read_word(parser);
	bool each = strcmp(word, "each") == 0, unless = strcmp(word, "unless") == 0;
	bool known = each || unless || strcmp(word, "if") == 0;
	bool ok = known || fail(parser, start, "unknown block '#%s'; there are #if, #unless and #each", word);
	g_free(word);
	if (!ok)
		return false;
	skip_blanks(parser);
	struct node *node = add_node(parser, each ? NODE_EACH : NODE_IF, parser->tag);
	node->negate = unless;
	if (!read_path(parser, &node->path))
		return false;
	skip_blanks(parser);
	if (!each && !read_comparison(parser, node))
		return false;
	parser->each_depth += each;
	return open_block(parser);
}

static bool read_else(struct parser *parser)
{
	struct block *block = parser->depth ? &parser->blocks[parser->depth - 1] : NULL;
	if (!block || node_at(parser, block->node)->kind != NODE_IF || block->jump_node)
		return fail(parser, parser->tag, "{{else}} belongs once inside {{#if}} or {{#unless}}");
	add_node(parser, NODE_JUMP, parser->tag);
	block->jump_node = parser->template->nodes->len - 1;
	node_at(parser, block->node)->jump = parser->template->nodes->len;
	return close_tag(parser);
}

static const char *block_word(const struct node *node)
{
	if (node->kind == NODE_EACH)
		return "each";
	return node->negate && !node->equals ? "unless" : "if";
}

static bool closes(const struct node *node, const char *word)
{
	if (node->kind == NODE_EACH)
		return strcmp(word, "each") == 0;
	return strcmp(word, "if") == 0 || strcmp(word, "unless") == 0;
}

static bool close_block(struct parser *parser, const char *word)
{
	if (!parser->depth)
		return fail(parser, parser->tag, "{{/%s}} closes nothing", word);
	struct block *block = &parser->blocks[parser->depth - 1];
	struct node *node = node_at(parser, block->node);
	if (!closes(node, word))
		return fail(parser, parser->tag, "{{/%s}} closes {{#%s}}", word, block_word(node));
	node_at(parser, block->jump_node ? block->jump_node : block->node)->jump = parser->template->nodes->len;
	parser->each_depth -= node->kind == NODE_EACH;
	parser->depth--;
	return true;
}

static bool read_close(struct parser *parser)
{
	char *word = read_word(parser);
	bool ok = close_block(parser, word);
	g_free(word);
	return ok && close_tag(parser);
}

static bool read_comment(struct parser *parser)
{
	const char *end = strstr(parser->at, "}}");
	if (!end)
		return fail(parser, parser->tag, "this {{ is never closed");
	parser->at = end + 2;
	return true;
}

static bool is_else(const char *at)
{
	return g_str_has_prefix(at, "else") && !word_byte(at[4]) && at[4] != '.' && at[4] != '|';
}

static bool read_tag(struct parser *parser)
{
	parser->tag = parser->at;
	parser->at += 2;
	if (*parser->at == '{')
		return fail(parser, parser->tag, "'{{{' is not used here: every value is escaped");
	if (*parser->at == '!')
		return read_comment(parser);
	skip_blanks(parser);
	char first = *parser->at;
	if (first == '#' || first == '/') {
		parser->at++;
		return first == '#' ? read_open(parser) : read_close(parser);
	}
	if (is_else(parser->at)) {
		parser->at += strlen("else");
		return read_else(parser);
	}
	return read_value(parser);
}

static void read_text(struct parser *parser)
{
	const char *end = strstr(parser->at, "{{");
	if (!end)
		end = parser->at + strlen(parser->at);
	struct node *node = add_node(parser, NODE_TEXT, parser->at);
	node->start = (uint32_t)(parser->at - parser->template->text);
	node->length = (uint32_t)(end - parser->at);
	parser->at = end;
}

static bool read_all(struct parser *parser)
{
	while (*parser->at) {
		if (parser->template->nodes->len >= TEMPLATE_NODES_MAX)
			return fail(parser, parser->at, "more than %d parts", TEMPLATE_NODES_MAX);
		if (!g_str_has_prefix(parser->at, "{{"))
			read_text(parser);
		else if (!read_tag(parser))
			return false;
	}
	if (!parser->depth)
		return true;
	struct block *open = &parser->blocks[parser->depth - 1];
	return fail(parser, open->at, "{{#%s}} is never closed", block_word(node_at(parser, open->node)));
}

struct template *template_compile(const char *name, const char *text, enum template_context context,
				  const char *const *names, struct error *err)
{
	if (strlen(text) > TEMPLATE_TEXT_MAX) {
		error_set(err, "%s: longer than %d bytes", name, TEMPLATE_TEXT_MAX);
		return NULL;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		error_set(err, "%s: not UTF-8", name);
		return NULL;
	}
	struct template *template = g_new0(struct template, 1);
	*template = (struct template){.name = g_strdup(name), .text = g_strdup(text), .context = context};
	template->nodes = g_array_new(FALSE, TRUE, sizeof(struct node));
	g_array_set_clear_func(template->nodes, node_clear);
	struct parser parser = {.template = template, .names = names, .at = template->text, .err = err};
	if (read_all(&parser))
		return template;
	template_free(template);
	return NULL;
}

void template_free(struct template *template)
{
	if (!template)
		return;
	g_array_free(template->nodes, TRUE);
	g_free(template->text);
	g_free(template->name);
	g_free(template);
}

const char *template_text(const struct template *template)
{
	return template->text;
}
