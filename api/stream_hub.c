#include "api/stream_hub.h"

#include "api/event_json.h"
#include "api/event_queue.h"
#include "api/stream_answer.h"
#include "api/stream_client.h"
#include <string.h>

struct stream_hub {
	struct bus_listener listener; /* first */
	struct stream_feed feed;
	struct stream_hub_options options;
	pthread_t thread;
	struct event_queue queue; /* under the feed's lock */
};

enum { WAKE_AFTER = 64 << 10 /* bytes: who is quick takes the first of a burst while the last is rendered */ };

static void wake_all(struct stream_feed *feed)
{
	msec_t mono = feed->clock->read(feed->clock).mono;
	for (GList *link = feed->clients.head; link; link = link->next) {
		struct stream_client *client = link->data;
		if (client->phase != CLIENT_REPLAYING || feed->stopping)
			stream_client_wake(client, mono);
	}
}

/* ---- clients ---- */

/* Many clients, few credentials: each is asked about once. */
struct verdicts {
	bool (*good)(void *ctx, const char *credential);
	void *ctx;
	GHashTable *known; /* credential -> verdict */
};

static bool is_good(struct verdicts *verdicts, char *credential)
{
	gpointer verdict;
	if (!g_hash_table_lookup_extended(verdicts->known, credential, NULL, &verdict)) {
		verdict = GINT_TO_POINTER(verdicts->good(verdicts->ctx, credential));
		g_hash_table_insert(verdicts->known, credential, verdict);
	}
	return GPOINTER_TO_INT(verdict);
}

void stream_hub_check(struct stream_hub *hub, bool (*good)(void *ctx, const char *credential), void *ctx)
{
	msec_t mono = hub->feed.clock->read(hub->feed.clock).mono;
	struct verdicts verdicts = {good, ctx, g_hash_table_new(g_str_hash, g_str_equal)};
	pthread_mutex_lock(&hub->feed.lock);
	for (GList *link = hub->feed.clients.head; link; link = link->next) {
		struct stream_client *client = link->data;
		if (!client->credential || client->barred || is_good(&verdicts, client->credential))
			continue;
		client->barred = true;
		if (client->phase != CLIENT_REPLAYING)
			stream_client_wake(client, mono);
	}
	pthread_mutex_unlock(&hub->feed.lock);
	g_hash_table_destroy(verdicts.known);
}

struct MHD_Response *stream_hub_join(struct stream_hub *hub, struct MHD_Connection *connection,
				     const struct stream_join *join)
{
	struct stream_feed *feed = &hub->feed;
	struct stream_client *client = NULL;
	struct snapshot *snapshot = app_snapshot(feed->app);
	uint64_t newest = snapshot->seq;
	snapshot_unref(snapshot);
	pthread_mutex_lock(&feed->lock);
	if (!feed->stopping && feed->clients.length < hub->options.clients_max) {
		client = stream_client_new(feed, connection, newest, join->last_id);
		client->topics = join->topics;
		client->credential = g_strdup(join->credential);
	}
	pthread_mutex_unlock(&feed->lock);
	return client ? stream_answer_new(client) : NULL;
}

size_t stream_hub_clients(struct stream_hub *hub)
{
	pthread_mutex_lock(&hub->feed.lock);
	size_t count = hub->feed.clients.length;
	pthread_mutex_unlock(&hub->feed.lock);
	return count;
}

uint64_t stream_hub_dropped(struct stream_hub *hub)
{
	pthread_mutex_lock(&hub->feed.lock);
	uint64_t count = hub->feed.dropped;
	pthread_mutex_unlock(&hub->feed.lock);
	return count;
}

/* ---- from the bus to the ring ---- */

/* Nobody looks: whoever comes later reads from the log what he missed. */
static void pass_over(struct stream_feed *feed, const struct event *newest)
{
	frame_ring_clear(&feed->ring);
	feed->ring.floor = feed->newest = newest->seq;
}

static void on_events(struct bus_listener *listener, const struct event *events, size_t count)
{
	struct stream_hub *hub = (struct stream_hub *)listener;
	struct stream_feed *feed = &hub->feed;
	pthread_mutex_lock(&feed->lock);
	bool unseen = count > 0 && !feed->clients.length && !hub->queue.events.length && !hub->queue.gap;
	if (unseen)
		pass_over(feed, &events[count - 1]);
	for (size_t i = 0; !unseen && i < count; i++)
		event_queue_push(&hub->queue, &events[i]);
	pthread_cond_broadcast(&feed->changed);
	pthread_mutex_unlock(&feed->lock);
}

/* All before the oldest event of the queue is only in the store now. */
static void take_gap(struct stream_hub *hub)
{
	struct stream_feed *feed = &hub->feed;
	const struct event *oldest = g_queue_peek_head(&hub->queue.events);
	frame_ring_clear(&feed->ring);
	hub->queue.gap = false;
	feed->ring.floor = oldest ? oldest->seq - 1 : feed->newest;
	for (GList *link = feed->clients.head; link; link = link->next) {
		struct stream_client *client = link->data;
		if (client->phase == CLIENT_LIVE)
			client->phase = CLIENT_REPLAY;
	}
}

