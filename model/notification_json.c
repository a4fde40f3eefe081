/* notification_json: a frozen message as the outbox keeps it. */
#include "base/json.h"
#include "base/rfc3339.h"
#include "model/notification.h"
#include <glib.h>
#include <math.h>
#include <string.h>

static json_t *times_to_json(const msec_t *times, uint32_t count)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(list, json_integer(times[i]));
	return list;
}

static json_t *item_to_json(const struct notification_alert *item)
{
	json_t *object = json_object();
	json_object_set_new(object, "alert", alert_to_json(item->alert));
	json_object_set_new(object, "resolved_now", json_boolean(item->resolved_now));
	json_object_set_new(object, "new_now", json_boolean(item->new_now));
	json_object_set_new(object, "told_severity", json_string(severity_name(item->told_severity)));
	json_object_set_new(object, "told_value", json_finite(item->told_value));
	json_object_set_new(object, "told_at", json_integer(item->told_at));
	return object;
}

/* The texts of a notification by key, so that writing and reading cannot drift apart. */
#define TEXT_FIELDS(X)                                                                                                 \
	X(subject)                                                                                                     \
	X(receiver)                                                                                                    \
	X(integration)                                                                                                 \
	X(group_key) X(route) X(route_place) X(external_url) X(timezone) X(ack_ended_by) X(note)
#define TIME_FIELDS(X) X(at) X(since) X(last_at) X(repeat_at) X(ack_ended_at)
#define LABEL_FIELDS(X) X(group_labels) X(common_labels) X(common_annotations)

json_t *notification_to_json(const struct notification *notification)
{
	json_t *object = json_object();
	json_object_set_new(object, "type", json_string(notification_type_name(notification->type)));
	json_object_set_new(object, "reason", json_string(reason_name(notification->reason)));
	json_object_set_new(object, "key", json_string(notification->key));
	json_object_set_new(object, "incident", json_string(notification->incident));
	json_object_set_new(object, "root", json_string(notification->root));
	json_object_set_new(object, "message", json_integer(notification->message));
	json_object_set_new(object, "truncated", json_integer(notification->truncated));
#define X(field) json_object_set_new(object, #field, json_text_value(notification->field));
	TEXT_FIELDS(X)
#undef X
#define X(field) json_object_set_new(object, #field, json_integer(notification->field));
	TIME_FIELDS(X)
#undef X
#define X(field) json_object_set_new(object, #field, labels_to_json(notification->field));
	LABEL_FIELDS(X)
#undef X
	json_object_set_new(object, "told_times",
			    times_to_json(notification->told_times, notification->told_time_count));
	json_t *alerts = json_array();
	for (uint32_t i = 0; i < notification->alert_count; i++)
		json_array_append_new(alerts, item_to_json(&notification->alerts[i]));
	json_object_set_new(object, "alerts", alerts);
	return object;
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
