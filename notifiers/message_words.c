/* The sentence that opens everything, its number and limit, its state, and the one-line forms. */
#include "base/utf8.h"
#include "model/words.h"
#include "notifiers/message.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
}

static const char *severity_title(enum severity severity)
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
		add_count(message, message->tone, severity_title(first->alert->severity));
		enum severity was = was_severity(first);
		if (n->type == NOTIFICATION_WORSE && was && was != first->alert->severity)
			message->was = message_printf(message, "was %s", severity_name(was));
	}
}

/* ---- headline ---- */

static const char *closed_words(const struct message *message)
{
	const struct alert *alert = message_first(message)->alert;
	switch (alert->reason) {
	case REASON_EXPIRED:
		return "its numbers stayed away";
	case REASON_NO_DATA:
		return "no data any more";
	case REASON_RULE_GONE:
		return "its rule was removed";
	default:
		break;
	}
	if (message->group)
		return "they no longer exist";
	if (labels_get(alert->labels, "task"))
		return "the task no longer exists";
	return labels_get(alert->labels, "connector") ? "connector deleted" : "it no longer exists";
}

/* "tasks failed" of 14 alerts is "14 tasks failed"; "records fail" stays as it is. */
static const char *group_fact(struct message *message)
{
	const struct notification *n = message->notification;
	const char *topic = clean_text(message->arena, n->alerts[0].alert->rule.topic, 60);
	unsigned count = message_open_count(n);
	bool mixed = false;
	for (uint32_t i = 1; i < n->alert_count; i++)
		mixed |= g_strcmp0(n->alerts[i].alert->rule.name, n->alerts[0].alert->rule.name) != 0;
	bool still = n->type == NOTIFICATION_PART_RESOLVED;
	if (mixed || !*topic)
		return message_printf(message, "%u alerts%s", count, still ? " still firing" : "");
	const char *rest = message_task_verb(n->alerts[0].alert);
	if (rest)
		return message_printf(message, "%u %s %s%s", count, count == 1 ? "task" : "tasks",
				      still ? "still " : "", clean_text(message->arena, rest, 60));
	return message_printf(message, "%s%s", still ? "still " : "", topic);
}

/* How many different objects are in it (open ones, unless it is over), and whether all have one place. */
static unsigned count_objects(const struct message *message, bool *one_place)
{
	const struct notification *n = message->notification;
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	const char *place = NULL;
	*one_place = true;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct alert *alert = n->alerts[i].alert;
		if (!message->over && (n->alerts[i].resolved_now || alert->state == ALERT_RESOLVED))
			continue;
		g_hash_table_add(seen, (gpointer)alert_object(alert));
		if (place && strcmp(place, alert_place(alert)))
			*one_place = false;
		place = alert_place(alert);
	}
	unsigned count = g_hash_table_size(seen);
	g_hash_table_destroy(seen);
	return count;
}

static const char *object_noun(const struct message *message)
{
	const struct notification *n = message->notification;
	for (uint32_t i = 0; i < n->alert_count; i++)
		if (!labels_get(n->alerts[i].alert->labels, "connector"))
			return labels_get(n->alerts[i].alert->labels, "worker") ? "workers" : "objects";
	return "connectors";
}

static void group_names(struct message *message)
{
	const struct alert *worst = message_first(message)->alert;
	bool one_place;
	unsigned objects = count_objects(message, &one_place);
	message->noun = object_noun(message);
	if (objects == 1)
		message->object = clean_name(message->arena, alert_object(worst), MESSAGE_NAME_MAX);
	else
		message->object = message_printf(message, "%u %s", objects, message->noun);
	message->place =
		one_place ? clean_name(message->arena, alert_place(worst), MESSAGE_NAME_MAX) : "several clusters";
}

static const char *on_place(struct message *message)
{
	return *message->place ? message_printf(message, "%s on %s", message->object, message->place) : message->object;
}

