#include "engine/message.h"
#include "engine/line.h"
#include "engine/outbox.h"
#include "engine/row.h"
#include "engine/row_told.h"
#include <stdlib.h>
#include <string.h>

void message_key(const char *root, uint32_t flush, const char *kind, const char *step, const char *recipient, char *key)
{
	char *text = g_strdup_printf("%s\x1f%u\x1f%s\x1f%s\x1f%s", root, flush, kind, step, recipient);
	char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_strlcpy(key, hex, 65);
	g_free(hex);
	g_free(text);
}

static enum severity worst(const GArray *alerts)
{
	enum severity severity = SEVERITY_NONE;
	for (guint i = 0; i < alerts->len; i++)
		severity = MAX(severity, g_array_index(alerts, struct row_alert, i).severity);
	return severity;
}

/* The dead letter that would have told this recipient of it: the newest of its line that says something fires. */
static struct row *dead_beginning(struct dispatcher *dispatcher, const struct message *message, const struct row *row)
{
	const char *recipient = row->stored.recipient;
	struct row *dead = g_hash_table_lookup(dispatcher->rows, message->predecessor);
	if (!*recipient)
		return dead && dead->stored.state == OUTBOX_DEAD ? dead : NULL;
	for (GList *at = message->queue->dead.tail; at; at = at->prev) {
		dead = at->data;
		bool over = strcmp(dead->stored.type, notification_type_name(NOTIFICATION_RESOLVED)) == 0;
		if (dead->incident == row->incident && !over && strcmp(dead->stored.recipient, recipient) == 0)
			return dead;
	}
	return NULL;
}

static void add_row(struct dispatcher *dispatcher, struct message *message, const char *recipient)
{
	struct notification *notification = message->notification;
	char id[ULID_SIZE];
	ulid_make(dispatcher->now.wall, &dispatcher->rng, id);
	struct row *row = row_new(dispatcher, id, message->incident, message->queue);
	struct outbox_row *stored = &row->stored;
	const char *type = notification_type_name(notification->type);
	message_key(message->incident->root, message->flush, type, message->step, recipient, notification->key);
	g_strlcpy(stored->key, notification->key, sizeof stored->key);
	g_strlcpy(stored->predecessor, message->predecessor, ULID_SIZE);
	stored->integration = g_strdup(message->queue->name);
	stored->receiver = g_strdup(message->queue->receiver);
	stored->kind = g_strdup(message->queue->kind);
	stored->recipient = g_strdup(recipient);
	stored->type = g_strdup(type);
	stored->reason = notification->reason;
	stored->severity = worst(message->alerts);
	stored->created_at = dispatcher->now.wall;
	stored->fallback = message->fallback;
	stored->payload = notification_text(notification);
	g_array_append_vals(row->alerts, message->alerts->data, message->alerts->len);
	row_name_episodes(row);
	row->message = message->incident->message;
	row->created_mono = message->waits_since;
	row->fresh = true;
	row_changed(dispatcher, row);
	if (!message->row[0])
		g_strlcpy(message->row, id, ULID_SIZE);
	if (message->predecessor_dead || (*recipient && !line_waits(row) && row_closes_untold(dispatcher, row)))
		outbox_leave_out(dispatcher, row, dead_beginning(dispatcher, message, row));
	else
		outbox_enter(dispatcher, row);
}

void message_queue(struct dispatcher *dispatcher, struct message *message)
{
	struct integration *integration = message->queue->integration;
	const char *const *recipients =
		integration->kind->recipients ? integration->kind->recipients(integration) : NULL;
	message->row[0] = '\0';
	if (!recipients) {
		add_row(dispatcher, message, "");
		return;
	}
	for (; *recipients; recipients++)
		add_row(dispatcher, message, *recipients);
}
