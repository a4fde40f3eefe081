#include "engine/route.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

static struct receiver names[] = {
	{.name = (char *)"a"}, {.name = (char *)"b"}, {.name = (char *)"c"}, {.name = (char *)"payments"}};
static struct receiver *list[] = {&names[0], &names[1], &names[2], &names[3]};
static struct receivers receivers = {.references = 1000, .receivers = list, .count = 4};

static struct route *load(const char *text, char **problems)
{
	struct config_report report = {0};
	struct config_tree *tree = config_tree_parse("t.conf", text, &report);
	struct route *route = route_load(tree, &receivers, &report);
	char *said = config_report_text(&report);
	if (problems)
		*problems = said;
	else
		free(said);
	cr_assert_eq(route == NULL, report.errors > 0);
	config_report_release(&report);
	config_tree_free(tree);
	return route;
}

static void note(void *ctx, const struct route *route)
{
	g_string_append_printf(ctx, "%s%s", ((GString *)ctx)->len ? " " : "", route->receiver);
}

static void expect(const struct route *route, const char *connector, const char *wanted)
{
	struct label pairs[] = {{"cluster", "p"}, {"connector", connector}};
	struct labels *labels = labels_new(pairs, 2);
	GString *taken = g_string_new(NULL);
	route_match(route, labels, note, taken);
	cr_assert_str_eq(taken->str, wanted, "%s: %s, not %s", connector, taken->str, wanted);
	g_string_free(taken, TRUE);
	labels_unref(labels);
}

Test(route, children_come_first_and_continue_goes_on)
{
	struct route *route = load("route = { receiver = \"a\"; routes = ("
				   "{ match = \"connector='x'\"; receiver = \"b\"; },"
				   "{ match = \"connector=~'y.*'\"; receiver = \"b\"; continue = true;"
				   "  routes = ( { match = \"connector='yy'\"; receiver = \"a\"; } ); },"
				   "{ match = \"connector=~'[xy]+'\"; receiver = \"c\"; } ); };",
				   NULL);
	expect(route, "x", "b");
	expect(route, "y", "b c");
	expect(route, "yy", "a c");
	expect(route, "z", "a");
	route_free(route);
}

Test(route, timing_and_grouping_are_inherited)
{
	struct route *route = load("route = { receiver = \"a\"; group_by = [ \"cluster\" ]; group_wait = \"3s\";"
				   "repeat_interval = \"2h\"; routes = ( { match = \"connector='x'\";"
				   "group_interval = \"9s\"; group_by = [ \"...\" ]; } ); };",
				   NULL);
	const struct route *child = route->children[0];
	cr_assert_eq(child->group_wait, 3000);
	cr_assert_eq(child->group_interval, 9000);
	cr_assert_eq(child->repeat_interval, 7200 * 1000);
	cr_assert_str_eq(child->receiver, "a");
	struct label pairs[] = {{"cluster", "p"}, {"connector", "x"}};
	struct labels *labels = labels_new(pairs, 2);
	struct labels *by_cluster = route_group_labels(route, labels), *by_all = route_group_labels(child, labels);
	cr_assert_eq(labels_count(by_cluster), 1);
	cr_assert_eq(labels_count(by_all), 2);
	labels_unref(by_all);
	labels_unref(by_cluster);
	labels_unref(labels);
	route_free(route);
}

Test(route, paths_are_stable_and_differ)
{
	const char *text = "route = { receiver = \"a\"; routes = ( { match = \"connector='x'\"; },"
			   "{ match = \"connector='x'\"; receiver = \"b\"; } ); };";
	struct route *one = load(text, NULL), *two = load(text, NULL);
	for (unsigned i = 0; i < 2; i++)
		cr_assert_str_eq(one->children[i]->path, two->children[i]->path);
	cr_assert_str_neq(one->children[0]->path, one->children[1]->path);
	route_free(one);
	route_free(two);
}

Test(route, without_any_the_first_receiver_takes_all)
{
	struct route *route = load("", NULL);
	expect(route, "x", "a");
	route_free(route);
}

Test(route, what_is_wrong_is_said_with_its_place)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"route = { receiver = \"aa\"; };", "t.conf:1"},
		{"route = { receiver = \"payment\"; };", "did you mean 'payments'"},
		{"\nroute = { match = \"x='y'\"; };", "t.conf:2"},
		{"route = { routes = ( { match = \"x=\"; } ); };", "match"},
		{"route = { routes = ( { recever = \"a\"; } ); };", "did you mean 'receiver'"},
		{"route = { group_wait = \"5\"; };", "group_wait"},
		{"route = { routes = ( 5 ); };", "group"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *problems;
		cr_assert_null(load(cases[i].text, &problems));
		cr_assert(strstr(problems, cases[i].part), "%s: %s", cases[i].text, problems);
		free(problems);
	}
}
