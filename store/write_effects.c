/* write_effects: the rows of one batch, written by key, so that writing them again changes nothing. */
#include "base/json.h"
#include "store/store_state.h"
#include <string.h>

enum statement {
	PUT_INSTANCE,
	DROP_INSTANCE,
	PUT_ALERT,
	PUT_EVENT,
	PUT_TOLD,
	DROP_TOLD,
	PUT_GROUP,
	DROP_GROUP,
	PUT_MEMBER,
	DROP_MEMBER,
	PUT_INCIDENT,
	PUT_OUTBOX,
	PUT_PAYLOAD,
	PUT_OUTBOX_EPISODE,
	PUT_META,
};

static const char *const sql[] = {
	[PUT_INSTANCE] = "INSERT OR REPLACE INTO instance VALUES "
			 "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)",
	[DROP_INSTANCE] = "DELETE FROM instance WHERE rule=?1 AND labels=?2",
	[PUT_ALERT] = "INSERT INTO alert VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT (id) DO UPDATE SET "
		      "severity=excluded.severity,"
		      " ended_at=excluded.ended_at, document=excluded.document",
	[PUT_EVENT] = "INSERT OR REPLACE INTO event VALUES (?1,?2,?3,?4,?5,?6)",
	[PUT_TOLD] = "INSERT OR REPLACE INTO told VALUES (?1,?2,?3,?4,?5,?6,?7,?8)",
	[DROP_TOLD] = "DELETE FROM told WHERE episode=?1 AND integration=?2",
	[PUT_GROUP] = "INSERT OR REPLACE INTO grp VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)",
	[DROP_GROUP] = "DELETE FROM grp WHERE key=?1",
	[PUT_MEMBER] = "INSERT OR REPLACE INTO member VALUES (?1,?2,?3,?4)",
	[DROP_MEMBER] = "DELETE FROM member WHERE grp=?1 AND episode=?2",
	[PUT_INCIDENT] = "INSERT OR REPLACE INTO incident VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
	[PUT_OUTBOX] = "INSERT INTO outbox VALUES "
		       "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)"
		       " ON CONFLICT (id) DO UPDATE SET incident=excluded.incident, episodes=excluded.episodes,"
		       " predecessor=excluded.predecessor, state=excluded.state,"
		       " attempts=excluded.attempts, next_at=excluded.next_at, started_at=excluded.started_at,"
		       " finished_at=excluded.finished_at, result=excluded.result,"
		       " dead_reason=excluded.dead_reason, fallback=excluded.fallback",
	[PUT_PAYLOAD] = "INSERT OR REPLACE INTO payload VALUES (?1,?2)",
	[PUT_OUTBOX_EPISODE] = "INSERT OR IGNORE INTO outbox_episode VALUES (?1,?2)",
	[PUT_META] = "INSERT OR REPLACE INTO meta VALUES (?1,?2)",
};

static sqlite3_stmt *statement_of(struct database *database, enum statement which)
{
	return database_statement(database, which, sql[which]);
}

/* Texts of the row being written, in a buffer that lasts a batch. */
static const char *labels_text(GString *text, const struct labels *labels)
{
	struct json_out out;
	json_out_init(&out, g_string_truncate(text, 0));
	labels_write_exact(labels, &out, NULL);
	return text->str;
}

enum { TIME_DIGITS = 21, TIMES_SIZE = MAX(LEVELS_MAX, FLAP_STARTS_MAX) * TIME_DIGITS + 3 };

static const char *times_text(const msec_t *times, unsigned count, char out[TIMES_SIZE])
{
	size_t used = 0;
	for (unsigned i = 0; i < count; i++)
		used += (size_t)g_snprintf(out + used, TIMES_SIZE - used, "%c%" G_GINT64_FORMAT, i ? ',' : '[',
					   (gint64)times[i]);
	g_strlcpy(out + used, "]", TIMES_SIZE - used);
	return out;
}

