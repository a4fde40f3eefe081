#include "notifiers/message_lines.h"
#include "model/words.h"
#include "notifiers/message_number.h"
#include "notifiers/message_state.h"
#include "notifiers/message_who.h"
#include <math.h>
#include <string.h>

static const char *fact_and_limit(struct message *message)
{
	if (message->notification->type == NOTIFICATION_NO_DATA || !*message->limit || message->group)
		return message->fact;
	return message_printf(message, "%s %s", message->fact, message->limit);
}

static const char *clock_minute(struct message *message, msec_t wall)
{
	char text[MESSAGE_TIME_SIZE];
	return arena_strdup(message->arena, message_time_minute(&message->time, wall, text));
}

static const char *ordinal(struct message *message, unsigned n)
{
	const char *end = n % 100 / 10 == 1 ? "th"
			  : n % 10 == 1     ? "st"
			  : n % 10 == 2     ? "nd"
			  : n % 10 == 3     ? "rd"
					    : "th";
	return message_printf(message, "%u%s", n, end);
}

static const char *over_line(struct message *message)
{
	const struct notification *n = message->notification;
	const struct alert *alert = message_first(message)->alert;
	if (message->tone == TONE_CLOSED)
		return "";
	if (message->group) {
		const struct alert *last = alert;
		for (uint32_t i = 0; i < n->alert_count; i++)
			if (n->alerts[i].alert->ended_at > last->ended_at)
				last = n->alerts[i].alert;
		return message_printf(message, " All %u are over; the last was %s.", n->alert_count + n->truncated,
				      clean_name(message->arena, alert_object(last), MESSAGE_NAME_MAX));
	}
	if (!*message->number)
		return "";
	const char *what = message_shows_number(message->unit) ? fact_and_limit(message) : message->number;
	if (isfinite(alert->peak) && message_shows_number(message->unit))
		return message_printf(message, " %s, peak %s.", what,
				      message_number(message, message->unit, alert->peak));
	return message_printf(message, " %s.", what);
}

static const char *flapping_line(struct message *message)
{
	const struct notification *n = message->notification;
	const struct alert_flap *flap = message_flap(message);
	if (!flap || !flap->start_count)
		return message_printf(message, "Flapping since %s. Kept as one from now.",
				      clock_minute(message, n->since));
	return message_printf(message, "Flapping: %s time in %s. Kept as one from now.",
			      ordinal(message, flap->start_count + 1),
			      message_duration(message, n->at - flap->starts[0]));
}

/* "Warning since 02:42." and its sisters. */
static const char *state_line(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	const char *title = message->group ? NULL : message_severity_title(first->alert->severity);
	switch (n->type) {
	case NOTIFICATION_WORSE:
		if (!message->group && message->was)
			return message_printf(message, "Worse: %s to %s at %s.", message->was + strlen("was "),
					      severity_name(first->alert->severity), clock_minute(message, n->at));
		return message_printf(message, "Worse at %s.", clock_minute(message, n->at));
	case NOTIFICATION_STILL:
		return message_printf(message, "Still %s after %s.",
				      message->group ? "firing" : severity_name(first->alert->severity),
				      message_duration(message, n->at - n->since));
	case NOTIFICATION_PART_RESOLVED:
		return message_printf(message, "%u of %u resolved at %s.", message_resolved_count(n),
				      n->alert_count + n->truncated, clock_minute(message, n->at));
	case NOTIFICATION_FLAPPING:
		return flapping_line(message);
	case NOTIFICATION_NO_DATA:
		if (message->group)
			break;
		return message_printf(
			message, "No data for %s, %s.",
			message_duration(message, n->at - (first->alert->last_known_at ? first->alert->last_known_at
										       : first->alert->pending_since)),
			severity_name(first->alert->severity));
	case NOTIFICATION_FIRING:
	case NOTIFICATION_RESOLVED:
	case NOTIFICATION_TEST:
		break;
	}
	if (!message->group)
		return message_printf(message, "%s since %s.", title, clock_minute(message, n->since));
	return message_printf(message, "%s since %s, worst %s.", message_severities(message),
			      clock_minute(message, n->since),
			      clean_name(message->arena, alert_object(first->alert), MESSAGE_NAME_MAX));
}

static const char *with_plain_spaces(struct message *message, const char *text)
{
	struct rich *rich = rich_new(message->arena);
	rich_text(rich, "%s", text);
	return message_plain(message, rich);
}

static const struct message_fact *fact_named(const struct message *message, const char *label)
{
	for (unsigned i = 0; i < message->fact_count; i++)
		if (!strcmp(message->facts[i].label, label))
			return &message->facts[i];
	return NULL;
}

static const char *preheader(struct message *message)
{
	const struct notification *n = message->notification;
	bool changed =
		n->type == NOTIFICATION_WORSE || n->type == NOTIFICATION_STILL || n->type == NOTIFICATION_PART_RESOLVED;
	const struct message_fact *row = fact_named(message, changed ? "Changed" : "Since");
	const char *detail = row ? message_plain(message, row->value) : "";
	const char *word = n->type == NOTIFICATION_FIRING || n->type == NOTIFICATION_FLAPPING ? message->counts[0].text
											      : message->state;
	if (n->type == NOTIFICATION_STILL && !message->group)
		word = message_printf(message, "Still %s", message->severity_word);
	if (n->type == NOTIFICATION_FLAPPING)
		word = message_printf(message, "%s, flapping", word);
	if (message->group && message->count_count > 1 && n->type == NOTIFICATION_FIRING)
		word = message_printf(message, "%s, %s", word, message->counts[1].text);
	const char *text = message_printf(message, "%s: %s. %s%s. %s", word, fact_and_limit(message),
					  changed ? "" : "Since ", detail, message_who_line(message));
	return clean_text(message->arena, text, MESSAGE_PREHEADER_MAX);
}

void message_add_lines(struct message *message)
{
	const struct notification *n = message->notification;
	if (n->type == NOTIFICATION_TEST || !message_first(message)) {
		message->one_line = message_printf(message, "%s. Nobody has to do anything.", message->headline);
		message->preheader = "Test: nothing is broken. Nobody has to do anything.";
	} else if (message->over) {
		message->one_line = message_printf(message, "%s.%s", message->headline, over_line(message));
		message->preheader = clean_text(message->arena, message->one_line, MESSAGE_PREHEADER_MAX);
	} else {
		const char *limit =
			fact_and_limit(message) == message->fact ? "" : message_printf(message, " %s", message->limit);
		message->one_line = message_printf(message, "%s%s. %s %s", message->headline, limit,
						   state_line(message), message_who_line(message));
		message->preheader = preheader(message);
	}
	message->one_line = clean_text(message->arena, with_plain_spaces(message, message->one_line), 300);
	message->preheader = with_plain_spaces(message, message->preheader);
}
