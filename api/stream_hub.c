#include "api/stream_hub.h"

#include "api/event_json.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include "base/rng.h"
#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	FRAMES_MAX = 8192,
	FRAMES_BYTES_MAX = 8 << 20,
	PENDING_MAX = 1 << 16,
	PENDING_BYTES_MAX = 64 << 20,
	REPLAY_PAGE = 200,
	REPLAY_MAX = 10000, /* events; a client further behind reads everything anew */
	BLOCK = 4096,
};

struct frame {
	int references; /* under lock */
	uint64_t seq;
	uint64_t end; /* bytes of all frames up to and with this one */
	enum stream_topic topic;
	GString *text;
};

enum client_phase { CLIENT_REPLAY, CLIENT_REPLAYING, CLIENT_LIVE, CLIENT_ENDING };

struct stream_client {
	struct stream_hub *hub;
	struct MHD_Connection *connection;
	GList link;
	/* under the hub's lock */
	int references; /* the response's and a replay's */
	enum client_phase phase;
	bool suspended, gone, barred; /* barred: its credential is no longer good */
	unsigned topics;
	char *credential;
	uint64_t after; /* the newest event this client has */
	uint64_t old; /* events up to this one were before its time: a replay */
	uint64_t next; /* number of the next frame in the ring */
	uint64_t beat; /* heartbeats seen */
	GString *out; /* bytes of its own: greeting, replay, heartbeat, reset, bye */
	size_t out_sent;
	struct frame *frame; /* being sent */
	size_t frame_sent;
};

struct stream_hub {
	struct bus_listener listener; /* first */
	struct app *app;
	struct clock *clock;
	struct stream_hub_options options;
	pthread_t thread;
	struct rng rng;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool stopping;
	char epoch[ULID_SIZE];
	uint64_t newest; /* seq of the newest event seen */
	uint64_t floor; /* frames of all events after this one are in the ring */
	GQueue pending; /* struct event copies from the bus */
	size_t pending_bytes;
	bool gap; /* the bus was faster than we: everybody starts anew */
	struct frame *frames[FRAMES_MAX];
	uint64_t first, end; /* numbers of the oldest frame and of the one to come */
	uint64_t bytes; /* of all frames ever */
	GQueue clients;
	uint64_t beat;
	size_t replays; /* store reads under way */
	uint64_t dropped;
};

/* ---- frames; lock held ---- */

static void frame_unref(struct frame *frame)
{
	if (!frame || --frame->references > 0)
		return;
	g_string_free(frame->text, TRUE);
	g_free(frame);
}

static void evict(struct stream_hub *hub)
{
	struct frame **slot = &hub->frames[hub->first % FRAMES_MAX];
	hub->floor = (*slot)->seq;
	frame_unref(*slot);
	*slot = NULL;
	hub->first++;
}

static uint64_t ring_bytes(const struct stream_hub *hub)
{
	if (hub->first == hub->end)
		return 0;
	const struct frame *oldest = hub->frames[hub->first % FRAMES_MAX];
	return hub->bytes - (oldest->end - oldest->text->len);
}

static void push_frame(struct stream_hub *hub, uint64_t seq, enum stream_topic topic, GString *text)
{
	while (hub->end - hub->first == FRAMES_MAX || (hub->first < hub->end && ring_bytes(hub) > FRAMES_BYTES_MAX))
		evict(hub);
	struct frame *frame = g_new0(struct frame, 1);
	hub->bytes += text->len;
	*frame = (struct frame){.references = 1, .seq = seq, .topic = topic, .end = hub->bytes, .text = text};
	hub->frames[hub->end++ % FRAMES_MAX] = frame;
}

/* ---- clients; lock held ---- */

static void client_unref(struct stream_client *client)
{
	if (--client->references > 0)
		return;
	frame_unref(client->frame);
	g_string_free(client->out, TRUE);
	g_free(client->credential);
	g_free(client);
}

static void wake(struct stream_client *client)
{
	if (!client->suspended)
		return;
	client->suspended = false;
	MHD_resume_connection(client->connection);
}

static void wake_all(struct stream_hub *hub)
{
	for (GList *link = hub->clients.head; link; link = link->next) {
		struct stream_client *client = link->data;
		if (client->phase != CLIENT_REPLAYING || hub->stopping)
			wake(client);
	}
}

