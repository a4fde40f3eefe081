/* writer: the thread that owns the write connection: takes what is queued, commits it together, then answers. */
#include "base/failpoint.h"
#include "base/log.h"
#include "store/store_state.h"
#include <string.h>

/* The WAL is copied back in a quiet moment, soon when it has grown, and at 128 MiB without waiting for one: a storm of
 * 10,000 alerts writes some 105 MiB, and its messages should not wait for the copying. */
enum { WAL_PAGES_WANTED = 1000, WAL_PAGES_MAX = 32768 };
static const msec_t space_every = 5000, prune_every = 60000, prune_pause = 20, quiet_enough = 50;

void store_commit(struct store *store, const struct effects *effects, store_done_fn *done, void *ctx)
{
	struct commit_job *job = g_new(struct commit_job, 1);
	*job = (struct commit_job){effects, done, ctx};
	pthread_mutex_lock(&store->mutex);
	g_queue_push_tail(&store->commits, job);
	pthread_cond_signal(&store->work);
	pthread_mutex_unlock(&store->mutex);
}

/* An I/O error at COMMIT says nothing about what is on the disk: only a new start can tell. */
static enum store_outcome outcome_of_commit(int result)
{
	switch (result & 0xff) {
	case SQLITE_OK:
		return STORE_COMMITTED;
	case SQLITE_BUSY:
	case SQLITE_FULL:
	case SQLITE_CONSTRAINT:
		return STORE_REFUSED;
	default:
		return STORE_UNKNOWN;
	}
}

static enum store_outcome outcome_before_commit(int result)
{
	int primary = result & 0xff;
	return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ? STORE_UNKNOWN : STORE_REFUSED;
}

static enum store_outcome write_all(struct store *store, struct commit_job **jobs, size_t count, struct error *err)
{
	struct database *database = &store->database;
	if (FAILPOINT("store.begin")) {
		error_set(err, "failpoint store.begin");
		return STORE_REFUSED;
	}
	int result = database_exec(database, "BEGIN IMMEDIATE");
	for (size_t i = 0; i < count && result == SQLITE_OK; i++)
		result = write_effects(database, jobs[i]->effects);
	if (result == SQLITE_OK && FAILPOINT("store.commit"))
		result = SQLITE_BUSY;
	if (result != SQLITE_OK) {
		database_error(database, err, "writing");
		database_exec(database, "ROLLBACK");
		return outcome_before_commit(result);
	}
	result = database_exec(database, "COMMIT");
	if (result == SQLITE_OK)
		return FAILPOINT("store.committed") ? (error_set(err, "failpoint store.committed"), STORE_UNKNOWN)
						    : STORE_COMMITTED;
	database_error(database, err, "commit");
	if (outcome_of_commit(result) == STORE_REFUSED)
		database_exec(database, "ROLLBACK");
	return outcome_of_commit(result);
}

static void answer(struct commit_job **jobs, size_t count, enum store_outcome outcome, const struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		jobs[i]->done(jobs[i]->ctx, outcome, err);
		g_free(jobs[i]);
	}
}

/* Accruals of instances and nothing else: losing them costs an alert some patience, never a message. */
static bool is_checkpoint(const struct effects *effects)
{
	return !effects->alerts_count && !effects->events_count && !effects->told_count && !effects->groups_count &&
	       !effects->members_count && !effects->incidents_count && !effects->outbox_count;
}

/* Without room the least important work is shed: checkpoints are answered as if written, so that they block nobody;
 * what is owed is tried, and the disk has the last word. Returns how many jobs are left, at the front. */
static size_t shed(struct store *store, struct commit_job **jobs, size_t count)
{
	if (store_has_room(store))
		return count;
	size_t kept = 0;
	struct error none = {""};
	for (size_t i = 0; i < count; i++) {
		if (is_checkpoint(jobs[i]->effects))
			answer(&jobs[i], 1, STORE_COMMITTED, &none);
		else
			jobs[kept++] = jobs[i];
	}
	return kept;
}

