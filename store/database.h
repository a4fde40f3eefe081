/* database: one SQLite connection and its prepared statements, with the settings every connection gets. Private to the
 * store; one owner thread a connection. */
#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include "base/clock.h"
#include "base/error.h"
#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum { STATEMENTS_MAX = 32 };

struct database {
	sqlite3 *handle;
	sqlite3_stmt *statements[STATEMENTS_MAX];
	GString *text; /* of the row being written */
};

enum database_mode { DATABASE_WRITE, DATABASE_READ };

bool database_open(struct database *database, const char *path, enum database_mode mode, struct error *err);
void database_close(struct database *database); /* zeroed is fine */
/* One or several statements without results. The result code is SQLite's (extended). */
int database_exec(struct database *database, const char *sql);
/* The statement at place, prepared at its first use, reset and without bindings. */
sqlite3_stmt *database_statement(struct database *database, unsigned place, const char *sql);
/* Runs a statement that returns nothing, and resets it. */
int database_run(sqlite3_stmt *statement);
bool database_error(const struct database *database, struct error *err, const char *doing);
int64_t database_number(struct database *database, const char *sql, int64_t fallback);

void bind_text(sqlite3_stmt *statement, int place, const char *text); /* NULL is NULL; not copied */
void bind_number(sqlite3_stmt *statement, int place, double value); /* not finite: NULL */
void bind_int(sqlite3_stmt *statement, int place, int64_t value);
const char *column_text(sqlite3_stmt *statement, int column); /* "" for NULL; until the next step */
double column_number(sqlite3_stmt *statement, int column); /* NaN for NULL */

#endif
