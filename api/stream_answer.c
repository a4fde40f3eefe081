#include "api/stream_answer.h"

#include "api/stream_replay.h"

enum { BLOCK = 1024 }; /* each client holds one; it is used where HTTP/1.0 is spoken */

static ssize_t read_next(void *cls, uint64_t position, char *buffer, size_t max)
{
	(void)position;
	struct stream_client *client = cls;
	struct stream_feed *feed = client->feed;
	msec_t mono = feed->clock->read(feed->clock).mono;
	pthread_mutex_lock(&feed->lock);
	size_t n = stream_client_take(client, mono, buffer, max);
	bool ended = n == 0 && client->phase == CLIENT_ENDING;
	bool replay = n == 0 && client->phase == CLIENT_REPLAY;
	if (n == 0 && !ended)
		stream_client_suspend(client);
	if (replay)
		stream_replay_begin(client);
	uint64_t after = client->after;
	pthread_mutex_unlock(&feed->lock);
	if (replay)
		stream_replay_ask(client, after);
	return ended ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)n;
}

static void close_client(void *cls)
{
	struct stream_client *client = cls;
	struct stream_feed *feed = client->feed;
	pthread_mutex_lock(&feed->lock);
	client->gone = true;
	g_queue_unlink(&feed->clients, &client->link);
	stream_client_unref(client);
	pthread_cond_broadcast(&feed->changed);
	pthread_mutex_unlock(&feed->lock);
}

struct MHD_Response *stream_answer_new(struct stream_client *client)
{
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_next, client, close_client);
}
