/* The kind `demo`: the simulated cluster behind a server of its own, polled as any other. */
#include "sources/demo.h"
#include "sources/connect.h"
#include "sources/demo_cluster.h"
#include "sources/demo_server.h"
#include "sources/kinds.h"
#include <glib.h>

struct demo_data {
	int64_t seed;
	struct demo_server *server;
};

static const struct config_key keys[] = {
	{.name = "seed",
	 .type = CONFIG_INT,
	 .offset = offsetof(struct demo_data, seed),
	 .fallback = "1",
	 .doc = "The same seed gives the same story."},
};

static void check(struct source *source, const config_setting_t *setting, struct config_report *report)
{
	source_add_target(source, "demo", NULL);
}

static bool start(struct source *source, struct error *err)
{
	struct demo_data *data = source->data;

	data->server = demo_server_open(source->context.clock, (uint64_t)data->seed, err);
	return data->server != NULL;
}

static void stop(struct source *source)
{
	struct demo_data *data = source->data;

	demo_server_close(data->server);
	data->server = NULL;
}

static struct connect_poller *make_poller(struct target *target)
{
	const struct demo_data *data = target->source->data;
	char *workers[DEMO_WORKERS + 1] = {NULL}, *agents[DEMO_WORKERS + 1] = {NULL};
	struct connect_poller *poller;

	for (unsigned w = 0; w < DEMO_WORKERS; w++) {
		workers[w] = g_strdup(demo_server_url(data->server, w));
		agents[w] = g_strconcat(workers[w], "/jolokia/", NULL);
	}
	poller = connect_poller_new(target, workers, agents, true);
	for (unsigned w = 0; w < DEMO_WORKERS; w++) {
		g_free(workers[w]);
		g_free(agents[w]);
	}
	return poller;
}

static void poll(struct target *target)
{
	if (!target->state)
		target->state = make_poller(target);
	connect_poller_poll(target->state);
}

static void close_target(struct target *target)
{
	connect_poller_free(target->state);
}

const struct source_kind source_demo = {
	.name = "demo",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct demo_data),
	.http = true,
	.interval = "1s",
	.check = check,
	.start = start,
	.stop = stop,
	.poll = poll,
	.close = close_target,
};
