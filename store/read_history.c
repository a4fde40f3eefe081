/* read_history: what happened around an episode, and how it was at a time. */
#include "base/json.h"
#include "store/store_state.h"
#include <string.h>

enum statement { FIRST_ACK = READ_HISTORY_STATEMENTS, SENT, ALERT_AT };

static bool read_first_ack(struct database *database, const char *episode, msec_t until, struct arena *arena,
			   struct store_facts *out)
{
	sqlite3_stmt *row = database_statement(database, FIRST_ACK,
					       "SELECT at,by FROM event WHERE kind='ack' AND episode=?1 AND at<=?2"
					       " ORDER BY seq LIMIT 1");
	if (!row)
		return false;
	bind_text(row, 1, episode);
	bind_int(row, 2, until);
	int result = sqlite3_step(row);
	if (result == SQLITE_ROW) {
		out->acknowledged_at = sqlite3_column_int64(row, 0);
		out->acknowledged_by = arena_strdup(arena, column_text(row, 1));
	}
	sqlite3_reset(row);
	return result == SQLITE_ROW || result == SQLITE_DONE;
}

static bool read_messages(struct database *database, const char *episode, msec_t until, struct store_facts *out)
{
	sqlite3_stmt *row = database_statement(
		database, SENT,
		"SELECT count(*) FROM outbox_episode e JOIN outbox o ON o.id=e.outbox WHERE e.episode=?1"
		" AND o.state='sent' AND o.finished_at<=?2");
	if (!row)
		return false;
	bind_text(row, 1, episode);
	bind_int(row, 2, until);
	int result = sqlite3_step(row);
	out->messages = result == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(row, 0) : 0;
	sqlite3_reset(row);
	return result == SQLITE_ROW;
}

bool read_facts(struct database *database, const char *episode, msec_t until, struct arena *arena,
		struct store_facts *out)
{
	*out = (struct store_facts){0};
	return read_first_ack(database, episode, until, arena, out) &&
	       read_messages(database, episode, until, out);
}

static struct alert *alert_of_event(const char *data)
{
	struct error err;
	json_t *object = json_parse(data, strlen(data), 0, &err);
	const json_t *document = json_object_get(object, "alert");
	struct alert *alert = document ? alert_from_json(document, &err) : NULL;
	json_decref(object);
	return alert;
}

/* The log of that time is gone: open, and not yet taken by who took it later. */
static struct alert *guess(const struct alert *alert, msec_t at)
{
	struct alert *then = alert_copy(alert);
	then->ended_at = 0;
	if (then->state == ALERT_RESOLVED)
		then->state = ALERT_FIRING;
	if (then->ack.at > at) {
		g_free(then->ack.by);
		g_free(then->ack.comment);
		then->ack = (struct ack){0};
	}
	return then;
}

struct alert *read_alert_at(struct database *database, const struct alert *alert, msec_t at)
{
	struct alert *then = NULL;
	sqlite3_stmt *row = database_statement(
		database, ALERT_AT,
		"SELECT data FROM event WHERE episode=?1 AND episode<>'' AND at<=?2"
		" AND kind IN ('transition','alert','ack','unack') ORDER BY seq DESC");
	if (row) {
		bind_text(row, 1, alert->id);
		bind_int(row, 2, at);
		while (!then && sqlite3_step(row) == SQLITE_ROW)
			then = alert_of_event(column_text(row, 0));
		sqlite3_reset(row);
	}
	return then ? then : guess(alert, at);
}
