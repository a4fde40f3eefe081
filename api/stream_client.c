#include "api/stream_client.h"

#include "api/stream_words.h"
#include <string.h>

enum {
	REPLAY_MAX = 10000, /* events; a client further behind reads everything anew */
	HEARTBEAT_FRESH = 200, /* msec; clients set their clocks by it */
	OUT_KEPT = 1024, /* bytes a client holds while it has nothing to say */
};

void stream_client_unref(struct stream_client *client)
{
	if (--client->references > 0)
		return;
	frame_unref(client->frame);
	g_string_free(client->out, TRUE);
	g_free(client->credential);
	g_free(client);
}

void stream_client_suspend(struct stream_client *client)
{
	MHD_suspend_connection(client->connection);
	client->suspended = true;
}

void stream_client_wake(struct stream_client *client, msec_t mono)
{
	if (!client->suspended)
		return;
	client->suspended = false;
	client->since = mono;
	MHD_resume_connection(client->connection);
}

void stream_client_reset(struct stream_client *client, const char *reason)
{
	struct stream_feed *feed = client->feed;
	stream_say_reset(client->out, feed->epoch, feed->newest, reason);
	client->after = feed->newest;
	client->next = feed->ring.end;
}

static struct frame *new_heartbeat(const struct stream_feed *feed, uint64_t seq, msec_t wall)
{
	struct snapshot *snapshot = app_snapshot(feed->app);
	struct frame *frame = frame_new(seq, TOPIC_NONE, g_string_new(NULL));
	stream_say_heartbeat(frame->text, feed->epoch, seq, wall, snapshot);
	snapshot_unref(snapshot);
	return frame;
}

/* Ten thousand clients are due at once: it is made once for all of them. */
static void say_heartbeat(struct stream_client *client)
{
	struct stream_feed *feed = client->feed;
	struct now now = feed->clock->read(feed->clock);
	uint64_t seq = MAX(feed->newest, client->after);
	bool fits = feed->heartbeat && feed->heartbeat->seq == seq && now.mono - feed->heartbeat_at <= HEARTBEAT_FRESH;
	if (!fits) {
		frame_unref(feed->heartbeat);
		feed->heartbeat = new_heartbeat(feed, seq, now.wall);
		feed->heartbeat_at = now.mono;
	}
	client->beat = feed->beat;
	client->frame = frame_ref(feed->heartbeat);
	client->frame_sent = 0;
}

/* Spread over 5 s, so that all the browsers do not come back at once. */
static void say_bye(struct stream_client *client)
{
	stream_say_bye(client->out, 1000 + (unsigned)rng_below(&client->feed->rng, 5000));
	client->phase = CLIENT_ENDING;
}

static void say_auth(struct stream_client *client)
{
	stream_say_auth(client->out);
	client->phase = CLIENT_ENDING;
}

/* What the ring no longer has is more than any cap. */
static bool over_cap(const struct stream_client *client)
{
	const struct frame_ring *ring = &client->feed->ring;
	return client->next < ring->first || frame_ring_bytes(ring, client->next) > client->feed->client_cap;
}

/* From the log to the ring, once what is missing is there. */
static void try_live(struct stream_client *client)
{
	const struct frame_ring *ring = &client->feed->ring;
	if (client->after < ring->floor)
		return;
	client->next = frame_ring_after(ring, client->after);
	client->phase = CLIENT_LIVE;
}

/* The same frame, marked as what happened before. */
static void copy_as_replay(GString *out, const GString *text)
{
	static const char fresh[] = "\"replay\":false";
	const char *mark = strstr(text->str, fresh);
	size_t length = mark ? (size_t)(mark - text->str) : text->len;
	g_string_append_len(out, text->str, (gssize)length);
	if (mark)
		g_string_append_printf(out, "\"replay\":true%s", mark + strlen(fresh));
}

static void take_frame(struct stream_client *client, struct frame *frame)
{
	if (frame->seq <= client->old) {
		copy_as_replay(client->out, frame->text);
		return;
	}
	client->frame = frame_ref(frame);
	client->frame_sent = 0;
}

