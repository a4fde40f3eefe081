#include "api/housekeeper.h"

#include "api/context.h"
#include "api/guard.h"
#include "base/log.h"

enum { EVERY = 1000 };

struct housekeeper {
	struct api *api;
	pthread_t thread;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool ending;
};

static void keep_house(struct api *api, msec_t mono)
{
	struct error err = {{0}};
	connections_reap(api->connections, mono);
	if (!api->tokens)
		return;
	if (!tokens_refresh(api->tokens, &err))
		log_event(LOG_LEVEL_ERROR, "api", "tokens file is broken: the list before stays", "reason", err.text,
			  NULL);
	guard_end_streams(api); /* before: a stream keeps its session */
	sessions_expire(api->sessions, mono);
	attempts_forget(api->attempts, mono);
}

static void *run(void *cls)
{
	struct housekeeper *keeper = cls;
	struct clock *clock = keeper->api->clock;
	pthread_mutex_lock(&keeper->lock);
	while (!keeper->ending) {
		clock->wait(clock, &keeper->ended, &keeper->lock, clock->read(clock).mono + EVERY);
		pthread_mutex_unlock(&keeper->lock);
		keep_house(keeper->api, clock->read(clock).mono);
		pthread_mutex_lock(&keeper->lock);
	}
	pthread_mutex_unlock(&keeper->lock);
	return NULL;
}

struct housekeeper *housekeeper_start(struct api *api)
{
	struct housekeeper *keeper = g_new0(struct housekeeper, 1);
	keeper->api = api;
	pthread_mutex_init(&keeper->lock, NULL);
	clock_cond_init(&keeper->ended);
	pthread_create(&keeper->thread, NULL, run, keeper);
	return keeper;
}

void housekeeper_stop(struct housekeeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->ending = true;
	pthread_cond_broadcast(&keeper->ended);
	pthread_mutex_unlock(&keeper->lock);
	pthread_join(keeper->thread, NULL);
	pthread_cond_destroy(&keeper->ended);
	pthread_mutex_destroy(&keeper->lock);
	g_free(keeper);
}
