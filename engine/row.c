#include "engine/row.h"
#include "base/json.h"
#include <string.h>

struct row *row_new(struct dispatcher *dispatcher, const char *id, struct incident *incident, struct queue *queue)
{
	struct row *row = g_new0(struct row, 1);
	row->wake.kind = WAKE_RETRY;
	g_strlcpy(row->stored.id, id, ULID_SIZE);
	row->incident = incident;
	row->queue = queue;
	row->alerts = g_array_new(FALSE, TRUE, sizeof(struct row_alert));
	row->link.data = row;
	row->created_mono = dispatcher->now.mono;
	g_strlcpy(row->stored.incident, incident->root, ULID_SIZE);
	g_hash_table_insert(dispatcher->rows, row->stored.id, row);
	return row;
}

void row_free(struct row *row)
{
	if (!row)
		return;
	struct outbox_row *stored = &row->stored;
	const char *texts[] = {stored->integration, stored->receiver, stored->kind,    stored->recipient,
			       stored->episodes,    stored->type,     stored->payload, stored->result};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free((char *)texts[i]);
	g_array_free(row->alerts, TRUE);
	if (row->followers)
		g_ptr_array_free(row->followers, TRUE);
	g_free(row);
}

void row_changed(struct dispatcher *dispatcher, struct row *row)
{
	if (row->changed)
		return;
	row->changed = true;
	g_ptr_array_add(dispatcher->changed_rows, row);
}

void row_set_result(struct row *row, const char *text)
{
	g_free((char *)row->stored.result);
	row->stored.result = g_strdup(text);
}

void row_name_episodes(struct row *row)
{
	json_t *list = json_array();
	for (guint i = 0; i < row->alerts->len; i++)
		json_array_append_new(list, json_string(row_alert_at(row, i)->episode));
	g_free((char *)row->stored.episodes);
	row->stored.episodes = json_text(list);
	json_decref(list);
}

struct row_alert *row_alert_at(const struct row *row, guint i)
{
	return &g_array_index(row->alerts, struct row_alert, i);
}

bool row_may_have_left(const struct row *row)
{
	return row->maybe || row->stored.state == OUTBOX_SENDING || row->stored.state == OUTBOX_AMBIGUOUS;
}

bool row_says_end(const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++)
		if (row_alert_at(row, i)->resolved)
			return true;
	return false;
}

bool row_twin_left(const struct row *row)
{
	for (guint i = 0; i < row->incident->rows->len; i++) {
		const struct row *other = row->incident->rows->pdata[i];
		if (other != row && other->message == row->message && row_may_have_left(other))
			return true;
	}
	return false;
}

bool row_alone(const struct row *row)
{
	if (row->message <= row->incident->delivered)
		return false;
	for (guint i = 0; i < row->incident->rows->len; i++) {
		const struct row *other = row->incident->rows->pdata[i];
		if (other != row && other->message == row->message)
			return false;
	}
	return true;
}

static bool opens(const struct row *row, const char *episode)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		if (said->fresh && !said->resolved && strcmp(said->episode, episode) == 0)
			return true;
	}
	return false;
}

enum row_ends row_ends(const struct row *row, const struct row *next)
{
	guint ends = 0;
	for (guint i = 0; i < next->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(next, i);
		ends += said->resolved && opens(row, said->episode);
	}
	if (!ends)
		return ROW_ENDS_NONE;
	return ends == next->alerts->len ? ROW_ENDS_ALL : ROW_ENDS_SOME;
}

void row_hand_on(const struct row *row, struct row *next)
{
	next->created_mono = MIN(next->created_mono, row->created_mono);
	for (guint i = 0; i < next->alerts->len; i++) {
		struct row_alert *said = row_alert_at(next, i);
		said->fresh |= opens(row, said->episode);
	}
}