static void say_reset(struct stream_client *client, const char *reason)
{
	struct stream_hub *hub = client->hub;
	g_string_append_printf(client->out,
			       "id: %s:%" G_GUINT64_FORMAT "\nevent: reset\ndata: {\"seq\":%" G_GUINT64_FORMAT
			       ",\"epoch\":\"%s\",\"reason\":\"%s\"}\n\n",
			       hub->epoch, (guint64)hub->newest, (guint64)hub->newest, hub->epoch, reason);
	client->after = hub->newest;
	client->next = hub->end;
}

/* A source is up when all its targets are. Targets of a source stand together. */
static void count_sources(const struct snapshot *snapshot, unsigned *total, unsigned *up)
{
	bool all = true;
	*total = *up = 0;
	for (size_t i = 0; i < snapshot->target_count; i++) {
		const struct snapshot_target *target = &snapshot->targets[i];
		all = all && target->up;
		if (i + 1 < snapshot->target_count && strcmp(target->source, target[1].source) == 0)
			continue;
		++*total;
		*up += all;
		all = true;
	}
}

static void say_heartbeat(struct stream_client *client)
{
	struct stream_hub *hub = client->hub;
	char at[RFC3339_SIZE], step[RFC3339_SIZE];
	guint64 seq = MAX(hub->newest, client->after);
	struct snapshot *snapshot = app_snapshot(hub->app);
	rfc3339_format(hub->clock->read(hub->clock).wall, at);
	rfc3339_format(snapshot->last_step_at, step);
	unsigned rules = (unsigned)snapshot->rule_count, sources, up;
	count_sources(snapshot, &sources, &up);
	snapshot_unref(snapshot);
	client->beat = hub->beat;
	g_string_append_printf(client->out,
			       "id: %s:%" G_GUINT64_FORMAT
			       "\nevent: heartbeat\ndata: {\"at\":\"%s\",\"seq\":%" G_GUINT64_FORMAT
			       ",\"last_evaluation_at\":\"%s\",\"rules\":%u,\"sources\":{\"total\":%u,\"up\":%u}}\n\n",
			       hub->epoch, seq, at, seq, step, rules, sources, up);
}

static void say_bye(struct stream_client *client)
{
	/* Spread over 5 s, so that all the browsers do not come back at once. */
	unsigned wait = 1000 + (unsigned)rng_below(&client->hub->rng, 5000);
	g_string_append_printf(client->out, "event: bye\ndata: {\"retry_ms\":%u}\n\n", wait);
	client->phase = CLIENT_ENDING;
}

static void say_auth(struct stream_client *client)
{
	g_string_append(client->out, "event: auth\ndata: {\"reason\":\"session_ended\"}\n\n");
	client->phase = CLIENT_ENDING;
}

/* Bytes from this frame on to the end of the ring. */
static uint64_t bytes_behind(const struct stream_hub *hub, uint64_t next)
{
	if (next == hub->end)
		return 0;
	const struct frame *frame = hub->frames[next % FRAMES_MAX];
	return hub->bytes - (frame->end - frame->text->len);
}

static bool too_far_behind(const struct stream_client *client)
{
	const struct stream_hub *hub = client->hub;
	return client->next < hub->first || bytes_behind(hub, client->next) > hub->options.client_cap;
}

