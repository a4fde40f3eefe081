/* read_counts: how many episodes began and were open over a time, by severity, and what they were like. */
#include "store/store_state.h"
#include <stdlib.h>
#include <string.h>

enum { COUNT = READ_COUNTS_STATEMENTS, COUNT_DOCUMENTS };
enum { EPISODES_MAX = 200000, DOCUMENTS_MAX = 20000 };

struct counting {
	const struct store_query_counts *query;
	struct store_counts *out;
	GArray *durations, *acks; /* msec_t */
	GArray *changes; /* struct change */
};

/* One more, or one less, open from then on. */
struct change {
	msec_t at;
	int by;
	unsigned severity;
};

struct spell {
	msec_t started, ended, acked; /* ended, acked: 0 = not */
	unsigned severity;
};

static void add_change(struct counting *counting, msec_t at, int by, unsigned severity)
{
	struct change change = {at, by, severity};
	g_array_append_val(counting->changes, change);
}

static void count_spell(struct counting *counting, const struct spell *spell)
{
	struct store_counts *out = counting->out;
	msec_t past = spell->started - counting->query->from;
	if (past >= 0 && past / out->bucket < out->bucket_count)
		out->buckets[past / out->bucket].opened[spell->severity]++;
	add_change(counting, spell->started, 1, spell->severity);
	if (spell->ended)
		add_change(counting, spell->ended, -1, spell->severity);
	out->episodes++;
	out->still_open += !spell->ended;
	out->recovered_unacknowledged += spell->ended && !spell->acked;
	msec_t lasted = spell->ended - spell->started, waited = spell->acked - spell->started;
	if (spell->ended)
		g_array_append_val(counting->durations, lasted);
	if (spell->acked && spell->severity == SEVERITY_CRITICAL)
		g_array_append_val(counting->acks, waited);
}

static int compare(const void *a, const void *b)
{
	msec_t one = *(const msec_t *)a, other = *(const msec_t *)b;
	return one < other ? -1 : one > other;
}

static msec_t median(GArray *values)
{
	if (!values->len)
		return -1;
	qsort(values->data, values->len, sizeof(msec_t), compare);
	return g_array_index(values, msec_t, (values->len - 1) / 2);
}

/* By time; at one moment what ends goes before what begins: the two were never open together. */
static int compare_changes(const void *a, const void *b)
{
	const struct change *one = a, *other = b;
	if (one->at != other->at)
		return one->at < other->at ? -1 : 1;
	return one->by - other->by;
}

static uint32_t total(const uint32_t open[SEVERITY_CRITICAL + 1])
{
	uint32_t sum = 0;
	for (unsigned severity = 0; severity <= SEVERITY_CRITICAL; severity++)
		sum += open[severity];
	return sum;
}

/* Applies the changes before a time; what was open when most was goes into peak, if that is more than it holds. */
static guint sweep(const GArray *changes, guint next, msec_t before, uint32_t open[SEVERITY_CRITICAL + 1],
		   uint32_t peak[SEVERITY_CRITICAL + 1])
{
	for (; next < changes->len; next++) {
		const struct change *change = &g_array_index(changes, struct change, next);
		if (change->at >= before)
			break;
		open[change->severity] = (uint32_t)((int64_t)open[change->severity] + change->by);
		if (peak && total(open) > total(peak))
			memcpy(peak, open, (SEVERITY_CRITICAL + 1) * sizeof *open);
	}
	return next;
}

static void count_open(struct counting *counting)
{
	struct store_counts *out = counting->out;
	uint32_t open[SEVERITY_CRITICAL + 1] = {0};
	guint next = 0;
	g_array_sort(counting->changes, compare_changes);
	for (unsigned i = 0; i < out->bucket_count; i++) {
		struct store_bucket *bucket = &out->buckets[i];
		next = sweep(counting->changes, next, bucket->at + 1, open, NULL);
		memcpy(bucket->open, open, sizeof open);
		next = sweep(counting->changes, next, bucket->at + out->bucket, open, bucket->open);
	}
}

