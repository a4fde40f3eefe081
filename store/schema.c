#include "store/schema.h"
#include <stdio.h>

static const char *const steps[] = {
	/* 1 */
	"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE instance (rule TEXT NOT NULL, labels TEXT NOT NULL, state TEXT NOT NULL, level TEXT NOT NULL,"
	" since INTEGER NOT NULL, accrued TEXT NOT NULL, down INTEGER NOT NULL, clear INTEGER NOT NULL,"
	" unknown INTEGER NOT NULL, vanished INTEGER NOT NULL, flap_score REAL NOT NULL, flap_at INTEGER NOT NULL,"
	" flapping INTEGER NOT NULL, episode TEXT NOT NULL, episode_started INTEGER NOT NULL, value REAL,"
	" value_at INTEGER NOT NULL, peak REAL, PRIMARY KEY (rule, labels)) WITHOUT ROWID;"
	"CREATE TABLE alert (id TEXT PRIMARY KEY, rule TEXT NOT NULL, severity INTEGER NOT NULL, started_at INTEGER "
	"NOT NULL,"
	" ended_at INTEGER NOT NULL, document TEXT NOT NULL);"
	"CREATE INDEX alert_started ON alert (started_at, id);"
	"CREATE INDEX alert_open ON alert (id) WHERE ended_at = 0;"
	"CREATE INDEX alert_ended ON alert (ended_at) WHERE ended_at > 0;"
	"CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, episode TEXT NOT NULL,"
	" by TEXT, data TEXT NOT NULL);"
	"CREATE INDEX event_episode ON event (episode, seq) WHERE episode <> '';"
	"CREATE TABLE told (episode TEXT NOT NULL, integration TEXT NOT NULL, told INTEGER NOT NULL, severity INTEGER "
	"NOT NULL,"
	" value REAL, at INTEGER NOT NULL, PRIMARY KEY (episode, integration)) WITHOUT ROWID;"
	"CREATE TABLE grp (key TEXT PRIMARY KEY, receiver TEXT NOT NULL, route TEXT NOT NULL, labels TEXT NOT NULL,"
	" generation INTEGER NOT NULL, flush INTEGER NOT NULL, next_flush_at INTEGER NOT NULL,"
	" last_flush_at INTEGER NOT NULL, first_at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE member (grp TEXT NOT NULL, episode TEXT NOT NULL, worse INTEGER NOT NULL, PRIMARY KEY (grp, "
	"episode))"
	" WITHOUT ROWID;"
	"CREATE TABLE incident (root TEXT PRIMARY KEY, name TEXT NOT NULL, integration TEXT NOT NULL, grp TEXT NOT "
	"NULL,"
	" generation INTEGER NOT NULL, message INTEGER NOT NULL, subject TEXT, told_times TEXT, last_at INTEGER NOT "
	"NULL,"
	" opened_at INTEGER NOT NULL, closed_at INTEGER NOT NULL, severity INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX incident_open ON incident (root) WHERE closed_at = 0;"
	"CREATE TABLE outbox (id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, integration TEXT NOT NULL, receiver TEXT "
	"NOT NULL,"
	" kind TEXT NOT NULL, incident TEXT NOT NULL, recipient TEXT NOT NULL, episodes TEXT NOT NULL, type TEXT NOT "
	"NULL,"
	" reason TEXT NOT NULL, severity INTEGER NOT NULL, predecessor TEXT NOT NULL, state TEXT NOT NULL,"
	" attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, next_at INTEGER NOT NULL, started_at INTEGER NOT "
	"NULL,"
	" finished_at INTEGER NOT NULL, payload TEXT, result TEXT, dead_reason TEXT NOT NULL, fallback INTEGER NOT "
	"NULL);"
	"CREATE INDEX outbox_live ON outbox (id) WHERE state IN ('pending','sending','retry','ambiguous','dead');"
	"CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at > 0;"
	/* which outbox rows speak of an episode, for its timeline */
	"CREATE TABLE outbox_episode (episode TEXT NOT NULL, outbox TEXT NOT NULL REFERENCES outbox (id) ON DELETE "
	"CASCADE,"
	" PRIMARY KEY (episode, outbox)) WITHOUT ROWID;"
	"CREATE INDEX outbox_episode_outbox ON outbox_episode (outbox);",
	/* 2: when the episodes before this one opened */
	"ALTER TABLE instance ADD COLUMN flap_starts TEXT NOT NULL DEFAULT '[]';",
	/* 3: what is counted is in the index itself */
	"CREATE INDEX alert_rule ON alert (rule, started_at);"
	"CREATE INDEX outbox_over ON outbox (finished_at, integration, state, attempts, created_at) WHERE finished_at > 0;"
	"DROP INDEX outbox_finished;",
	/* 4: episodes of a time are counted without their documents */
	"DROP INDEX alert_ended;"
	"CREATE INDEX alert_ended ON alert (ended_at, started_at, severity, id) WHERE ended_at > 0;"
	"CREATE INDEX event_ack ON event (episode, seq, at, by) WHERE kind = 'ack';",
	/* 5: which addresses of a mail heard of it */
	"ALTER TABLE told ADD COLUMN heard TEXT;",
	/* 6: what a message says is written once, not again with each step of its delivery */
	"CREATE TABLE payload (outbox TEXT PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE, text TEXT NOT NULL);"
	"INSERT INTO payload SELECT id, payload FROM outbox WHERE payload IS NOT NULL;"
	"ALTER TABLE outbox DROP COLUMN payload;",
	/* 7: in which incident it was told; whose acknowledgement ended and was not said */
	"ALTER TABLE told ADD COLUMN incident TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE member ADD COLUMN ack_ended INTEGER NOT NULL DEFAULT 0;",
	/* 8: what may be pruned, and what waits for a dead letter, is found without a look at all the rest */
	"CREATE INDEX event_at ON event (at);"
	"CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at > 0;"
	"CREATE INDEX outbox_predecessor ON outbox (predecessor) WHERE dead_reason = 'predecessor_dead';",
	/* 9: what a rule's kind wants back of its memory */
	"ALTER TABLE instance ADD COLUMN kept REAL NOT NULL DEFAULT 0;",
};

