#include "base/http_client.h"
#include "tests/support/fake_http.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where answers are gathered; the last one is kept. */
struct inbox {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct http_answer last;
	unsigned count;
};

static struct inbox inbox = {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};

static void gather(void *ctx, struct http_answer *answer)
{
	pthread_mutex_lock(&inbox.mutex);
	free(inbox.last.body);
	inbox.last = *answer;
	answer->body = NULL;
	inbox.count++;
	pthread_cond_signal(&inbox.cond);
	pthread_mutex_unlock(&inbox.mutex);
}

static const struct http_answer *wait_for(unsigned count)
{
	pthread_mutex_lock(&inbox.mutex);
	while (inbox.count < count)
		pthread_cond_wait(&inbox.cond, &inbox.mutex);
	pthread_mutex_unlock(&inbox.mutex);
	return &inbox.last;
}

static const struct http_answer *ask(struct http_client *client, const struct http_request *request)
{
	unsigned before = inbox.count;
	http_client_submit(client, request, gather, NULL);
	return wait_for(before + 1);
}

static const unsigned char bomb[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x01, 0x0d, 0x00, 0x00, 0x00, 0xc2,
	0xa0, 0xf7, 0x4f, 0x6d, 0x0f, 0x07, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xfc, 0x18, 0xfb, 0xe2, 0xb2, 0xf6, 0xe0, 0x93, 0x04,
	0x00};

#define BODY(text) .body = text, .body_length = sizeof(text) - 1

Test(http_client, each_way_an_answer_can_go_wrong_is_told_apart, .timeout = 60)
{
	static const struct {
		struct fake_http_step step;
		enum http_outcome outcome;
		int status;
		const char *says;
	} rows[] = {
		{{.body = "hello", .headers = "Content-Type: text/plain; charset=utf-8\r\n"}, HTTP_ANSWERED, 200, ""},
		{{.status = 503, .headers = "Retry-After: 120\r\n"}, HTTP_ANSWERED, 503, ""},
		{{.status = 302, .headers = "Location: file:///etc/passwd\r\n"}, HTTP_ANSWERED, 302, ""},
		{{.act = FAKE_HTTP_CLOSE}, HTTP_AMBIGUOUS, 0, "127.0.0.1"},
		{{.act = FAKE_HTTP_HALF_BODY, .body = "0123456789"}, HTTP_AMBIGUOUS, 200, "127.0.0.1"},
		{{.act = FAKE_HTTP_HANG}, HTTP_AMBIGUOUS, 0, "timed out"},
		{{.act = FAKE_HTTP_HUGE}, HTTP_TOO_LARGE, 200, "larger than 100000 bytes"},
		{{.headers = "Content-Encoding: gzip\r\n", .body = (const char *)bomb, .body_length = sizeof bomb},
		 HTTP_TOO_LARGE,
		 200,
		 "larger than 100000 bytes"},
		{{.act = FAKE_HTTP_GARBAGE, .body = "SSH-2.0-OpenSSH\r\n"}, HTTP_AMBIGUOUS, 0, "127.0.0.1"},
	};
	struct http_client *client = http_client_new(clock_system(), 4);
	struct http_peer peer = {.timeout = 300, .connect_timeout = 300, .body_cap = 100000};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fake_http *fake = fake_http_start(&rows[i].step, 1);
		char url[128];
		snprintf(url, sizeof url, "http://user:pass@127.0.0.1:%u/hook/TOKEN?secret=1", fake_http_port(fake));
		struct http_request request = {.method = "POST", .url = url, .peer = &peer, BODY("{}")};
		const struct http_answer *answer = ask(client, &request);
		cr_assert_eq(answer->outcome, rows[i].outcome, "row %zu: %d %s", i, answer->outcome,
			     answer->error.text);
		cr_assert_eq(answer->status, rows[i].status, "row %zu: %d", i, answer->status);
		cr_assert(strstr(answer->error.text, rows[i].says), "row %zu: %s", i, answer->error.text);
		cr_assert(!strstr(answer->error.text, "TOKEN") && !strstr(answer->error.text, "secret") &&
				  !strstr(answer->error.text, "pass"),
			  "%s", answer->error.text);
		if (i == 0)
			cr_assert(!strcmp(answer->body, "hello") && answer->body_length == 5 &&
				  !strcmp(answer->content_type, "text/plain; charset=utf-8") &&
				  answer->retry_after == -1);
		if (i == 1)
			cr_assert(answer->retry_after == 120000 && answer->body && !answer->body_length);
		cr_assert_eq(fake_http_requests(fake), 1, "no redirect is followed, nothing is tried twice");
		fake_http_stop(fake);
	}
	http_client_free(client);
	free(inbox.last.body);
}

