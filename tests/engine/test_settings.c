#include "engine/settings.h"
#include "base/json.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

static char *directory;

static void set_up(void)
{
	json_setup();
	directory = g_dir_make_tmp("tocsin-settings-XXXXXX", NULL);
}

static void put(const char *name, const char *text)
{
	char *path = g_build_filename(directory, name, NULL);
	cr_assert(g_file_set_contents(path, text, -1, NULL));
	g_free(path);
}

static void tear_down(void)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(dir))) {
		char *path = g_build_filename(directory, name, NULL);
		g_unlink(path);
		g_free(path);
	}
	g_dir_close(dir);
	g_rmdir(directory);
	g_free(directory);
}

/* What a load of main.conf says; "" = fine. */
static char *load(struct settings **out)
{
	struct config_report report = {0};
	struct notifier_context context = {.clock = clock_system()};
	char *path = g_build_filename(directory, "main.conf", NULL);
	*out = settings_load(path, NULL, &context, &report);
	char *text = config_report_text(&report);
	config_report_release(&report);
	g_free(path);
	return text;
}

#define RECEIVERS "receivers = ( { name = \"page\"; toast = ( {} ); } ); route = { receiver = \"page\"; };\n"
#define SOURCES "sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://127.0.0.1:1/metrics\"; } );\n"

Test(settings, defaults_and_what_the_file_says, .init = set_up, .fini = tear_down)
{
	put("main.conf", SOURCES RECEIVERS "retention = \"7d\"; external_url = \"https://tocsin.example.com\";\n");
	struct settings *settings;
	char *text = load(&settings);
	cr_assert_not_null(settings, "%s", text);
	cr_assert_str_eq(settings->global.listen, "127.0.0.1:9797");
	cr_assert_eq(settings->global.retention, (msec_t)7 * 24 * 3600 * 1000);
	cr_assert_str_eq(settings->global.external_url, "https://tocsin.example.com/", "links are made by appending");
	cr_assert_eq(source_set_targets(settings->sources), 1);
	free(text);
	settings_unref(settings);
}

Test(settings, lists_append_over_files, .init = set_up, .fini = tear_down)
{
	put("main.conf", "include = [ \"x-*.conf\" ];\n" SOURCES RECEIVERS);
	put("x-1.conf", "sources = ( { name = \"b\"; kind = \"openmetrics\"; url = \"http://127.0.0.1:1/metrics\"; } );\n");
	put("x-2.conf", "retention = \"2d\";\n");
	struct settings *settings;
	char *text = load(&settings);
	cr_assert_not_null(settings, "%s", text);
	cr_assert_eq(source_set_targets(settings->sources), 2);
	cr_assert_eq(settings->global.retention, (msec_t)2 * 24 * 3600 * 1000);
	free(text);
	settings_unref(settings);
}

Test(settings, what_may_stand_once_stands_once, .init = set_up, .fini = tear_down)
{
	put("main.conf", "include = [ \"x.conf\" ];\nlisten = \"127.0.0.1:1\";\n" SOURCES RECEIVERS);
	put("x.conf", "\nlisten = \"127.0.0.1:2\";\n");
	struct settings *settings;
	char *text = load(&settings);
	cr_assert_null(settings);
	cr_assert_not_null(strstr(text, "x.conf:2: error: 'listen' stands already"), "%s", text);
	free(text);
}

Test(settings, errors_of_all_rooms_and_files_come_in_one_run, .init = set_up, .fini = tear_down)
{
	put("main.conf", "include = [ \"x.conf\" ];\nlissten = \"127.0.0.1:1\";\n"
			 "sources = ( { name = \"a\"; kind = \"openmetrik\"; } );\n"
			 "receivers = ( { name = \"page\"; toast = ( {} ); } );\nroute = { receiver = \"pager\"; };\n");
	put("x.conf", "rules = ( { name = \"X\"; kind = \"stat\"; } );\nretention = 5000000000;\n");
	struct settings *settings;
	char *text = load(&settings);
	cr_assert_null(settings);
	static const char *const wanted[] = {"main.conf:2: error", "did you mean 'listen'", "main.conf:3: error", "main.conf:5: error",
					     "x.conf:1: error",    "x.conf:2: error"};
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		cr_expect_not_null(strstr(text, wanted[i]), "no %s in:\n%s", wanted[i], text);
	free(text);
}

