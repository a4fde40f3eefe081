/* reader: the pool that answers questions: short statements, pages by key, never a statement held across an answer. */
#include "base/json.h"
#include "store/store_state.h"
#include <stdlib.h>
#include <string.h>

enum { PAGE_MAX = 1000, SCAN_MAX = 20000 };
enum statement { EVENTS, EVENTS_OF, ALERTS, ALERT, OUTBOX, OUTBOX_OF, OUTBOX_LIVE };

static size_t bounded(size_t limit)
{
	return limit == 0 || limit > PAGE_MAX ? PAGE_MAX : limit;
}

static void fail(struct database *database, struct store_page *page)
{
	database_error(database, &page->error, "reading");
}

static void run_events(struct database *database, struct read_job *job, struct store_page *page)
{
	size_t limit = bounded(job->events.limit);
	page->oldest_seq = (uint64_t)database_number(database, "SELECT min(seq) FROM event", 0);
	page->newest_seq = (uint64_t)database_number(database, "SELECT max(seq) FROM event", 0);
	sqlite3_stmt *row =
		job->episode
			? database_statement(database, EVENTS_OF,
					     "SELECT * FROM (SELECT seq,at,kind,episode,by,data FROM event WHERE seq>?1"
					     " AND episode=?3 AND episode<>'' ORDER BY seq DESC LIMIT ?2) ORDER BY seq")
			: database_statement(
				  database, EVENTS,
				  "SELECT seq,at,kind,episode,by,data FROM event WHERE seq>?1 ORDER BY seq LIMIT ?2");
	if (!row) {
		fail(database, page);
		return;
	}
	bind_int(row, 1, (int64_t)MIN(job->events.after_seq, INT64_MAX));
	bind_int(row, 2, (int64_t)limit);
	if (job->episode)
		bind_text(row, 3, job->episode);
	page->events = arena_alloc(page->arena, limit * sizeof *page->events);
	int result;
	while ((result = sqlite3_step(row)) == SQLITE_ROW && page->event_count < limit) {
		struct event *event = &page->events[page->event_count++];
		event->seq = (uint64_t)sqlite3_column_int64(row, 0);
		event->at = sqlite3_column_int64(row, 1);
		event_kind_parse(column_text(row, 2), &event->kind);
		g_strlcpy(event->episode, column_text(row, 3), ULID_SIZE);
		event->by = sqlite3_column_type(row, 4) == SQLITE_NULL ? NULL
								       : arena_strdup(page->arena, column_text(row, 4));
		event->data = arena_strdup(page->arena, column_text(row, 5));
	}
	if (result != SQLITE_DONE && result != SQLITE_ROW)
		fail(database, page);
	sqlite3_reset(row);
}

struct alert *alert_from_text(const char *text, struct error *err)
{
	json_t *object = json_parse(text, strlen(text), 0, err);
	struct alert *alert = object ? alert_from_json(object, err) : NULL;
	json_decref(object);
	return alert;
}

/* "started:id" of the last row of the page before; empty for the first page. */
static bool read_cursor(const char *cursor, msec_t *started, char id[ULID_SIZE])
{
	*started = INT64_MAX;
	g_strlcpy(id, "", ULID_SIZE);
	if (!cursor || !cursor[0])
		return true;
	char *end;
	*started = g_ascii_strtoll(cursor, &end, 10);
	if (end == cursor || *end != ':' || !ulid_valid(end + 1))
		return false;
	g_strlcpy(id, end + 1, ULID_SIZE);
	return true;
}

static void refuse_cursor(struct store_page *page)
{
	error_set(&page->error, "the cursor is not one of ours");
	page->bad_cursor = true;
}

static bool alert_wanted(const struct store_query_alerts *query, const struct alert *alert)
{
	return !query->accept || query->accept(query->accept_ctx, alert);
}

/* The alert of a row as it is asked for; NULL with err. */
static struct alert *take_alert(struct database *database, sqlite3_stmt *row, const struct store_query_alerts *query,
				struct error *err)
{
	struct alert *alert = alert_from_text(column_text(row, 2), err);
	if (!alert || query->at <= 0)
		return alert;
	struct alert *then = read_alert_at(database, alert, query->at);
	alert_unref(alert);
	return then;
}

static bool keep_alert(struct database *database, const struct store_query_alerts *query, struct alert *alert,
		       struct store_page *page)
{
	msec_t until = query->at > 0 ? query->at : INT64_MAX;
	struct store_facts *facts = page->facts ? &page->facts[page->alert_count] : NULL;
	page->alerts[page->alert_count++] = alert;
	return !facts || read_facts(database, alert->id, until, page->arena, facts);
}

