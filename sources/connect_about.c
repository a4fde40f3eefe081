#include "sources/connect_about.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/value.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN = 300000, AGAIN_SOON = 30000, STANDS = 75000 /* ms: what was heard */, VERSION_MAX = 64 };

struct worker {
	struct connect_about *about;
	char *url;
	/* under lock */
	bool under_way;
	msec_t due, asked; /* mono */
	msec_t heard, missed; /* mono: it answered, it did not; 0 = never */
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

static msec_t now_of(const struct connect_about *about)
{
	struct clock *clock = target_clock(about->target);
	return clock->read(clock).mono;
}

/* Lock held. A proxy in front says 502 to 504 for a worker that is not there. */
static void note_answer(struct worker *worker, const struct http_answer *answer, msec_t now)
{
	bool alive = answer->outcome == HTTP_ANSWERED && (answer->status < 502 || answer->status > 504);
	if (answer->outcome != HTTP_CANCELLED)
		*(alive ? &worker->heard : &worker->missed) = now;
}

void connect_about_heard(struct connect_about *about, size_t worker, const struct http_answer *answer)
{
	msec_t now = now_of(about);
	pthread_mutex_lock(&about->lock);
	note_answer(&about->workers[worker], answer, now);
	pthread_mutex_unlock(&about->lock);
}

void connect_about_hurry(struct connect_about *about, size_t worker)
{
	struct worker *it = &about->workers[worker];
	pthread_mutex_lock(&about->lock);
	it->due = MIN(it->due, it->asked + AGAIN_SOON);
	pthread_mutex_unlock(&about->lock);
}

double connect_about_up(struct connect_about *about, size_t worker)
{
	const struct worker *it = &about->workers[worker];
	msec_t now = now_of(about);
	pthread_mutex_lock(&about->lock);
	bool heard = it->heard > it->missed;
	msec_t last = MAX(it->heard, it->missed);
	pthread_mutex_unlock(&about->lock);
	if (!last || now - last > STANDS)
		return VALUE_UNKNOWN;
	return heard ? 1 : 0;
}

/* The HTTP loop's thread. */
static void answered(void *ctx, struct http_answer *answer)
{
	struct worker *worker = ctx;
	struct connect_about *about = worker->about;
	bool good = answer->outcome == HTTP_ANSWERED && answer->status == 200;
	msec_t now = now_of(about);
	pthread_mutex_lock(&about->lock);
	note_answer(worker, answer, now);
	worker->under_way = false;
	worker->asked = now;
	worker->due = now + (good ? AGAIN : AGAIN_SOON);
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
	msec_t now = now_of(about);
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