Test(http_client, what_never_left_is_not_sent, .timeout = 60)
{
	struct http_client *client = http_client_new(clock_system(), 4);
	struct http_peer peer = {.timeout = 2000};
	struct fake_http_step step = {.status = 200};
	struct fake_http *fake = fake_http_start(&step, 1);
	char closed[64], tls[64];
	snprintf(closed, sizeof closed, "http://127.0.0.1:%u/", fake_http_port(fake));
	fake_http_stop(fake);
	step.act = FAKE_HTTP_REFUSE;
	fake = fake_http_start(&step, 1);
	snprintf(tls, sizeof tls, "https://127.0.0.1:%u/", fake_http_port(fake));
	static const struct http_header bad_headers[] = {
		{"X-A", "b\r\nX-C: d"}, {"X A", "b"}, {"", "b"}, {"X-A\n", "b"}};
	const char *urls[] = {closed,
			      tls,
			      "",
			      "ftp://127.0.0.1/",
			      "file:///etc/passwd",
			      "no url",
			      "http://127.0.0.1/a b",
			      "http://nothing.invalid/"};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct http_request request = {.method = "GET", .url = urls[i], .peer = &peer};
		const struct http_answer *answer = ask(client, &request);
		cr_assert_eq(answer->outcome, HTTP_NOT_SENT, "%s: %d %s", urls[i], answer->outcome, answer->error.text);
		cr_assert(answer->error.text[0] && !answer->body);
	}
	for (size_t i = 0; i < sizeof bad_headers / sizeof *bad_headers; i++) {
		struct http_request request = {.method = "GET",
					       .url = fake_http_url(fake),
					       .peer = &peer,
					       .headers = &bad_headers[i],
					       .header_count = 1};
		cr_assert_eq(ask(client, &request)->outcome, HTTP_NOT_SENT);
	}
	http_client_free(client);
	fake_http_stop(fake);
}

Test(http_client, sends_what_it_was_given, .timeout = 60)
{
	struct http_client *client = http_client_new(clock_system(), 4);
	struct fake_http_step step = {.body = "ok"};
	struct fake_http *fake = fake_http_start(&step, 1);
	char url[128];
	snprintf(url, sizeof url, "%s/path?q=1", fake_http_url(fake));
	struct http_peer basic = {.user = "me", .password = "pw"}, bearer = {.bearer = "tok"};
	struct http_header headers[] = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
	size_t big = 2 << 20;
	char *body = malloc(big);
	memset(body, 'b', big);
	struct http_request post = {.method = "POST",
				    .url = url,
				    .peer = &basic,
				    .headers = headers,
				    .header_count = 2,
				    .body = body,
				    .body_length = big};
	cr_assert_eq(ask(client, &post)->outcome, HTTP_ANSWERED);
	struct http_request get = {.method = "GET", .url = url, .peer = &bearer};
	cr_assert_eq(ask(client, &get)->outcome, HTTP_ANSWERED);
	char *request = fake_http_request(fake, 0);
	cr_assert(strstr(request, "POST /path?q=1 HTTP/1.1\r\n") &&
		  strstr(request, "Authorization: Basic bWU6cHc=\r\n"));
	cr_assert(strstr(request, "Content-Type: application/json\r\n") && strstr(request, "X-Empty:") &&
		  !strstr(request, "Expect:"));
	cr_assert(strlen(strstr(request, "\r\n\r\n") + 4) == big);
	free(request);
	request = fake_http_request(fake, 1);
	cr_assert(strstr(request, "GET /path?q=1 HTTP/1.1\r\n") && strstr(request, "Authorization: Bearer tok\r\n"),
		  "%s", request);
	free(request);
	cr_assert_eq(fake_http_connections(fake), 1, "the connection is used again");
	free(body);
	free(inbox.last.body);
	http_client_free(client);
	fake_http_stop(fake);
}