/* Brings the next bytes to send into place. False: nothing for now (or, when ending, for ever). */
static bool live_advance(struct stream_client *client)
{
	struct stream_feed *feed = client->feed;
	if (client->next < feed->ring.first) {
		client->phase = CLIENT_REPLAY;
		return false;
	}
	while (client->next < feed->ring.end) {
		struct frame *frame = frame_ring_at(&feed->ring, client->next++);
		if (frame->seq <= client->after)
			continue;
		client->after = frame->seq;
		if (!(frame->topic & client->topics))
			continue;
		take_frame(client, frame);
		return true;
	}
	if (client->beat == feed->beat)
		return false;
	say_heartbeat(client);
	return true;
}

static bool client_advance(struct stream_client *client)
{
	struct stream_feed *feed = client->feed;
	if (client->phase == CLIENT_ENDING)
		return false;
	if (feed->stopping) {
		say_bye(client);
		return true;
	}
	if (client->barred && client->phase != CLIENT_REPLAYING) {
		say_auth(client);
		return true;
	}
	if (client->phase == CLIENT_REPLAY)
		try_live(client);
	return client->phase == CLIENT_LIVE && live_advance(client);
}

/* Ten thousand clients do not keep what a replay took. */
static void empty_out(struct stream_client *client)
{
	client->out_sent = 0;
	if (client->out->allocated_len > OUT_KEPT) {
		g_string_free(client->out, TRUE);
		client->out = g_string_new(NULL);
	}
	g_string_truncate(client->out, 0);
}

static size_t copy_frame(struct stream_client *client, char *buffer, size_t max)
{
	size_t n = MIN(max, client->frame->text->len - client->frame_sent);
	memcpy(buffer, client->frame->text->str + client->frame_sent, n);
	client->frame_sent += n;
	if (client->frame_sent == client->frame->text->len) {
		frame_unref(client->frame);
		client->frame = NULL;
	}
	return n;
}

/* A frame that was begun is ended before anything else is said. */
static size_t copy_out(struct stream_client *client, char *buffer, size_t max)
{
	if (client->frame)
		return copy_frame(client, buffer, max);
	size_t n = MIN(max, client->out->len - client->out_sent);
	memcpy(buffer, client->out->str + client->out_sent, n);
	client->out_sent += n;
	if (client->out_sent == client->out->len)
		empty_out(client);
	return n;
}

/* It had its chance, and left it. */
static void end_slow(struct stream_client *client)
{
	client->feed->dropped++;
	stream_client_reset(client, "slow");
	client->phase = CLIENT_ENDING;
}

size_t stream_client_take(struct stream_client *client, msec_t mono, char *buffer, size_t max)
{
	size_t n = 0;
	if (client->phase == CLIENT_LIVE && mono - client->since >= client->feed->patience && over_cap(client))
		end_slow(client);
	client->since = mono;
	while (n < max) {
		size_t piece = copy_out(client, buffer + n, max - n);
		n += piece;
		if (piece == 0 && !client_advance(client))
			break;
	}
	return n;
}

/* Where a client that shows an id goes on. Lock held. */
static void place(struct stream_client *client, const char *last_id, uint64_t newest)
{
	struct stream_feed *feed = client->feed;
	const char *colon = last_id ? strrchr(last_id, ':') : NULL;
	const char *number = colon ? colon + 1 : last_id;
	guint64 seq = 0;
	client->after = feed->newest;
	client->next = feed->ring.end;
	client->phase = CLIENT_LIVE;
	if (!last_id)
		return;
	bool same = !colon || (strlen(feed->epoch) == (size_t)(colon - last_id) &&
			       memcmp(last_id, feed->epoch, strlen(feed->epoch)) == 0);
	if (!same || !g_ascii_string_to_unsigned(number, 10, 0, G_MAXINT64, &seq, NULL) || seq > newest) {
		stream_client_reset(client, "epoch");
	} else if (newest - seq > REPLAY_MAX) {
		stream_client_reset(client, "too_old");
	} else {
		client->after = seq;
		client->phase = CLIENT_REPLAY;
	}
}

struct stream_client *stream_client_new(struct stream_feed *feed, struct MHD_Connection *connection, uint64_t newest,
					const char *last_id)
{
	struct stream_client *client = g_new0(struct stream_client, 1);
	*client = (struct stream_client){.feed = feed, .connection = connection, .references = 1, .since = MSEC_NEVER};
	client->link.data = client;
	client->out = g_string_new("retry: 3000\n\n");
	client->old = MAX(newest, feed->newest);
	place(client, last_id, client->old);
	client->beat = feed->beat - 1; /* one heartbeat at once: the client sees that it is live */
	g_queue_push_tail_link(&feed->clients, &client->link);
	return client;
}
