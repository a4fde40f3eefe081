#include "api/dispatch.h"

#include "api/context.h"
#include "api/guard.h"
#include "api/routes.h"
#include <string.h>

static bool has_header(const struct request *request, const char *name)
{
	for (guint i = 0; i + 1 < request->headers->len; i += 2)
		if (g_ascii_strcasecmp(request->headers->pdata[i], name) == 0)
			return true;
	return false;
}

/* What every answer says unless its handler says otherwise. */
static void add_default_headers(struct request *request)
{
	static const char *const headers[][2] = {
		{"Cache-Control", "no-store"},
		{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Referrer-Policy", "no-referrer"},
		{"X-Content-Type-Options", "nosniff"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++)
		if (!has_header(request, headers[i][0]))
			request_add_header(request, headers[i][0], headers[i][1]);
}

enum MHD_Result dispatch_answer(struct request *request)
{
	struct api *api = request->api;
	pthread_mutex_lock(&api->lock);
	bool stopping = api->stopping;
	api->requests[MIN(request->status / 100, G_N_ELEMENTS(api->requests) - 1)]++;
	pthread_mutex_unlock(&api->lock);
	if (stopping && !has_header(request, MHD_HTTP_HEADER_CONNECTION))
		request_add_header(request, MHD_HTTP_HEADER_CONNECTION, "close");
	guard_cors(request);
	add_default_headers(request);
	for (guint i = 0; i + 1 < request->headers->len; i += 2)
		MHD_add_response_header(request->response, request->headers->pdata[i], request->headers->pdata[i + 1]);
	enum MHD_Result result = MHD_queue_response(request->connection, request->status, request->response);
	g_clear_pointer(&request->response, MHD_destroy_response);
	return result;
}

/* What a proxy in front could read in another way than the library here, and so take one request for two. */
struct framing {
	unsigned hosts, lengths, codings;
	bool odd_name;
};

static enum MHD_Result look_at_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *it = cls;
	(void)kind, (void)value;
	it->hosts += g_ascii_strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0;
	it->lengths += g_ascii_strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
	it->codings += g_ascii_strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
	it->odd_name |= name[strcspn(name, " \t")] != '\0';
	return MHD_YES;
}

static const char *framing_problem(const struct framing *it)
{
	if (it->odd_name)
		return "a blank in the name of a header";
	if (it->hosts > 1)
		return "more than one Host";
	return it->lengths + it->codings > 1 ? "more than one Content-Length or Transfer-Encoding" : NULL;
}

static bool refuse_framing(struct request *request, unsigned status, const char *problem)
{
	request_add_header(request, MHD_HTTP_HEADER_CONNECTION, "close");
	request_fail(request, status, "bad_framing", NULL, "%s", problem);
	return false;
}

static bool check_framing(struct request *request)
{
	struct framing framing = {0};
	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, look_at_header, &framing);
	const char *problem = framing_problem(&framing);
	if (problem)
		return refuse_framing(request, MHD_HTTP_BAD_REQUEST, problem);
	const char *coding = request_header(request, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	if (coding && g_ascii_strcasecmp(coding, "chunked") != 0)
		return refuse_framing(request, MHD_HTTP_NOT_IMPLEMENTED, "no Transfer-Encoding but chunked");
	return true;
}

static bool check_length(struct request *request)
{
	const char *length = request_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
	guint64 bytes = 0;
	if (length &&
	    (!g_ascii_string_to_unsigned(length, 10, 0, G_MAXINT64, &bytes, NULL) || bytes > REQUEST_BODY_MAX)) {
		request_fail(request, MHD_HTTP_CONTENT_TOO_LARGE, "too_large", NULL, "a body may have at most 1 MiB");
		return false;
	}
	return true;
}

static bool take_path(struct request *request)
{
	size_t length = strcspn(request->target, "?");
	if (length > REQUEST_PATH_MAX || request->target[0] != '/') {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_path", NULL, "not a path of at most %d bytes",
			     REQUEST_PATH_MAX);
		return false;
	}
	request->path = g_strndup(request->target, length);
	return true;
}

