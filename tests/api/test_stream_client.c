/* One client of the stream by itself: the bytes it is sent, and in which order. */
#include "api/stream_client.h"
#include "api/stream_hub.h"
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
	frame_unref(feed.heartbeat);
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
		feed.ring.floor = INT64_MAX; /* it reads on from the log */
		while (client->out->len > 0)
			g_free(take(client, 0, 4096));
		cr_expect_lt(client->out->allocated_len, BYTES, "nothing is kept of it");
		feed.ring.floor = EVENTS;
	}
	g_free(data);
	g_free(pad);
	stream_client_unref(client);
}

Test(stream_client, those_of_one_moment_share_a_heartbeat)
{
	struct stream_client *clients[4];
	const char *seqs[] = {NULL, NULL, NULL, FAKE_EPOCH ":9"}; /* the last one saw more than the feed did yet */
	const struct frame *said[4];
	char *texts[4];
	for (int i = 0; i < 4; i++) {
		feed.newest = 9;
		clients[i] = join(seqs[i]);
		feed.newest = 0;
		clients[i]->after = i == 3 ? 9 : 0;
		clock_virtual_advance(rig.clock, i == 2 ? 1000 : 0);
		g_string_truncate(clients[i]->out, 0);
		g_free(take(clients[i], 0, 1));
		said[i] = clients[i]->frame;
		texts[i] = take(clients[i], 0, 4096);
	}
	cr_expect_eq(said[0], said[1]);
	cr_expect_neq(said[1], said[2], "a second later");
	cr_expect(strstr(texts[0], "26:40.000Z\",\"seq\":0") && strstr(texts[2], "26:41.000Z\",\"seq\":0"), "%s %s", texts[0],
		  texts[2]);
	cr_expect(strstr(texts[3], "\"seq\":9"), "%s", texts[3]);
	for (int i = 0; i < 4; i++) {
		g_free(texts[i]);
		stream_client_unref(clients[i]);
	}
}

static bool count_question(void *ctx, const char *credential)
{
	++*(int *)ctx;
	return strcmp(credential, "bad") != 0;
}

Test(stream_client, a_credential_of_many_is_asked_about_once)
{
	enum { CLIENTS = 9 };
	struct MHD_Response *responses[CLIENTS];
	struct stream_hub *hub = stream_hub_new(rig.app, rig.clock,
						&(struct stream_hub_options){.clients_max = CLIENTS, .heartbeat_every = 15000});
	for (int i = 0; i < CLIENTS; i++)
		responses[i] = stream_hub_join(hub, NULL, &(struct stream_join){.credential = i % 3 ? "good" : "bad"});
	int questions = 0;
	stream_hub_check(hub, count_question, &questions);
	cr_expect_eq(questions, 2);
	stream_hub_check(hub, count_question, &questions);
	cr_expect_eq(questions, 3, "who is barred already is not asked about");
	for (int i = 0; i < CLIENTS; i++)
		MHD_destroy_response(responses[i]);
	stream_hub_stop(hub);
	stream_hub_free(hub);
}
