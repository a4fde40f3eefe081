#include "api/test_pace.h"

#include <glib.h>
#include <pthread.h>

static const msec_t least_pause = 10000;

struct course {
	msec_t again_at; /* mono */
	bool running;
};

struct test_pace {
	pthread_mutex_t lock;
	GHashTable *courses; /* receiver -> struct course */
};

struct test_pace *test_pace_new(void)
{
	struct test_pace *pace = g_new0(struct test_pace, 1);
	pthread_mutex_init(&pace->lock, NULL);
	pace->courses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return pace;
}

void test_pace_free(struct test_pace *pace)
{
	if (!pace)
		return;
	g_hash_table_destroy(pace->courses);
	pthread_mutex_destroy(&pace->lock);
	g_free(pace);
}

static gboolean is_over(gpointer name, gpointer course, gpointer mono)
{
	const struct course *it = course;
	(void)name;
	return !it->running && it->again_at <= *(const msec_t *)mono;
}

bool test_pace_begin(struct test_pace *pace, const char *receiver, msec_t mono, msec_t *wait)
{
	pthread_mutex_lock(&pace->lock);
	g_hash_table_foreach_remove(pace->courses, is_over, &mono);
	const struct course *found = g_hash_table_lookup(pace->courses, receiver);
	*wait = found ? MAX(found->again_at - mono, 1000) : 0;
	if (!found) {
		struct course *course = g_new0(struct course, 1);
		*course = (struct course){.again_at = mono + least_pause, .running = true};
		g_hash_table_insert(pace->courses, g_strdup(receiver), course);
	}
	pthread_mutex_unlock(&pace->lock);
	return !found;
}

void test_pace_end(struct test_pace *pace, const char *receiver)
{
	pthread_mutex_lock(&pace->lock);
	struct course *course = g_hash_table_lookup(pace->courses, receiver);
	if (course)
		course->running = false;
	pthread_mutex_unlock(&pace->lock);
}
