#include "store/store.h"
#include "base/log.h"
#include "store/schema.h"
#include "store/store_state.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#define CIFS_MAGIC 0xff534d42u
#define SMB2_MAGIC 0xfe534d42u

static bool in_memory(const char *directory)
{
	return strcmp(directory, ":memory:") == 0;
}

/* SQLite's locks cannot be trusted there. */
static bool filesystem_fits(const char *directory, struct error *err)
{
	struct statfs info;
	if (statfs(directory, &info) != 0)
		return error_set(err, "%s: %s", directory, g_strerror(errno));
	uint32_t type = (uint32_t)info.f_type;
	if (type == NFS_SUPER_MAGIC || type == SMB_SUPER_MAGIC || type == CIFS_MAGIC || type == SMB2_MAGIC)
		return error_set(err, "%s is on a network file system; the state needs a local disk", directory);
	return true;
}

/* A file of its own, so that closing it never drops SQLite's locks. */
static int lock_directory(const char *directory, struct error *err)
{
	char *path = g_build_filename(directory, "tocsin.lock", NULL);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (lock < 0) {
		error_set(err, "%s: %s", path, g_strerror(errno));
	} else if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
		error_set(err, "%s is in use by another tocsind", directory);
		close(lock);
		lock = -1;
	}
	g_free(path);
	return lock;
}

static char *memory_path(const void *store)
{
	return g_strdup_printf("file:tocsin-%p?mode=memory&cache=shared", store);
}

/* The mark stands while the daemon runs: found at a start, the last stop was not orderly. */
static bool mark_running(struct store *store, struct error *err)
{
	store->unclean = database_number(&store->database, "SELECT count(*) FROM meta WHERE key='running'", 0) > 0;
	if (database_exec(&store->database, "INSERT OR REPLACE INTO meta VALUES ('running','1')") != SQLITE_OK)
		return database_error(&store->database, err, "marking the start");
	return true;
}

static bool check_integrity(struct store *store, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	bool fine = sqlite3_prepare_v2(store->database.handle, "PRAGMA quick_check(1)", -1, &statement, NULL) ==
			    SQLITE_OK &&
		    sqlite3_step(statement) == SQLITE_ROW && strcmp(column_text(statement, 0), "ok") == 0;
	if (!fine)
		error_set(err, "%s is damaged (quick_check): restore a copy, or move it aside to start empty",
			  store->path);
	sqlite3_finalize(statement);
	return fine;
}

static bool open_databases(struct store *store, struct error *err)
{
	if (!database_open(&store->database, store->path, DATABASE_WRITE, err))
		return false;
	if (schema_is_older(&store->database))
		store_keep_copy(store);
	if (!schema_migrate(&store->database, err) || !mark_running(store, err))
		return false;
	if (store->unclean && !check_integrity(store, err))
		return false;
	for (unsigned i = 0; i < READERS; i++)
		if (!database_open(&store->readers[i].database, store->path, DATABASE_READ, err))
			return false;
	return true;
}

static bool open_directory(struct store *store, struct error *err)
{
	if (in_memory(store->directory)) {
		store->path = memory_path(store);
		return true;
	}
	store->path = g_build_filename(store->directory, "tocsin.db", NULL);
	if (!filesystem_fits(store->directory, err))
		return false;
	store->lock_file = lock_directory(store->directory, err);
	if (store->lock_file < 0)
		return false;
	ballast_keep(store->directory, true);
	return true;
}

static bool start_threads(struct store *store, struct error *err)
{
	int failed = pthread_create(&store->writer, NULL, store_writer, store);
	if (failed)
		return error_set(err, "thread: %s", g_strerror(failed));
	store->threads_started = 1;
	for (unsigned i = 0; i < READERS; i++) {
		store->readers[i].store = store;
		failed = pthread_create(&store->readers[i].thread, NULL, store_reader, &store->readers[i]);
		if (failed)
			return error_set(err, "thread: %s", g_strerror(failed));
		store->threads_started++;
	}
	return true;
}

struct store *store_open(const struct store_options *options, struct error *err)
{
	struct store *store = g_new0(struct store, 1);
	store->clock = options->clock ? options->clock : clock_system();
	store->directory = g_strdup(options->directory);
	store->lock_file = -1;
	store->retention = options->retention > 0 ? options->retention : (msec_t)90 * 24 * 3600 * 1000;
	store->size_limit = options->size_limit > 0 ? options->size_limit : (int64_t)4 << 30;
	store->free_space_least = options->free_space_least > 0 ? options->free_space_least : (int64_t)64 << 20;
	store->health.accepts = true;
	pthread_mutex_init(&store->mutex, NULL);
	clock_cond_init(&store->work);
	clock_cond_init(&store->reads);
	g_queue_init(&store->commits);
	g_queue_init(&store->readings);
	if (open_directory(store, err) && open_databases(store, err) && start_threads(store, err))
		return store;
	store_close(store);
	return NULL;
}

static void stop_threads(struct store *store)
{
	pthread_mutex_lock(&store->mutex);
	store->closing = true;
	pthread_cond_broadcast(&store->work);
	pthread_cond_broadcast(&store->reads);
	pthread_mutex_unlock(&store->mutex);
	if (store->threads_started > 0)
		pthread_join(store->writer, NULL);
	for (unsigned i = 1; i < store->threads_started; i++)
		pthread_join(store->readers[i - 1].thread, NULL);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	bool ran = store->threads_started > 0;
	stop_threads(store);
	for (unsigned i = 0; i < READERS; i++)
		database_close(&store->readers[i].database);
	if (ran && database_exec(&store->database, "DELETE FROM meta WHERE key='running'") != SQLITE_OK)
		log_event(LOG_LEVEL_WARNING, "store", "the stop could not be marked as orderly", NULL);
	if (ran)
		sqlite3_wal_checkpoint_v2(store->database.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	database_close(&store->database);
	if (store->lock_file >= 0)
		close(store->lock_file);
	pthread_mutex_destroy(&store->mutex);
	pthread_cond_destroy(&store->work);
	pthread_cond_destroy(&store->reads);
	g_free(store->directory);
	g_free(store->path);
	g_free(store);
}

const char *store_path(const struct store *store)
{
	return store->path;
}

void store_health(struct store *store, struct store_health *out)
{
	pthread_mutex_lock(&store->mutex);
	*out = store->health;
	if (!out->problem[0])
		g_strlcpy(out->problem, store->refusal, sizeof out->problem);
	pthread_mutex_unlock(&store->mutex);
}

void store_page_free(struct store_page *page)
{
	if (!page)
		return;
	for (size_t i = 0; i < page->alert_count; i++)
		alert_unref(page->alerts[i]);
	arena_free(page->arena);
	g_free(page);
}
