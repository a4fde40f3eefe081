/* fake_http: a scripted HTTP server on loopback for tests. Each request is answered by the next step; the last step
 * is repeated. Threads of its own; stop before freeing what the steps point to. */
#ifndef TESTS_FAKE_HTTP_H
#define TESTS_FAKE_HTTP_H

#include <stddef.h>

enum fake_http_act {
	FAKE_HTTP_ANSWER, /* status, headers, body */
	FAKE_HTTP_CLOSE, /* reads the request, closes without a word */
	FAKE_HTTP_HALF_BODY, /* announces the whole body, sends half, closes */
	FAKE_HTTP_HANG, /* reads the request, says nothing until stopped */
	FAKE_HTTP_HUGE, /* a body without length or end, until the client goes */
	FAKE_HTTP_GARBAGE, /* body as raw bytes instead of an HTTP answer, then closes */
	FAKE_HTTP_REFUSE, /* closes without reading */
};

struct fake_http_step {
	enum fake_http_act act;
	int status; /* 0 = 200 */
	const char *headers; /* "Name: value\r\n…" or NULL */
	const char *body; /* NULL = "" */
	size_t body_length; /* 0 = strlen(body) */
};

struct fake_http;

struct fake_http *fake_http_start(const struct fake_http_step *steps, size_t count);
void fake_http_stop(struct fake_http *fake);
unsigned fake_http_port(const struct fake_http *fake);
const char *fake_http_url(const struct fake_http *fake); /* "http://127.0.0.1:PORT", no trailing slash */
size_t fake_http_requests(struct fake_http *fake);
size_t fake_http_connections(struct fake_http *fake);
/* Copy of the i-th request, head and body; NULL if there was none. Caller frees with free(). */
char *fake_http_request(struct fake_http *fake, size_t i);

#endif