/* Renders without the lock. */
static void render(struct stream_feed *feed, const struct event *event)
{
	GString *text = g_string_new(NULL);
	pthread_mutex_unlock(&feed->lock);
	event_frame(text, feed->epoch, event, false);
	pthread_mutex_lock(&feed->lock);
	bool fresh = event->seq > feed->newest;
	if (fresh)
		feed->newest = event->seq;
	if (fresh && text->len > 0)
		frame_ring_push(&feed->ring, event->seq, event_topic(event->kind), text);
	else
		g_string_free(text, TRUE);
}

static void pump(struct stream_hub *hub)
{
	if (hub->queue.gap)
		take_gap(hub);
	GQueue taken = event_queue_take(&hub->queue);
	uint64_t woken = hub->feed.ring.bytes;
	for (struct event *event; (event = g_queue_pop_head(&taken));) {
		render(&hub->feed, event);
		queued_event_free(event);
		if (hub->feed.ring.bytes - woken < WAKE_AFTER)
			continue;
		woken = hub->feed.ring.bytes;
		wake_all(&hub->feed);
	}
	wake_all(&hub->feed);
}

/* A burst is over once everybody has it. */
static void trim(struct stream_feed *feed)
{
	uint64_t oldest = feed->ring.end;
	for (GList *link = feed->clients.head; link; link = link->next) {
		const struct stream_client *client = link->data;
		if (client->phase == CLIENT_LIVE)
			oldest = MIN(oldest, client->next);
	}
	frame_ring_trim(&feed->ring, oldest);
}

static void beat(struct stream_feed *feed)
{
	feed->beat++;
	trim(feed);
	wake_all(feed);
}

static void *run(void *cls)
{
	struct stream_hub *hub = cls;
	struct stream_feed *feed = &hub->feed;
	struct clock *clock = feed->clock;
	msec_t next_beat = clock->read(clock).mono + hub->options.heartbeat_every;
	pthread_mutex_lock(&feed->lock);
	while (!feed->stopping) {
		msec_t now = clock->read(clock).mono;
		if (now >= next_beat) {
			next_beat = now + hub->options.heartbeat_every;
			beat(feed);
		}
		if (hub->queue.events.length > 0 || hub->queue.gap)
			pump(hub);
		else
			clock->wait(clock, &feed->changed, &feed->lock, next_beat);
	}
	pthread_mutex_unlock(&feed->lock);
	return NULL;
}

/* ---- start and stop ---- */

static void feed_init(struct stream_feed *feed, struct app *app, struct clock *clock)
{
	feed->app = app;
	feed->clock = clock;
	feed->beat = 1;
	rng_seed(&feed->rng, rng_entropy_seed());
	pthread_mutex_init(&feed->lock, NULL);
	clock_cond_init(&feed->changed);
}

struct stream_hub *stream_hub_new(struct app *app, struct clock *clock, const struct stream_hub_options *options)
{
	struct stream_hub *hub = g_new0(struct stream_hub, 1);
	struct stream_feed *feed = &hub->feed;
	hub->listener.events = on_events;
	hub->options = *options;
	feed_init(feed, app, clock);
	feed->client_cap = options->client_cap;
	feed->patience = options->patience;
	app_subscribe(app, &hub->listener);
	struct snapshot *snapshot = app_snapshot(app);
	pthread_mutex_lock(&feed->lock);
	memcpy(feed->epoch, snapshot->epoch, sizeof feed->epoch);
	feed->newest = feed->ring.floor = snapshot->seq;
	pthread_mutex_unlock(&feed->lock);
	snapshot_unref(snapshot);
	pthread_create(&hub->thread, NULL, run, hub);
	return hub;
}

void stream_hub_stop(struct stream_hub *hub)
{
	struct stream_feed *feed = &hub->feed;
	struct clock *clock = feed->clock;
	app_unsubscribe(feed->app, &hub->listener);
	pthread_mutex_lock(&feed->lock);
	feed->stopping = true;
	wake_all(feed);
	pthread_cond_broadcast(&feed->changed);
	pthread_mutex_unlock(&feed->lock);
	pthread_join(hub->thread, NULL);
	/* Give the byes 3 s to leave; who does not read is cut off by the server's end. */
	msec_t deadline = clock->read(clock).mono + 3000;
	pthread_mutex_lock(&feed->lock);
	while ((feed->clients.length > 0 || feed->replays > 0) && clock->read(clock).mono < deadline)
		clock->wait(clock, &feed->changed, &feed->lock, deadline);
	wake_all(feed);
	pthread_mutex_unlock(&feed->lock);
}

void stream_hub_free(struct stream_hub *hub)
{
	if (!hub)
		return;
	struct stream_feed *feed = &hub->feed;
	pthread_mutex_lock(&feed->lock);
	while (feed->replays > 0) /* the store answers every read */
		feed->clock->wait(feed->clock, &feed->changed, &feed->lock, MSEC_NEVER);
	frame_ring_clear(&feed->ring);
	frame_unref(feed->heartbeat);
	event_queue_clear(&hub->queue);
	pthread_mutex_unlock(&feed->lock);
	pthread_cond_destroy(&feed->changed);
	pthread_mutex_destroy(&feed->lock);
	g_free(hub);
}