void message_add_headline(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	if (n->type == NOTIFICATION_TEST || !first) {
		message->object = message->place = "";
		message->fact = "nothing is broken";
		message->headline = message_printf(message, "Test to %s: nothing is broken",
						   clean_name(message->arena, n->receiver, MESSAGE_NAME_MAX));
		return;
	}
	if (message->group) {
		group_names(message);
		message->fact = group_fact(message);
	} else {
		message->object = clean_name(message->arena, alert_object(first->alert), MESSAGE_NAME_MAX);
		message->place = clean_name(message->arena, alert_place(first->alert), MESSAGE_NAME_MAX);
		bool unknown = first->alert->no_data && !isfinite(first->alert->value);
		const char *fact =
			unknown && first->alert->rule.unknown ? first->alert->rule.unknown : first->alert->fact;
		message->fact =
			clean_text(message->arena, fact && *fact ? fact : first->alert->rule.topic, MESSAGE_FACT_MAX);
	}
	msec_t ended = message_ended_at(n);
	if (message->tone == TONE_CLOSED)
		message->headline = message_printf(message, "Closed: %s, %s", on_place(message), closed_words(message));
	else if (message->over)
		message->headline = message_printf(message, "Resolved: %s after %s", on_place(message),
						   message_duration(message, ended - n->since));
	else
		message->headline = message_printf(message, "%s: %s", on_place(message), message->fact);
	message->headline = clean_text(message->arena, message->headline, MESSAGE_HEADLINE_MAX);
}

/* ---- number and limit ---- */

static bool shows_number(enum unit unit)
{
	return unit != UNIT_STATE && unit != UNIT_NONE;
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

static void known_number(struct message *message, const struct alert *alert)
{
	const char *up = message->lower_is_worse ? "<" : ">", *down = message->lower_is_worse ? ">" : "<";
	const char *clear = isfinite(alert->clear) ? message_number(message, message->unit, alert->clear) : NULL;
	message->number = message_number(message, message->unit, alert->value);
	if (message->over) {
		if (clear && (message->lower_is_worse ? alert->value >= alert->clear : alert->value <= alert->clear)) {
			message->limit = message_printf(message, "%s %s", down, clear);
			rich_text(message->limit_note, "clear limit");
		}
	} else if (isfinite(alert->raise)) {
		message->limit =
			message_printf(message, "%s %s", up, message_number(message, message->unit, alert->raise));
		rich_text(message->limit_note, "limit for %s%s",
			  alert->severity == SEVERITY_CRITICAL  ? ""
			  : alert->severity == SEVERITY_WARNING ? "a "
								: "an ",
			  alert->severity == SEVERITY_INFO ? "info" : severity_name(alert->severity));
		if (clear)
			rich_text(message->limit_note, "; clears %s %s", message->lower_is_worse ? "over" : "under",
				  clear);
	}
	message->scale = isfinite(alert->raise) && alert->raise > 0 && alert->value >= 0;
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
	message->clear = alert->clear;
	if (!isfinite(alert->value)) {
		if (alert->no_data || message->notification->type == NOTIFICATION_NO_DATA)
			unknown_number(message, alert);
	} else if (shows_number(message->unit)) {
		known_number(message, alert);
	} else if (message->unit == UNIT_STATE) {
		message->number = message_number(message, UNIT_STATE, alert->value);
	}
}

/* ---- one line ---- */

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
	const char *what = shows_number(message->unit) ? fact_and_limit(message) : message->number;
	if (isfinite(alert->peak) && shows_number(message->unit))
		return message_printf(message, " %s, peak %s.", what,
				      message_number(message, message->unit, alert->peak));
	return message_printf(message, " %s.", what);
}

/* "Warning since 02:42." and its sisters. */
static const char *state_line(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	const char *title = message->group ? NULL : severity_title(first->alert->severity);
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
		return message_printf(message, "Flapping: %s time%s%s. Kept as one from now.",
				      ordinal(message, n->flap_start_count + 1), n->flap_start_count ? " in " : "",
				      n->flap_start_count ? message_duration(message, n->at - n->flap_starts[0]) : "");
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
	unsigned counts[SEVERITY_CRITICAL + 1] = {0};
	count_severities(message, counts);
	return message_printf(message, "%s since %s, worst %s.", counts_text(message, counts),
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
	return clean_text(message->arena, text, 180);
}

void message_add_lines(struct message *message)
{
	const struct notification *n = message->notification;
	if (n->type == NOTIFICATION_TEST || !message_first(message)) {
		message->one_line = message_printf(message, "%s. Nobody has to do anything.", message->headline);
		message->preheader = "Test: nothing is broken. Nobody has to do anything.";
	} else if (message->over) {
		message->one_line = message_printf(message, "%s.%s", message->headline, over_line(message));
		message->preheader = message->one_line;
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
