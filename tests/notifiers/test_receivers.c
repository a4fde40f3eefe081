#include "notifiers/notifiers.h"
#include "notifiers/smtp_settings.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct notifier_context context = {.libexec_directory = "/usr/libexec"};

static struct receivers *load(const char *text, struct config_tree **tree, struct config_report *report)
{
	*tree = config_tree_parse("tocsin.conf", text, report);
	return receivers_load(*tree, &context, report);
}

static const char good[] = "smtp = { host = \"mail.example.com\"; port = 587; tls = \"starttls\"; from = \"Tocsin "
			   "<tocsin@example.com>\"; };\n"
			   "receivers = (\n"
			   "  { name = \"oncall\"; timezone = \"Europe/Berlin\";\n"
			   "    email = ( { to = [ \"a@example.com\", \"b@example.com\" ]; fallback = \"hooks\"; } );\n"
			   "    webhook = ( { url = \"http://hooks.example.com/a\"; }, { url = "
			   "\"http://hooks.example.com/b\"; name = \"second\"; } );\n"
			   "    toast = ( {} ); },\n"
			   "  { name = \"hooks\"; digest_above = 0; webhook = ( { url = \"http://hooks.example.com/a\"; rate = 2; "
			   "timeout = \"3s\"; send_resolved = false; } ); }\n"
			   ");\n";

Test(receivers, a_good_file_gives_stable_names_and_defaults)
{
	struct config_report report = {0};
	struct config_tree *tree;
	struct receivers *receivers = load(good, &tree, &report);
	char *text = config_report_text(&report);
	cr_assert_not_null(receivers, "%s", text);
	free(text);
	cr_expect_eq(receivers->count, 2u);
	const struct receiver *oncall = receivers_find(receivers, "oncall");
	cr_assert_not_null(oncall);
	cr_expect_str_eq(oncall->timezone, "Europe/Berlin");
	cr_expect_eq(oncall->digest_above, 20);
	cr_expect_eq(receivers_find(receivers, "hooks")->digest_above, 0);
	cr_expect_eq(oncall->integration_count, 4u);
	const struct integration *second = receivers_integration(receivers, "oncall/webhook/second");
	cr_assert_not_null(second);
	cr_expect_eq(second->concurrency, 64);
	cr_expect_eq(second->timeout, 15000);
	cr_expect(second->send_resolved);
	cr_expect(g_str_has_prefix(oncall->integrations[0]->name, "oncall/email/"));
	cr_expect_eq(strlen(oncall->integrations[0]->name), strlen("oncall/email/") + 10);
	const char *const *to = oncall->integrations[0]->kind->recipients(oncall->integrations[0]);
	cr_expect_str_eq(to[1], "b@example.com");
	cr_expect_null(to[2]);
	cr_expect_eq(oncall->integrations[0]->concurrency, 2);
	const struct integration *hook = receivers_find(receivers, "hooks")->integrations[0];
	cr_expect_eq(hook->timeout, 3000);
	cr_expect_not(hook->send_resolved);
	cr_expect_null(receivers_find(receivers, "nobody"));
	struct config_report again = {0};
	struct config_tree *tree2;
	struct receivers *other = load(good, &tree2, &again);
	cr_expect_str_eq(hook->name, receivers_find(other, "hooks")->integrations[0]->name, "a reload keeps names");
	receivers_unref(other);
	config_tree_free(tree2);
	config_report_release(&again);
	cr_expect_eq(receivers_ref(receivers), receivers);
	receivers_unref(receivers);
	receivers_unref(receivers);
	config_tree_free(tree);
	config_report_release(&report);
}

