#include "engine/fallback.h"
#include "base/json.h"
#include "engine/episode.h"
#include "engine/incident.h"
#include "engine/message.h"
#include "engine/queue.h"
#include "engine/row.h"
#include "engine/told.h"
#include "model/words.h"
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

/* The fallback's own incident of the same group, so that its RESOLVED finds its way there too. */
static struct incident *incident_for(struct dispatcher *dispatcher, const struct row *dead, const char *integration)
{
	struct group *group = dead->incident->group;
	struct incident *incident = group ? incident_of(group, integration) : NULL;
	if (incident)
		return incident;
	if (group)
		return incident_open(dispatcher, group, integration);
	char root[ULID_SIZE];
	ulid_make(dispatcher->now.wall, &dispatcher->rng, root);
	incident = incident_new(dispatcher, root, integration);
	g_strlcpy(incident->name, dead->incident->name, sizeof incident->name);
	incident->group_key = g_strdup(dead->incident->group_key);
	incident->opened_at = incident->closed_at = dispatcher->now.wall;
	incident_changed(dispatcher, incident);
	return incident;
}

static void note_said(struct dispatcher *dispatcher, const struct message *message)
{
	for (guint i = 0; i < message->alerts->len; i++) {
		const struct row_alert *said = &g_array_index(message->alerts, struct row_alert, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		if (!episode)
			continue;
		struct told_entry *told = told_get(episode, message->queue->name);
		told->said = said->resolved ? SAID_RESOLVED : SAID_FIRING;
		told->said_severity = said->severity;
		told->said_value = said->value;
		told->said_at = dispatcher->now.wall;
		told->group = message->incident->group;
		if (!said->resolved)
			g_strlcpy(told->said_row, message->row, ULID_SIZE);
	}
}

static void send_to(struct dispatcher *dispatcher, const struct row *dead, const struct integration *integration,
		    struct notification *notification)
{
	struct incident *incident = incident_for(dispatcher, dead, integration->name);
	struct message message = {.incident = incident,
				  .queue = queue_get(dispatcher, integration->name),
				  .notification = notification,
				  .alerts = dead->alerts,
				  .step = "fallback",
				  .fallback = true};
	notification->message = ++incident->message;
	incident->last_mono = dispatcher->now.mono;
	if (!incident->subject && notification->alert_count)
		incident->subject =
			alert_subject(notification->alerts[0].alert, notification->alert_count > 1, incident->name);
	if (incident->subject)
		set_text(&notification->subject, incident->subject);
	set_text(&notification->integration, integration->name);
	g_strlcpy(notification->incident, incident->name, sizeof notification->incident);
	g_strlcpy(notification->root, incident->root, ULID_SIZE);
	/* A second death of the same message has another incident message number, so another key. */
	message.flush = incident->message;
	message_queue(dispatcher, &message);
	note_said(dispatcher, &message);
}

void fallback_send(struct dispatcher *dispatcher, struct row *dead)
{
	const char *name = dead->queue->integration ? dead->queue->integration->fallback : NULL;
	const struct receiver *receiver = name ? receivers_find(dispatcher->receivers, name) : NULL;
	if (!receiver || dead->stored.fallback)
		return;
	struct notification *notification = read_payload(dead);
	if (!notification)
		return;
	dead->stored.fallback = true;
	row_changed(dispatcher, dead);
	notification->reason = REASON_FALLBACK;
	g_free(notification->note);
	notification->note = g_strdup_printf("%s could not be reached (%s)", dead->stored.receiver,
					     dead->stored.result ? dead->stored.result : "");
	set_text(&notification->receiver, receiver->name);
	for (uint32_t i = 0; i < receiver->integration_count; i++)
		if (strcmp(receiver->integrations[i]->name, dead->queue->name) != 0)
			send_to(dispatcher, dead, receiver->integrations[i], notification);
	notification_free(notification);
}
