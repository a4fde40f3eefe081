#include "base/config.h"
#include "base/log.h"
#include "base/secret.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>

struct thing {
	char *name;
	bool flag;
	int64_t count;
	double share;
	msec_t wait;
	int64_t cap;
	char **to;
	int mode;
	struct secret *password;
	struct config_pairs labels;
	const config_setting_t *group, *list;
};

static const char *const modes[] = {"none", "starttls", "tls", NULL};

#define AT(member) offsetof(struct thing, member)
static const struct config_key keys[] = {
	{"name", CONFIG_TEXT, AT(name), CONFIG_REQUIRED | CONFIG_NOT_EMPTY, NULL, NULL, "Its name."},
	{"flag", CONFIG_BOOL, AT(flag), 0, "true"},
	{"count", CONFIG_INT, AT(count), 0, "3", "records", NULL, 1, 1e10},
	{"share", CONFIG_NUMBER, AT(share), 0, "5%"},
	{"wait", CONFIG_DURATION, AT(wait), 0, "1m30s", NULL, "How long.", 1000, 3600000},
	{"cap", CONFIG_SIZE, AT(cap), 0, "\"16MiB\""},
	{"to", CONFIG_TEXTS, AT(to), CONFIG_NOT_EMPTY, "[ \"a\", \"b\" ]"},
	{"mode", CONFIG_CHOICE, AT(mode), 0, "starttls", NULL, "How.", 0, 0, modes},
	{"password", CONFIG_SECRET, AT(password)},
	{"password_file", CONFIG_SECRET_FILE, AT(password)},
	{"labels", CONFIG_LABELS, AT(labels)},
	{"group", CONFIG_GROUP, AT(group)},
	{"list", CONFIG_LIST, AT(list)},
};
enum { KEYS = sizeof keys / sizeof *keys };

/* Fills from text; the report as text. Caller frees. */
static char *filled(const char *text, struct thing *thing)
{
	struct config_report report = {0};
	*thing = (struct thing){0};
	struct config_tree *tree = config_tree_parse("t.conf", text, &report);
	bool ok = config_fill(config_tree_root(tree, 0), "thing", keys, KEYS, thing, &report);
	char *problems = config_report_text(&report);
	cr_assert(ok || report.errors);
	config_report_release(&report);
	config_tree_free(tree);
	return problems;
}

Test(config, fills_what_stands_there_and_defaults)
{
	struct thing thing;
	char *problems =
		filled("name = \"x\"; count = 5000000000L; share = 1; wait = \"5m\"; to = \"one\"; mode = \"tls\";\n"
		       "labels = ( { name = \"a.b\"; value = \"c\"; } ); group = { }; list = ( { } ); cap = 7;",
		       &thing);
	cr_assert_str_eq(problems, "");
	cr_assert(!strcmp(thing.name, "x") && thing.flag && thing.count == 5000000000 && thing.share == 1);
	cr_assert(thing.wait == 300000 && thing.cap == 7 && !strcmp(thing.to[0], "one") && !thing.to[1] &&
		  thing.mode == 2);
	cr_assert(thing.labels.count == 1 && !strcmp(thing.labels.pairs[0].name, "a.b"));
	cr_assert(thing.group && thing.list);
	config_release(keys, KEYS, &thing);
	cr_assert(!thing.name && !thing.to && !thing.labels.count);
	g_free(problems);
	problems = filled("name = \"x\";", &thing);
	cr_assert(thing.flag && thing.count == 3 && thing.share == 0.05 && thing.wait == 90000 &&
		  thing.cap == 16 << 20);
	cr_assert(thing.mode == 1 && !strcmp(thing.to[0], "a") && !strcmp(thing.to[1], "b") && !thing.to[2]);
	config_release(keys, KEYS, &thing);
	g_free(problems);
}