int schema_version(void)
{
	return (int)(sizeof steps / sizeof *steps);
}

bool schema_is_older(struct database *database)
{
	int64_t version = database_number(database, "PRAGMA user_version", 0);
	return version > 0 && version < schema_version() &&
	       database_number(database, "PRAGMA application_id", 0) == SCHEMA_APPLICATION_ID;
}

static bool schema_step(struct database *database, int version, struct error *err)
{
	char mark[64];
	snprintf(mark, sizeof mark, "PRAGMA user_version=%d", version + 1);
	if (database_exec(database, "BEGIN IMMEDIATE") == SQLITE_OK &&
	    database_exec(database, steps[version]) == SQLITE_OK && database_exec(database, mark) == SQLITE_OK &&
	    database_exec(database, "COMMIT") == SQLITE_OK)
		return true;
	database_error(database, err, "migration");
	database_exec(database, "ROLLBACK");
	return error_prefix(err, "step %d", version + 1);
}

bool schema_migrate(struct database *database, struct error *err)
{
	int64_t owner = database_number(database, "PRAGMA application_id", -1);
	int64_t version = database_number(database, "PRAGMA user_version", -1);
	if (owner < 0 || version < 0)
		return database_error(database, err, "reading the version");
	if (owner != SCHEMA_APPLICATION_ID && (owner != 0 || version != 0))
		return error_set(err, "the file is another program's database (application id %lld)", (long long)owner);
	if (version > schema_version())
		return error_set(err, "the database is of version %lld, this program knows %d: start the newer tocsind",
				 (long long)version, schema_version());
	char mark[64];
	snprintf(mark, sizeof mark, "PRAGMA application_id=%d", SCHEMA_APPLICATION_ID);
	if (database_exec(database, mark) != SQLITE_OK)
		return database_error(database, err, "marking the file");
	for (int step = (int)version; step < schema_version(); step++)
		if (!schema_step(database, step, err))
			return false;
	return true;
}
