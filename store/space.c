/* space: how much there is, what is given up when the disk is full, and what history is let go. */
#include "base/log.h"
#include "store/store_state.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BALLAST_BYTES = 16 << 20, PRUNE_ROWS = 500 };

/* A full disk lets SQLite neither insert nor delete nor checkpoint: this reserve is the way out. */
bool ballast_keep(const char *directory, bool keep)
{
	char *path = g_build_filename(directory, "ballast", NULL);
	bool done = true;
	if (keep) {
		int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
		done = file >= 0 && posix_fallocate(file, 0, BALLAST_BYTES) == 0;
		if (file >= 0)
			close(file);
		if (!done)
			unlink(path);
	} else {
		done = unlink(path) == 0 || errno == ENOENT;
	}
	g_free(path);
	return done;
}

static int64_t file_bytes(const char *path, const char *suffix)
{
	struct stat info;
	char *name = g_strconcat(path, suffix, NULL);
	int64_t bytes = stat(name, &info) == 0 ? info.st_size : 0;
	g_free(name);
	return bytes;
}

static int64_t free_bytes(const char *directory)
{
	struct statvfs info;
	return statvfs(directory, &info) == 0 ? (int64_t)info.f_bavail * (int64_t)info.f_frsize : INT64_MAX;
}

static bool copy_to(struct store *store, const char *path)
{
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);
	unlink(path); /* of a copy that was cut short */
	bool fine = database_exec(&store->database, sql) == SQLITE_OK;
	sqlite3_free(sql);
	return fine;
}

void store_keep_copy(struct store *store)
{
	if (store->lock_file < 0)
		return; /* in memory */
	char *path = g_strconcat(store->path, ".before-migration", NULL), *unfinished = g_strconcat(path, ".tmp", NULL);
	int64_t needed = file_bytes(store->path, "") + file_bytes(store->path, "-wal") + store->free_space_least;
	bool room = free_bytes(store->directory) >= needed;
	if (!room || !copy_to(store, unfinished) || rename(unfinished, path) != 0) {
		log_event(LOG_LEVEL_WARNING, "store", "no copy of the older database is kept", "reason",
			  room ? sqlite3_errmsg(store->database.handle) : "too little room on the disk", NULL);
		unlink(unfinished);
	}
	g_free(unfinished);
	g_free(path);
}

void store_measure(struct store *store)
{
	if (store->lock_file < 0)
		return; /* in memory */
	int64_t left = free_bytes(store->directory);
	pthread_mutex_lock(&store->mutex);
	bool was = store->health.accepts;
	/* The ballast given up must fit again before there counts as room, or the gate would swing. */
	bool accepts = left >= store->free_space_least + (was ? 0 : BALLAST_BYTES);
	store->health.accepts = accepts;
	store->health.bytes = file_bytes(store->path, "");
	store->health.wal_bytes = file_bytes(store->path, "-wal");
	store->health.free_bytes = left;
	g_strlcpy(store->health.problem, accepts ? "" : "the disk is nearly full", sizeof store->health.problem);
	pthread_mutex_unlock(&store->mutex);
	if (was && !accepts) {
		ballast_keep(store->directory, false);
		log_event(LOG_LEVEL_ERROR, "store",
			  "the disk is nearly full: only what is owed is written until there is room", "directory",
			  store->directory, NULL);
	} else if (!was && accepts) {
		ballast_keep(store->directory, true);
		log_event(LOG_LEVEL_INFO, "store", "there is room again", "directory", store->directory, NULL);
	}
}

/* What may go, oldest first: events, finished messages, closed incidents and episodes older than the limit; never what is open
 * or owed. The newest event stays, so that its number is never given twice. */
static const char *const prunings[] = {
	"DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE at < ?1 AND +seq < (SELECT max(seq) FROM event)"
	" AND episode NOT IN (SELECT id FROM alert WHERE ended_at = 0) ORDER BY at LIMIT ?2)",
	"DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE finished_at > 0 AND finished_at < ?1"
	" AND state IN ('sent','cancelled','dead') LIMIT ?2)",
	"DELETE FROM incident WHERE root IN (SELECT root FROM incident WHERE closed_at > 0 AND closed_at < ?1 LIMIT "
	"?2)",
	"DELETE FROM told WHERE (episode, integration) IN (SELECT t.episode, t.integration FROM told t JOIN alert a ON "
	"a.id = t.episode"
	" WHERE a.ended_at > 0 AND a.ended_at < ?1 AND t.told IN (0, 3) LIMIT ?2)",
	"DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE ended_at > 0 AND ended_at < ?1"
	" AND id NOT IN (SELECT episode FROM told) LIMIT ?2)",
};