Test(settings, origins_are_exact, .init = set_up, .fini = tear_down)
{
	static const char *const bad[] = {"*", "https://*.example.com", "https://a.example/", "https://a.example:443",
					  "http://a.example:80", "HTTPS://a.example", "https://A.example", "a.example",
					  "https://", "null", "https://a.example,https://b.example"};
	struct settings *settings;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		char *conf = g_strdup_printf(SOURCES RECEIVERS "cors_origins = [ \"%s\" ];\n", bad[i]);
		put("main.conf", conf);
		char *text = load(&settings);
		cr_expect_null(settings, "%s", bad[i]);
		cr_expect(strstr(text, "main.conf:3: ") && strstr(text, "cors_origins"), "%s: %s", bad[i], text);
		free(text);
		g_free(conf);
	}
	put("main.conf", SOURCES RECEIVERS
	    "cors_origins = [ \"https://monitor.example.com\", \"http://box:3000\", \"http://[::1]:3000\" ];\n");
	char *text = load(&settings);
	cr_assert_not_null(settings, "%s", text);
	cr_expect_str_eq(settings->global.cors_origins[1], "http://box:3000");
	settings_unref(settings);
	free(text);
}

Test(settings, links_lead_to_where_it_listens_unless_said_otherwise, .init = set_up, .fini = tear_down)
{
	struct settings *settings;
	put("main.conf", SOURCES RECEIVERS "listen = \"127.0.0.1:9000\";\n");
	free(load(&settings));
	cr_assert_str_eq(settings->global.external_url, "http://127.0.0.1:9000/");
	settings_listen(settings, NULL);
	cr_assert_str_eq(settings->global.listen, "127.0.0.1:9000");
	settings_listen(settings, "127.0.0.1:9001");
	cr_expect_str_eq(settings->global.listen, "127.0.0.1:9001");
	cr_expect_str_eq(settings->global.external_url, "http://127.0.0.1:9001/");
	settings_unref(settings);
	put("main.conf", SOURCES RECEIVERS "external_url = \"https://host/\";\n");
	free(load(&settings));
	settings_listen(settings, "127.0.0.1:9001");
	cr_expect_str_eq(settings->global.external_url, "https://host/");
	settings_unref(settings);
}

