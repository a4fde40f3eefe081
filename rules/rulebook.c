#include "rules/rule_parts.h"
#include <string.h>

enum { RULES_MAX = 4096 };

struct loading {
	GPtrArray *rules;
	GHashTable *places; /* name -> struct rule of the first of that name; borrowed */
	struct config_report *report;
	bool ok;
};

static bool is_new_name(struct loading *loading, const config_setting_t *group, const struct rule *rule)
{
	const struct rule *first = g_hash_table_lookup(loading->places, rule->name);
	if (!first)
		return true;
	config_problem(loading->report, CONFIG_ERROR, group, "rule '%s' is there twice; the first stands at %s:%d",
		       rule->name, first->file, first->line);
	return false;
}

static void load_group(struct loading *loading, const config_setting_t *group)
{
	struct rule *rule = NULL;
	if (config_setting_type(group) != CONFIG_TYPE_GROUP)
		config_problem(loading->report, CONFIG_ERROR, group,
			       "a rule is a group: { name = \"…\"; kind = \"…\"; … }");
	else if (loading->rules->len == RULES_MAX)
		config_problem(loading->report, CONFIG_ERROR, group, "more than %d rules", RULES_MAX);
	else
		rule = rule_load(group, loading->report);
	if (!rule || !is_new_name(loading, group, rule)) {
		rule_free(rule);
		loading->ok = false;
		return;
	}
	rule->index = loading->rules->len;
	g_ptr_array_add(loading->rules, rule);
	g_hash_table_insert(loading->places, rule->name, rule);
}

static void load_tree(struct loading *loading, const struct config_tree *tree)
{
	for (size_t i = 0; i < config_tree_files(tree); i++) {
		const config_setting_t *root = config_tree_root(tree, i);
		const config_setting_t *list = root ? config_setting_get_member(root, "rules") : NULL;
		if (!list)
			continue;
		if (config_setting_type(list) != CONFIG_TYPE_LIST) {
			config_problem(loading->report, CONFIG_ERROR, list,
				       "'rules' is a list of groups: rules = ( { … } );");
			loading->ok = false;
			continue;
		}
		for (int at = 0; at < config_setting_length(list); at++)
			load_group(loading, config_setting_get_elem(list, (unsigned)at));
	}
}

static bool has_rules(const struct config_tree *tree)
{
	for (size_t i = 0; i < config_tree_files(tree); i++) {
		const config_setting_t *root = config_tree_root(tree, i);
		if (root && config_setting_get_member(root, "rules"))
			return true;
	}
	return false;
}

static struct rulebook *rulebook_of(GPtrArray *rules)
{
	struct rulebook *book = g_new0(struct rulebook, 1);
	book->references = 1;
	book->count = rules->len;
	book->rules = (struct rule **)g_ptr_array_free(rules, FALSE);
	for (uint32_t i = 0; i < book->count; i++)
		if (book->rules[i]->manner.windowed)
			book->window_longest = MAX(book->window_longest, book->rules[i]->window);
	return book;
}

struct rulebook *rulebook_load(const struct config_tree *tree, struct config_report *report)
{
	struct loading loading = {.rules = g_ptr_array_new(), .report = report, .ok = true};
	loading.places = g_hash_table_new(g_str_hash, g_str_equal);
	if (has_rules(tree)) {
		load_tree(&loading, tree);
	} else {
		struct config_tree *builtin = config_tree_parse("built-in rules", rules_builtin, report);
		load_tree(&loading, builtin);
		config_tree_free(builtin);
	}
	g_hash_table_unref(loading.places);
	struct rulebook *book = rulebook_of(loading.rules);
	if (loading.ok)
		return book;
	rulebook_unref(book);
	return NULL;
}

struct rulebook *rulebook_ref(struct rulebook *rulebook)
{
	atomic_fetch_add_explicit(&rulebook->references, 1, memory_order_relaxed);
	return rulebook;
}

void rulebook_unref(struct rulebook *rulebook)
{
	if (!rulebook || atomic_fetch_sub_explicit(&rulebook->references, 1, memory_order_acq_rel) != 1)
		return;
	for (uint32_t i = 0; i < rulebook->count; i++)
		rule_free(rulebook->rules[i]);
	g_free(rulebook->rules);
	g_free(rulebook);
}

const struct rule *rulebook_find(const struct rulebook *rulebook, const char *name)
{
	for (uint32_t i = 0; i < rulebook->count; i++)
		if (strcmp(rulebook->rules[i]->name, name) == 0)
			return rulebook->rules[i];
	return NULL;
}
