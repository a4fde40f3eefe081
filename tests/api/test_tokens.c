/* Tokens, sessions, connections: who may come in, and how many. */
#include "api/address.h"
#include "api/connections.h"
#include "api/server.h"
#include "api/session.h"
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_file(const char *path, const char *text)
{
	g_file_set_contents(path, text, -1, NULL);
	chmod(path, 0640);
}

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

Test(tokens, broken_files_are_named_with_their_line)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"ada admin\n", ":1:"},         {"# x\n\nada boss " HASH "\n", ":3:"},
		{"ada admin abc\n", ":1:"},     {"a/b admin " HASH "\n", ":1:"},
		{"ada none " HASH "\n", ":1:"}, {"ada admin " HASH " more\n", ":1:"},
	};
	struct error err;
	char path[] = "/tmp/tocsin-tokens-XXXXXX";
	close(mkstemp(path));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		write_file(path, cases[i].text);
		cr_expect_null(tokens_open(path, &err));
		cr_expect(strstr(err.text, cases[i].want), "%s: %s", cases[i].text, err.text);
	}
	write_file(path, "ada admin " HASH "\n");
	chmod(path, 0646);
	cr_expect_null(tokens_open(path, &err), "others may write");
	unlink(path);
	cr_expect_null(tokens_open(path, &err));
}

Test(tokens, made_found_refreshed_and_revoked)
{
	struct error err = {{0}};
	struct identity who;
	char path[] = "/tmp/tocsin-tokens-XXXXXX", one[TOKEN_SIZE], two[TOKEN_SIZE], id[SESSION_ID_SIZE];
	close(mkstemp(path));
	unlink(path);
	token_make(one);
	token_make(two);
	cr_expect(strcmp(one, two) != 0 && strlen(one) == TOKEN_SIZE - 1);
	cr_assert(token_append(path, "ada", ROLE_ADMIN, one, &err), "%s", err.text);
	cr_expect_not(token_append(path, "ada", ROLE_VIEWER, two, &err), "the name is taken");
	cr_expect_not(token_append(path, "a da", ROLE_VIEWER, two, &err));
	char *text = NULL;
	g_file_get_contents(path, &text, NULL, NULL);
	cr_expect_null(strstr(text, one), "only the hash is stored");
	g_free(text);
	struct tokens *tokens = tokens_open(path, &err);
	struct sessions *sessions = sessions_new(tokens);
	cr_expect(tokens_find(tokens, one, &who) && who.role == ROLE_ADMIN && strcmp(who.name, "ada") == 0);
	cr_expect_not(tokens_find(tokens, two, &who));
	cr_assert(token_append(path, "rob", ROLE_VIEWER, two, &err));
	cr_expect(tokens_refresh(tokens, &err) && tokens_find(tokens, two, &who) && who.role == ROLE_VIEWER);
	cr_assert(sessions_open(sessions, two, 0, id, &who));
	cr_expect(sessions_find(sessions, id, SESSION_IDLE - 1, &who) && strcmp(who.name, "rob") == 0);
	cr_expect_not(sessions_find(sessions, two, 0, &who), "a token is no session");
	write_file(path, "eve viewer " HASH); /* no line end */
	cr_assert(token_append(path, "ada", ROLE_ADMIN, one, &err) && token_append(path, "rob", ROLE_VIEWER, two, &err));
	cr_expect(tokens_refresh(tokens, &err) && tokens_find(tokens, one, &who), "%s", err.text);
	write_file(path, "broken\n");
	cr_expect_not(tokens_refresh(tokens, &err));
	cr_expect(tokens_refresh(tokens, &err), "said once");
	cr_expect(tokens_find(tokens, one, &who), "the list before stays");
	write_file(path, "# nobody\n");
	cr_expect(tokens_refresh(tokens, &err));
	cr_expect_not(sessions_find(sessions, id, 0, &who), "a session ends with its token");
	sessions_free(sessions);
	tokens_free(tokens);
	unlink(path);
}

Test(sessions, idle_ones_end_and_their_number_is_bounded)
{
	struct error err = {{0}};
	struct identity who;
	char path[] = "/tmp/tocsin-tokens-XXXXXX", token[TOKEN_SIZE], first[SESSION_ID_SIZE], id[SESSION_ID_SIZE];
	close(mkstemp(path));
	token_make(token);
	cr_assert(token_append(path, "ada", ROLE_ADMIN, token, &err));
	struct tokens *tokens = tokens_open(path, &err);
	struct sessions *sessions = sessions_new(tokens);
	cr_assert(sessions_open(sessions, token, 0, first, &who));
	cr_expect_not(sessions_find(sessions, first, SESSION_IDLE, &who));
	for (int i = 0; i < SESSIONS_MAX; i++)
		cr_assert(sessions_open(sessions, token, 1 + i, id, &who));
	cr_expect_not(sessions_find(sessions, first, 1, &who), "the oldest went");
	cr_expect(sessions_find(sessions, id, SESSIONS_MAX, &who));
	sessions_close(sessions, id);
	cr_expect_not(sessions_find(sessions, id, SESSIONS_MAX, &who));
	sessions_free(sessions);
	tokens_free(tokens);
	unlink(path);
}

