/* stream_replay: what a client missed, page by page from the store's log, while its connection is suspended. */
#ifndef API_STREAM_REPLAY_H
#define API_STREAM_REPLAY_H

#include "api/stream_client.h"

/* Under the feed's lock: the client, in CLIENT_REPLAY, now waits for a page. */
void stream_replay_begin(struct stream_client *client);
/* Without the lock, because the store may answer at once: asks for the page after this event. */
void stream_replay_ask(struct stream_client *client, uint64_t after);

#endif
