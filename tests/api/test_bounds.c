/* The server's bounds, as clients meet them: heads, bodies, time, connections. */
#include "api/request.h"
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static long status_of(struct rig *rig, const char *method, const char *path, const char *headers, const char *body)
{
	struct reply reply = rig_call(rig, method, path, NULL, headers, body);
	long status = reply.status;
	reply_release(&reply);
	return status;
}

static bool has_ended(int fd)
{
	char byte;
	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

Test(bounds, slow_headers_are_cut_off)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	int fd = rig_connect(&rig), ready = rig_connect(&rig);
	GString *out = g_string_new(NULL);
	rig_send(fd, "GET /-/healthy HTTP/1.1\r\nHost: lo");
	rig_send(ready, "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n");
	cr_expect(rig_read_until(ready, out, "healthy"));
	for (int second = 0; second < 30 && !has_ended(fd); second++) {
		clock_virtual_advance(rig.clock, 1000);
		if (second < 8)
			rig_send(fd, "c");
		cr_expect_eq(status_of(&rig, "GET", "/-/healthy", NULL, NULL), 200);
	}
	g_string_truncate(out, 0);
	cr_expect(rig_read_until(fd, out, NULL), "still open");
	cr_expect_eq(out->len, 0);
	rig_send(ready, "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"); /* between requests there is more time */
	cr_expect(rig_read_until(ready, out, "healthy"));
	close(fd);
	close(ready);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(bounds, beyond_its_connections_it_says_so_and_recovers)
{
	enum { CONNECTIONS = 16, BEYOND = CONNECTIONS + CONNECTIONS / 10 + 16 + 4, TRIES = 1000 };
	static const char probe[] = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n";
	struct rig rig;
	rig_start_with(&rig, RIG_VIRTUAL, &(struct settings_global){.connections = CONNECTIONS});
	GString *out = g_string_new(NULL);
	int fds[BEYOND];
	for (int i = 0; i < CONNECTIONS; i++) {
		g_string_truncate(out, 0);
		rig_send(fds[i] = rig_connect(&rig), probe);
		cr_assert(rig_read_until(fds[i], out, "healthy"), "%d: %s", i, out->str);
	}
	struct reply reply = rig_call(&rig, "GET", "/api/v1/status", NULL, NULL, NULL);
	cr_expect_eq(reply.status, 503);
	cr_expect(strstr(reply.body->str, "\"busy\""), "%s", reply.body->str);
	cr_expect(strstr(reply.head->str, "\r\nRetry-After: 1\r\n"), "%s", reply.head->str);
	cr_expect(strstr(reply.head->str, "\r\nConnection: close\r\n"), "%s", reply.head->str);
	reply_release(&reply);
	cr_expect_eq(status_of(&rig, "GET", "/-/healthy", NULL, NULL), 200, "probes are answered");
	/* more than are taken at all, and silent: they wait, until those before them are cut off */
	for (int i = CONNECTIONS; i < BEYOND; i++)
		fds[i] = rig_connect(&rig);
	long status = 0;
	for (int i = 0; status != 200 && i < TRIES; i++) {
		clock_virtual_advance(rig.clock, 5000);
		status = status_of(&rig, "GET", "/api/v1/status", NULL, NULL);
	}
	cr_expect_eq(status, 200);
	for (int i = 0; i < BEYOND; i++)
		close(fds[i]);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(bounds, connections_leave_descriptors_for_the_rest)
{
	enum { DESCRIPTORS = 700, MOST = DESCRIPTORS / 2 }; /* each connection has both its ends here */
	struct rlimit limit = {DESCRIPTORS, DESCRIPTORS};
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	GString *out = g_string_new(NULL);
	int fds[MOST], count = 0;
	bool full = false;
	while (!full && count < MOST) {
		g_string_truncate(out, 0);
		fds[count] = rig_connect(&rig);
		rig_send(fds[count++], "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
		cr_assert(rig_read_until(fds[count - 1], out, "}"), "%d: %s", count, out->str);
		full = strstr(out->str, " 503 ") != NULL;
	}
	cr_expect(full);
	cr_expect_gt(count, 100);
	for (int i = 0; i < count; i++)
		close(fds[i]);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

#define SIGN_IN "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

/* What follows as a body would be the next request for whom reads the head in another way. */
Test(bounds, heads_that_can_be_read_in_two_ways)
{
	static const char hidden[] = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n";
	static const struct {
		const char *head, *want;
	} cases[] = {
		{SIGN_IN "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", " 400 "},
		{SIGN_IN "Content-Length: 2\r\nContent-Length: 56\r\n\r\n{}", " 400 "},
		{SIGN_IN "Content-Length : 56\r\n\r\n", " 400 "},
		{SIGN_IN "X\tY: 1\r\nContent-Length: 2\r\n\r\n{}", " 400 "},
		{SIGN_IN "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n", " 400 "},
		{SIGN_IN "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", " 501 "},
		{SIGN_IN "Transfer-Encoding: identity\r\n\r\n{}", " 501 "},
		{"GET /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", " 400 "},
		{SIGN_IN "Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", " 409 "}, /* there are no tokens */
	};
	struct rig rig;
	rig_start(&rig, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool refused = !strstr(cases[i].want, "409");
		char *text = g_strconcat(cases[i].head, hidden, NULL);
		GString *out = g_string_new(NULL);
		int fd = rig_connect(&rig);
		rig_send(fd, text);
		cr_expect(rig_read_until(fd, out, cases[i].want), "%s -> %s", cases[i].head, out->str);
		if (refused)
			shutdown(fd, SHUT_WR);
		cr_expect(rig_read_until(fd, out, refused ? NULL : "healthy"), "%s -> %s", cases[i].head, out->str);
		cr_expect_eq(strstr(out->str, "healthy") != NULL, !refused, "%s -> %s", cases[i].head, out->str);
		close(fd);
		g_string_free(out, TRUE);
		g_free(text);
	}
	rig_stop(&rig);
}

Test(bounds, framing_and_size)
{
	static const struct {
		const char *head, *want;
	} cases[] = {
		{"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
		 "application/json\r\nContent-Length: 9999999\r\n\r\n",
		 " 413 "},
		{"GET /api/v1/alerts HTTP/1.1\r\n\r\n", " 400 "},
	};
	struct rig rig;
	rig_start(&rig, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *out = g_string_new(NULL);
		int fd = rig_connect(&rig);
		rig_send(fd, cases[i].head);
		cr_expect(rig_read_until(fd, out, cases[i].want), "%s -> %s", cases[i].head, out->str);
		close(fd);
		g_string_free(out, TRUE);
	}
	static const struct {
		size_t length;
		bool taken;
	} heads[] = {{10000, true}, {20000, false}}; /* 431, unless the end comes before who is still sending reads it */
	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
		char *filler = g_strnfill(heads[i].length, 'x'), *header = g_strconcat("X-Filler: ", filler, NULL);
		struct reply reply = rig_call(&rig, "GET", "/api/v1/alerts", NULL, header, NULL);
		cr_expect_eq(reply.status == 200, heads[i].taken, "%zu bytes: %ld", heads[i].length, reply.status);
		reply_release(&reply);
		g_free(header);
		g_free(filler);
	}
	char *large = g_strnfill(REQUEST_BODY_MAX + 10, ' ');
	cr_expect_eq(status_of(&rig, "POST", "/api/v1/session", "Content-Type: application/json\nTransfer-Encoding: chunked", large), 413);
	g_free(large);
	rig_stop(&rig);
}
