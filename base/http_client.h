/* http_client: all HTTP that goes out, on one libcurl multi loop in a thread of its own. http and https
 * only, no redirects, no proxy from the environment, bodies capped after decompression, DNS never stalls
 * the loop. Submit from any thread; callbacks run on the loop's thread and must only hand over. */
#ifndef BASE_HTTP_CLIENT_H
#define BASE_HTTP_CLIENT_H

#include "base/clock.h"
#include "base/error.h"
#include <stddef.h>

struct http_client;

/* How to talk to one peer; immutable, shared by its requests, must outlive them. Owned by the caller. */
struct http_peer {
	msec_t timeout; /* whole request; default 5 s */
	msec_t connect_timeout; /* default 2 s */
	size_t body_cap; /* bytes after decompression; default 16 MiB */
	const char *user; /* basic auth; NULL = none */
	const char *password;
	const char *bearer; /* NULL = none */
	const char *ca_file; /* NULL = system's */
	const char *cert_file; /* client certificate, PEM; NULL = none */
	const char *key_file;
	bool insecure_tls; /* verification off: said in a warning and a metric */
};

struct http_header {
	const char *name;
	const char *value; /* a CR, LF or NUL in either refuses the request */
};

struct http_request {
	const char *method; /* GET or POST */
	const char *url;
	const struct http_peer *peer;
	const struct http_header *headers;
	size_t header_count;
	const void *body; /* copied */
	size_t body_length;
};

enum http_outcome {
	HTTP_ANSWERED, /* status and body are whole */
	HTTP_NOT_SENT, /* no byte of the request left: bad URL, DNS, refused, connect timeout, TLS */
	HTTP_AMBIGUOUS, /* sent at least in part, no whole answer: timeout, reset, truncated */
	HTTP_TOO_LARGE,
	HTTP_CANCELLED,
};

struct http_answer {
	enum http_outcome outcome;
	int status; /* 0 unless answered (or headers came) */
	char *body; /* NUL-terminated; the callback may take it by setting it to NULL and frees with free() */
	size_t body_length;
	char content_type[128]; /* "" = none */
	msec_t retry_after; /* from Retry-After, seconds or date; -1 = none; capped at 1 h */
	msec_t elapsed;
	struct error error; /* why, if not answered; no secret, no query string of the URL */
};

typedef void http_done_fn(void *ctx, struct http_answer *answer);

/* Whether a request to it would be sent at all. Any thread. */
bool http_url_valid(const char *url);

struct http_client *http_client_new(struct clock *clock, unsigned max_connections);
void http_client_free(struct http_client *client); /* cancels what runs; every callback has been called */
/* Always leads to exactly one callback, also when cancelled at shutdown. */
void http_client_submit(struct http_client *client, const struct http_request *request, http_done_fn *done, void *ctx);
/* Every request of this peer that was submitted and has not ended is answered soon, and told HTTP_CANCELLED. Any
 * thread. Requests submitted later are not touched. */
void http_client_cancel(struct http_client *client, const struct http_peer *peer);

#endif
