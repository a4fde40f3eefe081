/* statistics: how often rules fired and how channels did, counted by the database; each from one covering index. */
#include "store/store_state.h"
#include <stdlib.h>
#include <string.h>

enum { STATISTICS_STATEMENTS = 28 }; /* the first place of these statements */
enum { HOUR_MSEC = 3600000, DELIVERIES_MAX = 200000 };

static void fail(struct database *database, struct store_page *page)
{
	database_error(database, &page->error, "counting");
}

/* ---- rules ---- */

static void run_rule_counts(struct database *database, struct read_job *job, struct store_page *page)
{
	sqlite3_stmt *row = database_statement(database, STATISTICS_STATEMENTS,
					       "SELECT rule, max(started_at), sum(started_at>=?1) FROM alert GROUP BY rule");
	if (!row) {
		fail(database, page);
		return;
	}
	bind_int(row, 1, job->since);
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct store_rule_count));
	int result;
	while ((result = sqlite3_step(row)) == SQLITE_ROW) {
		struct store_rule_count one = {
			.rule = arena_strdup(page->arena, column_text(row, 0)),
			.last_fired = sqlite3_column_int64(row, 1),
			.fired = (uint64_t)sqlite3_column_int64(row, 2),
		};
		g_array_append_val(found, one);
	}
	if (result != SQLITE_DONE)
		fail(database, page);
	sqlite3_reset(row);
	page->rule_counts = arena_alloc(page->arena, (found->len + 1) * sizeof *page->rule_counts);
	page->rule_count_count = found->len;
	if (found->len)
		memcpy(page->rule_counts, found->data, found->len * sizeof *page->rule_counts);
	g_array_free(found, TRUE);
}

/* ---- deliveries ---- */

struct tally {
	struct store_delivery_count counts;
	GArray *latencies; /* msec_t */
};

struct tallies {
	GPtrArray *list; /* struct tally, owned */
	GHashTable *by_name; /* borrowed */
	msec_t since;
};

static void tally_free(void *item)
{
	struct tally *tally = item;
	g_array_free(tally->latencies, TRUE);
	g_free(tally->counts.integration);
	g_free(tally);
}

static struct tally *tally_of(struct tallies *tallies, const char *integration)
{
	struct tally *tally = g_hash_table_lookup(tallies->by_name, integration);
	if (tally)
		return tally;
	tally = g_new0(struct tally, 1);
	tally->counts.integration = g_strdup(integration);
	tally->latencies = g_array_new(FALSE, FALSE, sizeof(msec_t));
	g_ptr_array_add(tallies->list, tally);
	g_hash_table_insert(tallies->by_name, tally->counts.integration, tally);
	return tally;
}

static size_t hour_of(const struct tallies *tallies, msec_t at)
{
	msec_t hour = at > tallies->since ? (at - tallies->since) / HOUR_MSEC : 0;
	return hour < STORE_HOURS ? (size_t)hour : STORE_HOURS - 1;
}

/* One row that is over: sent, or not; every attempt but a last good one failed. */
static void count_finished(struct tallies *tallies, sqlite3_stmt *row)
{
	struct tally *tally = tally_of(tallies, column_text(row, 1));
	msec_t finished = sqlite3_column_int64(row, 0), latency = finished - sqlite3_column_int64(row, 4);
	int64_t attempts = sqlite3_column_int64(row, 3);
	size_t hour = hour_of(tallies, finished);
	bool sent = strcmp(column_text(row, 2), "sent") == 0;
	if (sent) {
		latency = latency > 0 ? latency : 0;
		tally->counts.sent[hour]++;
		tally->counts.last_sent_at = MAX(tally->counts.last_sent_at, finished);
		g_array_append_val(tally->latencies, latency);
	}
	tally->counts.failed[hour] += (uint32_t)MAX(attempts - sent, 0);
}

