#include "api/why.h"

#include "base/duration.h"
#include "base/json.h"
#include <glib.h>
#include <string.h>

static json_t *placed(char *text, const char *file, int line)
{
	json_t *out = json_pack("{s:o}", "text", json_text_value(text));
	json_object_set_new(out, "file", json_text_value(file && *file ? file : NULL));
	json_object_set_new(out, "line", file && *file ? json_integer(line) : json_null());
	g_free(text);
	return out;
}

static json_t *rule_json(const struct alert_rule *rule)
{
	const char *colon = rule->place ? strrchr(rule->place, ':') : NULL;
	char *file = colon ? g_strndup(rule->place, (gsize)(colon - rule->place)) : NULL;
	char *text = g_strdup_printf("%s: %s", rule->name, rule->condition ? rule->condition : "built-in condition");
	json_t *out = placed(text, file, colon ? (int)g_ascii_strtoll(colon + 1, NULL, 10) : 0);
	g_free(file);
	return out;
}

/* ---- routes ---- */

static json_t *route_json(const struct route *route)
{
	return placed(g_strdup_printf("%s sends to %s", route->text, route->receiver), route->file, route->line);
}

static json_t *routes_json(const struct app_routes *taken)
{
	json_t *out = json_array();
	for (size_t i = 0; i < taken->count; i++)
		json_array_append_new(out, route_json(taken->routes[i]));
	return out;
}

/* What the group gives up to its receiver's digest; "" if nothing. */
static char *digest_text(const struct receivers *receivers, const struct route *route)
{
	const struct receiver *receiver = receivers_find(receivers, route->receiver);
	bool people = false;
	for (uint32_t i = 0; receiver && i < receiver->integration_count; i++)
		people |= receiver->integrations[i]->kind->for_people;
	if (!people || !receiver->digest_above)
		return g_strdup("");
	return g_strdup_printf(". More than %" G_GINT64_FORMAT " incidents in a minute for %s are told to people as one",
			       receiver->digest_above, receiver->name);
}

static json_t *group_json(const struct receivers *receivers, const struct route *route)
{
	char wait[64], interval[64], repeat[64];
	char *digest = digest_text(receivers, route);
	char *by = route->group_by_all ? g_strdup("every label") : g_strjoinv(", ", route->group_by);
	duration_format(route->group_wait, wait, sizeof wait);
	duration_format(route->group_interval, interval, sizeof interval);
	duration_format(route->repeat_interval, repeat, sizeof repeat);
	char *text = g_strdup_printf("One group by %s: first after %s, then at most every %s, again after %s%s",
				     *by ? by : "nothing", wait, interval, repeat, digest);
	json_t *out = json_pack("{s:o}", "text", json_text_value(text));
	g_free(text);
	g_free(digest);
	g_free(by);
	return out;
}

/* ---- what holds it back ---- */

static json_t *held(const char *by, char *text)
{
	json_t *out = json_pack("{s:s, s:o}", "by", by, "text", json_text_value(text));
	g_free(text);
	return out;
}

static char *ack_text(const struct ack *ack)
{
	return g_strdup_printf("%s acknowledged it%s%s", ack->by ? ack->by : "Somebody",
			       ack->comment && *ack->comment ? ": " : "", ack->comment ? ack->comment : "");
}

static json_t *held_back_json(const struct alert *alert)
{
	const char *ids = alert->suppressed_by ? alert->suppressed_by : "no longer known";
	json_t *out = json_array();
	if (alert->suppressed & SUPPRESSED_INHIBITED)
		json_array_append_new(out, held("inhibited", g_strdup_printf("Another alert explains it: %s", ids)));
	if (alert->suppressed & SUPPRESSED_SILENCED)
		json_array_append_new(out, held("silenced", g_strdup_printf("A silence covers it: %s", ids)));
	if (alert->suppressed & SUPPRESSED_MUTED)
		json_array_append_new(out, held("muted", g_strdup_printf("It is muted at this time: %s", ids)));
	if (alert->suppressed & SUPPRESSED_ACKNOWLEDGED)
		json_array_append_new(out, held("acknowledged", ack_text(&alert->ack)));
	if (alert->suppressed & SUPPRESSED_SETTLING)
		json_array_append_new(out, held("settling", g_strdup("Not every source was read since the start")));
	return out;
}

json_t *why_json(const struct alert *alert, const struct app_routes *taken)
{
	const struct route *first = taken->count ? taken->routes[0] : NULL;
	const struct receivers *receivers = taken->settings->receivers;
	json_t *out = json_object();
	json_object_set_new(out, "text", json_string(reason_sentence(alert->reason)));
	json_object_set_new(out, "rule", rule_json(&alert->rule));
	json_object_set_new(out, "route", first ? route_json(first) : json_null());
	json_object_set_new(out, "routes", routes_json(taken));
	json_object_set_new(out, "group", first ? group_json(receivers, first) : json_null());
	json_object_set_new(out, "held_back", held_back_json(alert));
	return out;
}

static bool named_before(const struct app_routes *routes, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(routes->routes[k]->receiver, routes->routes[i]->receiver) == 0)
			return true;
	return false;
}

json_t *why_receivers(const struct app_routes *taken)
{
	json_t *out = json_array();
	for (size_t i = 0; i < taken->count; i++)
		if (!named_before(taken, i))
			json_array_append_new(out, json_text_value(taken->routes[i]->receiver));
	return out;
}
