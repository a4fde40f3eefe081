#include "api/attempts.h"

#include "engine/token_bucket.h"
#include <glib.h>
#include <pthread.h>

enum { BURST = 10, SECONDS_EACH = 6, ADDRESSES_MAX = 4096 };

struct attempts {
	pthread_mutex_t lock;
	GHashTable *buckets; /* address -> struct token_bucket */
	struct token_bucket rest; /* of all addresses that have no room in the table */
};

static void bucket_init(struct token_bucket *bucket, msec_t mono)
{
	token_bucket_init(bucket, 1.0 / SECONDS_EACH, BURST, mono);
}

struct attempts *attempts_new(void)
{
	struct attempts *attempts = g_new0(struct attempts, 1);
	pthread_mutex_init(&attempts->lock, NULL);
	attempts->buckets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	bucket_init(&attempts->rest, 0);
	return attempts;
}

void attempts_free(struct attempts *attempts)
{
	if (!attempts)
		return;
	g_hash_table_destroy(attempts->buckets);
	pthread_mutex_destroy(&attempts->lock);
	g_free(attempts);
}

static struct token_bucket *find(struct attempts *attempts, const char *address, msec_t mono)
{
	struct token_bucket *bucket = g_hash_table_lookup(attempts->buckets, address);
	if (bucket)
		return bucket;
	if (g_hash_table_size(attempts->buckets) >= ADDRESSES_MAX)
		return &attempts->rest;
	bucket = g_new0(struct token_bucket, 1);
	bucket_init(bucket, mono);
	g_hash_table_insert(attempts->buckets, g_strdup(address), bucket);
	return bucket;
}

bool attempts_take(struct attempts *attempts, const char *address, msec_t mono, msec_t *wait)
{
	pthread_mutex_lock(&attempts->lock);
	struct token_bucket *bucket = find(attempts, address, mono);
	bool taken = token_bucket_take(bucket, mono);
	*wait = taken ? 0 : token_bucket_ready_at(bucket, mono) - mono;
	pthread_mutex_unlock(&attempts->lock);
	return taken;
}

void attempts_forget(struct attempts *attempts, msec_t mono)
{
	GHashTableIter iter;
	gpointer value;
	pthread_mutex_lock(&attempts->lock);
	g_hash_table_iter_init(&iter, attempts->buckets);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (mono - ((struct token_bucket *)value)->at > (msec_t)BURST * SECONDS_EACH * 1000)
			g_hash_table_iter_remove(&iter);
	pthread_mutex_unlock(&attempts->lock);
}
