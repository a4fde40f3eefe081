#include "model/template_parts.h"
#include <string.h>

struct scope {
	const json_t *item;
	size_t index, count; /* place in the list of an {{#each}} */
	const struct scope *outer;
};

struct run {
	const struct template *template;
	const char *unit;
	GString *out;
	size_t limit;
	unsigned steps;
	struct error *err;
};

static const json_t *look_in(const json_t *item, const char *name)
{
	const json_t *found = json_object_get(item, name);
	if (!found)
		found = json_object_get(json_object_get(item, "labels"), name);
	if (!found)
		found = json_object_get(json_object_get(item, "annotations"), name);
	return found;
}

static const json_t *look_up(const struct scope *scope, const struct path *path)
{
	const json_t *found = path->count ? NULL : scope->item;
	for (const struct scope *at = scope; path->count && at && !found; at = at->outer)
		found = look_in(at->item, path->parts[0]);
	for (unsigned i = 1; i < path->count; i++)
		found = json_object_get(found, path->parts[i]);
	return found;
}

/* @index counts from 1; @first and @last are "true" or "". */
static bool special(const struct scope *scope, const struct path *path, char **out)
{
	if (path->count != 1 || path->parts[0][0] != '@' || !scope->outer)
		return false;
	const char *name = path->parts[0];
	if (strcmp(name, "@index") == 0)
		*out = g_strdup_printf("%zu", scope->index + 1);
	else if (strcmp(name, "@first") == 0)
		*out = g_strdup(scope->index == 0 ? "true" : "");
	else if (strcmp(name, "@last") == 0)
		*out = g_strdup(scope->index + 1 == scope->count ? "true" : "");
	else
		return false;
	return true;
}

static bool truth(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_number(value))
		return json_number_value(value) != 0;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	if (json_is_object(value))
		return json_object_size(value) > 0;
	return json_is_true(value);
}

static bool holds(const struct run *run, const struct node *node, const struct scope *scope)
{
	struct filter_value value = {.json = look_up(scope, &node->path), .unit = run->unit};
	bool is_special = special(scope, &node->path, &value.text);
	bool result;
	if (node->equals) {
		char *text = template_value_text(&value);
		result = strcmp(text, node->equals) == 0;
		g_free(text);
	} else {
		result = is_special ? value.text[0] != '\0' : truth(value.json);
	}
	g_free(value.text);
	return result != node->negate;
}

static bool place_error(const struct run *run, const struct node *node)
{
	return error_prefix(run->err, "%s:%u:%u", run->template->name, node->line, node->column);
}

static bool print_value(struct run *run, const struct node *node, const struct scope *scope)
{
	struct filter_value value = {.json = look_up(scope, &node->path), .unit = run->unit};
	special(scope, &node->path, &value.text);
	for (unsigned i = 0; i < node->filter_count; i++) {
		if (node->filters[i].filter->apply(&node->filters[i], &value, run->err))
			continue;
		g_free(value.text);
		return place_error(run, node);
	}
	char *text = template_value_text(&value);
	template_escape(run->template->context, text, run->out);
	g_free(text);
	g_free(value.text);
	return true;
}

static bool run_range(struct run *run, guint from, guint to, const struct scope *scope);

static bool run_each(struct run *run, const struct node *node, guint body, const struct scope *scope)
{
	const json_t *list = look_up(scope, &node->path);
	struct scope inner = {.count = json_array_size(list), .outer = scope};
	for (; inner.index < inner.count; inner.index++) {
		inner.item = json_array_get(list, inner.index);
		if (!run_range(run, body, node->jump, &inner))
			return false;
	}
	return true;
}

static bool run_range(struct run *run, guint from, guint to, const struct scope *scope)
{
	for (guint i = from; i < to;) {
		const struct node *node = &g_array_index(run->template->nodes, struct node, i++);
		bool ok = true;
		switch (node->kind) {
		case NODE_TEXT:
			g_string_append_len(run->out, run->template->text + node->start, node->length);
			break;
		case NODE_VALUE:
			ok = print_value(run, node, scope);
			break;
		case NODE_IF:
			i = holds(run, node, scope) ? i : node->jump;
			break;
		case NODE_JUMP:
			i = node->jump;
			break;
		case NODE_EACH:
			ok = run_each(run, node, i, scope);
			i = node->jump;
			break;
		}
		if (!ok)
			return false;
		if (run->out->len > run->limit || ++run->steps > TEMPLATE_STEPS_MAX) {
			error_set(run->err, "the text grows over its limit of %zu bytes", run->limit);
			return place_error(run, node);
		}
	}
	return true;
}

bool template_run(const struct template *template, const json_t *data, size_t limit, char **out, struct error *err)
{
	struct run run = {.template = template, .out = g_string_new(NULL), .limit = limit, .err = err};
	struct scope root = {.item = data};
	run.unit = json_string_value(json_object_get(data, "unit"));
	bool ok = run_range(&run, 0, template->nodes->len, &root);
	char *text = g_string_free(run.out, !ok);
	if (ok)
		*out = text;
	return ok;
}