static int put_instance(struct database *database, const struct instance_row *row)
{
	const struct instance_state *state = &row->state;
	bool drop = state->state == ALERT_INACTIVE && !(state->flap_score > 0);
	sqlite3_stmt *statement = statement_of(database, drop ? DROP_INSTANCE : PUT_INSTANCE);
	char accrued[TIMES_SIZE], starts[TIMES_SIZE];
	bind_text(statement, 1, row->rule);
	bind_text(statement, 2, labels_text(database->text, row->labels));
	if (!drop) {
		bind_text(statement, 3, alert_state_name(state->state));
		bind_text(statement, 4, severity_name(state->level_severity));
		bind_int(statement, 5, state->since);
		bind_text(statement, 6, times_text(state->accrued, LEVELS_MAX, accrued));
		bind_int(statement, 7, state->down_accrued);
		bind_int(statement, 8, state->clear_accrued);
		bind_int(statement, 9, state->unknown_accrued);
		bind_int(statement, 10, state->vanished_accrued);
		sqlite3_bind_double(statement, 11, state->flap_score);
		bind_int(statement, 12, state->flap_at);
		bind_int(statement, 13, state->flapping);
		bind_text(statement, 14, state->episode);
		bind_int(statement, 15, state->episode_started);
		bind_number(statement, 16, state->value);
		bind_int(statement, 17, state->value_at);
		bind_number(statement, 18, state->peak);
		bind_text(statement, 19, times_text(state->flap_starts, FLAP_STARTS_MAX, starts));
		sqlite3_bind_double(statement, 20, state->kept);
	}
	return database_run(statement);
}

static int put_alert(struct database *database, const struct alert *alert)
{
	sqlite3_stmt *statement = statement_of(database, PUT_ALERT);
	struct json_out out;
	json_out_init(&out, g_string_truncate(database->text, 0));
	alert_write_json(alert, &out, NULL);
	bind_text(statement, 1, alert->id);
	bind_text(statement, 2, alert->rule.name);
	bind_int(statement, 3, MAX(alert->severity, alert->peak_severity));
	bind_int(statement, 4, alert->started_at);
	bind_int(statement, 5, alert->ended_at);
	bind_text(statement, 6, out.text->str);
	return database_run(statement);
}

static int put_event(struct database *database, const struct event *event)
{
	sqlite3_stmt *statement = statement_of(database, PUT_EVENT);
	bind_int(statement, 1, (int64_t)event->seq);
	bind_int(statement, 2, event->at);
	bind_text(statement, 3, event_kind_name(event->kind));
	bind_text(statement, 4, event->episode);
	bind_text(statement, 5, event->by);
	bind_text(statement, 6, event->data ? event->data : "{}");
	return database_run(statement);
}

static int put_told(struct database *database, const struct told_row *row)
{
	sqlite3_stmt *statement = statement_of(database, row->deleted ? DROP_TOLD : PUT_TOLD);
	bind_text(statement, 1, row->episode);
	bind_text(statement, 2, row->integration);
	if (!row->deleted) {
		bind_int(statement, 3, row->told);
		bind_int(statement, 4, row->severity);
		bind_number(statement, 5, row->value);
		bind_int(statement, 6, row->at);
		bind_text(statement, 7, row->heard);
		bind_text(statement, 8, row->incident);
	}
	return database_run(statement);
}

static int put_group(struct database *database, const struct group_row *row)
{
	sqlite3_stmt *statement = statement_of(database, row->deleted ? DROP_GROUP : PUT_GROUP);
	bind_text(statement, 1, row->key);
	if (row->deleted)
		return database_run(statement);
	bind_text(statement, 2, row->receiver);
	bind_text(statement, 3, row->route);
	bind_text(statement, 4, labels_text(database->text, row->labels));
	bind_int(statement, 5, row->generation);
	bind_int(statement, 6, row->flush);
	bind_int(statement, 7, row->next_flush_at);
	bind_int(statement, 8, row->last_flush_at);
	bind_int(statement, 9, row->first_at);
	return database_run(statement);
}

static int put_member(struct database *database, const struct member_row *row)
{
	sqlite3_stmt *statement = statement_of(database, row->deleted ? DROP_MEMBER : PUT_MEMBER);
	bind_text(statement, 1, row->group);
	bind_text(statement, 2, row->episode);
	if (row->deleted)
		return database_run(statement);
	bind_int(statement, 3, row->pending_worse);
	bind_int(statement, 4, row->ack_ended);
	return database_run(statement);
}

