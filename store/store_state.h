/* store_state: what the parts of the SQLite store share; private to store/. Fields say whose they are. */
#ifndef STORE_STORE_STATE_H
#define STORE_STORE_STATE_H

#include "store/database.h"
#include "store/store.h"
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

enum { READERS = 2, READS_WAITING = 256, GROUP_COMMIT_MAX = 64 };

struct commit_job {
	const struct effects *effects;
	store_done_fn *done;
	void *ctx;
};

struct read_job {
	void (*run)(struct database *database, struct read_job *job, struct store_page *page);
	struct store_query_events events;
	struct store_query_alerts alerts;
	struct store_query_counts counts;
	struct store_query_outbox outbox;
	msec_t since; /* wall; of statistics */
	char *episode, *cursor, *integration; /* owned copies of what the queries point to */
	store_page_fn *done;
	void *ctx;
};

struct reader {
	struct store *store;
	pthread_t thread;
	struct database database; /* its thread's only */
};

struct store {
	struct clock *clock;
	char *directory, *path; /* path: the database's URI or file */
	int lock_file; /* descriptor of the lock file, -1 for memory */
	msec_t retention;
	int64_t size_limit, free_space_least;
	bool unclean;

	pthread_mutex_t mutex;
	pthread_cond_t work, reads;
	/* under mutex */
	GQueue commits; /* struct commit_job * */
	GQueue readings; /* struct read_job * */
	bool closing;
	struct store_health health;
	char refusal[256]; /* why the last commit was refused; "" once one is taken */

	pthread_t writer;
	struct reader readers[READERS];
	unsigned threads_started;
	/* writer thread only */
	struct database database;
	msec_t started_at, checked_space_at, pruned_at; /* mono */
	msec_t age_limit, age_limit_at; /* wall: what is older goes; mono: as of; 0 = not looked yet */
	int uncopied; /* pages that are only in the WAL */
	bool pruning; /* more to prune: go on at the next turn */
};

void *store_writer(void *ctx);
void *store_reader(void *ctx);
/* Takes the job; false when too many wait, and done is never called. */
bool store_queue_read(struct store *store, struct read_job *job, store_page_fn *done, void *ctx);

/* Writes one batch inside an open transaction. SQLite's result code. */
int write_effects(struct database *database, const struct effects *effects);

/* Housekeeping between commits, on the writer thread. */
void store_measure(struct store *store); /* sizes and free space into health */
bool store_has_room(struct store *store); /* any thread */
/* A copy beside the database, as it is: "tocsin.db.before-migration", in place of an older one. Without room for it there
 * is none, and a warning. */
void store_keep_copy(struct store *store);
bool store_prune(struct store *store, struct now now); /* one small transaction; true: there is more */
bool ballast_keep(const char *directory, bool keep); /* the reserve that is given up when the disk is full */

/* Reader threads. The first place for statements of read_history.c and read_counts.c in a reader's database. */
enum { READ_HISTORY_STATEMENTS = 8, READ_COUNTS_STATEMENTS = 12 };
/* Until: what happened later does not count. False on an error of the database. */
bool read_facts(struct database *database, const char *episode, msec_t until, struct arena *arena,
		struct store_facts *out);
/* The alert as it was at a time, from the log; where that does not reach back, from what it is now. One reference. */
struct alert *read_alert_at(struct database *database, const struct alert *alert, msec_t at);
void read_counts(struct database *database, struct read_job *job, struct store_page *page);
struct alert *alert_from_text(const char *text, struct error *err); /* a document */

/* All columns of the outbox table, then the payload or NULL; texts go to the arena. */
void outbox_from_row(sqlite3_stmt *row, struct arena *arena, struct outbox_row *one);

#endif
