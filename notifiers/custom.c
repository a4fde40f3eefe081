#include "notifiers/custom.h"
#include "base/json.h"
#include "model/alert.h"
#include "model/unit.h"
#include <stdlib.h>
#include <string.h>

enum { SUMMARY_LIMIT = 1024, BODY_LIMIT = 16384 };

/* Labels are reached as {{labels.connector}}; those every Connect alert has stand at top level as well. */
static const char *const names[] = {
	"headline",  "object",   "place",    "fact",     "number", "limit",       "value",          "raise",
	"clear",     "state",    "severity", "since",    "at",     "who",         "changed",        "why",
	"next",      "incident", "message",  "receiver", "count",  "open_count",  "resolved_count", "open_url",
	"ack_url",   "runbook",  "trace",    "one_line", "labels", "annotations", "alerts",         "rule",
	"connector", "cluster",  "task",     "worker",   "topic",  "unit",        NULL};

char *custom_reference(void)
{
	GString *out = g_string_new(
		"## Templates of messages\n\n`summary_template` and `body_template` are texts as "
		"[annotations](reference-rules.md#annotations) are, with the same filters, and with "
		"`{{#each alerts}}…{{/each}}`: inside, the names of that alert come first, and there are `{{@index}}`, "
		"`{{@first}}` and `{{@last}}`. Names:");
	for (size_t i = 0; names[i]; i++)
		g_string_append_printf(out, " `%s`", names[i]);
	g_string_append(out, ". `value`, `raise`, `clear` and `unit` are those of the one alert; a message of several has them in "
			     "`alerts` only. Any label is `{{labels.name}}`. An unknown name is an error at load. Values are "
			     "escaped for the channel. What comes out blank leaves the built-in words in place; when a text "
			     "fails as it is made, a built-in text goes out that names the fault, and it is counted.\n\n");
	return g_string_free(out, FALSE);
}

static struct template *compile(const char *what, const char *key, const char *text, enum template_context context,
				const config_setting_t *setting, struct config_report *report)
{
	struct error err = {""};
	struct template *template = template_compile(what, text, context, names, &err);
	if (!template) {
		const config_setting_t *at = config_setting_lookup((config_setting_t *)setting, key);
		config_problem(report, CONFIG_ERROR, at ? at : setting, "%s: %s", key, err.text);
	}
	return template;
}

bool custom_compile(struct custom *custom, const char *name, enum template_context summary, enum template_context body,
		    const config_setting_t *setting, struct config_report *report)
{
	bool good = true;
	if (custom->summary_text)
		good &= (custom->summary = compile(name, "summary_template", custom->summary_text, summary, setting,
						   report)) != NULL;
	if (custom->body_text)
		good &= (custom->body = compile(name, "body_template", custom->body_text, body, setting, report)) !=
			NULL;
	return good;
}

void custom_release(struct custom *custom)
{
	template_free(custom->summary);
	template_free(custom->body);
	custom->summary = custom->body = NULL;
}

static void set_text(json_t *data, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(data, key, json_text_value(text));
}

static void set_rich(json_t *data, const struct message *message, const char *key, const struct rich *rich)
{
	GString *out = g_string_new(NULL);
	rich_plain(rich, &message->time, out);
	set_text(data, key, out->str);
	g_string_free(out, TRUE);
}

static json_t *alerts_data(const struct message *message)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < message->notification->alert_count; i++)
		json_array_append_new(list, alert_to_json(message->notification->alerts[i].alert));
	return list;
}

static void set_alert(json_t *data, const struct message *message, const struct alert *alert)
{
	static const char *const labels[] = {"connector", "cluster", "task", "worker", "topic"};
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
		set_text(data, labels[i], labels_get(alert->labels, labels[i]));
	set_text(data, "rule", alert->rule.name);
	if (alert->annotations)
		set_text(data, "trace", labels_get(alert->annotations, "trace"));
	if (message->group)
		return;
	json_object_set_new(data, "unit", json_string(unit_name(alert->rule.unit)));
	json_object_set_new(data, "value", json_finite(alert->value));
	json_object_set_new(data, "raise", json_finite(alert->raise));
	json_object_set_new(data, "clear", json_finite(alert->clear));
}

json_t *message_data(const struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	json_t *data = json_object();
	set_text(data, "headline", message->headline);
	set_text(data, "object", message->object);
	set_text(data, "place", message->place);
	set_text(data, "fact", message->fact);
	set_text(data, "number", message->number);
	set_text(data, "limit", message->limit);
	set_text(data, "state", message->state_name);
	set_text(data, "severity", message->severity_word);
	set_text(data, "incident", n->incident);
	set_text(data, "receiver", n->receiver);
	set_text(data, "open_url", message->open_url);
	set_text(data, "ack_url", message->ack_url);
	set_text(data, "runbook", message->runbook_url);
	set_text(data, "one_line", message->one_line);
	set_rich(data, message, "why", message->why);
	set_rich(data, message, "next", message->next);
	for (unsigned i = 0; i < message->fact_count; i++) {
		const struct message_fact *fact = &message->facts[i];
		const char *key = !strcmp(fact->label, "Who has it") ? "who"
				  : !strcmp(fact->label, "Changed")  ? "changed"
								     : NULL;
		if (key)
			set_rich(data, message, key, fact->value);
	}
	json_object_set_new(data, "message", json_integer(n->message));
	json_object_set_new(data, "count", json_integer(n->alert_count + n->truncated));
	json_object_set_new(data, "open_count", json_integer(message_open_count(n)));
	json_object_set_new(data, "resolved_count", json_integer(message_resolved_count(n)));
	json_object_set_new(data, "since", json_time_value(n->since));
	json_object_set_new(data, "at", json_time_value(n->at));
	json_object_set_new(data, "labels", n->common_labels ? labels_to_json(n->common_labels) : json_object());
	json_object_set_new(data, "annotations",
			    n->common_annotations ? labels_to_json(n->common_annotations) : json_object());
	if (first)
		set_alert(data, message, first->alert);
	json_object_set_new(data, "alerts", alerts_data(message));
	return data;
}

static bool run(const struct template *template, const json_t *data, size_t limit, struct message *message,
		const char **out, struct error *err)
{
	char *text = NULL;
	if (!template)
		return true;
	if (!template_run(template, data, limit, &text, err))
		return false;
	if (*g_strstrip(text)) /* a blank one leaves the built-in words in their place */
		*out = arena_strdup(message->arena, text);
	free(text);
	return true;
}

bool custom_run(const struct custom *custom, struct message *message, struct error *err)
{
	if (!custom->summary && !custom->body)
		return true;
	json_t *data = message_data(message);
	bool good = run(custom->summary, data, SUMMARY_LIMIT, message, &message->custom_summary, err) &&
		    run(custom->body, data, BODY_LIMIT, message, &message->custom_body, err);
	json_decref(data);
	return good;
}
