#include "store/database.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static const char *const settings = "PRAGMA busy_timeout=5000;"
				    "PRAGMA foreign_keys=ON;"
				    "PRAGMA trusted_schema=OFF;"
				    "PRAGMA cell_size_check=ON;"
				    "PRAGMA journal_size_limit=67108864;";

bool database_error(const struct database *database, struct error *err, const char *doing)
{
	return error_set(err, "%s: %s (%d)", doing, sqlite3_errmsg(database->handle),
			 sqlite3_extended_errcode(database->handle));
}

/* WAL fails silently on some file systems: what came back is what counts. */
static bool journal_is_wal(struct database *database, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	bool fine =
		sqlite3_prepare_v2(database->handle, "PRAGMA journal_mode=WAL", -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW;
	const char *mode = fine ? (const char *)sqlite3_column_text(statement, 0) : "";
	fine = fine && (strcmp(mode, "wal") == 0 || strcmp(mode, "memory") == 0);
	if (!fine)
		database_error(database, err, "the file system does not support SQLite's WAL");
	sqlite3_finalize(statement);
	return fine;
}

bool database_open(struct database *database, const char *path, enum database_mode mode, struct error *err)
{
	memset(database, 0, sizeof *database);
	database->text = g_string_new(NULL);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI |
		    (mode == DATABASE_WRITE ? SQLITE_OPEN_CREATE : 0);
	if (sqlite3_open_v2(path, &database->handle, flags, NULL) != SQLITE_OK)
		goto fail;
	sqlite3_extended_result_codes(database->handle, 1);
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (database_exec(database, settings) != SQLITE_OK)
		goto fail;
	if (mode == DATABASE_READ)
		return database_exec(database, "PRAGMA query_only=ON") == SQLITE_OK ||
		       database_error(database, err, path);
	if (database_exec(database, "PRAGMA auto_vacuum=INCREMENTAL") != SQLITE_OK)
		goto fail;
	if (!journal_is_wal(database, err)) {
		database_close(database);
		return false;
	}
	/* Room for the pages of a big batch; when to copy the WAL back is the writer's business. */
	if (database_exec(database, "PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;"
				    "PRAGMA wal_autocheckpoint=0") == SQLITE_OK)
		return true;
fail:
	database_error(database, err, path);
	database_close(database);
	return false;
}

void database_close(struct database *database)
{
	for (unsigned i = 0; i < STATEMENTS_MAX; i++)
		sqlite3_finalize(database->statements[i]);
	sqlite3_close(database->handle);
	if (database->text)
		g_string_free(database->text, TRUE);
	memset(database, 0, sizeof *database);
}

int database_exec(struct database *database, const char *sql)
{
	return sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
}

sqlite3_stmt *database_statement(struct database *database, unsigned place, const char *sql)
{
	assert(place < STATEMENTS_MAX);
	sqlite3_stmt **statement = &database->statements[place];
	if (!*statement) {
		int result = sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
		if (result != SQLITE_OK)
			return NULL; /* the run reports it: NULL statements are misuse */
	}
	sqlite3_reset(*statement);
	sqlite3_clear_bindings(*statement);
	return *statement;
}

int database_run(sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);
	sqlite3_reset(statement);
	return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

int64_t database_number(struct database *database, const char *sql, int64_t fallback)
{
	sqlite3_stmt *statement = NULL;
	int64_t number = fallback;
	if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

void bind_number(sqlite3_stmt *statement, int place, double value)
{
	if (isfinite(value))
		sqlite3_bind_double(statement, place, value);
}

void bind_int(sqlite3_stmt *statement, int place, int64_t value)
{
	sqlite3_bind_int64(statement, place, value);
}

const char *column_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	return text ? (const char *)text : "";
}

double column_number(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL ? NAN : sqlite3_column_double(statement, column);
}
