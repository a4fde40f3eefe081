#include "sources/connect_about.h"
#include "base/json.h"
#include "base/utf8.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN = 300000, AGAIN_AFTER_FAILURE = 30000, VERSION_MAX = 64 };

struct worker {
	struct connect_about *about;
	char *url;
	/* under lock */
	bool under_way;
	msec_t due; /* mono */
	char *body; /* answered and not yet read */
	size_t length;
	char *version; /* NULL = not known */
};

struct connect_about {
	struct target *target;
	struct worker *workers;
	size_t count;
	pthread_mutex_t lock;
	pthread_cond_t ended; /* a request */
	size_t under_way; /* under lock */
};

static char *root_of(const char *base)
{
	size_t length = strlen(base);
	while (length && base[length - 1] == '/')
		length--;
	return g_strdup_printf("%.*s/", (int)length, base);
}

struct connect_about *connect_about_new(struct target *target, char *const *workers)
{
	struct connect_about *about = g_new0(struct connect_about, 1);
	about->target = target;
	about->count = g_strv_length((char **)workers);
	about->workers = g_new0(struct worker, about->count + 1);
	for (size_t i = 0; i < about->count; i++) {
		about->workers[i].about = about;
		about->workers[i].url = root_of(workers[i]);
	}
	pthread_mutex_init(&about->lock, NULL);
	pthread_cond_init(&about->ended, NULL);
	return about;
}

void connect_about_free(struct connect_about *about)
{
	if (!about)
		return;
	pthread_mutex_lock(&about->lock);
	while (about->under_way)
		pthread_cond_wait(&about->ended, &about->lock);
	pthread_mutex_unlock(&about->lock);
	for (size_t i = 0; i < about->count; i++) {
		g_free(about->workers[i].url);
		free(about->workers[i].body);
		g_free(about->workers[i].version);
	}
	pthread_cond_destroy(&about->ended);
	pthread_mutex_destroy(&about->lock);
	g_free(about->workers);
	g_free(about);
}

/* The HTTP loop's thread. */
static void answered(void *ctx, struct http_answer *answer)
{
	struct worker *worker = ctx;
	struct connect_about *about = worker->about;
	struct clock *clock = target_clock(about->target);
	bool good = answer->outcome == HTTP_ANSWERED && answer->status == 200;
	msec_t now = clock->read(clock).mono;
	pthread_mutex_lock(&about->lock);
	worker->under_way = false;
	worker->due = now + (good ? AGAIN : AGAIN_AFTER_FAILURE);
	if (good) {
		free(worker->body);
		worker->body = g_steal_pointer(&answer->body);
		worker->length = answer->body_length;
	}
	about->under_way--;
	pthread_cond_broadcast(&about->ended);
	pthread_mutex_unlock(&about->lock);
}

static bool take_if_due(struct worker *worker, msec_t now)
{
	struct connect_about *about = worker->about;
	pthread_mutex_lock(&about->lock);
	bool due = !worker->under_way && worker->due <= now;
	if (due) {
		worker->under_way = true;
		about->under_way++;
	}
	pthread_mutex_unlock(&about->lock);
	return due;
}

void connect_about_ask(struct connect_about *about)
{
	static const struct http_header headers[] = {{"Accept", "application/json"}};
	struct clock *clock = target_clock(about->target);
	msec_t now = clock->read(clock).mono;
	for (size_t i = 0; i < about->count; i++) {
		struct http_request request = {
			.method = "GET", .url = about->workers[i].url, .headers = headers, .header_count = 1};
		if (take_if_due(&about->workers[i], now))
			target_submit(about->target, &request, answered, &about->workers[i]);
	}
}

/* {"version", "commit", "kafka_cluster_id"}; lock held. */
static void read_body(struct worker *worker)
{
	json_t *root = worker->body ? json_parse(worker->body, worker->length, 0, NULL) : NULL;
	const char *version = json_is_object(root) ? json_get_text(root, "version", NULL) : NULL;
	if (version && *version) {
		char *clean = utf8_clean(version, strnlen(version, VERSION_MAX), false);
		g_free(worker->version);
		worker->version = g_strdup(clean);
		free(clean);
	}
	json_decref(root);
	free(worker->body);
	worker->body = NULL;
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

const char *connect_about_version(struct connect_about *about, struct arena *arena)
{
	GPtrArray *versions = g_ptr_array_new();
	pthread_mutex_lock(&about->lock);
	for (size_t i = 0; i < about->count; i++) {
		read_body(&about->workers[i]);
		const char *version = about->workers[i].version;
		if (version && !g_ptr_array_find_with_equal_func(versions, version, g_str_equal, NULL))
			g_ptr_array_add(versions, (char *)(uintptr_t)version);
	}
	g_ptr_array_sort(versions, compare_texts);
	g_ptr_array_add(versions, NULL);
	char *text = g_strjoinv(", ", (char **)versions->pdata);
	pthread_mutex_unlock(&about->lock);
	const char *out = *text ? arena_strdup(arena, text) : NULL;
	g_free(text);
	g_ptr_array_free(versions, TRUE);
	return out;
}