static char *cursor_after(struct arena *arena, sqlite3_stmt *row)
{
	return arena_printf(arena, "%lld:%s", (long long)sqlite3_column_int64(row, 0), column_text(row, 1));
}

static void take_alerts(struct database *database, sqlite3_stmt *row, const struct store_query_alerts *query,
			struct store_page *page)
{
	size_t limit = bounded(query->limit), scanned = 0;
	bool fine = true;
	int result;
	page->alerts = arena_alloc(page->arena, limit * sizeof *page->alerts);
	if (query->facts)
		page->facts = arena_alloc(page->arena, limit * sizeof *page->facts);
	while (fine && (result = sqlite3_step(row)) == SQLITE_ROW) {
		struct alert *alert = take_alert(database, row, query, &page->error);
		if (!alert)
			break;
		if (alert_wanted(query, alert))
			fine = keep_alert(database, query, alert, page);
		else
			alert_unref(alert);
		if (page->alert_count == limit || ++scanned == SCAN_MAX) {
			page->next = cursor_after(page->arena, row);
			if (sqlite3_step(row) != SQLITE_ROW)
				page->next = NULL;
			break;
		}
	}
	if (!fine || (result != SQLITE_DONE && result != SQLITE_ROW))
		fail(database, page);
	sqlite3_reset(row);
}

static void run_alerts(struct database *database, struct read_job *job, struct store_page *page)
{
	const struct store_query_alerts *query = &job->alerts;
	bool then = query->at > 0;
	msec_t started;
	char id[ULID_SIZE];
	if (!read_cursor(job->cursor, &started, id)) {
		refuse_cursor(page);
		return;
	}
	sqlite3_stmt *row = database_statement(
		database, ALERTS,
		"SELECT started_at,id,document FROM alert WHERE started_at<=?1 AND (started_at,id)<(?2,?3)"
		" AND (ended_at=0 OR ended_at>=?4) AND ((?5 AND ended_at=0) OR (?6 AND ended_at>0))"
		" AND (?7=0 OR severity=?7) ORDER BY started_at DESC, id DESC");
	if (!row) {
		fail(database, page);
		return;
	}
	bind_int(row, 1, then ? query->at : query->to > 0 ? query->to : INT64_MAX);
	bind_int(row, 2, started);
	bind_text(row, 3, id);
	bind_int(row, 4, then ? query->at + 1 : query->from);
	bind_int(row, 5, then || query->open);
	bind_int(row, 6, then || query->closed);
	bind_int(row, 7, query->severity);
	take_alerts(database, row, query, page);
}

static void run_alert(struct database *database, struct read_job *job, struct store_page *page)
{
	sqlite3_stmt *row = database_statement(database, ALERT, "SELECT started_at,id,document FROM alert WHERE id=?1");
	if (!row) {
		fail(database, page);
		return;
	}
	bind_text(row, 1, job->episode);
	take_alerts(database, row, &(struct store_query_alerts){.limit = 1}, page);
	page->next = NULL;
}

#define OUTBOX_COLUMNS "o.*,NULL" /* without what it says */
#define OUTBOX_WHERE " WHERE (?1='' OR o.id<?1) AND (?2='' OR o.integration=?2) AND (?3='' OR o.state=?3)"

/* Those few that are not over have an index of their own. */
static sqlite3_stmt *outbox_statement(struct database *database, const struct read_job *job)
{
	int state = job->outbox.state;
	if (job->episode)
		return database_statement(database, OUTBOX_OF,
					  "SELECT " OUTBOX_COLUMNS
					  " FROM outbox_episode e JOIN outbox o ON o.id=e.outbox" OUTBOX_WHERE
					  " AND e.episode=?5 ORDER BY o.id DESC LIMIT ?4");
	if (state < 0 || state == OUTBOX_SENT || state == OUTBOX_CANCELLED)
		return database_statement(database, OUTBOX,
					  "SELECT " OUTBOX_COLUMNS " FROM outbox o" OUTBOX_WHERE
					  " ORDER BY o.id DESC LIMIT ?4");
	return database_statement(database, OUTBOX_LIVE,
				  "SELECT " OUTBOX_COLUMNS " FROM outbox o" OUTBOX_WHERE
				  " AND o.state IN ('pending','sending','retry','ambiguous','dead')"
				  " ORDER BY o.id DESC LIMIT ?4");
}