/* The first frame in the ring that is newer than seq. */
static uint64_t frame_after(const struct stream_hub *hub, uint64_t seq)
{
	uint64_t low = hub->first, high = hub->end;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (hub->frames[middle % FRAMES_MAX]->seq <= seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* From the log to the ring, once what is missing is there and does not fill the client's cap at once. */
static void try_live(struct stream_client *client)
{
	const struct stream_hub *hub = client->hub;
	if (client->after < hub->floor)
		return;
	uint64_t next = frame_after(hub, client->after);
	if (bytes_behind(hub, next) > hub->options.client_cap / 2)
		return;
	client->next = next;
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
	client->after = frame->seq;
	if (frame->seq <= client->old) {
		copy_as_replay(client->out, frame->text);
		return;
	}
	frame->references++;
	client->frame = frame;
	client->frame_sent = 0;
}

/* Brings the next bytes to send into place. False: nothing for now (or, when ending, for ever). */
static bool live_advance(struct stream_client *client)
{
	struct stream_hub *hub = client->hub;
	if (too_far_behind(client)) {
		hub->dropped++;
		say_reset(client, "slow");
		client->phase = CLIENT_ENDING;
		return true;
	}
	while (client->next < hub->end) {
		struct frame *frame = hub->frames[client->next++ % FRAMES_MAX];
		if (frame->seq <= client->after || !(frame->topic & client->topics))
			continue;
		take_frame(client, frame);
		return true;
	}
	if (client->beat == hub->beat)
		return false;
	say_heartbeat(client);
	return true;
}

static bool client_advance(struct stream_client *client)
{
	struct stream_hub *hub = client->hub;
	if (client->phase == CLIENT_ENDING)
		return false;
	if (hub->stopping) {
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

static size_t copy_out(struct stream_client *client, char *buffer, size_t max)
{
	if (client->out_sent < client->out->len) {
		size_t n = MIN(max, client->out->len - client->out_sent);
		memcpy(buffer, client->out->str + client->out_sent, n);
		client->out_sent += n;
		return n;
	}
	client->out_sent = 0;
	g_string_truncate(client->out, 0);
	if (!client->frame)
		return 0;
	size_t n = MIN(max, client->frame->text->len - client->frame_sent);
	memcpy(buffer, client->frame->text->str + client->frame_sent, n);
	client->frame_sent += n;
	if (client->frame_sent == client->frame->text->len) {
		frame_unref(client->frame);
		client->frame = NULL;
	}
	return n;
}

/* ---- replay from the store's log ---- */

static void take_replay(struct stream_client *client, const struct store_page *page)
{
	struct stream_hub *hub = client->hub;
	client->phase = CLIENT_REPLAY;
	bool lost = page->oldest_seq > client->after + 1 || (page->event_count == 0 && client->after < hub->floor);
	if (page->error.text[0] || lost) {
		say_reset(client, page->error.text[0] ? "log" : "too_old");
		client->phase = CLIENT_LIVE;
		return;
	}
	for (size_t i = 0; i < page->event_count; i++)
		if (event_topic(page->events[i].kind) & client->topics)
			event_frame(client->out, hub->epoch, &page->events[i], true);
	if (page->event_count > 0)
		client->after = page->events[page->event_count - 1].seq;
}

static void end_replay(struct stream_client *client, const struct store_page *page)
{
	struct stream_hub *hub = client->hub;
	pthread_mutex_lock(&hub->lock);
	if (!client->gone && client->phase == CLIENT_REPLAYING) {
		take_replay(client, page);
		wake(client);
	}
	hub->replays--;
	client_unref(client);
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->lock);
}

static void replay_done(void *ctx, struct store_page *page)
{
	end_replay(ctx, page);
	store_page_free(page);
}

/* Lock not held: the store may answer at once. */
static void start_replay(struct stream_client *client, uint64_t after)
{
	struct stream_hub *hub = client->hub;
	struct store_query_events query = {.after_seq = after, .limit = REPLAY_PAGE};
	struct store_page busy = {.error = {"busy"}};
	if (!store_read_events(app_store(hub->app), &query, replay_done, client))
		end_replay(client, &busy);
}

/* ---- what the HTTP server calls ---- */

static ssize_t client_read(void *cls, uint64_t position, char *buffer, size_t max)
{
	(void)position;
	struct stream_client *client = cls;
	struct stream_hub *hub = client->hub;
	size_t n = 0;
	bool replay = false;
	pthread_mutex_lock(&hub->lock);
	while (n < max) {
		size_t piece = copy_out(client, buffer + n, max - n);
		n += piece;
		if (piece == 0 && !client_advance(client))
			break;
	}
	bool ended = n == 0 && client->phase == CLIENT_ENDING;
	if (n == 0 && !ended) {
		MHD_suspend_connection(client->connection);
		client->suspended = true;
		replay = client->phase == CLIENT_REPLAY;
		if (replay) {
			client->phase = CLIENT_REPLAYING;
			client->references++;
			hub->replays++;
		}
	}
	uint64_t after = client->after;
	pthread_mutex_unlock(&hub->lock);
	if (replay)
		start_replay(client, after);
	return ended ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)n;
}

static void client_close(void *cls)
{
	struct stream_client *client = cls;
	struct stream_hub *hub = client->hub;
	pthread_mutex_lock(&hub->lock);
	client->gone = true;
	g_queue_unlink(&hub->clients, &client->link);
	client_unref(client);
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->lock);
}

/* Where a client that shows an id goes on. Lock held. */
static void place(struct stream_client *client, const char *last_id, uint64_t newest)
{
	struct stream_hub *hub = client->hub;
	const char *colon = last_id ? strrchr(last_id, ':') : NULL;
	const char *number = colon ? colon + 1 : last_id;
	guint64 seq = 0;
	client->after = hub->newest;
	client->next = hub->end;
	client->phase = CLIENT_LIVE;
	if (!last_id)
		return;
	bool same = !colon || (strlen(hub->epoch) == (size_t)(colon - last_id) &&
			       memcmp(last_id, hub->epoch, strlen(hub->epoch)) == 0);
	if (!same || !g_ascii_string_to_unsigned(number, 10, 0, G_MAXINT64, &seq, NULL) || seq > newest) {
		say_reset(client, "epoch");
	} else if (newest - seq > REPLAY_MAX) {
		say_reset(client, "too_old");
	} else {
		client->after = seq;
		client->phase = CLIENT_REPLAY;
	}
}

bool stream_topics_parse(const char *text, unsigned *out)
{
	static const struct {
		const char *word;
		unsigned bits;
	} topics[] = {{"alerts", TOPIC_ALERTS}, {"toasts", TOPIC_TOASTS}, {"delivery", TOPIC_DELIVERY},
		      {"rules", TOPIC_RULES},   {"silences", 0},          {"connectors", 0}};
	char **words = g_strsplit(text, ",", -1);
	bool good = *words != NULL;
	*out = 0;
	for (char **word = words; *word && good; word++) {
		good = false;
		for (size_t i = 0; i < G_N_ELEMENTS(topics) && !good; i++) {
			good = strcmp(*word, topics[i].word) == 0;
			*out |= good ? topics[i].bits : 0;
		}
	}
	g_strfreev(words);
	return good;
}

void stream_hub_check(struct stream_hub *hub, bool (*good)(void *ctx, const char *credential), void *ctx)
{
	pthread_mutex_lock(&hub->lock);
	for (GList *link = hub->clients.head; link; link = link->next) {
		struct stream_client *client = link->data;
		if (!client->credential || client->barred || good(ctx, client->credential))
			continue;
		client->barred = true;
		if (client->phase != CLIENT_REPLAYING)
			wake(client);
	}
	pthread_mutex_unlock(&hub->lock);
}

struct MHD_Response *stream_hub_join(struct stream_hub *hub, struct MHD_Connection *connection,
				     const struct stream_join *join)
{
	struct snapshot *snapshot = app_snapshot(hub->app);
	uint64_t newest = snapshot->seq;
	snapshot_unref(snapshot);
	pthread_mutex_lock(&hub->lock);
	if (hub->stopping || hub->clients.length >= hub->options.clients_max) {
		pthread_mutex_unlock(&hub->lock);
		return NULL;
	}
	struct stream_client *client = g_new0(struct stream_client, 1);
	*client = (struct stream_client){.hub = hub, .connection = connection, .references = 1, .topics = join->topics};
	client->credential = g_strdup(join->credential);
	client->link.data = client;
	client->out = g_string_new("retry: 3000\n\n");
	client->old = MAX(newest, hub->newest);
	place(client, join->last_id, client->old);
	client->beat = hub->beat - 1; /* one heartbeat at once: the client sees that it is live */
	g_queue_push_tail_link(&hub->clients, &client->link);
	pthread_mutex_unlock(&hub->lock);
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, client_read, client, client_close);
}

