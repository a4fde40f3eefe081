#include "notifiers/message.h"
#include "base/duration.h"
#include "model/words.h"
#include <math.h>
#include <string.h>

enum tone tone_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
		return TONE_CRITICAL;
	case SEVERITY_WARNING:
		return TONE_WARNING;
	case SEVERITY_INFO:
	case SEVERITY_NONE:
		return TONE_INFO;
	}
	return TONE_INFO;
}

const char *tone_shape(enum tone tone)
{
	static const char *const shapes[] = {[TONE_INFO] = "●",     [TONE_WARNING] = "▲", [TONE_CRITICAL] = "■",
					     [TONE_RESOLVED] = "✓", [TONE_TEST] = "",     [TONE_CLOSED] = ""};
	return shapes[tone];
}

const struct notification_alert *message_first(const struct message *message)
{
	return message->notification->alert_count ? &message->notification->alerts[0] : NULL;
}

const char *message_printf(struct message *message, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	char *text = g_strdup_vprintf(format, list);
	va_end(list);
	char *copy = arena_strdup(message->arena, text);
	g_free(text);
	return copy;
}

const char *message_number(struct message *message, enum unit unit, double value)
{
	char text[64];
	return arena_strdup(message->arena, unit_format(unit, value, text, sizeof text));
}

/* Number and unit are joined by a no-break space. */
const char *message_duration(struct message *message, msec_t duration)
{
	char text[64];
	if (duration >= 60000) /* nobody reads seconds beside minutes */
		duration -= duration % 60000;
	duration_format(duration < 0 ? 0 : duration, text, sizeof text);
	GString *out = g_string_new(NULL);
	for (const char *at = text; *at; at++)
		if (*at == ' ')
			g_string_append(out, "\xc2\xa0");
		else
			g_string_append_c(out, *at);
	char *copy = arena_strdup(message->arena, out->str);
	g_string_free(out, TRUE);
	return copy;
}

const char *message_plain(struct message *message, const struct rich *rich)
{
	GString *out = g_string_new(NULL);
	rich_plain(rich, &message->time, out);
	char *copy = arena_strdup(message->arena, out->str);
	g_string_free(out, TRUE);
	return copy;
}

msec_t message_ended_at(const struct notification *notification)
{
	msec_t ended = 0;
	for (uint32_t i = 0; i < notification->alert_count; i++)
		ended = MAX(ended, notification->alerts[i].alert->ended_at);
	return ended ? ended : notification->at;
}

static bool is_open(const struct notification_alert *entry)
{
	return !entry->resolved_now && entry->alert->state != ALERT_RESOLVED;
}

unsigned message_open_count(const struct notification *notification)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < notification->alert_count; i++)
		count += is_open(&notification->alerts[i]);
	return count + notification->truncated;
}

unsigned message_resolved_count(const struct notification *notification)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < notification->alert_count; i++)
		count += !is_open(&notification->alerts[i]);
	return count;
}

const char *message_task_verb(const struct alert *alert)
{
	const char *topic = alert->rule.topic ? alert->rule.topic : "";
	if (g_str_has_prefix(topic, "task "))
		return topic + strlen("task ");
	if (g_str_has_prefix(topic, "tasks "))
		return topic + strlen("tasks ");
	return alert->rule.unit == UNIT_STATE && *topic && labels_get(alert->labels, "task") ? topic : NULL;
}

static bool http_url(const char *url)
{
	return url && (g_str_has_prefix(url, "https://") || g_str_has_prefix(url, "http://")) &&
	       strlen(url) <= MESSAGE_URL_MAX;
}

/* Blanks, quotes and brackets cannot stand in a link of any channel; | ends Slack's. */
static const char *clean_url(struct message *message, const char *url)
{
	char *escaped = g_uri_escape_string(url, ":/?#[]@!$&'()*+,;=%~", FALSE);
	char *copy = arena_strdup(message->arena, escaped);
	g_free(escaped);
	return copy;
}

static const char *runbook_of(const struct notification *notification)
{
	const char *url = NULL;
	if (notification->common_annotations)
		url = labels_get(notification->common_annotations, "runbook");
	for (uint32_t i = 0; !url && i < notification->alert_count; i++)
		if (notification->alerts[i].alert->annotations)
			url = labels_get(notification->alerts[i].alert->annotations, "runbook");
	return url;
}

static void add_actions(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	const char *base = n->external_url && http_url(n->external_url) ? clean_url(message, n->external_url) : "";
	message->manage_url = *base && n->receiver
				      ? message_printf(message, "%sreceivers/%s", base, clean_url(message, n->receiver))
				      : NULL;
	message->open_label = "Open";
	if (!*base)
		return;
	if (n->type == NOTIFICATION_TEST || !first) {
		message->open_url = base;
		return;
	}
	message->open_url = message->group ? message_printf(message, "%sgroups/%s", base, n->incident)
					   : message_printf(message, "%salerts/%s", base, first->alert->id);
	if (message->must_act) {
		unsigned open = message_open_count(n);
		message->ack_label = message->group ? message_printf(message, "Acknowledge %u", open) : "Acknowledge";
		message->ack_url =
			message->group ? message->open_url : message_printf(message, "%s?ack", message->open_url);
	}
	const char *runbook = message->over ? NULL : runbook_of(n);
	if (http_url(runbook)) {
		message->runbook_url = clean_url(message, runbook);
		const char *verb = message_task_verb(first->alert);
		message->runbook_title = verb ? message_printf(message, "task %s", clean_text(message->arena, verb, 60))
					      : clean_text(message->arena, first->alert->rule.topic, 60);
	}
}

static void add_utc(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	char a[MESSAGE_TIME_SIZE], b[MESSAGE_TIME_SIZE];
	if (n->type == NOTIFICATION_TEST || !first)
		message->utc = message_printf(message, "sent %s", message_time_utc(n->at, a));
	else if (message->over)
		message->utc = message_printf(message, "%s to %s", message_time_utc(n->since, a),
					      message_time_utc(message_ended_at(n), b));
	else if (n->type == NOTIFICATION_WORSE && !message->group)
		message->utc = message_printf(message, "fired %s, %s %s", message_time_utc(first->alert->started_at, a),
					      severity_name(first->alert->severity),
					      message_time_utc_tail(first->alert->updated_at, b));
	else
		message->utc = message_printf(message, "%s %s", message->group ? "first fired" : "fired",
					      message_time_utc(n->since ? n->since : first->alert->started_at, a));
}

struct message *message_new(const struct notification *notification, struct arena *arena)
{
	struct message *message = arena_alloc(arena, sizeof *message);
	message->notification = notification;
	message->arena = arena;
	message_time_init(&message->time, notification->timezone, notification->at);
	message->group = notification->alert_count + notification->truncated > 1;
	message->over = notification->type == NOTIFICATION_RESOLVED;
	message->must_act = !message->over && notification->type != NOTIFICATION_TEST && notification->alert_count > 0;
	message->value = message->raise = message->clear = NAN;
	message->number = message->limit = message->labels = "";
	message->rows_shown = MESSAGE_ROWS;
	message->limit_note = rich_new(arena);
	message_add_state(message);
	message_add_headline(message);
	message_add_number(message);
	message_add_facts(message);
	add_actions(message);
	message_add_rows(message);
	message_add_traces(message);
	message_add_why(message, false);
	message_add_next(message);
	message_add_labels(message, false);
	add_utc(message);
	message_add_lines(message);
	return message;
}

void message_release(struct message *message)
{
	if (message)
		message_time_release(&message->time);
}