enum { PRUNE_STATEMENTS = 24 }; /* the first place of these statements */

bool store_has_room(struct store *store)
{
	pthread_mutex_lock(&store->mutex);
	bool accepts = store->health.accepts;
	pthread_mutex_unlock(&store->mutex);
	return accepts;
}

/* The oldest time of what may go: what must stay, such as an alert that is open for a year, does not count. */
static const char oldest_of_history[] =
	"SELECT min(at) FROM ("
	"SELECT * FROM (SELECT at FROM event WHERE seq < (SELECT max(seq) FROM event)"
	" AND episode NOT IN (SELECT id FROM alert WHERE ended_at = 0) ORDER BY seq LIMIT 1)"
	" UNION ALL SELECT * FROM (SELECT ended_at FROM alert WHERE ended_at > 0"
	" AND id NOT IN (SELECT episode FROM told WHERE told IN (1, 2)) ORDER BY ended_at LIMIT 1)"
	" UNION ALL SELECT * FROM (SELECT finished_at FROM outbox WHERE finished_at > 0"
	" AND state IN ('sent','cancelled','dead') ORDER BY finished_at LIMIT 1))";

/* What is older goes, but the limit moves only so many times faster than time itself, from the oldest there is at the start:
 * a wall clock that jumped years ahead costs a day of history in an hour, not all of it at once. */
static msec_t age_limit(struct store *store, msec_t oldest, struct now now)
{
	enum { PACE = 24 };
	static const msec_t never_set = 1577836800000; /* 2020: a clock that says less was not set yet */
	msec_t wanted = now.wall - store->retention;
	msec_t most = store->age_limit ? store->age_limit + PACE * (now.mono - store->age_limit_at) : MAX(oldest, never_set);
	store->age_limit = MIN(wanted, most);
	store->age_limit_at = now.mono;
	return store->age_limit;
}

/* Over the size limit or without room on the disk, history goes in steps of a tenth of its span. */
static msec_t prune_before(struct store *store, struct now now)
{
	msec_t oldest = database_number(&store->database, oldest_of_history, now.wall - store->retention);
	msec_t before = age_limit(store, oldest, now);
	int64_t pages = database_number(&store->database, "PRAGMA page_count", 0) -
			database_number(&store->database, "PRAGMA freelist_count", 0);
	int64_t page_size = database_number(&store->database, "PRAGMA page_size", 4096);
	if (pages * page_size > store->size_limit || !store_has_room(store)) {
		msec_t newest = MIN(now.wall, oldest + store->retention);
		before = MAX(before, oldest + (newest - oldest) / 10);
	}
	return before;
}

bool store_prune(struct store *store, struct now now)
{
	struct database *database = &store->database;
	msec_t before = prune_before(store, now);
	if (database_exec(database, "BEGIN IMMEDIATE") != SQLITE_OK)
		return false;
	bool more = false;
	int result = SQLITE_OK;
	for (unsigned i = 0; i < G_N_ELEMENTS(prunings) && result == SQLITE_OK; i++) {
		sqlite3_stmt *statement = database_statement(database, PRUNE_STATEMENTS + i, prunings[i]);
		if (!statement) {
			result = SQLITE_ERROR;
			break;
		}
		bind_int(statement, 1, before);
		bind_int(statement, 2, PRUNE_ROWS / (int)G_N_ELEMENTS(prunings));
		result = database_run(statement);
		more |= sqlite3_changes(database->handle) == PRUNE_ROWS / (int)G_N_ELEMENTS(prunings);
	}
	if (result == SQLITE_OK)
		result = database_exec(database, "COMMIT");
	if (result != SQLITE_OK) {
		struct error err;
		database_error(database, &err, "pruning");
		database_exec(database, "ROLLBACK");
		log_event(LOG_LEVEL_WARNING, "store", "history could not be pruned", "reason", err.text, NULL);
		return false;
	}
	database_exec(database, "PRAGMA incremental_vacuum(256)");
	return more;
}
