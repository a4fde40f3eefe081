/* The rows of facts: Since, Changed, Who has it, and what the rule's kind knows beyond. A value that is not known
 * leaves its row out. */
#include "model/words.h"
#include "notifiers/message.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static struct rich *add_fact(struct message *message, const char *label, bool extra)
{
	assert(message->fact_count < G_N_ELEMENTS(message->facts));
	struct message_fact *fact = &message->facts[message->fact_count++];
	*fact = (struct message_fact){label, rich_new(message->arena), false, extra};
	return fact->value;
}

/* ---- who ---- */

static const char *person(struct message *message, const char *name)
{
	return clean_text(message->arena, name, 60);
}

/* Who acknowledged how many of the open alerts; the first name that occurs. */
static unsigned acknowledged(const struct notification *n, const struct ack **out, bool *same)
{
	unsigned count = 0;
	*out = NULL;
	*same = true;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct ack *ack = &n->alerts[i].alert->ack;
		if (n->alerts[i].resolved_now || !ack->by)
			continue;
		if (*out && strcmp((*out)->by, ack->by))
			*same = false;
		if (!*out)
			*out = ack;
		count++;
	}
	return count;
}

struct rich *message_who(struct message *message, bool *nobody)
{
	const struct notification *n = message->notification;
	const struct ack *ack;
	bool same;
	unsigned have = acknowledged(n, &ack, &same), open = message_open_count(n);
	struct rich *who = rich_new(message->arena);
	*nobody = false;
	if (!have && n->ack_ended_by) {
		rich_text(who, "Nobody; %s had it until ", person(message, n->ack_ended_by));
		rich_minute(who, n->ack_ended_at);
	} else if (!have) {
		*nobody = true;
		rich_text(who, "Nobody yet");
	} else if (have < open) {
		rich_text(who, "%s has %u of %u; nobody the rest", same ? person(message, ack->by) : "Several people",
			  have, open);
	} else {
		rich_text(who, "%s", same ? person(message, ack->by) : "Several people");
		if (same && ack->until) {
			rich_text(who, ", until ");
			rich_minute(who, ack->until);
		}
	}
	return who;
}

const char *message_who_line(struct message *message)
{
	const struct notification *n = message->notification;
	const struct ack *ack;
	bool same;
	char clock[MESSAGE_TIME_SIZE];
	unsigned have = acknowledged(n, &ack, &same), open = message_open_count(n);
	if (have && have >= open)
		return message_printf(message, "%s has %s.", same ? person(message, ack->by) : "Each",
				      message->group && same ? "them"
				      : same                 ? "it"
							     : "somebody");
	if (have || n->type == NOTIFICATION_PART_RESOLVED)
		return "Nobody has the rest.";
	const char *object = message->group ? "them" : "it";
	if (n->ack_ended_by)
		return message_printf(message, "Nobody has %s since %s.", object,
				      message_time_minute(&message->time, n->ack_ended_at, clock));
	return message_printf(message, "Nobody has %s.", object);
}

static void add_who(struct message *message)
{
	bool nobody;
	struct rich *who = message_who(message, &nobody);
	rich_append(add_fact(message, "Who has it", false), who);
	message->facts[message->fact_count - 1].strong = nobody;
}

static void add_who_had(struct message *message)
{
	const struct notification *n = message->notification;
	const struct ack *ack = NULL;
	for (uint32_t i = 0; i < n->alert_count && !ack; i++)
		if (n->alerts[i].alert->ack.by)
			ack = &n->alerts[i].alert->ack;
	if (ack) {
		struct rich *value = add_fact(message, "Who had it", false);
		rich_text(value, "%s, since ", person(message, ack->by));
		rich_minute(value, ack->at);
	} else if (n->ack_ended_by) {
		struct rich *value = add_fact(message, "Who had it", false);
		rich_text(value, "%s, until ", person(message, n->ack_ended_by));
		rich_minute(value, n->ack_ended_at);
	}
}

/* ---- since ---- */

static void since_flapping(const struct notification *n, struct rich *value)
{
	uint32_t from = n->flap_start_count > 6 ? n->flap_start_count - 6 : 0;
	for (uint32_t i = from; i < n->flap_start_count; i++) {
		rich_text(value, i == from ? "; before that " : ", ");
		rich_minute(value, n->flap_starts[i]);
	}
}

static msec_t latest_start(const struct notification *n)
{
	msec_t latest = 0;
	for (uint32_t i = 0; i < n->alert_count; i++)
		latest = MAX(latest, n->alerts[i].alert->started_at);
	return latest;
}