Test(settings, addresses_of_the_page_are_addresses, .init = set_up, .fini = tear_down)
{
	static const struct {
		const char *key, *value;
		bool good;
	} cases[] = {
		{"external_url", "\"javascript:alert(1)\"", false},
		{"external_url", "\"https://host/x y/\"", false},
		{"external_url", "\"https://host/x;HttpOnly\"", false},
		{"external_url", "\"https://host/x/?a=b\"", false},
		{"external_url", "\"https://host#here\"", false},
		{"external_url", "\"https://host/x/y\"", true},
		{"external_url", "\"https://host:8443\"", true},
		{"frame_ancestors", "[ \"*\" ]", false},
		{"frame_ancestors", "[ \"https://a; script-src *\" ]", false},
		{"frame_ancestors", "[ \"'none'\" ]", false},
		{"frame_ancestors", "[ \"'self'\", \"https://*.example.com:8443\" ]", true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *main_conf = g_strdup_printf(SOURCES RECEIVERS "%s = %s;\n", cases[i].key, cases[i].value);
		put("main.conf", main_conf);
		struct settings *settings;
		char *text = load(&settings);
		cr_expect_eq(settings != NULL, cases[i].good, "%s: %s", cases[i].value, text);
		cr_expect(cases[i].good || strstr(text, cases[i].key), "%s", text);
		settings_unref(settings);
		free(text);
		g_free(main_conf);
	}
}

static char *unused(const struct settings *settings, const struct settings *first)
{
	struct config_report report = {0};
	settings_note_unused(settings, first, &report);
	char *text = config_report_text(&report);
	cr_expect_eq(report.errors, 0);
	config_report_release(&report);
	return text;
}

/* What a reload reads and does not use is said, at its place; what it uses, or what merely follows another key, is not. */
Test(settings, what_only_a_start_reads_is_named, .init = set_up, .fini = tear_down)
{
	struct settings *first, *second, *third;
	put("main.conf", SOURCES RECEIVERS "retention = \"7d\"; trusted_proxies = [ \"10.0.0.1\" ];\n");
	free(load(&first));
	put("main.conf", SOURCES RECEIVERS "trusted_proxies = [ \"10.0.0.1\" ];\nlisten = \"127.0.0.1:9799\";\n");
	free(load(&second));
	put("main.conf", SOURCES RECEIVERS "retention = \"168h\"; trusted_proxies = [ \"10.0.0.1\" ];\n"
			"rules = ( { name = \"R\"; kind = \"absent\"; metric = \"up\"; } );\n");
	free(load(&third));
	cr_assert(first && second && third);
	char *text = unused(second, first);
	cr_expect(strstr(text, "main.conf:4: warning: 'listen' changed: it takes effect at the next start"), "%s", text);
	cr_expect(strstr(text, "warning: 'retention' changed"), "%s", text);
	cr_expect(!strstr(text, "trusted_proxies") && !strstr(text, "external_url"), "%s", text);
	free(text);
	text = unused(third, first);
	cr_expect_str_eq(text, "");
	free(text);
	settings_unref(first);
	settings_unref(second);
	settings_unref(third);
}

/* All that is wrong is said in one run, each thing once, and nothing that follows from another mistake. */
Test(settings, each_mistake_is_said_once, .init = set_up, .fini = tear_down)
{
	static const char *const said[] = {
		"main.conf:1: error: listen = \"127.0.0.1:99999\": wanted ADDRESS:PORT",
		"main.conf:2: error: a source must be a group",
		"main.conf:3: error: a rule is a group",
		"main.conf:4: error: 5000000000 does not fit into 32 bits",
		"main.conf:5: error: rule 'E': level 'warning': 'raise' and 'clear' are ratios from 0 to 1",
		"main.conf:6: error: a receiver is a group",
		"main.conf:7: error: unknown key 'nonsense' in receiver",
		"main.conf:8: error: receiver 'nobody' does not exist",
	};
	put("main.conf",
	    "listen = \"127.0.0.1:99999\";\n"
	    "sources = ( 3, { name = \"a\"; kind = \"openmetrics\"; url = \"http://127.0.0.1:1/metrics\"; } );\n"
	    "rules = ( \"x\",\n"
	    "  { name = \"T\"; kind = \"threshold\"; metric = \"m\"; levels = ( { severity = \"info\"; raise = 5000000000; clear = 4999999999L; } ); },\n"
	    "  { name = \"E\"; kind = \"error_rate\"; levels = ( { severity = \"warning\"; raise = 7; clear = 0.1; } ); } );\n"
	    "receivers = ( 5,\n"
	    "  { name = \"page\"; nonsense = 1; toast = ( {} ); } );\n"
	    "route = { receiver = \"page\"; routes = ( { receiver = \"nobody\"; } ); };\n");
	struct settings *settings;
	char *text = load(&settings), *from = text;
	cr_assert_null(settings);
	for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
		cr_expect_not_null(strstr(text, said[i]), "no %s in:\n%s", said[i], text);
	size_t lines = 0;
	for (; (from = strchr(from, '\n')); from++)
		lines++;
	cr_expect_eq(lines, G_N_ELEMENTS(said), "%s", text);
	free(text);
}
