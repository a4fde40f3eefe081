#include "notifiers/message_why.h"
#include "base/utf8.h"
#include "model/words.h"
#include "notifiers/message_number.h"
#include "notifiers/message_state.h"
#include <math.h>

enum { PART_MAX = 160, PART_SHORT = 60 };

/* Names of rules, routes and files: long enough for most, short enough for all of them together. */
static const char *part(struct message *message, const char *text)
{
	return clean_text(message->arena, text, message->why_short ? PART_SHORT : PART_MAX);
}

static void add_rule(struct message *message, struct rich *why)
{
	const struct alert_rule *rule = &message_first(message)->alert->rule;
	rich_text(why, message->many_rules ? "The worst: rule " : "Rule ");
	rich_bold(why, "%s", part(message, rule->name));
	if (rule->place && *rule->place) {
		rich_text(why, " (");
		rich_code(why, part(message, rule->place));
		rich_text(why, ")");
	}
}

static void why_worse(struct message *message, struct rich *why)
{
	add_rule(message, why);
	if (!message->group && *message->number && isfinite(message->raise))
		rich_text(why, ": %s is %s %s", message->number, message->lower_is_worse ? "under" : "over",
			  message_number(message, message->unit, message->raise));
	else
		rich_text(why, ": a higher level was reached");
	rich_text(why, message->notification->digest ? "." : "; “worse” is told at once.");
}

static void why_still(struct message *message, struct rich *why)
{
	const struct notification *n = message->notification;
	if (n->reason == REASON_ACK_ENDED) {
		rich_text(why, "The acknowledgement%s%s ended", n->ack_ended_by ? " of " : "",
			  n->ack_ended_by ? part(message, n->ack_ended_by) : "");
		if (n->ack_ended_at) {
			rich_text(why, " at ");
			rich_minute(why, n->ack_ended_at);
		}
		rich_text(why, " and it still fires.");
		return;
	}
	if (n->reason == REASON_SUPPRESSION_ENDED) {
		rich_text(why, "It was held back, is no longer, and still fires.");
		return;
	}
	rich_text(why, "Reminder: it still fires");
	if (n->last_at) {
		rich_text(why, " %s after the last message (", message_duration(message, n->at - n->last_at));
		rich_minute(why, n->last_at);
		rich_text(why, ")");
	}
	rich_text(why, ".");
}

static void add_told_times(struct message *message, struct rich *why)
{
	const struct notification *n = message->notification;
	uint32_t from = n->told_time_count > 6 ? n->told_time_count - 6 : 0;
	for (uint32_t i = from; i < n->told_time_count; i++) {
		rich_text(why, i > from ? ", " : from ? "last " : "");
		rich_minute(why, n->told_times[i]);
	}
}

static void why_over(struct message *message, struct rich *why)
{
	const struct notification *n = message->notification;
	if (message->group)
		rich_text(why, "You were told of %s%u", n->alert_count > 2 ? "all " : "",
			  n->alert_count + n->truncated);
	else
		rich_text(why, "You were told it fired");
	if (n->told_time_count) {
		rich_text(why, message->group ? " at " : " (");
		add_told_times(message, why);
		rich_text(why, message->group ? "" : ")");
	}
	rich_text(why, ", so you are told %s ended.", message->group ? "they" : "it");
}

static void why_part(struct message *message, struct rich *why)
{
	const struct notification *n = message->notification;
	rich_text(why, "%u of the %u alerts you were told of", message_resolved_count(n),
		  n->alert_count + n->truncated);
	if (n->last_at) {
		rich_text(why, " at ");
		rich_minute(why, n->last_at);
	}
	rich_text(why, " have ended.");
}

static void why_firing(struct message *message, struct rich *why)
{
	const struct notification *n = message->notification;
	const char *condition = message_first(message)->alert->rule.condition;
	add_rule(message, why);
	if (n->type == NOTIFICATION_NO_DATA)
		rich_text(why, ": no numbers for too long, and no_data = \"alert\".");
	else if (condition && *condition)
		rich_text(why, ": %s.", part(message, condition));
	else
		rich_text(why, ".");
	if (n->reason == REASON_SUPPRESSION_ENDED)
		rich_text(why, " It was held back until now.");
	else if (n->reason == REASON_NEW_ALERTS || (n->digest && n->message > 1))
		rich_text(why, " New alerts joined.");
}

static void add_place(struct message *message, struct rich *why)
{
	const char *place = message->notification->route_place;
	if (!place || !*place)
		return;
	rich_text(why, " (");
	rich_code(why, part(message, place));
	rich_text(why, ")");
}

static void add_digest(struct message *message, struct rich *why)
{
	const struct notification *n = message->notification;
	if (n->digest_above)
		rich_text(why, " More than %" G_GINT64_FORMAT " incidents in a minute for ", n->digest_above);
	else
		rich_text(why, " Many incidents in a minute for ");
	rich_bold(why, "%s", part(message, n->digest));
	add_place(message, why);
	rich_text(why, ": told as one.");
}

