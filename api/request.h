/* request: one HTTP request from its first byte to its answer. A handler runs on the server's thread and either
 * answers, or suspends, hands the work on, and is finished on the server's thread after request_resume. */
#ifndef API_REQUEST_H
#define API_REQUEST_H

#include "api/connections.h"
#include "api/query.h"
#include "api/tokens.h"
#include "base/arena.h"
#include "base/clock.h"
#include <glib.h>
#include <jansson.h>
#include <microhttpd.h>

struct api;
struct endpoint;

enum { REQUEST_PARAMS_MAX = 2, REQUEST_BODY_MAX = 1 << 20, REQUEST_PATH_MAX = 2048 };
enum { REQUEST_GZIP_LEAST = 1024, REQUEST_GZIP_MOST = 8 << 20 }; /* bytes of JSON that is sent as gzip if wanted */

struct request {
	struct api *api;
	struct MHD_Connection *connection;
	struct connection *peer;
	const struct endpoint *route;
	char *target; /* as sent: path and query */
	char *path; /* undecoded */
	char *params[REQUEST_PARAMS_MAX]; /* decoded {…} of the route */
	struct query query;
	GString *body;
	bool head, too_large, started, handled;
	bool active; /* counted in api->active; server's thread */
	struct identity who;
	bool signed_in; /* who comes from a token or a session */
	char credential[TOKEN_HASH_SIZE + 1]; /* 's' or 't' and the hash of the session or token; "" = none */
	struct now now;
	struct arena *arena; /* one lifetime: the request's */
	/* the handler's own state across a suspension; freed with the request */
	void *state;
	void (*free_state)(void *state);
	/* the answer; server's thread */
	struct MHD_Response *response;
	unsigned status;
	GPtrArray *headers; /* name, value, name, value */
	/* suspension: under api->lock */
	enum { REQUEST_RUNNING, REQUEST_WAITING, REQUEST_READY } phase;
	void (*finish)(struct request *request);
	GList link; /* in api->waiting */
	int references;
};

struct request *request_new(struct api *api, const char *target);
void request_unref(struct request *request);

/* From here until its last byte is sent, or it is said to be none, the server's end waits for it. Server's thread. */
void request_active(struct request *request, bool active);

/* Server's thread, in a handler. finish runs after request_resume, on the server's thread. */
void request_suspend(struct request *request, void (*finish)(struct request *request));
/* Exactly once for each suspension; any thread. */
void request_resume(struct request *request);
/* At the end of the server: whoever still waits gets 503; late request_resume calls are harmless. */
void request_abandon_all(struct api *api);

const char *request_header(const struct request *request, const char *name); /* NULL = not sent */
const char *request_param(const struct request *request, const char *name); /* of the query; NULL = not given */
/* The body as a JSON object that has no other keys than allowed (blank-separated); an empty body is {}.
 * NULL when a 400 was answered. Caller json_decref's. */
json_t *request_json(struct request *request, const char *allowed);
/* Parameter limit, 1 to max; answers 400 and returns false otherwise. */
bool request_limit(struct request *request, size_t fallback, size_t max, size_t *out);
/* RFC 3339 or "-24h" or "now"; untouched if not given. */
bool request_time(struct request *request, const char *name, msec_t *out);

/* The answer, once; server's thread. */
void request_answer(struct request *request, unsigned status, json_t *body); /* takes body */
void request_answer_json(struct request *request, unsigned status, char *text); /* takes text: g_free */
void request_answer_text(struct request *request, unsigned status, const char *type,
			 char *text); /* takes text: g_free */
void request_answer_static(struct request *request, const char *type, const char *text, size_t length);
void request_answer_response(struct request *request, unsigned status, struct MHD_Response *response); /* takes it */
void request_add_header(struct request *request, const char *name, const char *value);
/* {"error":{"code","message","field"}}; field may be NULL. */
void request_fail(struct request *request, unsigned status, const char *code, const char *field, const char *format,
		  ...) __attribute__((format(printf, 5, 6)));
void request_add_retry_after(struct request *request, msec_t wait); /* whole seconds, rounded up */
void request_busy(struct request *request); /* 503 with Retry-After */

#endif
