#include "api/server.h"

#include "api/address.h"
#include "api/context.h"
#include "api/guard.h"
#include "api/request.h"
#include "api/routes.h"
#include "api/answer_cache.h"
#include "base/log.h"
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	POOL_SIZE = 2,
	CONNECTION_MEMORY = 32 * 1024,
	CONNECTION_TIMEOUT_S = 30,
	BACKLOG = 1024,
	DESCRIPTORS_BESIDE = 512,
};

struct server {
	struct api api;
	struct MHD_Daemon *daemon;
	char address[ADDRESS_SIZE + 16];
	pthread_t housekeeper;
	pthread_cond_t ended; /* with api.lock */
	bool ending;
};

/* ---- one request, as libmicrohttpd calls ---- */

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct server *server = cls;
	struct request *request = request_new(&server->api, uri);
	request->connection = connection;
	return request;
}

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

static enum MHD_Result send_answer(struct request *request)
{
	struct api *api = request->api;
	guard_cors(request);
	add_default_headers(request);
	for (guint i = 0; i + 1 < request->headers->len; i += 2)
		MHD_add_response_header(request->response, request->headers->pdata[i], request->headers->pdata[i + 1]);
	pthread_mutex_lock(&api->lock);
	api->requests[MIN(request->status / 100, G_N_ELEMENTS(api->requests) - 1)]++;
	pthread_mutex_unlock(&api->lock);
	enum MHD_Result result = MHD_queue_response(request->connection, request->status, request->response);
	g_clear_pointer(&request->response, MHD_destroy_response);
	return result;
}

static bool check_framing(struct request *request)
{
	const char *length = request_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
	guint64 bytes = 0;
	if (length && request_header(request, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
		request_add_header(request, MHD_HTTP_HEADER_CONNECTION, "close");
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_framing", NULL,
			     "Content-Length and Transfer-Encoding together");
		return false;
	}
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

/* The headers are there: everything that can be refused is refused before the body. */
static void begin(struct request *request, const char *method)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	request->started = true;
	request->peer = info->socket_context;
	request->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	connection_headers_done(request->api->connections, request->peer, request->now.mono);
	if (check_framing(request) && take_path(request) && find_route(request, method) && guard_admit(request))
		check_query(request);
}

static enum MHD_Result take_body(struct request *request, const char *data, size_t *size)
{
	if (request->body->len + *size > REQUEST_BODY_MAX)
		request->too_large = true;
	else
		g_string_append_len(request->body, data, (gssize)*size);
	*size = 0;
	return MHD_YES;
}

static void handle(struct request *request)
{
	connection_request_read(request->api->connections, request->peer);
	request->handled = true;
	request->now = request->api->clock->read(request->api->clock);
	if (request->too_large)
		request_fail(request, MHD_HTTP_CONTENT_TOO_LARGE, "too_large", NULL, "a body may have at most 1 MiB");
	else
		request->route->handle(request);
}

static void proceed(struct request *request)
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

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *data, size_t *size, void **context)
{
	(void)cls, (void)connection, (void)url, (void)version;
	struct request *request = *context;
	if (!request->started) {
		begin(request, method);
		return request->response ? send_answer(request) : MHD_YES;
	}
	if (*size > 0)
		return take_body(request, data, size);
	proceed(request);
	return request->response ? send_answer(request) : MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code)
{
	(void)connection, (void)code;
	struct server *server = cls;
	struct request *request = *context;
	if (!request)
		return;
	if (request->peer)
		connection_idle(server->api.connections, request->peer,
				server->api.clock->read(server->api.clock).mono);
	*context = NULL;
	request_unref(request);
}

static enum MHD_Result on_accept(void *cls, const struct sockaddr *peer, socklen_t length)
{
	(void)length;
	struct server *server = cls;
	return connections_admit(server->api.connections, peer) ? MHD_YES : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct server *server = cls;
	struct api *api = &server->api;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		connections_remove(api->connections, *context);
		*context = NULL;
		return;
	}
	const struct sockaddr *peer =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
	int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	*context = connections_add(api->connections, peer, fd, api->clock->read(api->clock).mono);
}

/* ---- housekeeping ---- */

