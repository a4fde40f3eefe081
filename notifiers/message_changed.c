#include "notifiers/message_changed.h"
#include <math.h>
#include <string.h>

static void changed_first(struct message *message, struct rich *value)
{
	const struct notification *n = message->notification;
	const struct alert *alert = message_first(message)->alert;
	const struct alert_flap *flap = message_flap(message);
	if (n->type == NOTIFICATION_FLAPPING && flap && flap->start_count) {
		rich_text(value, "%u incident%s within %s before this one; from now on one", flap->start_count,
			  flap->start_count == 1 ? "" : "s", message_duration(message, n->since - flap->starts[0]));
	} else if (n->type == NOTIFICATION_NO_DATA && !message->group && isfinite(alert->last_known) &&
		   alert->last_known_at) {
		rich_text(value, "Since ");
		rich_minute(value, alert->last_known_at);
		rich_text(value, ": %s to unknown. This is neither good nor bad news",
			  message_number(message, alert->rule.unit, alert->last_known));
	} else {
		rich_text(value, "First message of this incident");
	}
}

static bool same_number(struct message *message, const struct notification_alert *entry)
{
	enum unit unit = entry->alert->rule.unit;
	return !strcmp(message_number(message, unit, entry->told_value),
		       message_number(message, unit, entry->alert->value));
}

static bool changed_one(struct message *message, const struct notification_alert *entry, struct rich *value)
{
	const struct alert *alert = entry->alert;
	bool said = false;
	if (alert->rule.unit != UNIT_NONE && isfinite(entry->told_value) && !same_number(message, entry)) {
		rich_text(value, "%s to %s", message_number(message, alert->rule.unit, entry->told_value),
			  isfinite(alert->value) ? message_number(message, alert->rule.unit, alert->value) : "unknown");
		said = true;
	}
	if (!message->over && entry->told_severity && entry->told_severity != alert->severity) {
		rich_text(value, "%s%s to %s", said ? ", " : "", severity_name(entry->told_severity),
			  severity_name(alert->severity));
		said = true;
	} else if (said && message->notification->type == NOTIFICATION_STILL) {
		rich_text(value, ", nothing else");
	}
	return said;
}

static unsigned count_new(const struct notification *n)
{
	unsigned count = n->rest.fresh;
	for (uint32_t i = 0; i < n->alert_count; i++)
		count += n->alerts[i].new_now;
	return count;
}

static unsigned count_worse(const struct notification *n)
{
	unsigned count = n->rest.worse;
	for (uint32_t i = 0; i < n->alert_count; i++)
		count += n->alerts[i].told_severity && n->alerts[i].alert->severity > n->alerts[i].told_severity;
	return count;
}

static bool changed_group(struct message *message, struct rich *value)
{
	const struct notification *n = message->notification;
	unsigned resolved = n->rest.resolved, fresh = count_new(n), worse = count_worse(n);
	for (uint32_t i = 0; i < n->alert_count; i++)
		resolved += n->alerts[i].resolved_now;
	if (!resolved && !fresh && !worse)
		return false;
	if (message->over) {
		rich_text(value, "the last %u resolved", resolved ? resolved : n->alert_count + n->truncated);
		return true;
	}
	if (resolved)
		rich_text(value, "%u of %u resolved, ", resolved, n->alert_count + n->truncated);
	if (fresh)
		rich_text(value, "%u new", fresh);
	else
		rich_text(value, "none new");
	if (worse)
		rich_text(value, ", %u worse", worse);
	return true;
}

struct rich *message_changed(struct message *message)
{
	const struct notification *n = message->notification;
	struct rich *value = rich_new(message->arena);
	if (n->message <= 1 && !message->over) {
		changed_first(message, value);
		return value;
	}
	struct rich *what = rich_new(message->arena);
	bool changed =
		message->group ? changed_group(message, what) : changed_one(message, message_first(message), what);
	if (!changed && message->over) {
		rich_text(value, message->tone == TONE_CLOSED ? "It ended without recovering" : "It is clear again");
		return value;
	}
	rich_text(value, changed ? "Since " : "Nothing since ");
	rich_minute(value, n->last_at ? n->last_at : n->since);
	if (changed) {
		rich_text(value, ": ");
		rich_append(value, what);
	}
	return value;
}