static void add_route(struct message *message, struct rich *why)
{
	const struct notification *n = message->notification;
	if (n->digest) {
		add_digest(message, why);
	} else {
		rich_text(why, " Route ");
		rich_code(why, part(message, n->route && *n->route ? n->route : "default"));
		add_place(message, why);
		rich_text(why, " sends to you as ");
		rich_bold(why, "%s", part(message, n->receiver));
		rich_text(why, ".");
	}
	if (n->reason == REASON_FALLBACK && n->note && *n->note)
		rich_text(why, " You are the fallback: %s.", part(message, n->note));
}

static void add_reason(struct message *message, struct rich *why)
{
	switch (message->notification->type) {
	case NOTIFICATION_WORSE:
		why_worse(message, why);
		break;
	case NOTIFICATION_STILL:
		why_still(message, why);
		break;
	case NOTIFICATION_PART_RESOLVED:
		why_part(message, why);
		break;
	case NOTIFICATION_RESOLVED:
		why_over(message, why);
		break;
	case NOTIFICATION_FIRING:
	case NOTIFICATION_FLAPPING:
	case NOTIFICATION_NO_DATA:
	case NOTIFICATION_TEST:
		why_firing(message, why);
		break;
	}
}

static struct rich *new_why(struct message *message, bool brief)
{
	struct rich *why = rich_new(message->arena);
	if (message->notification->type == NOTIFICATION_TEST || !message_first(message)) {
		rich_text(why, "Somebody asked for a test of ");
		rich_bold(why, "%s", part(message, message->notification->receiver));
		rich_text(why, ".");
		return why;
	}
	if (brief) {
		add_rule(message, why);
		rich_text(why, ".");
	} else {
		add_reason(message, why);
	}
	add_route(message, why);
	return why;
}

void message_add_why(struct message *message, bool brief)
{
	message->why = new_why(message, brief);
	if (message->why_short || utf8_length(message_plain(message, message->why)) <= MESSAGE_WHY_MAX)
		return;
	message->why_short = true;
	message->why = new_why(message, brief);
}

static const char *more_words(struct message *message)
{
	if (message->notification->digest)
		return "More alerts join or get worse, at most once a minute";
	bool tasks = message_task_verb(message_first(message)->alert) && !message->many_rules;
	return tasks ? "More tasks fail" : "More alerts join";
}

static bool somebody_has_it(const struct notification *n)
{
	for (uint32_t i = 0; i < n->alert_count; i++)
		if (!n->alerts[i].resolved_now && !n->alerts[i].alert->ack.by)
			return false;
	return n->alert_count > 0 && n->rest.taken == n->truncated - MIN(n->rest.resolved, n->truncated);
}

/* The level above the one it is at, if numbers can be shown. */
static const struct alert_level *level_above(const struct message *message)
{
	const struct alert *alert = message_first(message)->alert;
	const struct alert_level *above = NULL;
	for (uint32_t i = 0; i < alert->level_count && message_shows_number(alert->rule.unit); i++) {
		const struct alert_level *level = &alert->levels[i];
		if (level->severity > alert->severity && (!above || level->severity < above->severity))
			above = level;
	}
	return above;
}

static void next_worse(struct message *message, const char *resolved, struct rich *next)
{
	const struct alert_level *above = level_above(message);
	if (above)
		rich_text(next, "%s at %s, at once; %s", message_severity_title(above->severity),
			  message_number(message, message_first(message)->alert->rule.unit, above->raise), resolved);
	else
		rich_text(next, "Worse, at once; %s", resolved);
}

static void next_firing(struct message *message, struct rich *next)
{
	const struct notification *n = message->notification;
	const char *resolved = message->group ? "all resolved" : "resolved";
	if (n->type == NOTIFICATION_NO_DATA)
		rich_text(next, "Numbers return and are over a limit; numbers return and are fine (resolved)");
	else if (message->group)
		rich_text(next, "%s; %s", more_words(message), resolved);
	else if (n->digest)
		rich_text(next, "%s; %s", more_words(message), resolved);
	else if (message_first(message)->alert->severity < SEVERITY_CRITICAL)
		next_worse(message, resolved, next);
	else
		rich_text(next, "Resolved");
	if (somebody_has_it(n)) {
		rich_text(next, "; or when the acknowledgement ends");
	} else if (n->repeat_at) {
		rich_text(next, "; or again at ");
		rich_minute(next, n->repeat_at);
		rich_text(next, " if nobody has %s", message->group ? "them" : "it");
	}
	rich_text(next, ".");
}

void message_add_next(struct message *message)
{
	struct rich *next = message->next = rich_new(message->arena);
	if (message->notification->type == NOTIFICATION_TEST || !message_first(message))
		rich_text(next, "None.");
	else if (message->over)
		rich_text(next, "None. This incident is closed; a new one gets a new thread.");
	else if (message->notification->type == NOTIFICATION_FLAPPING)
		rich_text(next,
			  "Worse, or one resolved when it is steady. Ups and downs in between are in the history, "
			  "not in your inbox.");
	else
		next_firing(message, next);
}