static void run_outbox(struct database *database, struct read_job *job, struct store_page *page)
{
	size_t limit = bounded(job->outbox.limit);
	if (job->cursor && *job->cursor && !ulid_valid(job->cursor)) {
		refuse_cursor(page);
		return;
	}
	sqlite3_stmt *row = outbox_statement(database, job);
	if (!row) {
		fail(database, page);
		return;
	}
	bind_text(row, 1, job->cursor ? job->cursor : "");
	bind_text(row, 2, job->integration ? job->integration : "");
	bind_text(row, 3, job->outbox.state >= 0 ? outbox_state_name((enum outbox_state)job->outbox.state) : "");
	bind_int(row, 4, (int64_t)limit + 1); /* is there one more? */
	if (job->episode)
		bind_text(row, 5, job->episode);
	page->outbox = arena_alloc(page->arena, limit * sizeof *page->outbox);
	int result;
	while ((result = sqlite3_step(row)) == SQLITE_ROW && page->outbox_count < limit)
		outbox_from_row(row, page->arena, &page->outbox[page->outbox_count++]);
	if (result != SQLITE_DONE && result != SQLITE_ROW)
		fail(database, page);
	sqlite3_reset(row);
	if (result == SQLITE_ROW)
		page->next = arena_strdup(page->arena, page->outbox[limit - 1].id);
}

static void read_job_free(struct read_job *job)
{
	g_free(job->episode);
	g_free(job->cursor);
	g_free(job->integration);
	g_free(job);
}

bool store_queue_read(struct store *store, struct read_job *job, store_page_fn *done, void *ctx)
{
	job->done = done;
	job->ctx = ctx;
	pthread_mutex_lock(&store->mutex);
	bool taken = !store->closing && g_queue_get_length(&store->readings) < READS_WAITING;
	if (taken) {
		g_queue_push_tail(&store->readings, job);
		pthread_cond_signal(&store->reads);
	}
	pthread_mutex_unlock(&store->mutex);
	if (!taken)
		read_job_free(job);
	return taken;
}

bool store_read_events(struct store *store, const struct store_query_events *query, store_page_fn *done, void *ctx)
{
	struct read_job *job = g_new0(struct read_job, 1);
	job->run = run_events;
	job->events = *query;
	job->episode = g_strdup(query->episode);
	return store_queue_read(store, job, done, ctx);
}

bool store_read_alerts(struct store *store, const struct store_query_alerts *query, store_page_fn *done, void *ctx)
{
	struct read_job *job = g_new0(struct read_job, 1);
	job->run = run_alerts;
	job->alerts = *query;
	job->cursor = g_strdup(query->cursor);
	return store_queue_read(store, job, done, ctx);
}

bool store_read_alert(struct store *store, const char *id, store_page_fn *done, void *ctx)
{
	struct read_job *job = g_new0(struct read_job, 1);
	job->run = run_alert;
	job->episode = g_strdup(id);
	return store_queue_read(store, job, done, ctx);
}

bool store_read_counts(struct store *store, const struct store_query_counts *query, store_page_fn *done, void *ctx)
{
	struct read_job *job = g_new0(struct read_job, 1);
	job->run = read_counts;
	job->counts = *query;
	return store_queue_read(store, job, done, ctx);
}

bool store_read_outbox(struct store *store, const struct store_query_outbox *query, store_page_fn *done, void *ctx)
{
	struct read_job *job = g_new0(struct read_job, 1);
	job->run = run_outbox;
	job->outbox = *query;
	job->episode = g_strdup(query->episode);
	job->cursor = g_strdup(query->cursor);
	job->integration = g_strdup(query->integration);
	return store_queue_read(store, job, done, ctx);
}

static struct read_job *take_read(struct store *store)
{
	pthread_mutex_lock(&store->mutex);
	while (g_queue_is_empty(&store->readings) && !store->closing)
		pthread_cond_wait(&store->reads, &store->mutex);
	struct read_job *job = g_queue_pop_head(&store->readings);
	pthread_mutex_unlock(&store->mutex);
	return job;
}

void *store_reader(void *ctx)
{
	struct reader *reader = ctx;
	struct read_job *job;
	while ((job = take_read(reader->store))) {
		struct store_page *page = g_new0(struct store_page, 1);
		page->arena = arena_new();
		job->run(&reader->database, job, page);
		job->done(job->ctx, page);
		read_job_free(job);
	}
	return NULL;
}