static void answer_options(struct request *request, const char *allow)
{
	if (!guard_preflight(request, allow))
		return;
	request_add_header(request, MHD_HTTP_HEADER_ALLOW, allow);
	request_answer_static(request, "text/plain", "", 0);
}

/* As the path stands (a proxy took the prefix off), under the prefix, or as a place within the page. */
static const struct endpoint *look_up(struct request *request, const char *method, GString *allow)
{
	const char *path = page_strip_prefix(request->api->page, request->path);
	const struct endpoint *route = routes_find(method, request->path, request->params, allow);
	if (!route && allow->len == 0 && path != request->path)
		route = routes_find(method, path, request->params, allow);
	if (!route && allow->len == 0 && page_has_place(request, path))
		route = routes_find(method, "/", request->params, allow);
	return route;
}

static bool find_route(struct request *request, const char *method)
{
	GString *allow = g_string_new(NULL);
	request->route = look_up(request, method, allow);
	if (!request->route && allow->len == 0) {
		request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", NULL, "there is nothing at this path");
	} else if (!request->route && strcmp(method, MHD_HTTP_METHOD_OPTIONS) == 0) {
		answer_options(request, allow->str);
	} else if (!request->route) {
		request_add_header(request, MHD_HTTP_HEADER_ALLOW, allow->str);
		request_fail(request, MHD_HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL, "this path takes %s",
			     allow->str);
	}
	g_string_free(allow, TRUE);
	return request->route != NULL;
}

/* Probes are answered even then: else a supervisor would end a daemon that is only busy. */
static bool check_room(struct request *request)
{
	if (!connection_is_over(request->peer) || request->route->any_host)
		return true;
	request_add_header(request, MHD_HTTP_HEADER_CONNECTION, "close");
	request_busy(request);
	return false;
}

static bool check_query(struct request *request)
{
	struct error err;
	const char *known = request->route->query ? request->route->query : "";
	const char *question = strchr(request->target, '?');
	if (strcmp(known, "*") == 0)
		return true;
	if (!query_parse(&request->query, question ? question + 1 : NULL, &err)) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_query", NULL, "%s", err.text);
		return false;
	}
	const char *unknown = query_unknown(&request->query, known);
	if (!unknown)
		return true;
	request_fail(request, MHD_HTTP_BAD_REQUEST, "unknown_parameter", unknown, "unknown parameter; known are: %s",
		     *known ? known : "none");
	return false;
}

void dispatch_begin(struct request *request, const char *method)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	request->started = true;
	request->peer = info->socket_context;
	request->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	connection_headers_done(request->api->connections, request->peer, request->now.mono);
	if (check_framing(request) && check_length(request) && take_path(request) && find_route(request, method) && check_room(request) &&
	    guard_admit(request))
		check_query(request);
}

void dispatch_body(struct request *request, const char *data, size_t size)
{
	if (request->body->len + size > REQUEST_BODY_MAX)
		request->too_large = true;
	else
		g_string_append_len(request->body, data, (gssize)size);
}

static void handle(struct request *request)
{
	connection_request_read(request->api->connections, request->peer);
	request_active(request, true);
	request->handled = true;
	request->now = request->api->clock->read(request->api->clock);
	if (request->too_large)
		request_fail(request, MHD_HTTP_CONTENT_TOO_LARGE, "too_large", NULL, "a body may have at most 1 MiB");
	else
		request->route->handle(request);
}

void dispatch_proceed(struct request *request)
{
	if (!request->handled) {
		handle(request);
		return;
	}
	void (*finish)(struct request *) = NULL;
	pthread_mutex_lock(&request->api->lock);
	if (request->phase == REQUEST_READY) {
		request->phase = REQUEST_RUNNING;
		finish = request->finish;
	}
	pthread_mutex_unlock(&request->api->lock);
	if (finish)
		finish(request);
}
