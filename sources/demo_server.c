#include "sources/demo_server.h"
#include "sources/demo_cluster.h"
#include <arpa/inet.h>
#include <glib.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 256 * 1024, CONNECTIONS = 32, IDLE = 60 /* s */ };

struct demo_worker_port {
	struct demo_server *server;
	unsigned number;
	struct MHD_Daemon *daemon;
	char url[48];
};

struct demo_server {
	struct clock *clock;
	msec_t started;
	struct demo_worker_port ports[DEMO_WORKERS];
	pthread_mutex_t lock;
	struct demo_cluster *cluster; /* under lock */
};

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, char *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), body, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status)
{
	char text[64];

	snprintf(text, sizeof text, "{\"error_code\":%u,\"message\":\"HTTP %u\"}", status, status);
	return reply(connection, status, strdup(text));
}

static enum MHD_Result answer(struct demo_worker_port *port, struct MHD_Connection *connection, const char *path,
			      const GString *body)
{
	struct demo_server *server = port->server;
	char *text = NULL;

	pthread_mutex_lock(&server->lock);
	demo_cluster_advance(server->cluster, server->clock->read(server->clock).mono - server->started);
	if (strcmp(path, "/") == 0)
		text = demo_cluster_about();
	else if (strcmp(path, "/connectors") == 0)
		text = demo_cluster_status(server->cluster);
	else if (strcmp(path, "/jolokia/") == 0)
		text = demo_cluster_jolokia(server->cluster, port->number, body->str, body->len);
	pthread_mutex_unlock(&server->lock);
	return text ? reply(connection, MHD_HTTP_OK, text) : refuse(connection, MHD_HTTP_NOT_FOUND);
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *path, const char *method,
			      const char *version, const char *data, size_t *size, void **state)
{
	GString *body = *state;

	if (!body) {
		*state = g_string_new(NULL);
		return MHD_YES;
	}
	if (*size) {
		if (body->len + *size <= BODY_MAX)
			g_string_append_len(body, data, (gssize)*size);
		*size = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
	return answer(ctx, connection, path, body);
}

static void completed(void *ctx, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	if (*state)
		g_string_free(*state, TRUE);
	*state = NULL;
}

static bool open_port(struct demo_worker_port *port, struct error *err)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const union MHD_DaemonInfo *info;

	port->daemon = MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, port,
					MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED,
					completed, NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
					MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE, MHD_OPTION_END);
	info = port->daemon ? MHD_get_daemon_info(port->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (!info)
		return error_set(err, "the demo's server cannot listen on 127.0.0.1");
	snprintf(port->url, sizeof port->url, "http://127.0.0.1:%u", (unsigned)info->port);
	return true;
}

struct demo_server *demo_server_open(struct clock *clock, uint64_t seed, struct error *err)
{
	struct demo_server *server = g_new0(struct demo_server, 1);
	struct now now = clock->read(clock);

	server->clock = clock;
	server->started = now.mono;
	server->cluster = demo_cluster_new(seed, now.wall);
	pthread_mutex_init(&server->lock, NULL);
	for (unsigned w = 0; w < DEMO_WORKERS; w++) {
		server->ports[w].server = server;
		server->ports[w].number = w;
		if (!open_port(&server->ports[w], err)) {
			demo_server_close(server);
			return NULL;
		}
		pthread_mutex_lock(&server->lock);
		demo_cluster_name_worker(server->cluster, w, server->ports[w].url + strlen("http://"));
		pthread_mutex_unlock(&server->lock);
	}
	return server;
}

void demo_server_close(struct demo_server *server)
{
	if (!server)
		return;
	for (unsigned w = 0; w < DEMO_WORKERS; w++)
		if (server->ports[w].daemon)
			MHD_stop_daemon(server->ports[w].daemon);
	demo_cluster_free(server->cluster);
	pthread_mutex_destroy(&server->lock);
	g_free(server);
}

const char *demo_server_url(const struct demo_server *server, unsigned worker)
{
	return server->ports[worker].url;
}
