#include "notifiers/message_number.h"
#include <math.h>

#define DRAWN_MAX 1e300 /* beyond it widths are no numbers any more */

bool message_shows_number(enum unit unit)
{
	return unit != UNIT_STATE && unit != UNIT_NONE;
}

static bool drawable(const struct alert_level *level)
{
	return level->raise > 0 && level->raise < DRAWN_MAX;
}

/* Kept in the order of their limits, whatever their severities are. */
static void add_level(struct message *message, const struct alert_level *level)
{
	unsigned at = message->level_count;
	if (!drawable(level) || at == LEVELS_MAX)
		return;
	for (; at > 0; at--) {
		double before = message->levels[at - 1].raise;
		if (message->lower_is_worse ? before >= level->raise : before <= level->raise)
			break;
		message->levels[at] = message->levels[at - 1];
	}
	message->levels[at] = *level;
	message->level_count++;
}

static void add_levels(struct message *message, const struct alert *alert)
{
	const struct alert_level own = {alert->severity, alert->raise, alert->clear};
	if (!(alert->value >= 0 && alert->value < DRAWN_MAX))
		return;
	for (uint32_t i = 0; i < alert->level_count; i++)
		add_level(message, &alert->levels[i]);
	if (!alert->level_count)
		add_level(message, &own);
}

static void unknown_number(struct message *message, const struct alert *alert)
{
	message->number = "Unknown";
	if (isfinite(alert->raise))
		message->limit =
			message_printf(message, "limit %s", message_number(message, message->unit, alert->raise));
	if (isfinite(alert->last_known) && alert->last_known_at) {
		rich_text(message->limit_note, "last known %s at ",
			  message_number(message, message->unit, alert->last_known));
		rich_second(message->limit_note, alert->last_known_at, false);
		rich_text(message->limit_note, ", too old to trust");
	}
}

/* Clear as a whole is what the mildest level calls clear. */
static void clear_limit(struct message *message, const struct alert *alert)
{
	double clear = message->level_count ? message->levels[0].clear : alert->clear;
	bool is_clear = message->lower_is_worse ? alert->value >= clear : alert->value <= clear;
	if (!is_clear)
		return;
	message->limit = message_printf(message, "%s %s", message->lower_is_worse ? ">" : "<",
					message_number(message, message->unit, clear));
	rich_text(message->limit_note, "clear limit");
}

static void raise_limit(struct message *message, const struct alert *alert)
{
	static const char *const words[] = {"an info", "an info", "a warning", "critical"};
	message->limit = message_printf(message, "%s %s", message->lower_is_worse ? "<" : ">",
					message_number(message, message->unit, alert->raise));
	rich_text(message->limit_note, "limit for %s", words[alert->severity]);
	if (isfinite(alert->clear))
		rich_text(message->limit_note, "; clears %s %s", message->lower_is_worse ? "over" : "under",
			  message_number(message, message->unit, alert->clear));
}

static void known_number(struct message *message, const struct alert *alert)
{
	message->number = message_number(message, message->unit, alert->value);
	add_levels(message, alert);
	if (message->over)
		clear_limit(message, alert);
	else if (isfinite(alert->raise))
		raise_limit(message, alert);
}

void message_add_number(struct message *message)
{
	const struct notification_alert *first = message_first(message);
	if (message->group || !first || message->notification->type == NOTIFICATION_TEST)
		return;
	const struct alert *alert = first->alert;
	message->unit = alert->rule.unit;
	message->lower_is_worse = alert->rule.lower_is_worse;
	message->value = alert->value;
	message->raise = alert->raise;
	if (!isfinite(alert->value)) {
		if (alert->no_data || message->notification->type == NOTIFICATION_NO_DATA)
			unknown_number(message, alert);
	} else if (message_shows_number(message->unit)) {
		known_number(message, alert);
	} else if (message->unit == UNIT_STATE) {
		message->number = message_number(message, UNIT_STATE, alert->value);
	}
}