Test(http_client, retry_after_as_a_date_is_seen_from_the_given_clock, .timeout = 60)
{
	static const struct {
		const char *header;
		msec_t want;
	} rows[] = {
		{"Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n", 60000},
		{"Retry-After: Sun, 06 Nov 1994 08:49:30 GMT\r\n", 0},
		{"Retry-After: 99999999999\r\n", 3600000},
		{"retry-after:  7 \r\n", 7000},
		{"Retry-After: soon\r\n", -1},
		{"Retry-After: -5\r\n", -1},
	};
	struct clock *clock = clock_virtual_new(INT64_C(784111777000)); /* 08:49:37 of that day */
	struct http_client *client = http_client_new(clock, 1);
	struct http_peer peer = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fake_http_step step = {.status = 429, .headers = rows[i].header};
		struct fake_http *fake = fake_http_start(&step, 1);
		struct http_request request = {.method = "GET", .url = fake_http_url(fake), .peer = &peer};
		const struct http_answer *answer = ask(client, &request);
		cr_assert_eq(answer->retry_after, rows[i].want, "%s: %ld", rows[i].header, (long)answer->retry_after);
		fake_http_stop(fake);
	}
	free(inbox.last.body);
	http_client_free(client);
	clock_virtual_free(clock);
}

Test(http_client, waiting_for_a_turn_does_not_count_and_everything_is_called_back, .timeout = 60)
{
	struct fake_http_step hang = {.act = FAKE_HTTP_HANG}, fine = {.body = "x"};
	struct fake_http *slow = fake_http_start(&hang, 1), *fast = fake_http_start(&fine, 1);
	struct http_client *client = http_client_new(clock_system(), 1);
	struct http_peer peer = {.timeout = 200}, patient = {.timeout = 60000};
	struct http_request stuck = {.method = "GET", .url = fake_http_url(slow), .peer = &peer};
	struct http_request quick = {.method = "GET", .url = fake_http_url(fast), .peer = &peer};
	for (int i = 0; i < 3; i++)
		http_client_submit(client, &stuck, gather, NULL);
	http_client_submit(client, &quick, gather, NULL);
	cr_assert_eq(wait_for(4)->outcome, HTTP_ANSWERED, "it waited 600 ms and had its 200 ms still");
	stuck.peer = &patient;
	for (int i = 0; i < 5; i++)
		http_client_submit(client, &stuck, gather, NULL);
	http_client_free(client);
	cr_assert_eq(inbox.count, 9);
	cr_assert_eq(inbox.last.outcome, HTTP_CANCELLED);
	http_client_free(NULL);
	fake_http_stop(slow);
	fake_http_stop(fast);
}

Test(http_client, a_peers_requests_can_be_cancelled_and_nobody_elses, .timeout = 20)
{
	struct fake_http_step hang = {.act = FAKE_HTTP_HANG}, fine = {.body = "x"};
	struct fake_http *slow = fake_http_start(&hang, 1), *fast = fake_http_start(&fine, 1);
	struct http_client *client = http_client_new(clock_system(), 1);
	struct http_peer leaving = {.timeout = 60000}, staying = {.timeout = 60000};
	struct http_request stuck = {.method = "GET", .url = fake_http_url(slow), .peer = &leaving};
	struct http_request quick = {.method = "GET", .url = fake_http_url(fast), .peer = &staying};
	http_client_submit(client, &stuck, gather, NULL); /* runs */
	http_client_submit(client, &quick, gather, NULL); /* the others wait for their turn */
	http_client_submit(client, &stuck, gather, NULL);
	http_client_cancel(client, &leaving);
	cr_assert_eq(wait_for(3)->outcome, HTTP_ANSWERED, "the other peer's came through");
	cr_assert_eq(fake_http_requests(fast), 1);
	stuck.url = fake_http_url(fast);
	cr_assert_eq(ask(client, &stuck)->outcome, HTTP_ANSWERED, "a later request of the peer is not touched");
	http_client_free(client);
	fake_http_stop(slow);
	fake_http_stop(fast);
	free(inbox.last.body);
}

/* A job on its way from the queue to what runs was missed: it then held its turn until its timeout. */
Test(http_client, a_cancel_right_after_a_submit_is_never_missed, .timeout = 30)
{
	struct fake_http_step hang = {.act = FAKE_HTTP_HANG};
	struct fake_http *slow = fake_http_start(&hang, 1);
	struct http_client *client = http_client_new(clock_system(), 1);
	struct http_peer peer = {.timeout = 60000};
	struct http_request stuck = {.method = "GET", .url = fake_http_url(slow), .peer = &peer};
	unsigned before = inbox.count;
	for (unsigned i = 1; i <= 2000; i++) {
		http_client_submit(client, &stuck, gather, NULL);
		for (volatile unsigned spin = 0; spin < i * 8; spin++) /* another moment each time */
			;
		http_client_cancel(client, &peer);
		wait_for(before + i);
	}
	http_client_free(client);
	fake_http_stop(slow);
	free(inbox.last.body);
}