Test(config, each_problem_is_named_with_its_place)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", "error: thing needs 'name'"},
		{"nmae = \"x\";", "t.conf:1: error: unknown key 'nmae' in thing; did you mean 'name'?"},
		{"\n\nname = 3;", "t.conf:3: error: 'name' must be a text in quotes"},
		{"name = \"\";", "t.conf:1: error: 'name' must not be empty"},
		{"name = \"a\xe4\";", "t.conf:1: error: 'name' is not UTF-8"},
		{"name=\"x\"; to = [ \"a\",\n\"\xff\" ];", "error: 'to' is not UTF-8"},
		{"name=\"x\"; labels = { a = \"\xc3\"; };", "t.conf:1: error: 'labels' is not UTF-8"},
		{"name=\"x\"; flag = \"true\";", "true or false"},
		{"name=\"x\"; count = 0;", "between 1 and 10000000000"},
		{"name=\"x\"; count = 1.5;", "whole number"},
		{"name=\"x\"; share = \"5 percent\";", "no ratio"},
		{"name=\"x\"; wait = \"5 minutes\";", "no duration"},
		{"name=\"x\"; wait = 5;", "duration in quotes"},
		{"name=\"x\"; wait = \"2h\";", "between 1s and 1h"},
		{"name=\"x\"; cap = -1;", "negative"},
		{"name=\"x\"; to = [];", "must not be empty"},
		{"name=\"x\"; to = [ 1 ];", "texts in quotes"},
		{"name=\"x\"; mode = \"startls\";", "none, starttls, tls; did you mean 'starttls'?"},
		{"name=\"x\"; labels = { a = 1; };", "holds texts"},
		{"name=\"x\"; labels = ( { name=\"a\"; value=\"b\"; }, { name=\"a\"; value=\"c\"; } );", "twice"},
		{"name=\"x\"; group = 1;", "must be a group"},
		{"name=\"x\"; list = { };", "list of groups"},
		{"name=\"x\"; list = ( 1 );", "groups { … } only"},
		{"name=\"x\"; password = \"p\";", "t.conf:1: warning: the secret 'password'"},
		{"name=\"x\"; password_file = \"/nonexistent\";", "/nonexistent"},
		{"count = 5000000000;", "t.conf:1: error: 5000000000 does not fit into 32 bits: write 5000000000L"},
		{"count = 0xFFFFFFFF;", "does not fit into 32 bits"},
		{"count = 5000000000;\nname = ;", "t.conf:2: error: syntax error"},
		{"count = 99999999999999999999L;", "64 bits"},
		{"name = \"x\";\nto = [ \"a\",\n ];", "t.conf:2: error: no comma may stand before the closing ']'"},
		{"list = ( { }, );", "no comma"},
		{"to = [ \"a\", 1 ];", "one kind"},
		{"to = [ 1, 2L ];", "one kind"},
		{"to = [ [ ] ];", "plain values only"},
		{"\xef\xbb\xbfname = \"x\";", "byte order mark"},
		{"wait = 10s;", "'10s' must stand in quotes: \"10s\""},
		{"name = \"x;\n", "t.conf:1: error: the text that begins here is not closed"},
		{"/* x", "comment that begins here"},
		{"group = { name = \"x\";", "'{' here is not closed"},
		{"group = { );", "')' does not close the '{' of line 1"},
		{"}", "closes nothing"},
		{"name = \"x\";\nname = \"y\";", "t.conf:2: error: duplicate"},
		{"name = \"x\"\n= 3;", "t.conf:2: error: syntax error"},
		{"= 3", "syntax error"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct thing thing;
		char *problems = filled(rows[i].text, &thing);
		cr_assert(strstr(problems, rows[i].want), "row %zu: %s\ngave %s", i, rows[i].text, problems);
		config_release(keys, KEYS, &thing);
		g_free(problems);
	}
}

Test(config, what_libconfig_reads_is_not_refused)
{
	static const char text[] =
		"a = [ 1, -2, 0x10 ]; b = [ 1.5, .5, 1e3, -2.0E-1 ]; c = [ true, FALSE ]; # x ,]\n"
		"d : { e = \"one\" \"two\\\"\" ; }; // ]\n f = ( 1, \"x\", { }, [ \"a\" \"b\", \"c\" ] ) /* , ) */\n"
		"g = -2147483648; h = 2147483647; i = 9223372036854775807L; url-x = \"10s\"; _name = 1;";
	struct config_report report = {0};
	struct config_tree *tree = config_tree_parse("t.conf", text, &report);
	char *problems = config_report_text(&report);
	/* The one thing here that libconfig itself does not know: a name that begins with an underscore. */
	cr_assert_str_eq(problems, "t.conf:4: error: syntax error\n");
	g_free(problems);
	config_report_release(&report);
	config_tree_free(tree);
}

static void put(const char *folder, const char *name, const char *text)
{
	char *path = g_build_filename(folder, name, NULL);
	cr_assert(g_file_set_contents(path, text, -1, NULL));
	g_free(path);
}