static void note_commit(struct store *store, enum store_outcome outcome, msec_t elapsed, const struct error *err)
{
	pthread_mutex_lock(&store->mutex);
	store->health.last_commit_elapsed = elapsed;
	if (outcome == STORE_COMMITTED)
		store->health.commits++;
	else
		store->health.refusals++;
	g_strlcpy(store->refusal, outcome == STORE_COMMITTED ? "" : err->text, sizeof store->refusal);
	pthread_mutex_unlock(&store->mutex);
}

static void commit_all(struct store *store, struct commit_job **jobs, size_t count)
{
	struct error err = {""};
	msec_t start = store->clock->read(store->clock).mono;
	count = shed(store, jobs, count);
	if (!count)
		return;
	enum store_outcome outcome = write_all(store, jobs, count, &err);
	if (outcome == STORE_REFUSED && strstr(err.text, "full"))
		store->checked_space_at = 0; /* look at once */
	note_commit(store, outcome, store->clock->read(store->clock).mono - start, &err);
	answer(jobs, count, outcome, &err);
}

/* The first pruning waits for a quiet moment after the start, but not for ever. */
static bool pruning_is_due(const struct store *store, msec_t mono, bool idle)
{
	if (store->pruning)
		return true;
	if (store->pruned_at == 0)
		return idle || mono - store->started_at >= prune_every;
	return mono - store->pruned_at >= prune_every;
}

static void keep_house(struct store *store, bool idle)
{
	struct now now = store->clock->read(store->clock);
	if (store->checked_space_at == 0 || now.mono - store->checked_space_at >= space_every) {
		store_measure(store);
		store->checked_space_at = now.mono;
	}
	if (pruning_is_due(store, now.mono, idle)) {
		store->pruning = store_prune(store, now);
		store->pruned_at = now.mono;
	}
}

static int note_wal(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	struct store *store = ctx;
	(void)handle;
	(void)name;
	store->uncopied = pages;
	return SQLITE_OK;
}

/* A flipped bit in the WAL silently ends it there: when there is nothing to do, it goes into the database. Never inside a
 * commit: whoever waits for its answer would wait for the copying too. What a big batch took of memory is given back. */
static void checkpoint(struct store *store)
{
	if (!store->uncopied)
		return;
	sqlite3_wal_checkpoint_v2(store->database.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite3_db_release_memory(store->database.handle);
	store->uncopied = 0;
}

static msec_t longest_pause(const struct store *store)
{
	if (store->pruning)
		return prune_pause;
	return store->uncopied >= WAL_PAGES_WANTED ? quiet_enough : space_every;
}

/* Waits for work; takes at most GROUP_COMMIT_MAX. Returns how many; closing is told apart by 0 and store->closing. */
static size_t take_jobs(struct store *store, struct commit_job **jobs, bool *closing)
{
	size_t count = 0;
	pthread_mutex_lock(&store->mutex);
	if (g_queue_is_empty(&store->commits) && !store->closing) {
		store->clock->wait(store->clock, &store->work, &store->mutex,
				   store->clock->read(store->clock).mono + longest_pause(store));
	}
	while (count < GROUP_COMMIT_MAX && !g_queue_is_empty(&store->commits))
		jobs[count++] = g_queue_pop_head(&store->commits);
	*closing = store->closing;
	pthread_mutex_unlock(&store->mutex);
	return count;
}

void *store_writer(void *ctx)
{
	struct store *store = ctx;
	struct commit_job *jobs[GROUP_COMMIT_MAX];
	sqlite3_wal_hook(store->database.handle, note_wal, store);
	store_measure(store);
	store->started_at = store->clock->read(store->clock).mono;
	for (;;) {
		bool closing;
		size_t count = take_jobs(store, jobs, &closing);
		if (count > 0)
			commit_all(store, jobs, count);
		else if (closing)
			return NULL;
		if (count == 0 || store->uncopied >= WAL_PAGES_MAX)
			checkpoint(store);
		keep_house(store, count == 0); /* also under load: space and history are watched by time */
	}
}
