#include "engine/route.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { ROUTE_DEPTH_MAX = 16, ROUTES_MAX = 4096 };

struct route_settings {
	char *match, *receiver;
	char **group_by;
	msec_t group_wait, group_interval, repeat_interval;
	bool go_on;
	const config_setting_t *routes;
};

#define AT(field) offsetof(struct route_settings, field)
#define HOUR_MSEC (3600.0 * 1000)
static const struct config_key route_keys[] = {
	{"match", CONFIG_TEXT, AT(match), .doc = "Which alerts take this route; not at the root."},
	{"receiver", CONFIG_TEXT, AT(receiver), CONFIG_NOT_EMPTY, .doc = "Who hears of it; inherited."},
	{"group_by", CONFIG_TEXTS, AT(group_by), .doc = "Labels that make one group; \"...\" = all; inherited."},
	{"group_wait", CONFIG_DURATION, AT(group_wait), .min = 0, .max = 24 * HOUR_MSEC,
	 .doc = "How long a new group collects before its first message; inherited, 1s."},
	{"group_interval", CONFIG_DURATION, AT(group_interval), .min = 1000, .max = 7 * 24 * HOUR_MSEC,
	 .doc = "The least time between messages of a group; inherited, 1m."},
	{"repeat_interval", CONFIG_DURATION, AT(repeat_interval), .min = 1000, .max = 365 * 24 * HOUR_MSEC,
	 .doc = "After which an unchanged group is told again; inherited, 4h."},
	{"continue", CONFIG_BOOL, AT(go_on), .doc = "Look at the next routes too."},
	{"routes", CONFIG_LIST, AT(routes), .doc = "Routes below this one, asked first."},
};
#undef AT

struct loader {
	const struct receivers *receivers;
	struct config_report *report;
	uint32_t count;
};

static void inherit(struct route *route, const struct route *parent)
{
	route->receiver = g_strdup(parent->receiver);
	route->group_by = g_strdupv(parent->group_by);
	route->group_by_count = parent->group_by_count;
	route->group_by_all = parent->group_by_all;
	route->group_wait = parent->group_wait;
	route->group_interval = parent->group_interval;
	route->repeat_interval = parent->repeat_interval;
}

