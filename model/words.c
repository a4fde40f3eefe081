#include "model/words.h"
#include "base/utf8.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_POINTS = 64, SUBJECT_MAX_POINTS = 78 };

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

/* Clean and at most so many code points, cut in the middle: twins differ at the end. */
static char *short_name(const char *name, size_t points)
{
	char *clean = utf8_clean(name, strlen(name), false);
	char *cut = utf8_cut_middle(clean, points);
	free(clean);
	return cut;
}

char *alert_headline_name(const struct alert *alert)
{
	char *object = short_name(alert_object(alert), NAME_MAX_POINTS);
	char *place = short_name(alert_place(alert), NAME_MAX_POINTS);
	char *name = g_strconcat(object, place[0] ? " on " : "", place, NULL);
	free(object);
	free(place);
	return name;
}

/* Takes from the longest until all fit together. */
static void fit(char *parts[], size_t count, size_t room)
{
	size_t lengths[8], sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += lengths[i] = utf8_length(parts[i]);
	for (; sum > room; sum--) {
		size_t longest = 0;
		for (size_t i = 1; i < count; i++)
			longest = lengths[i] > lengths[longest] ? i : longest;
		lengths[longest]--;
	}
	for (size_t i = 0; i < count; i++) {
		char *cut = utf8_cut_middle(parts[i], lengths[i]);
		free(parts[i]);
		parts[i] = cut;
	}
}

char *alert_subject(const struct alert *alert, bool others, const char *incident)
{
	char *parts[] = {short_name(alert_object(alert), NAME_MAX_POINTS),
			 short_name(alert_place(alert), NAME_MAX_POINTS),
			 short_name(alert_topic(alert), NAME_MAX_POINTS)};
	const char *more = others ? " and others" : "", *on = parts[1][0] ? " on " : "";
	char *tag = g_strdup_printf(" [%s]", incident);
	fit(parts, G_N_ELEMENTS(parts), SUBJECT_MAX_POINTS - strlen(more) - strlen(on) - strlen(": ") - strlen(tag));
	char *subject = g_strconcat(parts[0], more, on, parts[1], ": ", parts[2], tag, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		free(parts[i]);
	g_free(tag);
	return subject;
}

char *alert_digest_subject(const struct alert *worst, const char *incident)
{
	char *others = g_strdup_printf(" and others: many incidents at once [%s]", incident);
	char *object = short_name(alert_object(worst), SUBJECT_MAX_POINTS - strlen(others));
	char *subject = g_strconcat(object, others, NULL);
	free(object);
	g_free(others);
	return subject;
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
