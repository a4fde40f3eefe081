#include "engine/fallback.h"
#include "base/json.h"
#include "engine/episode.h"
#include "engine/incident.h"
#include "engine/message.h"
#include "engine/queue.h"
#include "engine/row.h"
#include "engine/told.h"
#include <string.h>

static struct notification *read_payload(const struct row *row)
{
	struct error err;
	json_t *object =
		row->stored.payload ? json_parse(row->stored.payload, strlen(row->stored.payload), 0, &err) : NULL;
	struct notification *notification = object ? notification_from_json(object, &err) : NULL;
	json_decref(object);
	return notification;
}

static void set_text(char **place, const char *text)
{
	g_free(*place);
	*place = g_strdup(text);
}

static bool still_open(const struct dispatcher *dispatcher, const char *id)
{
	const struct episode *episode = episode_find(dispatcher, id);
	return episode && !episode_over(episode);
}

/* The end of what this receiver never heard of is nothing to it. */
static void drop_ended(const struct dispatcher *dispatcher, struct notification *notification)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < notification->alert_count; i++) {
		struct notification_alert *listed = &notification->alerts[i];
		if (!listed->resolved_now && still_open(dispatcher, listed->alert->id))
			notification->alerts[kept++] = *listed;
		else
			alert_unref(listed->alert);
	}
	notification->alert_count = kept;
	notification->truncated -= MIN(notification->rest.resolved, notification->truncated);
	notification->rest.resolved = 0;
	if (notification->type == NOTIFICATION_PART_RESOLVED)
		notification->type = NOTIFICATION_FIRING;
}

static GArray *open_alerts(const struct dispatcher *dispatcher, const struct row *dead)
{
	GArray *alerts = g_array_new(FALSE, TRUE, sizeof(struct row_alert));
	for (guint i = 0; i < dead->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(dead, i);
		if (!said->resolved && still_open(dispatcher, said->episode))
			g_array_append_vals(alerts, said, 1);
	}
	return alerts;
}

static void note_said(struct dispatcher *dispatcher, const struct message *message)
{
	for (guint i = 0; i < message->alerts->len; i++) {
		const struct row_alert *said = &g_array_index(message->alerts, struct row_alert, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		struct told_entry *told = told_get(episode, message->queue->name);
		told->said = SAID_FIRING;
		told->said_severity = said->severity;
		told->said_value = said->value;
		told->said_at = dispatcher->now.wall;
		told_say_in(told, episode, message->incident);
		g_strlcpy(told->said_row, message->row, ULID_SIZE);
	}
}

static void set_fresh(const struct dispatcher *dispatcher, GArray *alerts, const char *integration)
{
	for (guint i = 0; i < alerts->len; i++) {
		struct row_alert *said = &g_array_index(alerts, struct row_alert, i);
		const struct told_entry *told = told_find(episode_find(dispatcher, said->episode), integration);
		said->fresh = !told || told->said == SAID_NOTHING;
	}
}

/* In the fallback's own incident of the same group, so that the RESOLVED finds its way there too. */
static void send_to(struct dispatcher *dispatcher, const struct row *dead, GArray *alerts,
		    const struct integration *integration, struct notification *notification)
{
	struct group *group = dead->incident->group;
	struct incident *incident = incident_of(group, integration->name);
	if (!incident)
		incident = incident_open(dispatcher, group, integration->name);
	/* Its key names the dead letter: numbers of messages that were taken back are used again. */
	struct message message = {.incident = incident,
				  .queue = queue_get(dispatcher, integration->name),
				  .notification = notification,
				  .alerts = alerts,
				  .waits_since = dispatcher->now.mono,
				  .step = dead->stored.id,
				  .fallback = true};
	notification->message = ++incident->message;
	incident->last_mono = dispatcher->now.mono;
	if (!incident->subject && notification->alert_count)
		incident_set_subject(incident, notification->alerts[0].alert, notification->alert_count > 1);
	if (incident->subject)
		set_text(&notification->subject, incident->subject);
	set_text(&notification->integration, integration->name);
	g_strlcpy(notification->incident, incident->name, sizeof notification->incident);
	g_strlcpy(notification->root, incident->root, ULID_SIZE);
	set_fresh(dispatcher, alerts, integration->name);
	message_queue(dispatcher, &message);
	note_said(dispatcher, &message);
}

static void send_to_all(struct dispatcher *dispatcher, struct row *dead, const struct receiver *receiver, GArray *alerts,
			struct notification *notification)
{
	dead->stored.fallback = true;
	row_changed(dispatcher, dead);
	drop_ended(dispatcher, notification);
	notification->reason = REASON_FALLBACK;
	g_free(notification->note);
	notification->note = g_strdup_printf("%s could not be reached (%s)", dead->stored.receiver,
					     dead->stored.result ? dead->stored.result : "");
	set_text(&notification->receiver, receiver->name);
	for (uint32_t i = 0; i < receiver->integration_count; i++)
		if (strcmp(receiver->integrations[i]->name, dead->queue->name) != 0)
			send_to(dispatcher, dead, alerts, receiver->integrations[i], notification);
}

void fallback_send(struct dispatcher *dispatcher, struct row *dead)
{
	const char *name = dead->queue->integration ? dead->queue->integration->fallback : NULL;
	const struct receiver *receiver = name ? receivers_find(dispatcher->receivers, name) : NULL;
	if (!receiver || dead->stored.fallback || !dead->incident->group)
		return;
	GArray *alerts = open_alerts(dispatcher, dead);
	struct notification *notification = alerts->len ? read_payload(dead) : NULL;
	if (notification)
		send_to_all(dispatcher, dead, receiver, alerts, notification);
	notification_free(notification);
	g_array_free(alerts, TRUE);
}