static void add_since(struct message *message)
{
	const struct notification *n = message->notification;
	const struct alert *alert = message_first(message)->alert;
	struct rich *value = add_fact(message, "Since", false);
	bool unknown = n->type == NOTIFICATION_NO_DATA && !message->group && alert->last_known_at;
	rich_second(value, unknown ? alert->last_known_at : n->since, true);
	if (n->type == NOTIFICATION_FLAPPING)
		since_flapping(n, value);
	else if (message->group && n->message <= 1 && latest_start(n) > n->since)
		rich_text(value, ", all within %s", message_duration(message, latest_start(n) - n->since));
	else if (n->message <= 1 && n->type == NOTIFICATION_FIRING && alert->pending_since &&
		 alert->started_at - alert->pending_since >= 1000)
		rich_text(value, ", held %s over the limit",
			  message_duration(message, alert->started_at - alert->pending_since));
	else if (n->message > 1 && n->at - n->since >= 1000)
		rich_text(value, " (%s)", message_duration(message, n->at - n->since));
	if (n->type == NOTIFICATION_WORSE && !message->group) {
		rich_text(value, "; %s since ", severity_name(alert->severity));
		rich_second(value, alert->updated_at ? alert->updated_at : n->at, false);
	}
}

static void add_lasted(struct message *message)
{
	const struct notification *n = message->notification;
	msec_t ended = message_ended_at(n);
	struct rich *value = add_fact(message, "Lasted", false);
	rich_second(value, n->since, true);
	rich_text(value, " to ");
	rich_second(value, ended, false);
	rich_text(value, ", %s", message_duration(message, ended - n->since));
}

/* ---- changed ---- */

static void changed_first(struct message *message, struct rich *value)
{
	const struct notification *n = message->notification;
	const struct alert *alert = message_first(message)->alert;
	if (n->type == NOTIFICATION_FLAPPING && n->flap_start_count) {
		rich_text(value, "%u incident%s before this one; from now on one", n->flap_start_count,
			  n->flap_start_count == 1 ? "" : "s");
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
	unsigned count = 0;
	for (uint32_t i = 0; i < n->alert_count; i++)
		count += n->alerts[i].new_now;
	return count;
}

static unsigned count_worse(const struct notification *n)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < n->alert_count; i++)
		count += n->alerts[i].told_severity && n->alerts[i].alert->severity > n->alerts[i].told_severity;
	return count;
}

static bool changed_group(struct message *message, struct rich *value)
{
	const struct notification *n = message->notification;
	unsigned resolved = 0, fresh = count_new(n), worse = count_worse(n);
	for (uint32_t i = 0; i < n->alert_count; i++)
		resolved += n->alerts[i].resolved_now;
	if (!resolved && !fresh && !worse)
		return false;
	if (message->over) {
		rich_text(value, "the last %u resolved", resolved ? resolved : n->alert_count);
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

static void add_changed(struct message *message)
{
	const struct notification *n = message->notification;
	struct rich *value = add_fact(message, "Changed", false);
	if (n->message <= 1 && !message->over) {
		changed_first(message, value);
		return;
	}
	struct rich *what = rich_new(message->arena);
	bool changed =
		message->group ? changed_group(message, what) : changed_one(message, message_first(message), what);
	if (!changed && message->over) {
		rich_text(value, message->tone == TONE_CLOSED ? "It ended without recovering" : "It is clear again");
		return;
	}
	rich_text(value, changed ? "Since " : "Nothing since ");
	rich_minute(value, n->last_at ? n->last_at : n->since);
	if (changed) {
		rich_text(value, ": ");
		rich_append(value, what);
	}
}

/* ---- what the kind knows ---- */

static const struct {
	const char *annotation, *label;
} kind_facts[] = {
	{"cause", "Cause"},   {"still_known", "Still known"}, {"tasks", "Tasks"},
	{"worker", "Worker"}, {"flap_score", "Flap score"},
};

static void add_kind_facts(struct message *message)
{
	const struct labels *annotations =
		message->group ? message->notification->common_annotations : message_first(message)->alert->annotations;
	for (size_t i = 0; annotations && i < G_N_ELEMENTS(kind_facts); i++) {
		const char *text = labels_get(annotations, kind_facts[i].annotation);
		if (text)
			rich_text(add_fact(message, kind_facts[i].label, true), "%s",
				  clean_text(message->arena, text, 200));
	}
	const char *trend = annotations ? labels_get(annotations, "trend") : NULL;
	message->trend = trend ? clean_text(message->arena, trend, 120) : NULL;
}

static void add_peak(struct message *message)
{
	const struct alert *alert = message_first(message)->alert;
	if (message->over && !message->group && isfinite(alert->peak) && alert->rule.unit != UNIT_STATE &&
	    alert->rule.unit != UNIT_NONE)
		rich_text(add_fact(message, "Peak", true), "%s",
			  message_number(message, alert->rule.unit, alert->peak));
}

static void add_test_facts(struct message *message)
{
	const char *note = message->notification->note;
	if (note && *note)
		rich_text(add_fact(message, "Sent by", false), "%s", clean_text(message->arena, note, 200));
	rich_text(add_fact(message, "Proves", false), "configuration, network, sign-in, this template");
	rich_text(add_fact(message, "Does not prove", false), "that a person is woken: check sound and mute yourself");
}

void message_add_facts(struct message *message)
{
	if (message->notification->type == NOTIFICATION_TEST || !message_first(message)) {
		add_test_facts(message);
		return;
	}
	if (message->over)
		add_lasted(message);
	else
		add_since(message);
	add_changed(message);
	if (message->over)
		add_who_had(message);
	else
		add_who(message);
	add_peak(message);
	add_kind_facts(message);
}
