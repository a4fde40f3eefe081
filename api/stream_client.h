/* stream_client: one client of the stream: where it stands, and the bytes it is to be sent next. It reads the log until
 * it has come near (replay), then the ring (live). Who reads is never too slow: what the ring no longer has, the log
 * still has. Who takes nothing for the feed's patience, while more than its cap waits, is reset and ended. All of it
 * under the feed's lock. */
#ifndef API_STREAM_CLIENT_H
#define API_STREAM_CLIENT_H

#include "api/stream_feed.h"
#include <microhttpd.h>

enum client_phase { CLIENT_REPLAY, CLIENT_REPLAYING, CLIENT_LIVE, CLIENT_ENDING };

struct stream_client {
	struct stream_feed *feed;
	struct MHD_Connection *connection;
	GList link; /* in the feed's clients */
	int references; /* the response's and a replay's */
	enum client_phase phase;
	bool suspended, gone, barred; /* barred: its credential is no longer good */
	unsigned topics; /* like the credential, as it joined */
	char *credential;
	uint64_t after; /* the newest event this client has */
	uint64_t old; /* events up to this one were before its time: a replay */
	uint64_t next; /* number of the next frame in the ring */
	uint64_t beat; /* heartbeats seen */
	msec_t since; /* mono: it could have taken bytes since then */
	GString *out; /* bytes of its own: greeting, replay, heartbeat, reset, bye */
	size_t out_sent;
	struct frame *frame; /* being sent */
	size_t frame_sent;
};

/* last_id: "epoch:seq", "seq" or NULL (from now on). newest: the newest event there is. Joins the feed's clients. */
struct stream_client *stream_client_new(struct stream_feed *feed, struct MHD_Connection *connection, uint64_t newest,
					const char *last_id);
void stream_client_unref(struct stream_client *client);

/* Copies what it is to be sent; 0 = nothing for now, or, in CLIENT_ENDING, for ever. mono: now. */
size_t stream_client_take(struct stream_client *client, msec_t mono, char *buffer, size_t max);
/* Until it is woken. */
void stream_client_suspend(struct stream_client *client);
void stream_client_wake(struct stream_client *client, msec_t mono);
/* The client reads everything anew, and goes on from now. */
void stream_client_reset(struct stream_client *client, const char *reason);

#endif
