/* connections: every open connection, so that none address takes them all and none holds one by sending its headers
 * a byte a minute (libmicrohttpd's own timeout starts again with each byte). Any thread (a short lock). */
#ifndef API_CONNECTIONS_H
#define API_CONNECTIONS_H

#include "base/clock.h"
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct connections;
struct connection;

struct connections_options {
	size_t total; /* who comes beyond is told so; 0 = no limit */
	size_t per_address; /* loopback and exempt are not counted */
	char *const *exempt; /* trusted proxies, NULL-terminated or NULL; borrowed */
	msec_t header_deadline; /* from accept to the last header */
	msec_t idle_deadline; /* between two requests, on top of the header deadline */
	msec_t body_deadline; /* from the last header to the last byte of the body */
};

struct connections *connections_new(const struct connections_options *options);
void connections_free(struct connections *connections);
/* May one more from this address come in? */
bool connections_admit(struct connections *connections, const struct sockaddr *peer);
struct connection *connections_add(struct connections *connections, const struct sockaddr *peer, int fd, msec_t now);
/* Before the descriptor is closed. */
void connections_remove(struct connections *connections, struct connection *connection);

/* Where a connection stands moves its deadline. */
void connection_headers_done(struct connections *connections, struct connection *connection, msec_t now);
void connection_request_read(struct connections *connections, struct connection *connection);
void connection_idle(struct connections *connections, struct connection *connection, msec_t now);
bool connection_is_over(const struct connection *connection); /* it came when there were too many */
const char *connection_address(const struct connection *connection);

/* Shuts down what is past its deadline; returns how many. */
size_t connections_reap(struct connections *connections, msec_t now);
size_t connections_count(struct connections *connections);
uint64_t connections_refused(struct connections *connections);
uint64_t connections_reaped(struct connections *connections);

#endif
