#include "notifiers/message.h"
#include "base/duration.h"
#include "model/words.h"
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

const struct alert_flap *message_flap(const struct message *message)
{
	const struct notification_alert *first = message_first(message);
	bool flaps = first && first->alert->flapping && !message->group && !message->over;
	return flaps ? &first->alert->flap : NULL;
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
	return count + notification->truncated - MIN(notification->rest.resolved, notification->truncated);
}

unsigned message_resolved_count(const struct notification *notification)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < notification->alert_count; i++)
		count += !is_open(&notification->alerts[i]);
	return count + notification->rest.resolved;
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
