#include "model/notification.h"
#include <assert.h>
#include <glib.h>
#include <math.h>

static const char *const types[] = {"firing",        "worse",    "still",    "part_resolved",
				    "resolved",      "flapping", "no_data",  "test"};

const char *notification_type_name(enum notification_type type)
{
	assert(type <= NOTIFICATION_TEST);
	return types[type];
}

struct notification *notification_new(void)
{
	return g_new0(struct notification, 1);
}

void notification_free(struct notification *notification)
{
	if (!notification)
		return;
	for (uint32_t i = 0; i < notification->alert_count; i++)
		alert_unref(notification->alerts[i].alert);
	g_free(notification->alerts);
	g_free(notification->subject);
	g_free(notification->receiver);
	g_free(notification->integration);
	g_free(notification->group_key);
	labels_unref(notification->group_labels);
	labels_unref(notification->common_labels);
	labels_unref(notification->common_annotations);
	g_free(notification->route);
	g_free(notification->route_place);
	g_free(notification->digest);
	g_free(notification->external_url);
	g_free(notification->timezone);
	g_free(notification->ack_ended_by);
	g_free(notification->told_times);
	g_free(notification->note);
	g_free(notification);
}
