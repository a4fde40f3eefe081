#include "api/stream_replay.h"

#include "api/event_json.h"

enum { PAGE = 200 };

/* As many of its events as may wait for a client: the rest is asked for again. Without the lock. Returns the last one's
 * seq; 0 = none. */
static uint64_t render(const struct stream_client *client, const struct store_page *page, GString *out)
{
	uint64_t last = 0;
	for (size_t i = 0; i < page->event_count && out->len < client->feed->client_cap; i++) {
		const struct event *event = &page->events[i];
		if (event_topic(event->kind) & client->topics)
			event_frame(out, client->feed->epoch, event, true);
		last = event->seq;
	}
	return last;
}

static void take_replay(struct stream_client *client, const struct store_page *page, const GString *text, uint64_t last)
{
	struct stream_feed *feed = client->feed;
	client->phase = CLIENT_REPLAY;
	bool lost = page->oldest_seq > client->after + 1 || (page->event_count == 0 && client->after < feed->ring.floor);
	if (page->error.text[0] || lost) {
		stream_client_reset(client, page->error.text[0] ? "log" : "too_old");
		client->phase = CLIENT_LIVE;
		return;
	}
	g_string_append_len(client->out, text->str, (gssize)text->len);
	client->after = MAX(client->after, last);
}

static void end_replay(struct stream_client *client, const struct store_page *page)
{
	struct stream_feed *feed = client->feed;
	GString *text = g_string_new(NULL);
	uint64_t last = render(client, page, text);
	pthread_mutex_lock(&feed->lock);
	if (!client->gone && client->phase == CLIENT_REPLAYING) {
		take_replay(client, page, text, last);
		stream_client_wake(client, feed->clock->read(feed->clock).mono);
	}
	feed->replays--;
	stream_client_unref(client);
	pthread_cond_broadcast(&feed->changed);
	pthread_mutex_unlock(&feed->lock);
	g_string_free(text, TRUE);
}

static void replay_done(void *ctx, struct store_page *page)
{
	end_replay(ctx, page);
	store_page_free(page);
}

void stream_replay_begin(struct stream_client *client)
{
	client->phase = CLIENT_REPLAYING;
	client->references++;
	client->feed->replays++;
}

void stream_replay_ask(struct stream_client *client, uint64_t after)
{
	struct store_query_events query = {.after_seq = after, .limit = PAGE};
	struct store_page busy = {.error = {"busy"}};
	if (!store_read_events(app_store(client->feed->app), &query, replay_done, client))
		end_replay(client, &busy);
}
