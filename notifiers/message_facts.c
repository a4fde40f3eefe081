#include "notifiers/message_facts.h"
#include "model/words.h"
#include "notifiers/message_changed.h"
#include "notifiers/message_who.h"
#include <assert.h>
#include <math.h>

static struct message_fact *add(struct message *message, const char *label, struct rich *value)
{
	assert(message->fact_count < G_N_ELEMENTS(message->facts));
	struct message_fact *fact = &message->facts[message->fact_count++];
	*fact = (struct message_fact){.label = label, .value = value};
	return fact;
}

static struct rich *add_fact(struct message *message, const char *label, bool extra)
{
	struct message_fact *fact = add(message, label, rich_new(message->arena));
	fact->extra = extra;
	return fact->value;
}

static void add_who(struct message *message)
{
	bool nobody;
	struct rich *who = message_who(message, &nobody);
	add(message, "Who has it", who)->strong = nobody;
}

static void add_who_had(struct message *message)
{
	struct rich *who = message_who_had(message);
	if (who)
		add(message, "Who had it", who);
}

static void since_flapping(const struct alert_flap *flap, struct rich *value)
{
	for (uint32_t i = 0; flap && i < flap->start_count; i++) {
		rich_text(value, i ? ", " : "; before that ");
		rich_minute(value, flap->starts[i]);
	}
}

static void add_flap_score(struct message *message)
{
	const struct alert_flap *flap = message_flap(message);
	if (flap)
		rich_text(add_fact(message, "Flap score", true), "%.1f; steady again under %.1f", flap->score,
			  flap->steady_under);
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
		since_flapping(message_flap(message), value);
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

static const struct {
	const char *annotation, *label;
} kind_facts[] = {
	{"cause", "Cause"},   {"still_known", "Still known"}, {"tasks", "Tasks"},
	{"worker", "Worker"},
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
	add(message, "Changed", message_changed(message));
	if (message->over)
		add_who_had(message);
	else
		add_who(message);
	add_peak(message);
	add_flap_score(message);
	add_kind_facts(message);
}
