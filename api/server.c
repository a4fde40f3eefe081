#include "api/server.h"

#include "api/answer_cache.h"
#include "api/context.h"
#include "api/dispatch.h"
#include "api/housekeeper.h"
#include "api/listener.h"
#include "base/log.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	POOL_SIZE = 2,
	CONNECTION_MEMORY = 16 * 1024, /* a request's head has to fit; libmicrohttpd touches all of it */
	CONNECTION_TIMEOUT_S = 30,
};

struct server {
	struct api api;
	struct MHD_Daemon *daemon;
	struct housekeeper *housekeeper;
	char address[LISTENER_NAME_SIZE];
};

/* ---- one request, as libmicrohttpd calls ---- */

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct server *server = cls;
	struct request *request = request_new(&server->api, uri);
	request->connection = connection;
	return request;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *data, size_t *size, void **context)
{
	(void)cls, (void)connection, (void)url, (void)version;
	struct request *request = *context;
	if (!request->started) {
		dispatch_begin(request, method);
	} else if (*size > 0) {
		dispatch_body(request, data, *size);
		*size = 0;
	} else {
		dispatch_proceed(request);
	}
	return request->response ? dispatch_answer(request) : MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code)
{
	(void)connection, (void)code;
	struct server *server = cls;
	struct request *request = *context;
	if (!request)
		return;
	request_active(request, false);
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

/* ---- start and stop ---- */

/* Some more are taken, to be told that there are too many. Beyond these they wait until one ends. */
static size_t accept_limit(size_t limit)
{
	return limit + limit / 10 + 16;
}

/* As configured, or as many as this process may have descriptors for. */
static size_t connection_limit(const struct settings_global *settings)
{
	size_t wanted = settings->connections > 0 ? (size_t)settings->connections : 10000;
	size_t accepted = listener_allow_descriptors(accept_limit(wanted));
	if (accepted >= accept_limit(wanted))
		return wanted;
	size_t limit = MAX(accepted, 32) * 10 / 11 - 16;
	char text[2][24];
	g_snprintf(text[0], sizeof text[0], "%zu", wanted);
	g_snprintf(text[1], sizeof text[1], "%zu", limit);
	log_event(LOG_LEVEL_WARNING, "api", "fewer connections than configured: the limit of open files is too low",
		  "connections", text[0], "taken", text[1], NULL);
	return limit;
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

void server_check(const struct settings *settings, struct config_report *report)
{
	struct error err;
	const char *path = settings->global.tokens_file;
	struct tokens *tokens = path && *path ? tokens_open(path, &err) : NULL;
	if (path && *path && !tokens)
		config_problem(report, CONFIG_ERROR, config_tree_find(settings->tree, "tokens_file"), "tokens_file: %s",
			       err.text);
	tokens_free(tokens);
}

static void api_init(struct api *api, struct app *app, size_t limit)
{
	const struct settings_global *settings = app_settings(app);
	char machine[256] = "";
	gethostname(machine, sizeof machine - 1);
	api->app = app;
	api->clock = app_clock(app);
	api->settings = settings;
	api->machine = g_strdup(machine);
	api->connections = connections_new(&(struct connections_options){
		.total = limit,
		.per_address = settings->connections_per_address > 0 ? (size_t)settings->connections_per_address : 64,
		.exempt = settings->trusted_proxies,
		.header_deadline = 10000,
		.idle_deadline = CONNECTION_TIMEOUT_S * 1000,
		.body_deadline = 30000,
	});
	api->page = page_new(settings);
	api->tests = test_pace_new();
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
	test_pace_free(api->tests);
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

static bool start_daemon(struct server *server, int fd, size_t limit, struct error *err)
{
	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0,
		on_accept, server, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, quiet_logger, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)POOL_SIZE,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)accept_limit(limit), MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_TIMEOUT_S,
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
	bool loopback = false;
	*fd = listener_open(listen_at, &api->host, &loopback, err);
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
	size_t limit = connection_limit(app_settings(app));
	int fd = -1;
	api_init(api, app, limit);
	if (!open_tokens(api, err) || !open_listener(server, &fd, err))
		goto fail;
	listener_name(fd, server->address);
	api->hub = stream_hub_new(app, api->clock,
				  &(struct stream_hub_options){.client_cap = 256 * 1024,
							       .patience = 10000,
							       .clients_max = limit - limit / 10,
							       .heartbeat_every = 15000});
	if (!start_daemon(server, fd, limit, err)) {
		close(fd);
		stream_hub_stop(api->hub);
		goto fail;
	}
	server->housekeeper = housekeeper_start(api);
	return server;
fail:
	api_release(api);
	g_free(server);
	return NULL;
}

const char *server_address(const struct server *server)
{
	return server->address;
}

static void await_answers(struct api *api, msec_t most)
{
	msec_t deadline = api->clock->read(api->clock).mono + most;
	pthread_mutex_lock(&api->lock);
	api->stopping = true;
	while (api->active > 0 && api->clock->read(api->clock).mono < deadline)
		api->clock->wait(api->clock, &api->changed, &api->lock, deadline);
	pthread_mutex_unlock(&api->lock);
}

/* libmicrohttpd cuts off what it has not sent when it is stopped, and aborts with suspended connections. */
static void finish_requests(struct api *api)
{
	await_answers(api, 5000);
	request_abandon_all(api);
	await_answers(api, 1000);
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	struct api *api = &server->api;
	int fd = MHD_quiesce_daemon(server->daemon);
	stream_hub_stop(api->hub);
	finish_requests(api);
	housekeeper_stop(server->housekeeper);
	MHD_stop_daemon(server->daemon);
	if (fd >= 0)
		close(fd);
	pthread_mutex_lock(&api->lock);
	bool owed = api->owed > 0;
	pthread_mutex_unlock(&api->lock);
	if (owed)
		return; /* somebody still holds a request of ours: better leak than crash on the way out */
	api_release(api);
	g_free(server);
}
