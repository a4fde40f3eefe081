/* recover: reads back all that runs on, for a start. */
#include "base/json.h"
#include "base/rng.h"
#include "store/store_state.h"
#include <string.h>

/* Calls take for each row; false at the first failure. */
static bool each_row(struct database *database, const char *sql,
		     bool (*take)(sqlite3_stmt *row, struct effects *rows, struct error *err), struct effects *rows,
		     struct error *err)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) != SQLITE_OK)
		return database_error(database, err, "reading");
	int result;
	bool fine = true;
	while (fine && (result = sqlite3_step(statement)) == SQLITE_ROW)
		fine = take(statement, rows, err);
	if (fine && result != SQLITE_DONE)
		fine = database_error(database, err, "reading");
	sqlite3_finalize(statement);
	return fine;
}

static const char *keep(struct effects *rows, sqlite3_stmt *row, int column)
{
	return arena_strdup(rows->arena, column_text(row, column));
}

static void keep_id(char out[ULID_SIZE], sqlite3_stmt *row, int column)
{
	g_strlcpy(out, column_text(row, column), ULID_SIZE);
}

static json_t *column_json(sqlite3_stmt *row, int column, struct error *err)
{
	const char *text = column_text(row, column);
	return json_parse(text, strlen(text), 0, err);
}

static struct labels *column_labels(sqlite3_stmt *row, int column, struct error *err)
{
	json_t *object = column_json(row, column, err);
	struct labels *labels = object ? labels_from_json(object, err) : NULL;
	json_decref(object);
	return labels;
}

static void take_times(const json_t *list, msec_t *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out[i] = json_integer_value(json_array_get(list, i));
}

static bool take_instance(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	struct labels *labels = column_labels(row, 1, err);
	json_t *accrued = labels ? column_json(row, 5, err) : NULL;
	json_t *starts = accrued ? column_json(row, 18, err) : NULL;
	if (!starts) {
		json_decref(accrued);
		labels_unref(labels);
		return error_prefix(err, "instance of %s", column_text(row, 0));
	}
	struct instance_row *one = effects_add_instance(rows);
	struct instance_state *state = &one->state;
	one->rule = keep(rows, row, 0);
	one->labels = labels;
	alert_state_parse(column_text(row, 2), &state->state);
	severity_parse(column_text(row, 3), &state->level_severity);
	state->since = sqlite3_column_int64(row, 4);
	take_times(accrued, state->accrued, LEVELS_MAX);
	take_times(starts, state->flap_starts, FLAP_STARTS_MAX);
	json_decref(accrued);
	json_decref(starts);
	state->down_accrued = sqlite3_column_int64(row, 6);
	state->clear_accrued = sqlite3_column_int64(row, 7);
	state->unknown_accrued = sqlite3_column_int64(row, 8);
	state->vanished_accrued = sqlite3_column_int64(row, 9);
	state->flap_score = sqlite3_column_double(row, 10);
	state->flap_at = sqlite3_column_int64(row, 11);
	state->flapping = sqlite3_column_int(row, 12);
	keep_id(state->episode, row, 13);
	state->episode_started = sqlite3_column_int64(row, 14);
	state->value = column_number(row, 15);
	state->value_at = sqlite3_column_int64(row, 16);
	state->peak = column_number(row, 17);
	state->kept = sqlite3_column_double(row, 19);
	return true;
}

static struct alert *column_alert(sqlite3_stmt *row, int column, struct error *err)
{
	json_t *object = column_json(row, column, err);
	struct alert *alert = object ? alert_from_json(object, err) : NULL;
	json_decref(object);
	return alert;
}

static bool take_alert(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	struct alert *alert = column_alert(row, 0, err);
	if (!alert)
		return false;
	effects_add_alert(rows, alert);
	alert_unref(alert);
	return true;
}

static bool take_told(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	struct told_row *one = effects_add_told(rows);
	keep_id(one->episode, row, 0);
	one->integration = keep(rows, row, 1);
	one->told = (enum told)sqlite3_column_int(row, 2);
	one->severity = (enum severity)sqlite3_column_int(row, 3);
	one->value = column_number(row, 4);
	one->at = sqlite3_column_int64(row, 5);
	one->heard = sqlite3_column_type(row, 6) == SQLITE_NULL ? NULL : keep(rows, row, 6);
	keep_id(one->incident, row, 7);
	return true;
}

static bool take_group(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	struct labels *labels = column_labels(row, 3, err);
	if (!labels)
		return error_prefix(err, "group %s", column_text(row, 0));
	struct group_row *one = effects_add_group(rows);
	one->key = keep(rows, row, 0);
	one->receiver = keep(rows, row, 1);
	one->route = keep(rows, row, 2);
	one->labels = labels;
	one->generation = (uint32_t)sqlite3_column_int64(row, 4);
	one->flush = (uint32_t)sqlite3_column_int64(row, 5);
	one->next_flush_at = sqlite3_column_int64(row, 6);
	one->last_flush_at = sqlite3_column_int64(row, 7);
	one->first_at = sqlite3_column_int64(row, 8);
	return true;
}

static bool take_member(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	struct member_row *one = effects_add_member(rows);
	one->group = keep(rows, row, 0);
	keep_id(one->episode, row, 1);
	one->pending_worse = sqlite3_column_int(row, 2);
	one->ack_ended = sqlite3_column_int(row, 3);
	return true;
}