Test(config, includes_are_sorted_and_every_file_is_checked)
{
	char folder[] = "/tmp/tocsin-config-XXXXXX";
	g_mkdtemp(folder);
	char *sub = g_build_filename(folder, "conf.d", NULL), *top = g_build_filename(folder, "a.conf", NULL);
	g_mkdir(sub, 0700);
	put(folder, "a.conf", "include = [ \"conf.d/*.conf\", \"none/*.conf\", \"missing.conf\" ];");
	put(sub, "2.conf", "y = 5000000000;\n= 1");
	put(sub, "1.conf", "x = 1;\nx = 2;");
	put(sub, "3.conf", "include = \"2.conf\"; group = { z = 1; };");
	put(sub, "4.txt", "=");
	struct config_report report = {0};
	struct config_tree *tree = config_tree_load(top, &report);
	char *problems = config_report_text(&report);
	const char *wants[] = {"a.conf:1: error: ", "missing.conf: No such", "conf.d/1.conf:2: error: duplicate",
			       "conf.d/2.conf:1: error: 5000000000", "conf.d/3.conf:1: error: "};
	for (size_t i = 0; i < sizeof wants / sizeof *wants; i++)
		cr_assert(strstr(problems, wants[i]), "%s not in %s", wants[i], problems);
	cr_assert_eq(config_tree_files(tree), 4);
	cr_assert(g_str_has_suffix(config_tree_file(tree, 1), "1.conf"));
	const config_setting_t *group = config_setting_get_member(config_tree_root(tree, 3), "group");
	const config_setting_t *z = group ? config_setting_get_member(group, "z") : NULL;
	cr_assert(z && g_str_has_suffix(config_file_of(z), "conf.d/3.conf") && config_line_of(z) == 1);
	cr_expect_str_eq(config_short_file_of(z), "conf.d/3.conf", "from the main file's folder");
	cr_expect_str_eq(config_short_file_of(config_tree_root(tree, 0)), "a.conf");
	config_report_release(&report);
	config_tree_free(tree);
	g_free(problems);
	tree = config_tree_load("/nonexistent.conf", &report);
	cr_assert_eq(report.errors, 1);
	cr_assert_eq(config_tree_files(tree), 0);
	config_report_release(&report);
	config_tree_free(tree);
	const char *files[] = {
		"conf.d/1.conf", "conf.d/2.conf", "conf.d/3.conf", "conf.d/4.txt", "a.conf", "conf.d", "."};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *path = g_build_filename(folder, files[i], NULL);
		g_remove(path);
		g_free(path);
	}
	g_free(sub);
	g_free(top);
}

/* libconfig's own directive: what it reads by itself it reads as silently as all else. */
Test(config, what_an_at_include_names_is_checked_too)
{
	static const struct {
		const char *inner, *wanted;
	} cases[] = {
		{"rules = ( { raise = 5000000000; } );", "b.conf:1: error: 5000000000 does not fit into 32 bits"},
		{"\nrules = ( { }, );", "b.conf:2: error: no comma may stand before the closing ')'"},
		{"@include \"b.conf\"\n@include \"b.conf\"\nrules = ( { }, );", "b.conf:3: error: no comma may stand"},
		{"rules = ( { raise = 500; } );", ""},
	};
	char folder[] = "/tmp/tocsin-config-XXXXXX", *hashes[2] = {NULL, NULL};
	g_mkdtemp(folder);
	char *top = g_build_filename(folder, "a.conf", NULL);
	put(folder, "a.conf", "x = 1;\n  @include \"b.conf\"\n# @include \"none.conf\"\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct config_report report = {0};
		put(folder, "b.conf", cases[i].inner);
		struct config_tree *tree = config_tree_load(top, &report);
		char *problems = config_report_text(&report);
		cr_expect(*cases[i].wanted ? strstr(problems, cases[i].wanted) != NULL : !*problems, "%s", problems);
		cr_expect_eq(report.errors, *cases[i].wanted != '\0', "said once: %s", problems);
		g_free(hashes[0]);
		hashes[0] = hashes[1];
		hashes[1] = g_strdup(config_tree_hash(tree));
		cr_expect_str_neq(hashes[1], hashes[0] ? hashes[0] : "", "another text is another configuration");
		g_free(problems);
		config_report_release(&report);
		config_tree_free(tree);
	}
	const char *files[] = {"a.conf", "b.conf", "."};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *path = g_build_filename(folder, files[i], NULL);
		g_remove(path);
		g_free(path);
	}
	g_free(hashes[0]);
	g_free(hashes[1]);
	g_free(top);
}

static char *hash_of(const char *name, const char *text)
{
	struct config_report report = {0};
	struct config_tree *tree = config_tree_parse(name, text, &report);
	char *hash = g_strdup(config_tree_hash(tree));
	config_tree_free(tree);
	config_report_release(&report);
	return hash;
}

Test(config, the_hash_tells_texts_apart)
{
	char *one = hash_of("a", "x = 1;"), *same = hash_of("a", "x = 1;"), *other = hash_of("a", "x = 2;");
	cr_assert_eq(strlen(one), 64);
	cr_assert_str_eq(one, same);
	cr_assert_str_neq(one, other);
	g_free(one);
	g_free(same);
	g_free(other);
}

Test(config, the_reference_has_a_row_a_key)
{
	char *text = config_reference(keys, KEYS);
	cr_assert(strstr(text, "| `name` | text | required | Its name. |\n"));
	cr_assert(strstr(text, "| `mode` | choice: `none`, `starttls`, `tls` | `starttls` | How. |\n"));
	g_free(text);
	const char *const words[] = {"interval", "timeout", NULL};
	cr_assert_str_eq(config_nearest("intervall", words), "interval");
	cr_assert_str_eq(config_nearest("tiemout", words), "timeout");
	cr_assert_null(config_nearest("colour", words));
}
