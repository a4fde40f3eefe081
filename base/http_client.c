#include "base/http_client.h"
#include "base/http_request.h"
#include <assert.h>
#include <glib.h>
#include <pthread.h>

enum { IDLE_POLL_MSEC = 1000, SPARES_MAX = 64 };

struct http_client {
	struct clock *clock;
	unsigned max_running;
	CURLM *multi;
	pthread_t thread;
	/* owned by the loop's thread */
	GPtrArray *spares; /* of CURL *, reset */
	/* under lock */
	pthread_mutex_t lock;
	GPtrArray *running; /* of struct http_job *; changed by the loop's thread alone, which reads it without the lock */
	struct http_job *first, **last; /* waiting to be admitted */
	bool cancelling; /* some job is marked as cancelled */
	bool closing;
};

static void global_init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ---- the queue ---- */

/* Under lock. */
static struct http_job *pop(struct http_client *client)
{
	struct http_job *job = client->first;
	if (job) {
		client->first = job->next;
		if (!client->first)
			client->last = &client->first;
	}
	return job;
}

static bool read_flag(struct http_client *client, const bool *flag)
{
	pthread_mutex_lock(&client->lock);
	bool set = *flag;
	pthread_mutex_unlock(&client->lock);
	return set;
}

void http_client_submit(struct http_client *client, const struct http_request *request, http_done_fn *done, void *ctx)
{
	struct http_job *job = http_job_new(client->clock, request, done, ctx);
	pthread_mutex_lock(&client->lock);
	*client->last = job;
	client->last = &job->next;
	pthread_mutex_unlock(&client->lock);
	curl_multi_wakeup(client->multi);
}

static bool mark(struct http_job *job, const struct http_peer *peer)
{
	job->cancelled = job->cancelled || job->peer == peer;
	return job->cancelled;
}

/* Marks the jobs that are there now, so that nothing remembers a peer that may be gone tomorrow. */
void http_client_cancel(struct http_client *client, const struct http_peer *peer)
{
	pthread_mutex_lock(&client->lock);
	for (guint i = 0; i < client->running->len; i++)
		client->cancelling |= mark(client->running->pdata[i], peer);
	for (struct http_job *job = client->first; job; job = job->next)
		client->cancelling |= mark(job, peer);
	pthread_mutex_unlock(&client->lock);
	curl_multi_wakeup(client->multi);
}

/* ---- the loop ---- */

/* From the queue to what runs in one step: a job between the two would be missed by who cancels. */
static struct http_job *take_turn(struct http_client *client)
{
	pthread_mutex_lock(&client->lock);
	struct http_job *job = pop(client);
	if (job)
		g_ptr_array_add(client->running, job);
	pthread_mutex_unlock(&client->lock);
	return job;
}

static void remove_running(struct http_client *client, struct http_job *job)
{
	pthread_mutex_lock(&client->lock);
	g_ptr_array_remove_fast(client->running, job);
	pthread_mutex_unlock(&client->lock);
}

static CURL *handle(struct http_client *client)
{
	CURL *easy = client->spares->len ? g_ptr_array_steal_index_fast(client->spares, client->spares->len - 1)
					 : curl_easy_init();
	if (!easy)
		g_error("http client: no handle");
	return easy;
}

static void give_back(struct http_client *client, CURL *easy)
{
	if (client->spares->len >= SPARES_MAX) {
		curl_easy_cleanup(easy);
		return;
	}
	curl_easy_reset(easy);
	g_ptr_array_add(client->spares, easy);
}

/* Our own admission: libcurl's timeout would count the time in its queue. */
static void admit(struct http_client *client)
{
	while (client->running->len < client->max_running) {
		struct http_job *job = take_turn(client);
		if (!job)
			return;
		if (http_job_refused(job)) {
			remove_running(client, job);
			http_job_cancel(job);
			continue;
		}
		http_job_prepare(job, handle(client));
		curl_multi_add_handle(client->multi, job->easy);
	}
}

static void finish(struct http_client *client, CURL *easy, CURLcode code)
{
	struct http_job *job = NULL;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&job);
	curl_multi_remove_handle(client->multi, easy);
	remove_running(client, job);
	http_job_finish(job, code);
	give_back(client, easy);
}

