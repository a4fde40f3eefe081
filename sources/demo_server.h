/* demo_server: serves a demo_cluster on loopback, one port for each worker, with REST at / and Jolokia at /jolokia/.
 * Its own threads; time comes from the clock. */
#ifndef SOURCES_DEMO_SERVER_H
#define SOURCES_DEMO_SERVER_H

#include "base/clock.h"
#include "base/error.h"
#include <stdint.h>

struct demo_server;

struct demo_server *demo_server_open(struct clock *clock, uint64_t seed, struct error *err);
void demo_server_close(struct demo_server *server); /* waits for what runs; NULL is fine */
/* "http://127.0.0.1:PORT" of a worker. */
const char *demo_server_url(const struct demo_server *server, unsigned worker);

#endif
