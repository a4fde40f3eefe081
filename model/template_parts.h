/* template_parts: what a compiled template is made of; shared by the template_*.c files only. Immutable after
 * template_compile, so any thread may run it. */
#ifndef MODEL_TEMPLATE_PARTS_H
#define MODEL_TEMPLATE_PARTS_H

#include "model/template.h"
#include <glib.h>
#include <stdint.h>

enum {
	TEMPLATE_TEXT_MAX = 64 * 1024,
	TEMPLATE_NODES_MAX = 4096,
	TEMPLATE_DEPTH_MAX = 8,
	TEMPLATE_FILTERS_MAX = 8,
	TEMPLATE_STEPS_MAX = 1000 * 1000, /* nodes visited in one run */
	PATH_MAX_PARTS = 4,
};

struct filter_call;

/* A value on its way through the filters: borrowed JSON, or a text of our own. */
struct filter_value {
	const json_t *json; /* NULL = absent; ignored if text is set */
	char *text; /* owned */
	const char *unit; /* the data's unit word, for `human` */
	bool number_expected; /* a number filter met null: prints "unknown" */
};

struct filter {
	const char *name;
	enum { ARGUMENT_NONE, ARGUMENT_TEXT, ARGUMENT_COUNT } argument;
	/* Replaces *value; false with err when it cannot take it. */
	bool (*apply)(const struct filter_call *call, struct filter_value *value, struct error *err);
	const char *doc;
};

struct filter_call {
	const struct filter *filter;
	char *text; /* argument */
	size_t count; /* argument of ARGUMENT_COUNT */
};

struct path {
	char *parts[PATH_MAX_PARTS];
	unsigned count; /* 0 = the item itself */
};

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_IF, NODE_JUMP, NODE_EACH };

struct node {
	enum node_kind kind;
	uint32_t start, length; /* TEXT: bytes of the source */
	uint32_t jump; /* IF: where to go on if false; JUMP: where; EACH: first node after its body */
	struct path path;
	bool negate;
	char *equals; /* IF: compare with this text; NULL = truth */
	struct filter_call filters[TEMPLATE_FILTERS_MAX];
	unsigned filter_count;
	unsigned line, column;
};

struct template
{
	char *name, *text;
	enum template_context context;
	GArray *nodes; /* struct node */
};

/* Sorted by name, NULL-named end. */
extern const struct filter template_filters[];
const struct filter *template_filter_find(const char *name);
/* Text of a value as it would be printed, before escaping; caller frees. */
char *template_value_text(const struct filter_value *value);
/* Appends the value, cleaned, in the form the context needs. */
void template_escape(enum template_context context, const char *text, GString *out);

#endif
