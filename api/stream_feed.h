/* stream_feed: what all clients of the stream take from. Made and freed by the hub; everything below the lock is under
 * it. */
#ifndef API_STREAM_FEED_H
#define API_STREAM_FEED_H

#include "api/frame_ring.h"
#include "base/rng.h"
#include "engine/app.h"

struct stream_feed {
	struct app *app;
	struct clock *clock;
	size_t client_cap; /* bytes that may wait for a client */
	msec_t patience; /* so long, if it takes none of them */
	pthread_mutex_t lock;
	pthread_cond_t changed; /* something to render, a client or a replay less, the end */
	bool stopping;
	char epoch[ULID_SIZE];
	uint64_t newest; /* seq of the newest event seen */
	struct frame_ring ring;
	GQueue clients; /* of struct stream_client */
	uint64_t beat; /* heartbeats so far */
	struct frame *heartbeat; /* the last one made, for whoever is to have one in the same moment; or NULL */
	msec_t heartbeat_at; /* mono */
	size_t replays; /* store reads under way */
	uint64_t dropped; /* clients that were too slow */
	struct rng rng;
};

#endif
