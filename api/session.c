#include "api/session.h"

#include <glib.h>
#include <pthread.h>
#include <string.h>

struct session {
	char token[TOKEN_HASH_SIZE];
	msec_t opened_at, used_at;
};

struct sessions {
	struct tokens *tokens;
	pthread_mutex_t lock;
	GHashTable *table; /* hash of the id -> struct session: the id itself is nowhere in memory for long */
};

struct sessions *sessions_new(struct tokens *tokens)
{
	struct sessions *sessions = g_new0(struct sessions, 1);
	sessions->tokens = tokens;
	sessions->table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	pthread_mutex_init(&sessions->lock, NULL);
	return sessions;
}

void sessions_free(struct sessions *sessions)
{
	if (!sessions)
		return;
	g_hash_table_destroy(sessions->table);
	pthread_mutex_destroy(&sessions->lock);
	g_free(sessions);
}

static msec_t idle_left(const struct session *session, msec_t now_mono)
{
	return session->used_at + SESSION_IDLE - now_mono;
}

static msec_t age_left(const struct session *session, msec_t now_mono)
{
	return session->opened_at + SESSION_AGE - now_mono;
}

static bool is_over(const struct session *session, msec_t now_mono)
{
	return idle_left(session, now_mono) <= 0 || age_left(session, now_mono) <= 0;
}

static void drop_oldest(GHashTable *table)
{
	GHashTableIter iter;
	gpointer key, value, oldest = NULL;
	msec_t oldest_at = MSEC_NEVER;
	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (((struct session *)value)->used_at < oldest_at) {
			oldest = key;
			oldest_at = ((struct session *)value)->used_at;
		}
	}
	if (oldest)
		g_hash_table_remove(table, oldest);
}

bool sessions_open(struct sessions *sessions, const char *token, msec_t now_mono, char id[SESSION_ID_SIZE],
		   struct identity *who)
{
	if (!tokens_find(sessions->tokens, token, who))
		return false;
	char hash[TOKEN_HASH_SIZE];
	struct session *session = g_new0(struct session, 1);
	token_hash(token, session->token);
	session->opened_at = session->used_at = now_mono;
	token_make(id);
	token_hash(id, hash);
	pthread_mutex_lock(&sessions->lock);
	if (g_hash_table_size(sessions->table) >= SESSIONS_MAX)
		drop_oldest(sessions->table);
	g_hash_table_replace(sessions->table, g_strdup(hash), session);
	pthread_mutex_unlock(&sessions->lock);
	return true;
}

bool sessions_find(struct sessions *sessions, const char *id, msec_t now_mono, struct identity *who)
{
	char hash[TOKEN_HASH_SIZE], token[TOKEN_HASH_SIZE];
	token_hash(id, hash);
	pthread_mutex_lock(&sessions->lock);
	struct session *session = g_hash_table_lookup(sessions->table, hash);
	bool live = session && !is_over(session, now_mono);
	if (live) {
		session->used_at = now_mono;
		memcpy(token, session->token, sizeof token);
	}
	pthread_mutex_unlock(&sessions->lock);
	return live && tokens_find_hash(sessions->tokens, token, who);
}

bool sessions_keep(struct sessions *sessions, const char *hash, msec_t now_mono)
{
	struct identity who;
	char token[TOKEN_HASH_SIZE];
	pthread_mutex_lock(&sessions->lock);
	struct session *session = g_hash_table_lookup(sessions->table, hash);
	bool live = session && age_left(session, now_mono) > 0;
	if (live) {
		session->used_at = now_mono;
		memcpy(token, session->token, sizeof token);
	}
	pthread_mutex_unlock(&sessions->lock);
	return live && tokens_find_hash(sessions->tokens, token, &who);
}

msec_t sessions_left(struct sessions *sessions, const char *hash, msec_t now_mono)
{
	pthread_mutex_lock(&sessions->lock);
	const struct session *session = g_hash_table_lookup(sessions->table, hash);
	msec_t left = session ? MIN(idle_left(session, now_mono), age_left(session, now_mono)) : 0;
	pthread_mutex_unlock(&sessions->lock);
	return MAX(left, 0);
}

void sessions_close(struct sessions *sessions, const char *id)
{
	char hash[TOKEN_HASH_SIZE];
	token_hash(id, hash);
	pthread_mutex_lock(&sessions->lock);
	g_hash_table_remove(sessions->table, hash);
	pthread_mutex_unlock(&sessions->lock);
}

void sessions_expire(struct sessions *sessions, msec_t now_mono)
{
	GHashTableIter iter;
	gpointer value;
	struct identity who;
	pthread_mutex_lock(&sessions->lock);
	g_hash_table_iter_init(&iter, sessions->table);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct session *session = value;
		if (is_over(session, now_mono) ||
		    !tokens_find_hash(sessions->tokens, session->token, &who))
			g_hash_table_iter_remove(&iter);
	}
	pthread_mutex_unlock(&sessions->lock);
}
