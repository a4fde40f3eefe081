#include "notifiers/message_state.h"

static void count_severities(const struct message *message, unsigned counts[SEVERITY_CRITICAL + 1])
{
	const struct notification *n = message->notification;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct notification_alert *entry = &n->alerts[i];
		if (message->over)
			counts[entry->alert->peak_severity ? entry->alert->peak_severity : entry->alert->severity]++;
		else if (!entry->resolved_now && entry->alert->state != ALERT_RESOLVED)
			counts[entry->alert->severity]++;
	}
	for (int s = 0; s <= SEVERITY_CRITICAL; s++)
		counts[s] += n->rest.severities[s];
}

const char *message_severity_title(enum severity severity)
{
	static const char *const titles[] = {"Info", "Info", "Warning", "Critical"};
	return titles[severity];
}

static void add_count(struct message *message, enum tone tone, const char *text)
{
	message->counts[message->count_count++] = (struct message_count){tone, tone_shape(tone), text};
}

/* "9 critical, 5 warning" */
static const char *counts_text(struct message *message, const unsigned counts[SEVERITY_CRITICAL + 1])
{
	GString *out = g_string_new(NULL);
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--)
		if (counts[s])
			g_string_append_printf(out, "%s%u %s", out->len ? ", " : "", counts[s], severity_name(s));
	char *copy = arena_strdup(message->arena, out->str);
	g_string_free(out, TRUE);
	return copy;
}

const char *message_severities(struct message *message)
{
	unsigned counts[SEVERITY_CRITICAL + 1] = {0};
	count_severities(message, counts);
	return counts_text(message, counts);
}

static bool closed_reason(enum reason reason)
{
	return reason == REASON_GONE || reason == REASON_EXPIRED || reason == REASON_NO_DATA ||
	       reason == REASON_RULE_GONE;
}

/* It did not recover, it went away: then nothing is green. */
static bool all_closed(const struct notification *n)
{
	for (uint32_t i = 0; i < n->alert_count; i++)
		if (!closed_reason(n->alerts[i].alert->reason))
			return false;
	return n->alert_count > 0;
}

static void over_state(struct message *message, const unsigned counts[SEVERITY_CRITICAL + 1])
{
	const struct notification_alert *first = message_first(message);
	bool closed = all_closed(message->notification);
	message->tone = closed ? TONE_CLOSED : TONE_RESOLVED;
	add_count(message, message->tone, closed ? "Closed" : "Resolved");
	message->state_name = "resolved";
	message->state = closed ? "Closed" : "Resolved";
	if (message->group)
		message->was = message_printf(message, "was %s", counts_text(message, counts));
	else if (first)
		message->was = message_printf(
			message, "was %s",
			severity_name(first->told_severity ? first->told_severity : first->alert->severity));
}

static void group_state(struct message *message, const unsigned counts[SEVERITY_CRITICAL + 1])
{
	message->tone = TONE_INFO;
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
		if (!counts[s])
			continue;
		if (!message->count_count)
			message->tone = tone_of(s);
		add_count(message, tone_of(s), message_printf(message, "%u %s", counts[s], severity_name(s)));
	}
}

static const char *type_state(enum notification_type type)
{
	switch (type) {
	case NOTIFICATION_WORSE:
		return "Worse";
	case NOTIFICATION_STILL:
		return "Still firing";
	case NOTIFICATION_PART_RESOLVED:
		return "Part resolved";
	case NOTIFICATION_NO_DATA:
		return "No data";
	case NOTIFICATION_RESOLVED:
		return "Resolved";
	case NOTIFICATION_TEST:
		return "Test";
	case NOTIFICATION_FIRING:
	case NOTIFICATION_FLAPPING:
		return "Firing";
	}
	return "Firing";
}

static const char *type_qualifier(struct message *message)
{
	switch (message->notification->type) {
	case NOTIFICATION_STILL:
		return "still firing";
	case NOTIFICATION_FLAPPING:
		return "flapping";
	case NOTIFICATION_NO_DATA:
		return "no data";
	case NOTIFICATION_PART_RESOLVED:
		return message_printf(message, "%u resolved", message_resolved_count(message->notification));
	case NOTIFICATION_FIRING:
	case NOTIFICATION_WORSE:
	case NOTIFICATION_RESOLVED:
	case NOTIFICATION_TEST:
		return NULL;
	}
	return NULL;
}

static const char *type_state_name(enum notification_type type)
{
	switch (type) {
	case NOTIFICATION_FIRING:
	case NOTIFICATION_FLAPPING:
		return "firing";
	case NOTIFICATION_WORSE:
		return "worse";
	case NOTIFICATION_STILL:
		return "still";
	case NOTIFICATION_PART_RESOLVED:
		return "part_resolved";
	case NOTIFICATION_NO_DATA:
		return "no_data";
	case NOTIFICATION_RESOLVED:
		return "resolved";
	case NOTIFICATION_TEST:
		return "test";
	}
	return "firing";
}

static enum severity was_severity(const struct notification_alert *entry)
{
	return entry->told_severity ? entry->told_severity : entry->alert->was;
}

void message_add_state(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	unsigned counts[SEVERITY_CRITICAL + 1] = {0};
	count_severities(message, counts);
	message->severity_word = first ? severity_name(first->alert->severity) : "none";
	message->state = type_state(n->type);
	message->state_name = type_state_name(n->type);
	message->qualifier = type_qualifier(message);
	if (n->type == NOTIFICATION_TEST || !first) {
		message->tone = TONE_TEST;
		add_count(message, TONE_TEST, "Test");
	} else if (message->over) {
		over_state(message, counts);
	} else if (message->group) {
		group_state(message, counts);
	} else {
		message->tone = tone_of(first->alert->severity);
		add_count(message, message->tone, message_severity_title(first->alert->severity));
		enum severity was = was_severity(first);
		if (n->type == NOTIFICATION_WORSE && was && was != first->alert->severity)
			message->was = message_printf(message, "was %s", severity_name(was));
	}
}