static bool take_incident(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	struct incident_row *one = effects_add_incident(rows);
	keep_id(one->root, row, 0);
	g_strlcpy(one->name, column_text(row, 1), sizeof one->name);
	one->integration = keep(rows, row, 2);
	one->group = keep(rows, row, 3);
	one->generation = (uint32_t)sqlite3_column_int64(row, 4);
	one->message = (uint32_t)sqlite3_column_int64(row, 5);
	one->subject = keep(rows, row, 6);
	one->told_times = keep(rows, row, 7);
	one->last_at = sqlite3_column_int64(row, 8);
	one->opened_at = sqlite3_column_int64(row, 9);
	one->closed_at = sqlite3_column_int64(row, 10);
	one->severity = (enum severity)sqlite3_column_int(row, 11);
	return true;
}

void outbox_from_row(sqlite3_stmt *row, struct arena *arena, struct outbox_row *one)
{
#define TEXT(column) arena_strdup(arena, column_text(row, column))
	keep_id(one->id, row, 0);
	g_strlcpy(one->key, column_text(row, 1), sizeof one->key);
	one->integration = TEXT(2);
	one->receiver = TEXT(3);
	one->kind = TEXT(4);
	keep_id(one->incident, row, 5);
	one->recipient = TEXT(6);
	one->episodes = TEXT(7);
	one->type = TEXT(8);
	reason_parse(column_text(row, 9), &one->reason);
	one->severity = (enum severity)sqlite3_column_int(row, 10);
	keep_id(one->predecessor, row, 11);
	outbox_state_parse(column_text(row, 12), &one->state);
	one->attempts = (uint32_t)sqlite3_column_int64(row, 13);
	one->created_at = sqlite3_column_int64(row, 14);
	one->next_at = sqlite3_column_int64(row, 15);
	one->started_at = sqlite3_column_int64(row, 16);
	one->finished_at = sqlite3_column_int64(row, 17);
	one->result = TEXT(18);
	reason_parse(column_text(row, 19), &one->dead_reason);
	one->fallback = sqlite3_column_int(row, 20);
	one->payload = sqlite3_column_type(row, 21) == SQLITE_NULL ? NULL : TEXT(21);
#undef TEXT
}

static bool take_outbox(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	outbox_from_row(row, rows->arena, effects_add_outbox(rows));
	return true;
}

static bool take_meta(sqlite3_stmt *row, struct effects *rows, struct error *err)
{
	struct meta_row *one = effects_add_meta(rows);
	one->key = keep(rows, row, 0);
	one->value = keep(rows, row, 1);
	return true;
}

static const struct {
	const char *sql;
	bool (*take)(sqlite3_stmt *row, struct effects *rows, struct error *err);
} readings[] = {
	{"SELECT * FROM instance", take_instance},
	/* An episode that is over stays with its group until its end was told. */
	{"SELECT document FROM alert WHERE id IN (SELECT id FROM alert WHERE ended_at = 0 UNION SELECT episode FROM member)"
	 " ORDER BY id",
	 take_alert},
	/* also of what is over and has left its group: its end may be on its way */
	{"SELECT * FROM told", take_told},
	{"SELECT * FROM grp", take_group},
	{"SELECT * FROM member", take_member},
	/* those over, too, while a message of theirs is on its way */
	{"SELECT * FROM incident WHERE root IN (SELECT root FROM incident WHERE closed_at = 0 UNION SELECT incident FROM outbox"
	 " WHERE state IN ('pending','sending','retry','ambiguous','dead'))",
	 take_incident},
	/* in the order they were made; dead letters too, with the ends kept with them: they can be tried again */
	{"SELECT o.*, p.text FROM outbox o LEFT JOIN payload p ON p.outbox = o.id"
	 " WHERE o.state IN ('pending','sending','retry','ambiguous','dead') UNION ALL"
	 " SELECT o.*, p.text FROM outbox o LEFT JOIN payload p ON p.outbox = o.id WHERE o.state = 'cancelled'"
	 " AND o.dead_reason = 'predecessor_dead' AND o.predecessor IN (SELECT id FROM outbox"
	 " WHERE state IN ('pending','sending','retry','ambiguous','dead') AND state = 'dead')"
	 " ORDER BY id",
	 take_outbox},
	{"SELECT * FROM meta", take_meta},
};

/* The log's name; a new one if there is none, so that readers of an older log start over. */
static bool read_epoch(struct database *database, char epoch[ULID_SIZE], msec_t wall, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(database->handle, "SELECT value FROM meta WHERE key='epoch'", -1, &statement, NULL) ==
		    SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		keep_id(epoch, statement, 0);
	sqlite3_finalize(statement);
	if (ulid_valid(epoch))
		return true;
	struct rng rng;
	char sql[96];
	rng_seed(&rng, rng_entropy_seed());
	ulid_make(wall, &rng, epoch);
	g_snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO meta VALUES ('epoch','%s')", epoch);
	return database_exec(database, sql) == SQLITE_OK || database_error(database, err, "naming the log");
}

bool store_recover(struct store *store, struct recovered *out, struct error *err)
{
	/* A reader's connection: the writer thread has its own. Only the epoch may have to be written. */
	struct database database;
	if (!database_open(&database, store->path, DATABASE_WRITE, err))
		return false;
	memset(out, 0, sizeof *out);
	out->rows = effects_new();
	out->unclean = store->unclean;
	out->last_seq = (uint64_t)database_number(&database, "SELECT max(seq) FROM event", 0);
	bool fine = read_epoch(&database, out->epoch, store->clock->read(store->clock).wall, err);
	for (size_t i = 0; i < G_N_ELEMENTS(readings) && fine; i++)
		fine = each_row(&database, readings[i].sql, readings[i].take, out->rows, err);
	database_close(&database);
	if (!fine)
		recovered_release(out);
	return fine;
}

void recovered_release(struct recovered *recovered)
{
	effects_free(recovered->rows);
	memset(recovered, 0, sizeof *recovered);
}
