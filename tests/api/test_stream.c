/* The event stream: from now on, replay, reset, heartbeat, slow clients, many clients, and the end. */
#include "api/tokens.h"
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ALERT "{\"alert\":{\"id\":\"" FAKE_FIRING "\"}}"

/* HTTP/1.0: no chunk sizes in the text. */
static int open_stream(struct rig *rig, const char *query, const char *header)
{
	int fd = rig_connect(rig);
	char *text = g_strdup_printf("GET /api/v1/stream%s HTTP/1.0\r\nHost: localhost\r\n%s\r\n", query, header);
	rig_send(fd, text);
	g_free(text);
	return fd;
}

static void fire(struct rig *rig, int count)
{
	for (int i = 0; i < count; i++)
		fake_app_event(rig->app, EVENT_TRANSITION, FAKE_FIRING, ALERT);
}

static size_t count_of(const char *text, const char *what)
{
	size_t count = 0;
	for (; (text = strstr(text, what)); text += strlen(what))
		count++;
	return count;
}

Test(stream, live)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	int fd = open_stream(&rig, "", "");
	GString *out = g_string_new(NULL);
	cr_assert(rig_read_until(fd, out, "event: heartbeat"), "%s", out->str);
	cr_expect(strstr(out->str, "Content-Type: text/event-stream") && strstr(out->str, "Cache-Control: no-store") &&
		  strstr(out->str, "X-Accel-Buffering: no") && strstr(out->str, "retry: 3000"));
	fire(&rig, 1);
	fake_app_event(rig.app, EVENT_NOTIFICATION, FAKE_FIRING, "{\"state\":\"sent\"}");
	fake_app_event(rig.app, EVENT_TOAST, FAKE_FIRING, "{\"title\":\"a\\nb\"}");
	cr_assert(rig_read_until(fd, out, "\"title\":\"a\\nb\""), "%s", out->str);
	cr_expect(strstr(out->str, "id: " FAKE_EPOCH ":1\nevent: alert\ndata: {\"seq\":1,"));
	cr_expect(strstr(out->str, "id: " FAKE_EPOCH ":3\nevent: toast\n"));
	cr_expect_null(strstr(out->str, "notification"));
	cr_expect_eq(count_of(out->str, "event: heartbeat"), 1);
	clock_virtual_advance(rig.clock, 15000);
	cr_assert(rig_read_until(fd, out, "id: " FAKE_EPOCH ":3\nevent: heartbeat"), "%s", out->str);
	close(fd);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(stream, heartbeat_says_how_many_rules_and_sources)
{
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	int fd = open_stream(&rig, "", "");
	GString *out = g_string_new(NULL);
	cr_assert(rig_read_until(fd, out, "\"rules\":1,\"sources\":{\"total\":1,\"up\":1}}"), "%s", out->str);
	cr_expect(strstr(out->str, "\"at\":\"2026-") && strstr(out->str, "\"last_evaluation_at\":\"2026-"));
	close(fd);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(stream, what_was_before_is_marked)
{
	struct rig rig;
	rig_start(&rig, 0);
	fire(&rig, 3); /* these are in the ring */
	GString *out = g_string_new(NULL);
	int fd = open_stream(&rig, "?last_event_id=" FAKE_EPOCH ":1", "");
	cr_assert(rig_read_until(fd, out, "event: heartbeat"), "%s", out->str);
	fire(&rig, 1);
	cr_assert(rig_read_until(fd, out, ":4\nevent: alert\ndata: {\"seq\":4,\"replay\":false,"), "%s", out->str);
	cr_expect(strstr(out->str, "{\"seq\":2,\"replay\":true,") && strstr(out->str, "{\"seq\":3,\"replay\":true,"));
	close(fd);
	g_string_truncate(out, 0);
	server_stop(rig.server); /* and these only in the log */
	struct error err;
	rig.server = server_start(rig.app, &err);
	fd = open_stream(&rig, "?last_event_id=" FAKE_EPOCH ":3", "");
	cr_assert(rig_read_until(fd, out, "{\"seq\":4,\"replay\":true,"), "%s", out->str);
	close(fd);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(stream, topics)
{
	struct rig rig;
	rig_start(&rig, 0);
	int fd = open_stream(&rig, "?topics=delivery,connectors", "");
	GString *out = g_string_new(NULL);
	cr_assert(rig_read_until(fd, out, "event: heartbeat"), "%s", out->str);
	fire(&rig, 1);
	fake_app_event(rig.app, EVENT_NOTIFICATION, FAKE_FIRING, "{\"state\":\"sent\"}");
	cr_assert(rig_read_until(fd, out, ":2\nevent: delivery\n"), "%s", out->str);
	cr_expect_null(strstr(out->str, "event: alert"));
	close(fd);
	g_string_truncate(out, 0);
	fd = open_stream(&rig, "?topics=alerts&last_event_id=" FAKE_EPOCH ":0", "");
	cr_assert(rig_read_until(fd, out, "event: heartbeat"), "%s", out->str);
	cr_expect(strstr(out->str, ":1\nevent: alert") && !strstr(out->str, "event: delivery"));
	close(fd);
	g_string_truncate(out, 0);
	fd = open_stream(&rig, "?topics=alerts,weather", "");
	cr_expect(rig_read_until(fd, out, "bad_parameter"));
	close(fd);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

static char *sign_in(struct rig *rig, int who)
{
	char *body = g_strdup_printf("{\"token\":\"%s\"}", rig->secrets[who]);
	struct reply reply =
		rig_call(rig, "POST", "/api/v1/session", NULL, "Content-Type: application/json", body);
	char *cookie = reply_header(&reply, "Set-Cookie");
	cr_assert_not_null(cookie);
	*strchr(cookie, ';') = '\0';
	char *header = g_strdup_printf("Cookie: %s\r\n", cookie);
	reply_release(&reply);
	g_free(cookie);
	g_free(body);
	return header;
}

static int open_stream_as(struct rig *rig, const char *header)
{
	GString *out = g_string_new(NULL);
	int fd = open_stream(rig, "", header);
	cr_assert(rig_read_until(fd, out, "event: heartbeat"), "%s", out->str);
	g_string_free(out, TRUE);
	return fd;
}

static void expect_auth(int fd)
{
	GString *out = g_string_new(NULL);
	cr_expect(rig_read_until(fd, out, "event: auth\ndata: {"), "%s", out->str);
	cr_expect(rig_read_until(fd, out, NULL), "still open");
	g_string_free(out, TRUE);
	close(fd);
}

Test(stream, ends_with_its_session)
{
	struct rig rig;
	rig_start(&rig, RIG_TOKENS | RIG_VIRTUAL);
	char *vera = sign_in(&rig, 0);
	int one = open_stream_as(&rig, vera);
	char *leave = g_strdup_printf("%.*s\nContent-Type: application/json", (int)strcspn(vera, "\r"), vera);
	struct reply reply = rig_call(&rig, "DELETE", "/api/v1/session", NULL, leave, NULL);
	cr_expect_eq(reply.status, 200);
	reply_release(&reply);
	expect_auth(one); /* signed out */
	char *bearer = g_strdup_printf("Authorization: Bearer %s\r\n", rig.secrets[0]);
	one = open_stream_as(&rig, bearer);
	char *rob = sign_in(&rig, 1);
	int other = open_stream_as(&rig, rob);
	cr_assert(g_file_set_contents(rig.tokens_path, "# nobody\n", -1, NULL));
	clock_virtual_advance(rig.clock, 2000);
	expect_auth(one); /* the token is gone */
	expect_auth(other); /* and so is the session's */
	g_free(leave);
	g_free(bearer);
	g_free(vera);
	g_free(rob);
	rig_stop(&rig);
}

/* A stream opened by a token, which then goes: its end says that the house was kept since. */
static void keep_house(struct rig *rig, msec_t after)
{
	char *tokens = NULL, secret[TOKEN_SIZE];
	struct error err;
	cr_assert(g_file_get_contents(rig->tokens_path, &tokens, NULL, NULL));
	token_make(secret);
	cr_assert(token_append(rig->tokens_path, "passing", ROLE_VIEWER, secret, &err), "%s", err.text);
	clock_virtual_advance(rig->clock, 2000);
	char *bearer = g_strdup_printf("Authorization: Bearer %s\r\n", secret);
	GString *out = g_string_new(NULL);
	int fd = -1;
	for (bool in = false; !in; g_string_truncate(out, 0)) { /* until the file was read */
		if (fd >= 0)
			close(fd);
		fd = open_stream(rig, "", bearer);
		rig_read_until(fd, out, "\r\n\r\n");
		in = strstr(out->str, " 200 ");
	}
	cr_assert(g_file_set_contents(rig->tokens_path, tokens, -1, NULL));
	clock_virtual_advance(rig->clock, after);
	expect_auth(fd);
	g_string_free(out, TRUE);
	g_free(bearer);
	g_free(tokens);
}

static long ask_as(struct rig *rig, const char *cookie)
{
	char *header = g_strndup(cookie, strcspn(cookie, "\r"));
	struct reply reply = rig_call(rig, "GET", "/api/v1/alerts", NULL, header, NULL);
	long status = reply.status;
	reply_release(&reply);
	g_free(header);
	return status;
}

Test(stream, keeps_its_session)
{
	struct rig rig;
	rig_start(&rig, RIG_TOKENS | RIG_VIRTUAL);
	char *vera = sign_in(&rig, 0), *rob = sign_in(&rig, 1);
	int wall = open_stream_as(&rig, rob);
	for (int days = 0; days < 3; days++) {
		keep_house(&rig, (msec_t)24 * 60 * 60 * 1000);
		cr_expect_eq(ask_as(&rig, rob), 200);
		cr_expect_eq(ask_as(&rig, vera), 401, "nothing keeps hers");
	}
	fire(&rig, 1);
	GString *out = g_string_new(NULL);
	cr_expect(rig_read_until(wall, out, "event: alert"));
	cr_expect_null(strstr(out->str, "event: auth"));
	close(wall);
	g_string_free(out, TRUE);
	g_free(vera);
	g_free(rob);
	rig_stop(&rig);
}

Test(stream, replay_by_header_and_by_query)
{
	struct rig rig;
	rig_start(&rig, 0);
	fire(&rig, 450);
	static const struct {
		const char *query, *header;
		int first;
	} cases[] = {
		{"", "Last-Event-ID: " FAKE_EPOCH ":440\r\n", 441},
		{"?last_event_id=" FAKE_EPOCH ":0", "", 1},
		{"?last_event_id=" FAKE_EPOCH "%3A1", "Last-Event-ID: " FAKE_EPOCH ":449\r\n", 450},
		{"?last_event_id=3", "", 4},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *out = g_string_new(NULL);
		int fd = open_stream(&rig, cases[i].query, cases[i].header);
		char want[64];
		cr_assert(rig_read_until(fd, out, ":450\nevent: alert"), "%zu: %s", i, out->str);
		cr_expect_eq(count_of(out->str, "event: alert"), (size_t)(450 - cases[i].first + 1), "%zu: %s", i,
			     out->str);
		snprintf(want, sizeof want, ":%d\nevent: alert", cases[i].first);
		cr_expect(strstr(out->str, want));
		cr_expect_null(strstr(out->str, "event: reset"));
		close(fd);
		g_string_free(out, TRUE);
	}
	rig_stop(&rig);
}

Test(stream, replay_comes_from_the_log_and_joins_the_live_part)
{
	struct rig rig;
	rig_start(&rig, 0);
	server_stop(rig.server);
	fire(&rig, 1000); /* nobody listens: only the log has them */
	struct error err;
	rig.server = server_start(rig.app, &err);
	fire(&rig, 500);
	GString *out = g_string_new(NULL);
	int fd = open_stream(&rig, "?last_event_id=" FAKE_EPOCH ":7", "");
	cr_assert(rig_read_until(fd, out, "event: heartbeat"));
	fire(&rig, 1);
	cr_assert(rig_read_until(fd, out, ":1501\nevent: alert"));
	cr_expect_eq(count_of(out->str, "event: alert"), 1494);
	for (int seq = 8; seq <= 1501; seq++) {
		char want[64];
		snprintf(want, sizeof want, "id: " FAKE_EPOCH ":%d\nevent: alert", seq);
		cr_expect_eq(count_of(out->str, want), 1, "%d", seq);
	}
	close(fd);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(stream, reset_when_it_cannot_go_on)
{
	struct rig rig;
	rig_start(&rig, 0);
	server_stop(rig.server);
	fire(&rig, 20);
	fake_app_forget(rig.app, 10);
	struct error err;
	rig.server = server_start(rig.app, &err);
	static const struct {
		const char *id, *reason;
	} cases[] = {
		{FAKE_EPOCH ":3", "too_old"}, {"01HOTHER:15", "epoch"},    {FAKE_EPOCH ":99", "epoch"},
		{"nonsense", "epoch"},        {FAKE_EPOCH ":-1", "epoch"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *out = g_string_new(NULL);
		char *query = g_strdup_printf("?last_event_id=%s", cases[i].id);
		char *want =
			g_strdup_printf("\"seq\":20,\"epoch\":\"" FAKE_EPOCH "\",\"reason\":\"%s\"", cases[i].reason);
		int fd = open_stream(&rig, query, "");
		cr_expect(rig_read_until(fd, out, want), "%s: %s", cases[i].id, out->str);
		fire(&rig, 0);
		close(fd);
		g_free(want);
		g_free(query);
		g_string_free(out, TRUE);
	}
	rig_stop(&rig);
}

/* Greeted, and deaf from then on: its window is small. */
static int open_deaf_stream(struct rig *rig)
{
	int small = 128 * 1024, fd = rig_connect(rig);
	GString *out = g_string_new(NULL);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	rig_send(fd, "GET /api/v1/stream HTTP/1.0\r\nHost: localhost\r\n\r\n");
	cr_assert(rig_read_until(fd, out, "event: heartbeat"));
	g_string_free(out, TRUE);
	return fd;
}

static int open_greeted_stream(struct rig *rig)
{
	GString *out = g_string_new(NULL);
	int fd = open_stream(rig, "", "");
	cr_assert(rig_read_until(fd, out, "event: heartbeat"));
	g_string_free(out, TRUE);
	return fd;
}

/* The numbers of the alerts' events in order, whole frames only; -1 for anything but alerts and heartbeats. By lines: searching
 * the text again and again takes minutes under a sanitizer. */
static GArray *alerts_in(const char *text)
{
	GArray *seqs = g_array_new(FALSE, FALSE, sizeof(int));
	int seq = 0, other = -1;
	for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
		if (strncmp(text, "id: " FAKE_EPOCH ":", strlen("id: " FAKE_EPOCH ":")) == 0)
			seq = (int)strtol(text + strlen("id: " FAKE_EPOCH ":"), NULL, 10);
		else if (strncmp(text, "event: alert\n", 13) == 0)
			g_array_append_val(seqs, seq);
		else if (strncmp(text, "event: ", 7) == 0 && strncmp(text, "event: heartbeat\n", 17) != 0)
			g_array_append_val(seqs, other);
	}
	return seqs;
}

/* Reads on to this event and checks that all from first to it came, in order, and nothing else did. */
static void expect_events(int fd, int first, int last)
{
	GString *out = g_string_new(NULL);
	char *want = g_strdup_printf("id: " FAKE_EPOCH ":%d\nevent: alert\n", last);
	cr_assert(rig_read_until(fd, out, want), "%d did not come", last);
	GArray *seqs = alerts_in(out->str);
	cr_assert_eq(seqs->len, (guint)(last - first + 1), "%u of %d", seqs->len, last - first + 1);
	for (int i = 0; i <= last - first; i++)
		cr_assert_eq(g_array_index(seqs, int, i), first + i);
	g_array_unref(seqs);
	g_free(want);
	g_string_free(out, TRUE);
}

static char *padded(size_t bytes)
{
	char *pad = g_strnfill(bytes, 'x'), *data = g_strdup_printf("{\"pad\":\"%s\"}", pad);
	g_free(pad);
	return data;
}

static uint64_t dropped(struct rig *rig)
{
	struct reply reply = rig_call(rig, "GET", "/api/v1/status", NULL, NULL, NULL);
	json_int_t count = json_integer_value(json_object_get(json_object_get(reply.json, "stream"), "dropped"));
	reply_release(&reply);
	return (uint64_t)count;
}

Test(stream, a_burst_resets_nobody_who_reads, .timeout = 60)
{
	enum { CLIENTS = 20, BURST = 5000, FLOOD = 40000 };
	int fds[CLIENTS];
	struct rig rig;
	rig_start(&rig, 0);
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = open_greeted_stream(&rig);
	fake_app_burst(rig.app, EVENT_TRANSITION, FAKE_FIRING, ALERT, BURST);
	for (int i = 0; i < CLIENTS; i++)
		expect_events(fds[i], 1, BURST);
	/* More than the ring holds: the rest comes from the log. */
	fake_app_burst(rig.app, EVENT_TRANSITION, FAKE_FIRING, ALERT, FLOOD);
	expect_events(fds[0], BURST + 1, BURST + FLOOD);
	cr_expect_eq(dropped(&rig), 0);
	for (int i = 0; i < CLIENTS; i++)
		close(fds[i]);
	rig_stop(&rig);
}

Test(stream, a_client_that_does_not_read_is_dropped_and_delays_nobody, .timeout = 60)
{
	enum { ROUNDS = 40, BURST = 200 };
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	int slow = open_deaf_stream(&rig), quick = open_greeted_stream(&rig);
	char *data = padded(2000);
	for (int i = 0; i < ROUNDS; i++) { /* more than the kernel takes for it */
		fake_app_burst(rig.app, EVENT_TRANSITION, FAKE_FIRING, data, BURST);
		expect_events(quick, i * BURST + 1, (i + 1) * BURST);
	}
	clock_virtual_advance(rig.clock, 11000);
	GString *out = g_string_new(NULL);
	cr_expect(rig_read_until(slow, out, "\"reason\":\"slow\""));
	cr_expect(rig_read_until(slow, out, NULL), "still open");
	cr_expect_eq(dropped(&rig), 1);
	g_free(data);
	close(slow);
	close(quick);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

Test(stream, a_client_that_comes_back_in_time_misses_nothing, .timeout = 60)
{
	enum { BURST = 5000 };
	struct rig rig;
	rig_start(&rig, RIG_VIRTUAL);
	int fd = open_deaf_stream(&rig);
	char *data = padded(2000);
	fake_app_burst(rig.app, EVENT_TRANSITION, FAKE_FIRING, data, BURST);
	clock_virtual_advance(rig.clock, 9000);
	expect_events(fd, 1, BURST);
	cr_expect_eq(dropped(&rig), 0);
	g_free(data);
	close(fd);
	rig_stop(&rig);
}

Test(stream, their_number_has_a_bound_and_leaves_room_for_questions)
{
	enum { CONNECTIONS = 20, STREAMS = CONNECTIONS - CONNECTIONS / 10 };
	struct settings_global settings = {.connections = CONNECTIONS};
	struct rig rig;
	rig_start_with(&rig, 0, &settings);
	int fds[STREAMS + 1];
	GString *out = g_string_new(NULL);
	for (int i = 0; i <= STREAMS; i++) {
		g_string_truncate(out, 0);
		fds[i] = open_stream(&rig, "", "");
		cr_assert(rig_read_until(fds[i], out, i < STREAMS ? "event: heartbeat" : " 503 "), "%d: %s", i, out->str);
	}
	close(fds[STREAMS]);
	struct reply reply = rig_call(&rig, "GET", "/api/v1/status", NULL, NULL, NULL);
	cr_expect_eq(reply.status, 200);
	reply_release(&reply);
	for (int i = 0; i < STREAMS; i++)
		close(fds[i]);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}

static void *stop(void *cls)
{
	struct rig *rig = cls;
	server_stop(rig->server);
	rig->server = NULL;
	return NULL;
}

Test(stream, two_thousand_clients_and_a_clean_end, .timeout = 120)
{
	enum { CLIENTS = 2000 };
	static int fds[CLIENTS];
	struct rig rig;
	rig_start(&rig, 0); /* raises the limit of descriptors for both ends */
	GString *out = g_string_new(NULL);
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = open_stream(&rig, "", "");
	for (int i = 0; i < CLIENTS; i++) {
		g_string_truncate(out, 0);
		cr_assert(rig_read_until(fds[i], out, "event: heartbeat"));
	}
	fire(&rig, 1);
	for (int i = 0; i < CLIENTS; i++) {
		g_string_truncate(out, 0);
		cr_assert(rig_read_until(fds[i], out, "event: alert"));
	}
	pthread_t thread;
	pthread_create(&thread, NULL, stop, &rig);
	for (int i = 0; i < CLIENTS; i++) {
		g_string_truncate(out, 0);
		cr_expect(rig_read_until(fds[i], out, NULL), "still open");
		cr_expect(strstr(out->str, "event: bye\ndata: {\"retry_ms\":"));
		close(fds[i]);
	}
	pthread_join(thread, NULL);
	g_string_free(out, TRUE);
	rig_stop(&rig);
}