static void keep_house(struct api *api, msec_t mono)
{
	struct error err = {{0}};
	connections_reap(api->connections, mono);
	if (!api->tokens)
		return;
	if (!tokens_refresh(api->tokens, &err))
		log_event(LOG_LEVEL_ERROR, "api", "tokens file is broken: the list before stays", "reason", err.text,
			  NULL);
	sessions_expire(api->sessions, mono);
	attempts_forget(api->attempts, mono);
	guard_end_streams(api);
}

static void *keep_house_until_end(void *cls)
{
	struct server *server = cls;
	struct api *api = &server->api;
	pthread_mutex_lock(&api->lock);
	while (!server->ending) {
		msec_t now = api->clock->read(api->clock).mono;
		api->clock->wait(api->clock, &server->ended, &api->lock, now + 1000);
		pthread_mutex_unlock(&api->lock);
		keep_house(api, api->clock->read(api->clock).mono);
		pthread_mutex_lock(&api->lock);
	}
	pthread_mutex_unlock(&api->lock);
	return NULL;
}

/* ---- start and stop ---- */

/* "host:port" or "[v6]:port". */
static bool split_listen(const char *listen_at, char **host, char **port, struct error *err)
{
	const char *colon = strrchr(listen_at, ':');
	guint64 number;
	if (!colon || colon == listen_at || !g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &number, NULL))
		return error_set(err, "listen = \"%s\": wanted ADDRESS:PORT, for instance 127.0.0.1:9797", listen_at);
	bool brackets = listen_at[0] == '[' && colon[-1] == ']';
	*host = g_strndup(listen_at + brackets, (size_t)(colon - listen_at) - 2 * brackets);
	*port = g_strdup(colon + 1);
	return true;
}

static int bind_one(const struct addrinfo *info)
{
	int on = 1, fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int problem = errno;
	close(fd);
	errno = problem;
	return -1;
}

static int open_socket(const char *host, const char *port, bool *loopback, struct error *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list = NULL;
	int problem = getaddrinfo(host, port, &hints, &list), fd = -1;
	if (problem != 0) {
		error_set(err, "cannot listen on %s: %s", host, gai_strerror(problem));
		return -1;
	}
	char text[ADDRESS_SIZE] = "";
	for (struct addrinfo *info = list; info && fd < 0; info = info->ai_next) {
		address_text(info->ai_addr, text);
		fd = bind_one(info);
	}
	*loopback = address_is_loopback(text);
	if (fd < 0)
		error_set(err, "cannot listen on %s port %s: %s", host, port, strerror(errno));
	freeaddrinfo(list);
	return fd;
}

static void name_address(struct server *server, int fd)
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof bound;
	char text[ADDRESS_SIZE];
	getsockname(fd, (struct sockaddr *)&bound, &length);
	address_text((struct sockaddr *)&bound, text);
	char port[8] = "";
	getnameinfo((struct sockaddr *)&bound, length, NULL, 0, port, sizeof port, NI_NUMERICSERV);
	snprintf(server->address, sizeof server->address, strchr(text, ':') ? "[%s]:%s" : "%s:%s", text, port);
}

static void allow_descriptors(size_t connections)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + DESCRIPTORS_BESIDE)
		return;
	limit.rlim_cur = MIN(limit.rlim_max, connections + DESCRIPTORS_BESIDE);
	setrlimit(RLIMIT_NOFILE, &limit);
}

static size_t connection_limit(const struct settings_global *settings)
{
	return settings->connections > 0 ? (size_t)settings->connections : 10000;
}

static bool open_tokens(struct api *api, struct error *err)
{
	const char *path = api->settings->tokens_file;
	if (!path || !*path)
		return true;
	api->tokens = tokens_open(path, err);
	if (!api->tokens)
		return error_prefix(err, "tokens_file: ");
	api->sessions = sessions_new(api->tokens);
	api->attempts = attempts_new();
	return true;
}

static void api_init(struct api *api, struct app *app)
{
	const struct settings_global *settings = app_settings(app);
	char machine[256] = "";
	gethostname(machine, sizeof machine - 1);
	api->app = app;
	api->clock = app_clock(app);
	api->settings = settings;
	api->machine = g_strdup(machine);
	api->connections = connections_new(&(struct connections_options){
		.per_address = settings->connections_per_address > 0 ? (size_t)settings->connections_per_address : 64,
		.exempt = settings->trusted_proxies,
		.header_deadline = 10000,
		.idle_deadline = CONNECTION_TIMEOUT_S * 1000,
		.body_deadline = 30000,
	});
	api->page = page_new(settings);
	api->answers = answer_cache_new();
	g_queue_init(&api->waiting);
	pthread_mutex_init(&api->lock, NULL);
	clock_cond_init(&api->changed);
}