static void count_waiting(struct tallies *tallies, sqlite3_stmt *row)
{
	msec_t last = sqlite3_column_int64(row, 2);
	if (last >= tallies->since)
		tally_of(tallies, column_text(row, 0))->counts.failed[hour_of(tallies, last)] +=
			(uint32_t)sqlite3_column_int64(row, 1);
}

static bool walk(struct database *database, unsigned place, const char *sql, struct tallies *tallies,
		 void (*count)(struct tallies *tallies, sqlite3_stmt *row))
{
	sqlite3_stmt *row = database_statement(database, place, sql);
	int result = row ? SQLITE_ROW : SQLITE_ERROR;
	if (row && sqlite3_bind_parameter_count(row) == 2) {
		bind_int(row, 1, tallies->since);
		bind_int(row, 2, DELIVERIES_MAX);
	}
	while (row && (result = sqlite3_step(row)) == SQLITE_ROW)
		count(tallies, row);
	sqlite3_reset(row);
	return result == SQLITE_DONE;
}

static int by_size(gconstpointer a, gconstpointer b)
{
	msec_t x = *(const msec_t *)a, y = *(const msec_t *)b;
	return (x > y) - (x < y);
}

/* Nearest rank; -1 without any. */
static msec_t percentile(const GArray *sorted, unsigned percent)
{
	return sorted->len ? g_array_index(sorted, msec_t, (sorted->len * percent + 99) / 100 - 1) : -1;
}

static void hand_over(struct tallies *tallies, struct store_page *page)
{
	page->deliveries = arena_alloc(page->arena, (tallies->list->len + 1) * sizeof *page->deliveries);
	for (guint i = 0; i < tallies->list->len; i++) {
		struct tally *tally = tallies->list->pdata[i];
		struct store_delivery_count *out = &page->deliveries[page->delivery_count++];
		g_array_sort(tally->latencies, by_size);
		*out = tally->counts;
		out->integration = arena_strdup(page->arena, tally->counts.integration);
		out->latency_p50 = percentile(tally->latencies, 50);
		out->latency_p95 = percentile(tally->latencies, 95);
	}
}

static void run_deliveries(struct database *database, struct read_job *job, struct store_page *page)
{
	struct tallies tallies = {
		.list = g_ptr_array_new_with_free_func(tally_free),
		.by_name = g_hash_table_new(g_str_hash, g_str_equal),
		.since = job->since,
	};
	/* The newest, should there be more than anybody can have read. */
	if (!walk(database, STATISTICS_STATEMENTS + 1,
		  "SELECT finished_at, integration, state, attempts, created_at FROM outbox"
		  " WHERE finished_at>0 AND finished_at>=?1 ORDER BY finished_at DESC LIMIT ?2",
		  &tallies, count_finished) ||
	    !walk(database, STATISTICS_STATEMENTS + 2,
		  "SELECT integration, attempts, started_at FROM outbox"
		  " WHERE state IN ('pending','sending','retry','ambiguous','dead')"
		  " AND state IN ('retry','ambiguous')",
		  &tallies, count_waiting))
		fail(database, page);
	hand_over(&tallies, page);
	g_hash_table_destroy(tallies.by_name);
	g_ptr_array_free(tallies.list, TRUE);
}

static bool queue(struct store *store, msec_t since,
		  void (*run)(struct database *database, struct read_job *job, struct store_page *page),
		  store_page_fn *done, void *ctx)
{
	struct read_job *job = g_new0(struct read_job, 1);
	job->run = run;
	job->since = since;
	return store_queue_read(store, job, done, ctx);
}

bool store_read_rule_counts(struct store *store, msec_t since, store_page_fn *done, void *ctx)
{
	return queue(store, since, run_rule_counts, done, ctx);
}

bool store_read_deliveries(struct store *store, msec_t since, store_page_fn *done, void *ctx)
{
	return queue(store, since, run_deliveries, done, ctx);
}
