#include "model/words.h"
#include "base/utf8.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_POINTS = 64 };

static const char *const object_labels[] = {"connector", "worker", "group", "topic", "instance", "job"};
static const char *const place_labels[] = {"cluster", "job", "instance"};

static const char *first_label(const struct alert *alert, const char *const *names, size_t count)
{
	for (size_t i = 0; alert->labels && i < count; i++) {
		const char *value = labels_get(alert->labels, names[i]);
		if (value)
			return value;
	}
	return NULL;
}

const char *alert_object(const struct alert *alert)
{
	const char *object = first_label(alert, object_labels, G_N_ELEMENTS(object_labels));
	if (object)
		return object;
	return alert->rule.name ? alert->rule.name : "";
}

const char *alert_place(const struct alert *alert)
{
	const char *object = alert_object(alert);
	for (size_t i = 0; i < G_N_ELEMENTS(place_labels); i++) {
		const char *place = first_label(alert, &place_labels[i], 1);
		if (place && strcmp(place, object) != 0)
			return place;
	}
	return "";
}

const char *alert_topic(const struct alert *alert)
{
	bool unknown = alert->state == ALERT_NO_DATA && alert->rule.unknown && alert->rule.unknown[0];
	if (unknown)
		return alert->rule.unknown;
	if (alert->rule.topic && alert->rule.topic[0])
		return alert->rule.topic;
	return alert->rule.name ? alert->rule.name : "alert";
}

static void append_clean(GString *out, const char *name)
{
	char *clean = utf8_clean(name, strlen(name), false);
	char *cut = utf8_cut_middle(clean, NAME_MAX_POINTS);
	g_string_append(out, cut);
	free(cut);
	free(clean);
}

static void append_name(GString *out, const struct alert *alert, const char *others)
{
	const char *place = alert_place(alert);
	append_clean(out, alert_object(alert));
	g_string_append(out, others);
	if (place[0]) {
		g_string_append(out, " on ");
		append_clean(out, place);
	}
}

char *alert_headline_name(const struct alert *alert)
{
	GString *out = g_string_new(NULL);
	append_name(out, alert, "");
	return g_string_free(out, FALSE);
}

char *alert_subject(const struct alert *alert, bool others, const char *incident)
{
	GString *out = g_string_new(NULL);
	append_name(out, alert, others ? " and others" : "");
	g_string_append(out, ": ");
	append_clean(out, alert_topic(alert));
	g_string_append_printf(out, " [%s]", incident);
	return g_string_free(out, FALSE);
}

int alert_compare_worst_first(const struct alert *a, const struct alert *b)
{
	bool a_over = a->state == ALERT_RESOLVED, b_over = b->state == ALERT_RESOLVED;
	if (a_over != b_over)
		return a_over ? 1 : -1;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->started_at != b->started_at)
		return a->started_at < b->started_at ? -1 : 1;
	int order = strcmp(alert_object(a), alert_object(b));
	return order ? order : strcmp(a->id, b->id);
}