static int put_incident(struct database *database, const struct incident_row *row)
{
	sqlite3_stmt *statement = statement_of(database, PUT_INCIDENT);
	bind_text(statement, 1, row->root);
	bind_text(statement, 2, row->name);
	bind_text(statement, 3, row->integration);
	bind_text(statement, 4, row->group ? row->group : ""); /* a fallback's thread has no group */
	bind_int(statement, 5, row->generation);
	bind_int(statement, 6, row->message);
	bind_text(statement, 7, row->subject);
	bind_text(statement, 8, row->told_times);
	bind_int(statement, 9, row->last_at);
	bind_int(statement, 10, row->opened_at);
	bind_int(statement, 11, row->closed_at);
	bind_int(statement, 12, row->severity);
	return database_run(statement);
}

static int put_outbox_episodes(struct database *database, const struct outbox_row *row)
{
	struct error err;
	json_t *list = row->episodes ? json_parse(row->episodes, strlen(row->episodes), 0, &err) : NULL;
	int result = SQLITE_OK;
	for (size_t i = 0; i < json_array_size(list) && result == SQLITE_OK; i++) {
		sqlite3_stmt *statement = statement_of(database, PUT_OUTBOX_EPISODE);
		bind_text(statement, 1, json_string_value(json_array_get(list, i)));
		bind_text(statement, 2, row->id);
		result = database_run(statement);
	}
	json_decref(list);
	return result;
}

static int put_payload(struct database *database, const struct outbox_row *row)
{
	sqlite3_stmt *statement = statement_of(database, PUT_PAYLOAD);
	bind_text(statement, 1, row->id);
	bind_text(statement, 2, row->payload);
	return database_run(statement);
}

static int put_outbox(struct database *database, const struct outbox_row *row)
{
	sqlite3_stmt *statement = statement_of(database, PUT_OUTBOX);
	bind_text(statement, 1, row->id);
	bind_text(statement, 2, row->key);
	bind_text(statement, 3, row->integration);
	bind_text(statement, 4, row->receiver ? row->receiver : "");
	bind_text(statement, 5, row->kind ? row->kind : "");
	bind_text(statement, 6, row->incident);
	bind_text(statement, 7, row->recipient ? row->recipient : "");
	bind_text(statement, 8, row->episodes ? row->episodes : "[]");
	bind_text(statement, 9, row->type ? row->type : "");
	bind_text(statement, 10, reason_name(row->reason));
	bind_int(statement, 11, row->severity);
	bind_text(statement, 12, row->predecessor);
	bind_text(statement, 13, outbox_state_name(row->state));
	bind_int(statement, 14, row->attempts);
	bind_int(statement, 15, row->created_at);
	bind_int(statement, 16, row->next_at);
	bind_int(statement, 17, row->started_at);
	bind_int(statement, 18, row->finished_at);
	bind_text(statement, 19, row->result);
	bind_text(statement, 20, reason_name(row->dead_reason));
	bind_int(statement, 21, row->fallback);
	int result = database_run(statement);
	/* Who is in a message is known when its text is: most writes bring neither. */
	if (result == SQLITE_OK && row->payload)
		result = put_payload(database, row);
	return result == SQLITE_OK && row->payload ? put_outbox_episodes(database, row) : result;
}

static int put_meta(struct database *database, const struct meta_row *row)
{
	sqlite3_stmt *statement = statement_of(database, PUT_META);
	bind_text(statement, 1, row->key);
	bind_text(statement, 2, row->value);
	return database_run(statement);
}

#define PUT_ALL(array, put, address)                                                                                   \
	for (size_t i = 0; i < effects->array##_count && result == SQLITE_OK; i++)                                     \
		result = put(database, address effects->array[i]);

int write_effects(struct database *database, const struct effects *effects)
{
	int result = SQLITE_OK;
	PUT_ALL(instances, put_instance, &)
	PUT_ALL(alerts, put_alert, )
	PUT_ALL(events, put_event, &)
	PUT_ALL(told, put_told, &)
	PUT_ALL(groups, put_group, &)
	PUT_ALL(members, put_member, &)
	PUT_ALL(incidents, put_incident, &)
	PUT_ALL(outbox, put_outbox, &)
	PUT_ALL(meta, put_meta, &)
	return result;
}