Test(receivers, no_mail_integration_may_hold_most_of_the_threads)
{
	static const char text[] = "smtp = { host = \"mail.example.com\"; from = \"tocsin@example.com\"; };\n"
				   "receivers = ( { name = \"all\";\n"
				   "  email = ( { to = [ \"a@example.com\" ]; concurrency = 64; } ); } );\n";
	struct config_report report = {0};
	struct config_tree *tree;
	struct receivers *receivers = load(text, &tree, &report);
	char *said = config_report_text(&report);
	cr_assert_eq(receivers->receivers[0]->integration_count, 1u, "%s", said);
	cr_expect_leq(receivers->receivers[0]->integrations[0]->concurrency, BLOCKING_THREADS / 4);
	cr_expect_not_null(strstr(said, "tocsin.conf:3"), "%s", said);
	cr_expect_not_null(strstr(said, "concurrency is 4 at most"), "%s", said);
	free(said);
	receivers_unref(receivers);
	config_tree_free(tree);
	config_report_release(&report);
}

Test(receivers, each_mistake_is_named_with_its_place)
{
	static const struct {
		const char *text, *expected;
	} table[] = {
		{"receivers = ( { name = \"a\"; slack = ( {} ); } );", "needs either 'url_file' or 'url'"},
		{"receivers = ( { name = \"a\"; webhook = ( { url = \"ftp://x\"; } ); } );", "must begin with http"},
		{"receivers = ( { name = \"a\"; webhook = ( { url = \"http://\"; } ); } );", "no URL with a host"},
		{"receivers = ( { name = \"a\"; webhook = ( { url = \"http://h:99999/\"; } ); } );", "no URL with a host"},
		{"receivers = ( { name = \"a\"; slack = ( { url = \"https://exa mple.com/x\"; } ); } );", "no URL with a host"},
		{"receivers = ( { name = \"a\"; email = ( { to = [ \"a@b.c\" ]; } ); } );", "needs the group smtp"},
		{"receivers = ( { name = \"a\"; toast = ( {}, {} ); } );", "the same toast twice"},
		{"receivers = ( { name = \"a\"; }, { name = \"a\"; } );", "receiver 'a' stands twice"},
		{"receivers = ( { name = \"a\"; toast = ( { fallback = \"bee\"; } ); }, { name = \"be\"; } );",
		 "fallback receiver 'bee' does not exist; did you mean 'be'?"},
		{"receivers = ( { name = \"a\"; toast = ( { fallback = \"a\"; } ); } );", "is its own fallback"},
		{"receivers = ( { name = \"a\"; timezone = \"Mars/City\"; } );", "unknown timezone 'Mars/City'"},
		{"receivers = ( { name = \"a\"; digest_above = -1; } );", "'digest_above' must lie between 0 and 1000"},
		{"receivers = ( { name = \"a\"; digest_above = \"no\"; } );", "digest_above"},
		{"receivers = ( { name = \"a/b\"; } );", "a name has no '/'"},
		{"receivers = ( { name = \"a\"; slak = ( {} ); } );", "slak"},
		{"receivers = ( { name = \"a\"; toast = ( { ratee = 1; } ); } );", "ratee"},
		{"receivers = ( { name = \"a\"; slack = ( { url = \"https://x/y\"; body_template = \"{{nonsense}}\"; } "
		 "); } );",
		 "nonsense"},
		{"smtp = { host = \"m\"; from = \"t@example.com\"; tls = \"smtps\"; };",
		 "cannot be done; use \"starttls\""},
		{"smtp = { host = \"m\"; from = \"nobody\"; };", "is no sender"},
		{"smtp = { host = \"m\"; from = \"t@b.c\"; }; receivers = ( { name = \"a\"; email = ( { to = [ \"a@b.c\", "
		 "\"d@b.c\", \"A@b.c\" ]; } ); } );",
		 "'A@b.c' stands twice"},
		{"smtp = { host = \"m:25\"; from = \"t@example.com\"; };", "without port"},
		{"smtp = { host = \"m\"; from = \"t@example.com\"; user = \"u\"; };", "needs 'password_file'"},
		{"smtp = { host = \"m\"; from = \"t@example.com\"; password = \"p\"; };", "a password needs 'user'"},
		{"receivers = ( { name = \"a\"; webhook = ( { url = \"http://h/\"; key_file = \"/dev/null\"; } ); } );",
		 "'key_file' needs 'cert_file'"},
		{"receivers = { name = \"a\"; };", "receivers is a list"},
		{"receivers = ( 1 );", "a receiver is a group"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct config_report report = {0};
		struct config_tree *tree;
		struct receivers *receivers = load(table[i].text, &tree, &report);
		char *text = config_report_text(&report);
		cr_expect(report.errors > 0, "%s", table[i].text);
		cr_expect_not_null(strstr(text, table[i].expected), "%s\ngave: %s", table[i].text, text);
		cr_expect_not_null(strstr(text, "tocsin.conf:1"), "%s", text);
		free(text);
		receivers_unref(receivers);
		config_tree_free(tree);
		config_report_release(&report);
	}
}

/* All that is wrong is said in one run; what could be read of a receiver is there for the routes that name it. */
Test(receivers, a_secret_said_twice_or_for_nobody_is_no_secret)
{
	char *path = g_strdup_printf("%s/tocsin-secret-XXXXXX", g_get_tmp_dir());
	close(g_mkstemp_full(path, O_RDWR, 0600));
	cr_assert(g_file_set_contents_full(path, "geheim\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	static const struct {
		const char *text, *expected;
	} table[] = {
		{"receivers = ( { name = \"a\"; webhook = ( { url = \"http://h/\"; secret = \"s\"; secret_file = \"%s\"; } ); } );",
		 "either 'secret_file' or 'secret'"},
		{"receivers = ( { name = \"a\"; webhook = ( { url = \"http://h/\"; password_file = \"%s\"; } ); } );",
		 "'password_file' needs 'user'"},
		{"receivers = ( { name = \"a\"; webhook = ( { url = \"http://h/\"; user = \"u\"; bearer_file = \"%s\"; } ); } );",
		 "either 'user' or 'bearer_file'"},
		{"smtp = { host = \"m\"; from = \"t@example.com\"; user = \"u\"; password = \"p\"; password_file = \"%s\"; };",
		 "either 'password_file' or 'password'"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct config_report report = {0};
		struct config_tree *tree;
		char **parts = g_strsplit(table[i].text, "%s", 2);
		char *text = g_strjoinv(path, parts);
		struct receivers *receivers = load(text, &tree, &report);
		char *said = config_report_text(&report);
		cr_expect_eq(report.errors, 1u, "%s", said);
		cr_expect_not_null(strstr(said, table[i].expected), "%s", said);
		free(said);
		receivers_unref(receivers);
		config_tree_free(tree);
		config_report_release(&report);
		g_free(text);
		g_strfreev(parts);
	}
	g_unlink(path);
	g_free(path);
}

Test(receivers, a_mistake_hides_no_later_one)
{
	static const char text[] = "receivers = (\n { name = \"a\"; slak = ( {} );\n  webhook = ( { url = \"ftp://x\"; },\n"
				   "    { urll = 3; } );\n  timezone = \"Mars/City\"; },\n { name = \"b\"; toast = ( {} ); } );";
	static const char *const expected[] = {"conf:2: error: unknown key 'slak'", "conf:3: error: ", "conf:4: error: unknown key 'urll'",
					       "unknown timezone 'Mars/City'"};
	struct config_report report = {0};
	struct config_tree *tree;
	struct receivers *receivers = load(text, &tree, &report);
	char *said = config_report_text(&report);
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
		cr_expect_not_null(strstr(said, expected[i]), "no %s in\n%s", expected[i], said);
	cr_expect(receivers_find(receivers, "a") && receivers_find(receivers, "b"));
	free(said);
	receivers_unref(receivers);
	config_tree_free(tree);
	config_report_release(&report);
}

Test(receivers, nothing_configured_is_an_empty_set)
{
	struct config_report report = {0};
	struct config_tree *tree;
	struct receivers *receivers = load("listen = \"127.0.0.1:0\";", &tree, &report);
	cr_assert_not_null(receivers);
	cr_expect_eq(receivers->count, 0u);
	receivers_unref(receivers);
	config_tree_free(tree);
	config_report_release(&report);
}
