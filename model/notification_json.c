/* notification_json: a frozen message as the outbox keeps it. */
#include "base/json.h"
#include "base/rfc3339.h"
#include "model/notification.h"
#include <glib.h>
#include <math.h>
#include <string.h>

static void write_times(struct json_out *out, const char *key, const msec_t *times, uint32_t count)
{
	json_out_open(out, key, '[');
	for (uint32_t i = 0; i < count; i++)
		json_out_int(out, NULL, times[i]);
	json_out_close(out, ']');
}

static void write_item(struct json_out *out, const struct notification_alert *item)
{
	json_out_open(out, NULL, '{');
	alert_write_json(item->alert, out, "alert");
	json_out_bool(out, "resolved_now", item->resolved_now);
	json_out_bool(out, "new_now", item->new_now);
	json_out_text(out, "told_severity", severity_name(item->told_severity));
	json_out_number(out, "told_value", item->told_value);
	json_out_int(out, "told_at", item->told_at);
	json_out_close(out, '}');
}

/* The texts of a notification by key, so that writing and reading cannot drift apart. */
#define TEXT_FIELDS(X)                                                                                                 \
	X(subject)                                                                                                     \
	X(receiver)                                                                                                    \
	X(integration)                                                                                                 \
	X(group_key) X(route) X(route_place) X(digest) X(external_url) X(timezone) X(ack_ended_by) X(note)
#define REST_FIELDS(X) X(resolved) X(fresh) X(worse) X(taken) X(objects) X(elsewhere) X(other_rules)
#define TIME_FIELDS(X) X(at) X(since) X(last_at) X(repeat_at) X(ack_ended_at)
#define LABEL_FIELDS(X) X(group_labels) X(common_labels) X(common_annotations)

static void write_rest(struct json_out *out, const struct notification_rest *rest)
{
	json_out_open(out, "rest", '{');
#define X(field) json_out_int(out, #field, rest->field);
	REST_FIELDS(X)
#undef X
	json_out_open(out, "severities", '[');
	for (int severity = 0; severity <= SEVERITY_CRITICAL; severity++)
		json_out_int(out, NULL, rest->severities[severity]);
	json_out_close(out, ']');
	json_out_close(out, '}');
}

char *notification_text(const struct notification *notification)
{
	struct json_out out;
	json_out_init(&out, g_string_sized_new(2048));
	json_out_open(&out, NULL, '{');
	json_out_text(&out, "type", notification_type_name(notification->type));
	json_out_text(&out, "reason", reason_name(notification->reason));
	json_out_text(&out, "key", notification->key);
	json_out_text(&out, "incident", notification->incident);
	json_out_text(&out, "root", notification->root);
	json_out_int(&out, "message", notification->message);
	json_out_int(&out, "truncated", notification->truncated);
	if (notification->truncated)
		write_rest(&out, &notification->rest);
	json_out_int(&out, "digest_above", notification->digest_above);
#define X(field) json_out_text(&out, #field, notification->field);
	TEXT_FIELDS(X)
#undef X
#define X(field) json_out_int(&out, #field, notification->field);
	TIME_FIELDS(X)
#undef X
#define X(field) labels_write_json(notification->field, &out, #field);
	LABEL_FIELDS(X)
#undef X
	write_times(&out, "told_times", notification->told_times, notification->told_time_count);
	json_out_open(&out, "alerts", '[');
	for (uint32_t i = 0; i < notification->alert_count; i++)
		write_item(&out, &notification->alerts[i]);
	json_out_close(&out, ']');
	json_out_close(&out, '}');
	return g_string_free(out.text, FALSE);
}

static msec_t *times_from_json(const json_t *list, uint32_t *count)
{
	*count = (uint32_t)json_array_size(list);
	msec_t *times = g_new0(msec_t, *count + 1);
	for (uint32_t i = 0; i < *count; i++)
		times[i] = json_integer_value(json_array_get(list, i));
	return times;
}

static bool item_from_json(const json_t *object, struct notification_alert *item, struct error *err)
{
	item->alert = alert_from_json(json_object_get(object, "alert"), err);
	if (!item->alert)
		return false;
	item->resolved_now = json_get_bool(object, "resolved_now", false);
	item->new_now = json_get_bool(object, "new_now", false);
	if (!severity_parse(json_get_text(object, "told_severity", ""), &item->told_severity))
		item->told_severity = SEVERITY_NONE;
	item->told_value = json_get_number(object, "told_value", NAN);
	item->told_at = json_get_int(object, "told_at", 0);
	return true;
}

static bool alerts_from_json(const json_t *list, struct notification *notification, struct error *err)
{
	notification->alerts = g_new0(struct notification_alert, json_array_size(list) + 1);
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!item_from_json(json_array_get(list, i), &notification->alerts[i], err))
			return error_prefix(err, "alerts[%zu]", i);
		notification->alert_count++;
	}
	return true;
}

/* Rows written by an older version have none. */
static void rest_from_json(const json_t *object, struct notification_rest *rest)
{
	const json_t *severities = json_object_get(object, "severities");
#define X(field) rest->field = (uint32_t)json_get_int(object, #field, 0);
	REST_FIELDS(X)
#undef X
	for (size_t severity = 0; severity <= SEVERITY_CRITICAL; severity++)
		rest->severities[severity] = (uint32_t)json_integer_value(json_array_get(severities, severity));
}

static bool head_from_json(const json_t *object, struct notification *notification, struct error *err)
{
	const char *type = json_get_text(object, "type", "");
	int found = -1;
	for (int i = 0; i <= NOTIFICATION_TEST; i++)
		if (strcmp(type, notification_type_name((enum notification_type)i)) == 0)
			found = i;
	if (found < 0)
		return error_set(err, "type \"%.40s\" is unknown", type);
	notification->type = (enum notification_type)found;
	if (!reason_parse(json_get_text(object, "reason", ""), &notification->reason))
		return error_set(err, "reason is unknown");
	g_strlcpy(notification->key, json_get_text(object, "key", ""), sizeof notification->key);
	g_strlcpy(notification->incident, json_get_text(object, "incident", ""), sizeof notification->incident);
	g_strlcpy(notification->root, json_get_text(object, "root", ""), sizeof notification->root);
	notification->message = (uint32_t)json_get_int(object, "message", 0);
	notification->truncated = (uint32_t)json_get_int(object, "truncated", 0);
	rest_from_json(json_object_get(object, "rest"), &notification->rest);
	notification->digest_above = json_get_int(object, "digest_above", 0);
	return true;
}

struct notification *notification_from_json(const json_t *object, struct error *err)
{
	struct notification *notification = notification_new();
	if (!head_from_json(object, notification, err))
		goto fail;
#define X(field) notification->field = g_strdup(json_get_text(object, #field, NULL));
	TEXT_FIELDS(X)
#undef X
#define X(field) notification->field = json_get_int(object, #field, 0);
	TIME_FIELDS(X)
#undef X
#define X(field)                                                                                                       \
	notification->field = labels_from_json(json_object_get(object, #field), err);                                  \
	if (!notification->field)                                                                                      \
		goto fail;
	LABEL_FIELDS(X)
#undef X
	notification->told_times =
		times_from_json(json_object_get(object, "told_times"), &notification->told_time_count);
	if (!alerts_from_json(json_object_get(object, "alerts"), notification, err))
		goto fail;
	return notification;
fail:
	notification_free(notification);
	error_prefix(err, "notification");
	return NULL;
}