/* ---- from the bus to the ring ---- */

static void free_event(void *item)
{
	struct event *event = item;
	g_free((char *)event->by);
	g_free((char *)event->data);
	g_free(event);
}

static size_t event_bytes(const struct event *event)
{
	return sizeof *event + (event->data ? strlen(event->data) : 0);
}

/* Nobody looks: whoever comes later reads from the log what he missed. */
static void pass_over(struct stream_hub *hub, const struct event *newest)
{
	while (hub->first < hub->end)
		evict(hub);
	hub->floor = hub->newest = newest->seq;
}

static void on_events(struct bus_listener *listener, const struct event *events, size_t count)
{
	struct stream_hub *hub = (struct stream_hub *)listener;
	pthread_mutex_lock(&hub->lock);
	bool unseen = count > 0 && !hub->clients.length && !hub->pending.length && !hub->gap;
	if (unseen)
		pass_over(hub, &events[count - 1]);
	for (size_t i = 0; !unseen && i < count; i++) {
		if (hub->pending.length >= PENDING_MAX || hub->pending_bytes > PENDING_BYTES_MAX) {
			hub->gap = true;
			g_queue_clear_full(&hub->pending, free_event);
			hub->pending_bytes = 0;
		}
		struct event *copy = g_memdup2(&events[i], sizeof *copy);
		copy->by = g_strdup(events[i].by);
		copy->data = event_topic(copy->kind) ? g_strdup(events[i].data) : NULL;
		hub->pending_bytes += event_bytes(copy);
		g_queue_push_tail(&hub->pending, copy);
	}
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->lock);
}

