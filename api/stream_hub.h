/* stream_hub: the live event stream: one ring of rendered frames shared by all clients, each with a place in it, so that
 * ten thousand cost no copies. Listens to the bus (copies only), renders and wakes on a thread of its own. Who does not
 * read gets `reset` and is dropped; who reads gets everything, however large a burst is. */
#ifndef API_STREAM_HUB_H
#define API_STREAM_HUB_H

#include "api/stream_topic.h"
#include "engine/app.h"
#include <microhttpd.h>

struct stream_hub;

struct stream_hub_options {
	size_t client_cap; /* bytes that may wait for a client; 256 KiB */
	msec_t patience; /* with one that takes none of them; 10 s */
	size_t clients_max;
	msec_t heartbeat_every; /* 15 s */
};

struct stream_join {
	const char *last_id; /* "epoch:seq", "seq" or NULL (from now on) */
	unsigned topics; /* enum stream_topic */
	const char *credential; /* by what it came in, for stream_hub_check; NULL = nothing was asked */
};

/* Subscribes to the bus. */
struct stream_hub *stream_hub_new(struct app *app, struct clock *clock, const struct stream_hub_options *options);
/* Every client gets `bye` and its end; returns when none is suspended any more. */
void stream_hub_stop(struct stream_hub *hub);
/* After the server has closed its connections. */
void stream_hub_free(struct stream_hub *hub);

/* A response that streams to this connection. NULL: too many. */
struct MHD_Response *stream_hub_join(struct stream_hub *hub, struct MHD_Connection *connection,
				     const struct stream_join *join);
/* Ends, with `auth`, the clients whose credential is no longer good. */
void stream_hub_check(struct stream_hub *hub, bool (*good)(void *ctx, const char *credential), void *ctx);
size_t stream_hub_clients(struct stream_hub *hub);
uint64_t stream_hub_dropped(struct stream_hub *hub); /* clients that were too slow */

#endif
