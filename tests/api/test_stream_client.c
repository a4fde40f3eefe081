/* One client of the stream by itself: the bytes it is sent, and in which order. */
#include "api/stream_client.h"
#include "api/stream_replay.h"
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <string.h>

static struct rig rig; /* for its app and its clock */
static struct stream_feed feed;

static void begin(void)
{
	rig_start(&rig, RIG_VIRTUAL);
	feed = (struct stream_feed){
		.app = rig.app, .clock = rig.clock, .client_cap = 10, .patience = 10000, .epoch = FAKE_EPOCH, .beat = 1};
	pthread_mutex_init(&feed.lock, NULL);
	clock_cond_init(&feed.changed);
}

static void end(void)
{
	frame_ring_clear(&feed.ring);
	pthread_cond_destroy(&feed.changed);
	pthread_mutex_destroy(&feed.lock);
	rig_stop(&rig);
}

TestSuite(stream_client, .init = begin, .fini = end);

static struct stream_client *join(const char *last_id)
{
	struct stream_client *client = stream_client_new(&feed, NULL, feed.newest, last_id);
	client->topics = TOPIC_ALERTS;
	return client;
}

static void publish(uint64_t seq, const char *text)
{
	feed.newest = seq;
	frame_ring_push(&feed.ring, seq, TOPIC_ALERTS, g_string_new(text));
}

/* What comes of so many bytes; g_free. */
static char *take(struct stream_client *client, msec_t mono, size_t bytes)
{
	char buffer[4096];
	return g_strndup(buffer, stream_client_take(client, mono, buffer, MIN(bytes, sizeof buffer)));
}

/* Who is too slow stands in the middle of a frame, as a rule: its reset is an event of its own all the same. */
Test(stream_client, a_reset_does_not_cut_a_frame)
{
	static const char frame[] = "id: E:1\nevent: alert\ndata: {\"seq\":1}\n\n";
	struct stream_client *client = join(NULL);
	char *greeting = take(client, 0, 4096);
	cr_assert(strstr(greeting, "event: heartbeat"));
	for (uint64_t seq = 1; seq <= 3; seq++)
		publish(seq, frame);
	char *some = take(client, 0, 20), *rest = take(client, 11000, 4096), *all = g_strconcat(some, rest, NULL);
	char *want = g_strconcat(frame, "id: " FAKE_EPOCH ":3\nevent: reset\ndata: {", NULL);
	cr_expect(g_str_has_prefix(all, want), "%s", all);
	cr_expect(g_str_has_suffix(all, "\"reason\":\"slow\"}\n\n"), "%s", all);
	cr_expect_eq(client->phase, CLIENT_ENDING);
	char *texts[] = {greeting, some, rest, all, want};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	stream_client_unref(client);
}

/* A log of large events, for a client that was away: what waits for it keeps within the cap, give or take an event. */
Test(stream_client, a_replay_keeps_within_its_cap_and_misses_nothing)
{
	enum { EVENTS = 50, BYTES = 3000 };
	char *pad = g_strnfill(BYTES, 'x'), *data = g_strdup_printf("{\"pad\":\"%s\"}", pad);
	fake_app_burst(rig.app, EVENT_TRANSITION, FAKE_FIRING, data, EVENTS);
	feed.newest = feed.ring.floor = EVENTS; /* the ring has none of them */
	feed.client_cap = 4 * BYTES;
	struct stream_client *client = join(FAKE_EPOCH ":0");
	g_string_truncate(client->out, 0); /* the greeting */
	for (uint64_t seen = 0; seen < EVENTS; seen = client->after) {
		stream_replay_begin(client);
		stream_replay_ask(client, client->after);
		cr_assert_gt(client->after, seen);
		cr_expect_leq(client->out->len, feed.client_cap + 2 * BYTES);
		for (uint64_t seq = seen + 1; seq <= client->after; seq++) {
			char *want = g_strdup_printf("id: " FAKE_EPOCH ":%d\nevent: alert\n", (int)seq);
			cr_expect(strstr(client->out->str, want), "%s", want);
			g_free(want);
		}
		g_string_truncate(client->out, 0);
	}
	g_free(data);
	g_free(pad);
	stream_client_unref(client);
}