static void reap(struct http_client *client)
{
	int left;
	for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &left));)
		if (message->msg == CURLMSG_DONE)
			finish(client, message->easy_handle, message->data.result);
}

static void cancel_running(struct http_client *client, struct http_job *job)
{
	CURL *easy = job->easy;
	remove_running(client, job);
	curl_multi_remove_handle(client->multi, easy);
	http_job_cancel(job);
	curl_easy_cleanup(easy);
}

static void cancel_all(struct http_client *client)
{
	while (client->running->len)
		cancel_running(client, client->running->pdata[0]);
	for (;;) {
		pthread_mutex_lock(&client->lock);
		struct http_job *job = pop(client);
		pthread_mutex_unlock(&client->lock);
		if (!job)
			return;
		http_job_cancel(job);
	}
}

/* Takes the marked ones out of both places; those that wait in the queue come as a list. */
static struct http_job *take_cancelled(struct http_client *client, GPtrArray *running)
{
	struct http_job *waiting = NULL, **end = &waiting;
	pthread_mutex_lock(&client->lock);
	for (guint i = 0; i < client->running->len; i++)
		if (((struct http_job *)client->running->pdata[i])->cancelled)
			g_ptr_array_add(running, client->running->pdata[i]);
	for (struct http_job **place = &client->first; *place;) {
		struct http_job *job = *place;
		if (!job->cancelled) {
			place = &job->next;
			continue;
		}
		*place = job->next;
		job->next = NULL;
		*end = job;
		end = &job->next;
	}
	for (client->last = &client->first; *client->last;)
		client->last = &(*client->last)->next;
	client->cancelling = false;
	pthread_mutex_unlock(&client->lock);
	return waiting;
}

static void cancel_marked(struct http_client *client)
{
	GPtrArray *running = g_ptr_array_new();
	struct http_job *waiting = take_cancelled(client, running);
	for (guint i = 0; i < running->len; i++)
		cancel_running(client, running->pdata[i]);
	g_ptr_array_free(running, TRUE);
	while (waiting) {
		struct http_job *job = waiting;
		waiting = job->next;
		http_job_cancel(job);
	}
}

static void *loop(void *context)
{
	struct http_client *client = context;
	pthread_setname_np(pthread_self(), "http");
	while (!read_flag(client, &client->closing)) {
		int running;
		if (read_flag(client, &client->cancelling))
			cancel_marked(client);
		admit(client);
		curl_multi_perform(client->multi, &running);
		reap(client);
		admit(client);
		curl_multi_poll(client->multi, NULL, 0, IDLE_POLL_MSEC, NULL);
	}
	cancel_all(client);
	return NULL;
}

/* ---- life ---- */

static void cleanup_easy(void *easy)
{
	curl_easy_cleanup(easy);
}

struct http_client *http_client_new(struct clock *clock, unsigned max_connections)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, global_init);
	assert(max_connections > 0);
	struct http_client *client = g_new0(struct http_client, 1);
	client->clock = clock;
	client->max_running = max_connections;
	client->last = &client->first;
	client->running = g_ptr_array_new();
	client->spares = g_ptr_array_new_with_free_func(cleanup_easy);
	pthread_mutex_init(&client->lock, NULL);
	client->multi = curl_multi_init();
	if (!client->multi)
		g_error("http client: no multi handle");
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)max_connections);
	if (pthread_create(&client->thread, NULL, loop, client) != 0)
		g_error("http client: no thread");
	return client;
}

void http_client_free(struct http_client *client)
{
	if (!client)
		return;
	pthread_mutex_lock(&client->lock);
	client->closing = true;
	pthread_mutex_unlock(&client->lock);
	curl_multi_wakeup(client->multi);
	pthread_join(client->thread, NULL);
	/* What was submitted by the last callbacks. */
	cancel_all(client);
	g_ptr_array_free(client->spares, TRUE);
	g_ptr_array_free(client->running, TRUE);
	curl_multi_cleanup(client->multi);
	pthread_mutex_destroy(&client->lock);
	g_free(client);
}