static void set_defaults(struct route *route, const struct receivers *receivers)
{
	const char *first = receivers->count ? receivers->receivers[0]->name : "toast";
	route->receiver = g_strdup(first);
	route->group_by = g_strsplit("cluster,alertname", ",", 0);
	route->group_by_count = 2;
	route->group_wait = 1000;
	route->group_interval = (msec_t)60 * 1000;
	route->repeat_interval = (msec_t)4 * 3600 * 1000;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void set_group_by(struct route *route, char **names)
{
	g_strfreev(route->group_by);
	route->group_by = g_strdupv(names);
	route->group_by_count = g_strv_length(names);
	route->group_by_all = g_strv_contains((const char *const *)names, "...");
	qsort(route->group_by, route->group_by_count, sizeof *route->group_by, compare_texts);
}

static bool given(const config_setting_t *group, const char *name)
{
	return config_setting_get_member(group, name) != NULL;
}

static bool set_receiver(struct route *route, const char *name, const config_setting_t *at, struct loader *loader)
{
	if (receivers_find(loader->receivers, name)) {
		g_free(route->receiver);
		route->receiver = g_strdup(name);
		return true;
	}
	GPtrArray *names = g_ptr_array_new();
	for (uint32_t i = 0; i < loader->receivers->count; i++)
		g_ptr_array_add(names, loader->receivers->receivers[i]->name);
	g_ptr_array_add(names, NULL);
	const char *near = config_nearest(name, (const char *const *)names->pdata);
	config_problem(loader->report, CONFIG_ERROR, at, "receiver '%s' does not exist%s%s%s", name,
		       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	g_ptr_array_free(names, TRUE);
	return false;
}

static bool set_match(struct route *route, const char *text, const config_setting_t *at, struct config_report *report)
{
	struct error err;
	route->match = matchers_parse(text, &err);
	if (!route->match) {
		config_problem(report, CONFIG_ERROR, at, "match: %s", err.text);
		return false;
	}
	return true;
}

static bool apply(struct route *route, const struct route_settings *settings, const config_setting_t *group,
		  struct loader *loader)
{
	bool fine = true;
	if (given(group, "group_by") && settings->group_by)
		set_group_by(route, settings->group_by);
	if (given(group, "group_wait"))
		route->group_wait = settings->group_wait;
	if (given(group, "group_interval"))
		route->group_interval = settings->group_interval;
	if (given(group, "repeat_interval"))
		route->repeat_interval = settings->repeat_interval;
	route->go_on = settings->go_on;
	if (settings->receiver)
		fine = set_receiver(route, settings->receiver, config_setting_get_member(group, "receiver"), loader);
	if (settings->match &&
	    !set_match(route, settings->match, config_setting_get_member(group, "match"), loader->report))
		fine = false;
	return fine;
}

static struct route *load_node(const config_setting_t *group, const struct route *parent, unsigned depth,
			       struct loader *loader);

static bool load_children(struct route *route, const config_setting_t *list, unsigned depth, struct loader *loader)
{
	int count = list ? config_setting_length(list) : 0;
	bool fine = true;
	route->children = g_new0(struct route *, (size_t)count + 1);
	for (int i = 0; i < count; i++) {
		struct route *child = load_node(config_setting_get_elem(list, (unsigned)i), route, depth + 1, loader);
		if (!child)
			fine = false;
		else
			route->children[route->child_count++] = child;
	}
	return fine;
}

/* Two children with the same match and receiver would share their groups' keys: a count keeps them apart. */
static void set_path(struct route *route, const struct route *parent)
{
	if (!parent) {
		route->text = g_strdup("the default route");
		route->path = g_strdup("{}");
		return;
	}
	const char *text = route->match ? matchers_text(route->match) : "";
	unsigned twins = 0;
	for (uint32_t i = 0; i < parent->child_count; i++)
		twins += strcmp(parent->children[i]->text, text) == 0;
	route->text = g_strdup(text);
	route->path = twins ? g_strdup_printf("%s/{%s}#%u", parent->path, text, twins + 1)
			    : g_strdup_printf("%s/{%s}", parent->path, text);
}

static bool check_place(const config_setting_t *group, const struct route *parent, unsigned depth,
			struct loader *loader)
{
	if (!config_setting_is_group(group)) {
		config_problem(loader->report, CONFIG_ERROR, group, "a route must be a group { … }");
		return false;
	}
	if (depth > ROUTE_DEPTH_MAX || ++loader->count > ROUTES_MAX) {
		config_problem(loader->report, CONFIG_ERROR, group, "at most %d routes, nested at most %d deep",
			       ROUTES_MAX, ROUTE_DEPTH_MAX);
		return false;
	}
	if (!parent && given(group, "match")) {
		config_problem(loader->report, CONFIG_ERROR, config_setting_get_member(group, "match"),
			       "the root route takes every alert: put 'match' on a route in its 'routes'");
		return false;
	}
	return true;
}

static struct route *load_node(const config_setting_t *group, const struct route *parent, unsigned depth,
			       struct loader *loader)
{
	if (!check_place(group, parent, depth, loader))
		return NULL;
	struct route *route = g_new0(struct route, 1);
	struct route_settings settings = {0};
	if (parent)
		inherit(route, parent);
	else
		set_defaults(route, loader->receivers);
	route->file = g_strdup(config_short_file_of(group));
	route->line = config_line_of(group);
	bool fine = config_fill(group, "route", route_keys, G_N_ELEMENTS(route_keys), &settings, loader->report);
	if (!apply(route, &settings, group, loader))
		fine = false;
	set_path(route, parent);
	if (!load_children(route, settings.routes, depth, loader))
		fine = false;
	config_release(route_keys, G_N_ELEMENTS(route_keys), &settings);
	if (!fine) {
		route_free(route);
		return NULL;
	}
	return route;
}

static struct route *default_route(const struct receivers *receivers)
{
	struct route *route = g_new0(struct route, 1);
	set_defaults(route, receivers);
	set_path(route, NULL);
	route->children = g_new0(struct route *, 1);
	return route;
}

struct route *route_load(const struct config_tree *tree, const struct receivers *receivers,
			 struct config_report *report)
{
	struct loader loader = {receivers, report, 0};
	const config_setting_t *found = NULL;
	for (size_t i = 0; tree && i < config_tree_files(tree); i++) {
		const config_setting_t *root = config_tree_root(tree, i);
		const config_setting_t *group = root ? config_setting_get_member(root, "route") : NULL;
		if (group && found) {
			config_problem(report, CONFIG_ERROR, group,
				       "'route' may stand only once; the other is at %s:%d", config_file_of(found),
				       config_line_of(found));
			return NULL;
		}
		if (group)
			found = group;
	}
	return found ? load_node(found, NULL, 0, &loader) : default_route(receivers);
}

void route_free(struct route *route)
{
	if (!route)
		return;
	for (uint32_t i = 0; i < route->child_count; i++)
		route_free(route->children[i]);
	g_free(route->children);
	g_free(route->path);
	g_free(route->text);
	if (route->match)
		matchers_free(route->match);
	g_free(route->receiver);
	g_strfreev(route->group_by);
	g_free(route->file);
	g_free(route);
}

/* A regular expression that gave up counts as a match: better told to somebody too many than to nobody. */
static bool takes(const struct route *route, const struct labels *labels)
{
	return !route->match || matchers_match(route->match, labels) != MATCH_NO;
}

void route_match(const struct route *root, const struct labels *labels,
		 void (*visit)(void *ctx, const struct route *route), void *ctx)
{
	bool taken = false;
	for (uint32_t i = 0; i < root->child_count; i++) {
		const struct route *child = root->children[i];
		if (!takes(child, labels))
			continue;
		route_match(child, labels, visit, ctx);
		taken = true;
		if (!child->go_on)
			break;
	}
	if (!taken)
		visit(ctx, root);
}

struct labels *route_group_labels(const struct route *route, const struct labels *labels)
{
	if (route->group_by_all)
		return labels_ref((struct labels *)labels);
	return labels_pick(labels, (const char *const *)route->group_by, route->group_by_count);
}

char *route_reference(void)
{
	char *rows = config_reference(route_keys, G_N_ELEMENTS(route_keys));
	char *text = g_strdup_printf("## Routes\n\n%s\n", rows);
	free(rows);
	return text;
}