static void finish(struct counting *counting)
{
	struct store_counts *out = counting->out;
	count_open(counting);
	out->median_duration = median(counting->durations);
	out->median_time_to_ack_critical = median(counting->acks);
}

static bool wanted(const struct store_query_counts *query, sqlite3_stmt *row, const struct spell *spell,
		   struct error *err)
{
	if (!(spell->ended ? query->closed : query->open))
		return false;
	if (query->severities && !(query->severities & 1U << spell->severity))
		return false;
	if (!query->accept)
		return true;
	struct alert *alert = alert_from_text(column_text(row, 4), err);
	bool accepted = alert && query->accept(query->accept_ctx, alert);
	alert_unref(alert);
	return accepted;
}

static int count_rows(struct counting *counting, sqlite3_stmt *row, struct error *err)
{
	const struct store_query_counts *query = counting->query;
	uint64_t left = query->accept ? DOCUMENTS_MAX : EPISODES_MAX;
	int result;
	while ((result = sqlite3_step(row)) == SQLITE_ROW) {
		struct spell spell = {sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
				      sqlite3_column_int64(row, 3),
				      MIN((unsigned)sqlite3_column_int(row, 2), (unsigned)SEVERITY_CRITICAL)};
		if (left-- == 0) {
			counting->out->truncated = true;
			break;
		}
		if (wanted(query, row, &spell, err))
			count_spell(counting, &spell);
		if (err->text[0])
			break;
	}
	return result;
}

/* The newest first, so that what is left out is what lies furthest back. */
#define SPELLS(more)                                                                                                   \
	"SELECT started_at,ended_at,severity,"                                                                         \
	"(SELECT at FROM event WHERE kind='ack' AND episode=alert.id ORDER BY seq LIMIT 1)" more                       \
	" FROM alert WHERE ended_at=0 AND started_at<=?2"                                                              \
	" UNION ALL SELECT * FROM (SELECT started_at,ended_at,severity,"                                               \
	"(SELECT at FROM event WHERE kind='ack' AND episode=alert.id ORDER BY seq LIMIT 1)" more                       \
	" FROM alert WHERE ended_at>0 AND ended_at>=?1 AND started_at<=?2 ORDER BY ended_at DESC)"

static void count(struct database *database, struct counting *counting, struct store_page *page)
{
	sqlite3_stmt *row = counting->query->accept
				    ? database_statement(database, COUNT_DOCUMENTS, SPELLS(",document"))
				    : database_statement(database, COUNT, SPELLS(""));
	int result = SQLITE_ERROR;
	if (row) {
		bind_int(row, 1, counting->query->from);
		bind_int(row, 2, counting->query->to);
		result = count_rows(counting, row, &page->error);
		sqlite3_reset(row);
	}
	if (result != SQLITE_DONE && result != SQLITE_ROW)
		database_error(database, &page->error, "counting");
	else
		finish(counting);
}

void read_counts(struct database *database, struct read_job *job, struct store_page *page)
{
	const struct store_query_counts *query = &job->counts;
	struct store_counts *out = arena_alloc(page->arena, sizeof *out);
	msec_t bucket = MAX((query->to - query->from + query->buckets - 1) / query->buckets, 1);
	*out = (struct store_counts){.bucket = bucket, .bucket_count = query->buckets};
	out->buckets = arena_alloc(page->arena, query->buckets * sizeof *out->buckets);
	for (unsigned i = 0; i < query->buckets; i++)
		out->buckets[i] = (struct store_bucket){.at = query->from + i * bucket};
	struct counting counting = {.query = query,
				    .out = out,
				    .durations = g_array_new(FALSE, FALSE, sizeof(msec_t)),
				    .acks = g_array_new(FALSE, FALSE, sizeof(msec_t)),
				    .changes = g_array_new(FALSE, FALSE, sizeof(struct change))};
	count(database, &counting, page);
	page->counts = out;
	g_array_free(counting.durations, TRUE);
	g_array_free(counting.acks, TRUE);
	g_array_free(counting.changes, TRUE);
}