/* All before the oldest pending event is only in the store now. */
static void take_gap(struct stream_hub *hub)
{
	const struct event *oldest = g_queue_peek_head(&hub->pending);
	while (hub->first < hub->end)
		evict(hub);
	hub->gap = false;
	hub->floor = oldest ? oldest->seq - 1 : hub->newest;
	for (GList *link = hub->clients.head; link; link = link->next) {
		struct stream_client *client = link->data;
		if (client->phase == CLIENT_LIVE)
			client->phase = CLIENT_REPLAY;
	}
}

/* Renders without the lock. */
static void pump(struct stream_hub *hub)
{
	if (hub->gap)
		take_gap(hub);
	GQueue taken = hub->pending;
	g_queue_init(&hub->pending);
	hub->pending_bytes = 0;
	for (struct event *event; (event = g_queue_pop_head(&taken));) {
		GString *text = g_string_new(NULL);
		pthread_mutex_unlock(&hub->lock);
		event_frame(text, hub->epoch, event, false);
		pthread_mutex_lock(&hub->lock);
		bool fresh = event->seq > hub->newest;
		if (fresh)
			hub->newest = event->seq;
		if (fresh && text->len > 0)
			push_frame(hub, event->seq, event_topic(event->kind), text);
		else
			g_string_free(text, TRUE);
		free_event(event);
	}
	wake_all(hub);
}

static void *run(void *cls)
{
	struct stream_hub *hub = cls;
	msec_t next_beat = hub->clock->read(hub->clock).mono + hub->options.heartbeat_every;
	pthread_mutex_lock(&hub->lock);
	while (!hub->stopping) {
		msec_t now = hub->clock->read(hub->clock).mono;
		if (now >= next_beat) {
			hub->beat++;
			next_beat = now + hub->options.heartbeat_every;
			wake_all(hub);
		}
		if (hub->pending.length > 0 || hub->gap)
			pump(hub);
		else
			hub->clock->wait(hub->clock, &hub->changed, &hub->lock, next_beat);
	}
	pthread_mutex_unlock(&hub->lock);
	return NULL;
}

struct stream_hub *stream_hub_new(struct app *app, struct clock *clock, const struct stream_hub_options *options)
{
	struct stream_hub *hub = g_new0(struct stream_hub, 1);
	hub->listener.events = on_events;
	hub->app = app;
	hub->clock = clock;
	hub->options = *options;
	hub->beat = 1;
	rng_seed(&hub->rng, rng_entropy_seed());
	pthread_mutex_init(&hub->lock, NULL);
	clock_cond_init(&hub->changed);
	app_subscribe(app, &hub->listener);
	struct snapshot *snapshot = app_snapshot(app);
	pthread_mutex_lock(&hub->lock);
	memcpy(hub->epoch, snapshot->epoch, sizeof hub->epoch);
	hub->newest = hub->floor = snapshot->seq;
	pthread_mutex_unlock(&hub->lock);
	snapshot_unref(snapshot);
	pthread_create(&hub->thread, NULL, run, hub);
	return hub;
}

void stream_hub_stop(struct stream_hub *hub)
{
	app_unsubscribe(hub->app, &hub->listener);
	pthread_mutex_lock(&hub->lock);
	hub->stopping = true;
	wake_all(hub);
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->lock);
	pthread_join(hub->thread, NULL);
	/* Give the byes 3 s to leave; who does not read is cut off by the server's end. */
	msec_t deadline = hub->clock->read(hub->clock).mono + 3000;
	pthread_mutex_lock(&hub->lock);
	while ((hub->clients.length > 0 || hub->replays > 0) && hub->clock->read(hub->clock).mono < deadline)
		hub->clock->wait(hub->clock, &hub->changed, &hub->lock, deadline);
	wake_all(hub);
	pthread_mutex_unlock(&hub->lock);
}

void stream_hub_free(struct stream_hub *hub)
{
	if (!hub)
		return;
	pthread_mutex_lock(&hub->lock);
	while (hub->replays > 0) /* the store answers every read */
		hub->clock->wait(hub->clock, &hub->changed, &hub->lock, MSEC_NEVER);
	while (hub->first < hub->end)
		evict(hub);
	g_queue_clear_full(&hub->pending, free_event);
	pthread_mutex_unlock(&hub->lock);
	pthread_cond_destroy(&hub->changed);
	pthread_mutex_destroy(&hub->lock);
	g_free(hub);
}

size_t stream_hub_clients(struct stream_hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	size_t count = hub->clients.length;
	pthread_mutex_unlock(&hub->lock);
	return count;
}

uint64_t stream_hub_dropped(struct stream_hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	uint64_t count = hub->dropped;
	pthread_mutex_unlock(&hub->lock);
	return count;
}