Test(sessions, none_lasts_for_ever_however_much_it_is_used)
{
	const msec_t step = SESSION_IDLE / 2;
	struct error err = {{0}};
	struct identity who;
	char path[] = "/tmp/tocsin-tokens-XXXXXX", token[TOKEN_SIZE], id[SESSION_ID_SIZE], hash[TOKEN_HASH_SIZE];
	close(mkstemp(path));
	token_make(token);
	cr_assert(token_append(path, "ada", ROLE_ADMIN, token, &err));
	struct tokens *tokens = tokens_open(path, &err);
	struct sessions *sessions = sessions_new(tokens);
	cr_assert(sessions_open(sessions, token, 1000, id, &who));
	token_hash(id, hash);
	for (msec_t now = 1000; now < 1000 + SESSION_AGE; now += step) {
		cr_assert(now / step % 2 ? sessions_find(sessions, id, now, &who) : sessions_keep(sessions, hash, now));
		sessions_expire(sessions, now);
		cr_assert_eq(sessions_left(sessions, hash, now), MIN(SESSION_IDLE, 1000 + SESSION_AGE - now));
	}
	cr_expect(sessions_keep(sessions, hash, 999 + SESSION_AGE));
	cr_expect_not(sessions_keep(sessions, hash, 1000 + SESSION_AGE));
	cr_expect_not(sessions_find(sessions, id, 1000 + SESSION_AGE, &who));
	cr_expect_eq(sessions_left(sessions, hash, 1000 + SESSION_AGE), 0);
	sessions_free(sessions);
	tokens_free(tokens);
	unlink(path);
}

static struct sockaddr_in peer(const char *text)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	inet_pton(AF_INET, text, &address.sin_addr);
	return address;
}

Test(connections, one_address_cannot_take_all)
{
	char *proxies[] = {(char *)(uintptr_t) "10.1.0.0/16", NULL};
	struct connections *connections = connections_new(&(struct connections_options){
		.per_address = 2, .exempt = proxies, .header_deadline = 10, .idle_deadline = 30, .body_deadline = 20});
	struct sockaddr_in a = peer("192.0.2.1"), b = peer("192.0.2.2"), proxy = peer("10.1.2.3"),
			   home = peer("127.0.0.1");
	struct connection *open[2];
	for (int i = 0; i < 2; i++) {
		cr_expect(connections_admit(connections, (struct sockaddr *)&a));
		open[i] = connections_add(connections, (struct sockaddr *)&a, -1, 0);
	}
	cr_expect_not(connections_admit(connections, (struct sockaddr *)&a));
	cr_expect(connections_admit(connections, (struct sockaddr *)&b));
	struct connection *others[6];
	for (int i = 0; i < 6; i++)
		others[i] = connections_add(connections, (struct sockaddr *)(i % 2 ? &proxy : &home), -1, 0);
	cr_expect(connections_admit(connections, (struct sockaddr *)&proxy));
	cr_expect(connections_admit(connections, (struct sockaddr *)&home));
	connections_remove(connections, open[0]);
	cr_expect(connections_admit(connections, (struct sockaddr *)&a));
	cr_expect_eq(connections_refused(connections), 1);
	connections_remove(connections, open[1]);
	for (int i = 0; i < 6; i++)
		connections_remove(connections, others[i]);
	cr_expect_eq(connections_count(connections), 0);
	connections_free(connections);
}

Test(address, ranges)
{
	char *ranges[] = {(char *)(uintptr_t) "10.0.0.0/8", (char *)(uintptr_t) "192.0.2.7",
			  (char *)(uintptr_t) "fd00::/9",   (char *)(uintptr_t) "nonsense/4",
			  (char *)(uintptr_t) "1.2.3.4/99", NULL};
	static const struct {
		const char *text;
		bool in;
	} cases[] = {
		{"10.255.0.1", true}, {"11.0.0.1", false}, {"192.0.2.7", true}, {"192.0.2.8", false}, {"fd12::1", true},
		{"fd80::1", false},   {"", false},         {"x", false},        {"1.2.3.4", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		cr_expect_eq(address_in(cases[i].text, ranges), cases[i].in, "%s", cases[i].text);
	cr_expect_not(address_in("10.0.0.1", NULL));
}

/* --check says what a start would refuse. */
Test(tokens, a_file_that_cannot_be_used_is_a_mistake_of_the_configuration)
{
	static const char *const said[] = {"t.conf:2: error: tokens_file: ", "everybody may write to it", ""};
	char *path = g_build_filename(g_get_tmp_dir(), "tocsin-check-XXXXXX", NULL);
	close(g_mkstemp(path));
	for (int i = 0; i < 3; i++) {
		struct config_report report = {0};
		struct settings settings = {.tree = config_tree_parse("t.conf", "# first\ntokens_file = \"x\";\n", &report)};
		settings.global.tokens_file = i == 0 ? (char *)(uintptr_t)"/nonexistent/tokens" : path;
		chmod(path, i == 1 ? 0666 : 0600);
		server_check(&settings, &report);
		char *text = config_report_text(&report);
		cr_expect(strstr(text, said[i]), "%s", text);
		cr_expect_eq(report.errors, i < 2 ? 1u : 0u, "%s", text);
		free(text);
		config_tree_free(settings.tree);
		config_report_release(&report);
	}
	unlink(path);
	g_free(path);
}
