/* What the store does again and again costs by what there is to do, not by how much history is kept: the work of each
 * statement is counted in steps of SQLite's virtual machine. */
#include "base/json.h"
#include "tests/store/commits.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

enum { STEPS_MAX = 5000 }; /* for 20,000 rows in each table */

static char *directory;
static atomic_bool watching, pruned;
static atomic_int worst;
static GMutex lock;
static char worst_sql[2000]; /* under lock */

static int note_work(unsigned what, void *ctx, void *statement, void *time)
{
	const char *sql = sqlite3_sql(statement);
	int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
	if (!watching || !sql)
		return 0;
	if (g_str_has_prefix(sql, "DELETE FROM alert"))
		pruned = true; /* the last of them */
	g_mutex_lock(&lock);
	if (steps > worst) {
		worst = steps;
		g_strlcpy(worst_sql, sql, sizeof worst_sql);
	}
	g_mutex_unlock(&lock);
	return 0;
}

static int watch(sqlite3 *handle, const char **problem, const struct sqlite3_api_routines *api)
{
	return sqlite3_trace_v2(handle, SQLITE_TRACE_PROFILE, note_work, NULL);
}

static void fill(void)
{
	static const char rows[] =
		"CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000) SELECT i FROM n;"
		"INSERT INTO event SELECT i, 1764000000000+i, 'comment', '', NULL, '{}' FROM n;"
		"INSERT INTO alert SELECT printf('01A%023d',i), 'R', 2, 1764000000000+i, 1764000000001+i, '{}' FROM n;"
		"INSERT INTO incident SELECT printf('01B%023d',i), 'K7Q4', 'a', 'g', 1, 1, NULL, NULL, 0, 0, 1764000000000+i, 2 FROM n;"
		"INSERT INTO outbox SELECT printf('01C%023d',i), i, 'a', 'a', 'slack', '', '', '[]', 'firing', 'first', 2, '',"
		" CASE i%2 WHEN 0 THEN 'sent' ELSE 'cancelled' END, 1, 0, 0, 0, 1764000000000+i, NULL, 'none', 0 FROM n;";
	char *path = g_build_filename(directory, "tocsin.db", NULL);
	sqlite3 *handle;
	cr_assert_eq(sqlite3_open(path, &handle), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(handle, rows, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(handle));
	sqlite3_close(handle);
	g_free(path);
}

struct answer {
	GMutex mutex;
	GCond cond;
	bool there;
};

static void on_page(void *ctx, struct store_page *page)
{
	struct answer *answer = ctx;
	cr_expect_str_eq(page->error.text, "");
	cr_expect_eq(page->outbox_count, 0);
	store_page_free(page);
	g_mutex_lock(&answer->mutex);
	answer->there = true;
	g_cond_signal(&answer->cond);
	g_mutex_unlock(&answer->mutex);
}

static void read_dead_letters(struct store *store)
{
	struct answer answer = {.there = false};
	cr_assert(store_read_outbox(store, &(struct store_query_outbox){.state = OUTBOX_DEAD}, on_page, &answer));
	g_mutex_lock(&answer.mutex);
	while (!answer.there)
		g_cond_wait(&answer.cond, &answer.mutex);
	g_mutex_unlock(&answer.mutex);
}

Test(store_work, a_long_history_makes_no_start_and_no_pruning_longer, .timeout = 60)
{
	struct clock *clock = clock_virtual_new(INT64_C(1764000100000));
	struct error err = {""};
	json_setup();
	directory = store_folder_new();
	struct store_options options = {.directory = directory, .clock = clock};
	struct store *store = store_open(&options, &err);
	cr_assert_not_null(store, "%s", err.text);
	store_close(store);
	fill();
	sqlite3_auto_extension((void (*)(void))watch);
	store = store_open(&options, &err);
	cr_assert_not_null(store, "%s", err.text);
	watching = true;
	struct recovered recovered;
	cr_assert(store_recover(store, &recovered, &err), "%s", err.text);
	recovered_release(&recovered);
	while (!pruned) { /* the writer gets to it in its own time; the timeout ends a wait for nothing */
		clock_virtual_advance(clock, 60001);
		read_dead_letters(store);
	}
	watching = false;
	store_close(store);
	cr_expect_lt(worst, STEPS_MAX, "%d steps: %s", worst, worst_sql);
	sqlite3_reset_auto_extension();
	store_folder_remove(directory);
	clock_virtual_free(clock);
}