static void api_release(struct api *api)
{
	stream_hub_free(api->hub);
	sessions_free(api->sessions);
	attempts_free(api->attempts);
	tokens_free(api->tokens);
	connections_free(api->connections);
	page_free(api->page);
	g_hash_table_destroy(api->answers);
	pthread_cond_destroy(&api->changed);
	pthread_mutex_destroy(&api->lock);
	g_free(api->host);
	g_free(api->machine);
}

__attribute__((format(printf, 2, 0))) static void quiet_logger(void *cls, const char *format, va_list args)
{
	char line[256];
	(void)cls;
	vsnprintf(line, sizeof line, format, args);
	log_event(LOG_LEVEL_DEBUG, "api", g_strchomp(line), NULL);
}

static bool start_daemon(struct server *server, int fd, struct error *err)
{
	unsigned limit = (unsigned)connection_limit(server->api.settings);
	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0,
		on_accept, server, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, quiet_logger, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)POOL_SIZE,
		MHD_OPTION_CONNECTION_LIMIT, limit, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_END);
	return server->daemon || error_set(err, "cannot start the HTTP server: %s", strerror(errno));
}

static bool open_listener(struct server *server, int *fd, struct error *err)
{
	struct api *api = &server->api;
	const char *listen_at = api->settings->listen ? api->settings->listen : "127.0.0.1:9797";
	char *port = NULL;
	bool loopback = false;
	if (!split_listen(listen_at, &api->host, &port, err))
		return false;
	*fd = open_socket(api->host, port, &loopback, err);
	g_free(port);
	if (*fd < 0)
		return false;
	if (loopback || api->tokens || api->settings->insecure)
		return true;
	close(*fd);
	return error_set(err,
			 "listen = \"%s\" is reachable from other machines: set tokens_file (make tokens with "
			 "`tocsinctl token new`), or say --insecure",
			 listen_at);
}

struct server *server_start(struct app *app, struct error *err)
{
	struct server *server = g_new0(struct server, 1);
	struct api *api = &server->api;
	int fd = -1;
	api_init(api, app);
	clock_cond_init(&server->ended);
	if (!open_tokens(api, err) || !open_listener(server, &fd, err))
		goto fail;
	size_t limit = connection_limit(api->settings);
	allow_descriptors(limit);
	name_address(server, fd);
	api->hub = stream_hub_new(app, api->clock,
				  &(struct stream_hub_options){.client_cap = 256 * 1024,
							       .clients_max = limit - limit / 10,
							       .heartbeat_every = 15000});
	if (!start_daemon(server, fd, err)) {
		close(fd);
		stream_hub_stop(api->hub);
		goto fail;
	}
	pthread_create(&server->housekeeper, NULL, keep_house_until_end, server);
	return server;
fail:
	api_release(api);
	pthread_cond_destroy(&server->ended);
	g_free(server);
	return NULL;
}

const char *server_address(const struct server *server)
{
	return server->address;
}

/* libmicrohttpd aborts when it is stopped with suspended connections. */
static void finish_requests(struct api *api)
{
	msec_t deadline = api->clock->read(api->clock).mono + 5000;
	pthread_mutex_lock(&api->lock);
	while (api->waiting.length > 0 && api->clock->read(api->clock).mono < deadline)
		api->clock->wait(api->clock, &api->changed, &api->lock, deadline);
	pthread_mutex_unlock(&api->lock);
	request_abandon_all(api);
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	struct api *api = &server->api;
	int fd = MHD_quiesce_daemon(server->daemon);
	stream_hub_stop(api->hub);
	finish_requests(api);
	pthread_mutex_lock(&api->lock);
	server->ending = true;
	pthread_cond_broadcast(&server->ended);
	pthread_mutex_unlock(&api->lock);
	pthread_join(server->housekeeper, NULL);
	MHD_stop_daemon(server->daemon);
	if (fd >= 0)
		close(fd);
	pthread_mutex_lock(&api->lock);
	bool owed = api->owed > 0;
	pthread_mutex_unlock(&api->lock);
	if (owed)
		return; /* somebody still holds a request of ours: better leak than crash on the way out */
	api_release(api);
	pthread_cond_destroy(&server->ended);
	g_free(server);
}
