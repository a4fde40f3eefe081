/* server: HTTP in (libmicrohttpd, epoll): one sorted table of routes, the event stream, metrics, the page. Handlers never
 * block: a store read or a mutation suspends the connection until its answer is there. */
#ifndef API_SERVER_H
#define API_SERVER_H

#include "engine/app.h"

struct server;

/* Binds app_settings()->listen (port 0 takes a free one). Refuses anything but loopback without tokens unless insecure. */
struct server *server_start(struct app *app, struct error *err);
/* What a start would refuse of these settings beyond their own mistakes: the tokens' file. */
void server_check(const struct settings *settings, struct config_report *report);
const char *server_address(const struct server *server); /* "127.0.0.1:9797", the real port */
/* Ends streams with `bye`, finishes requests (bounded), closes. */
void server_stop(struct server *server);

#endif
