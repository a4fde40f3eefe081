#include "engine/notification_build.h"
#include "engine/incident.h"
#include "model/words.h"
#include <math.h>
#include <string.h>

static int compare_items(const void *a, const void *b)
{
	const struct flush_item *x = a, *y = b;
	return alert_compare_worst_first(x->episode->alert, y->episode->alert);
}

static struct labels *common(struct labels *so_far, const struct labels *next)
{
	GPtrArray *names = g_ptr_array_new();
	for (size_t i = 0; i < labels_count(so_far); i++) {
		struct label label = labels_at(so_far, i);
		const char *other = labels_get(next, label.name);
		if (other && strcmp(other, label.value) == 0)
			g_ptr_array_add(names, (char *)label.name);
	}
	struct labels *picked = so_far;
	if (names->len < labels_count(so_far)) {
		picked = labels_pick(so_far, (const char *const *)names->pdata, names->len);
		labels_unref(so_far);
	}
	g_ptr_array_free(names, TRUE);
	return picked;
}

/* Of all, also of those left out of the list. */
static void set_common(struct notification *notification, const GArray *items)
{
	for (guint i = 0; i < items->len; i++) {
		const struct alert *alert = g_array_index(items, struct flush_item, i).episode->alert;
		if (!i) {
			notification->common_labels = alert->labels ? labels_ref(alert->labels) : NULL;
			notification->common_annotations = alert->annotations ? labels_ref(alert->annotations) : NULL;
			continue;
		}
		if (notification->common_labels && alert->labels)
			notification->common_labels = common(notification->common_labels, alert->labels);
		if (notification->common_annotations && alert->annotations)
			notification->common_annotations = common(notification->common_annotations, alert->annotations);
	}
	if (!notification->common_labels)
		notification->common_labels = labels_new(NULL, 0);
	if (!notification->common_annotations)
		notification->common_annotations = labels_new(NULL, 0);
}

/* What a message counts of an alert that it does not list. */
static void add_rest(struct notification *notification, const struct flush_item *item)
{
	const struct alert *alert = item->episode->alert, *first = notification->alerts[0].alert;
	struct notification_rest *rest = &notification->rest;
	bool over = notification->type == NOTIFICATION_RESOLVED;
	notification->truncated++;
	rest->resolved += item->resolved;
	rest->fresh += item->fresh;
	rest->worse += item->told && item->told->said != SAID_NOTHING && alert->severity > item->told->said_severity;
	rest->taken += !item->resolved && alert->ack.by;
	rest->elsewhere += strcmp(alert_place(alert), alert_place(first)) != 0;
	rest->other_rules += g_strcmp0(alert->rule.name, first->rule.name) != 0;
	if (over)
		rest->severities[alert->peak_severity ? alert->peak_severity : alert->severity]++;
	else if (!item->resolved)
		rest->severities[alert->severity]++;
}

static void count_rest_objects(struct notification *notification, const GArray *items)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	guint listed = 0;
	for (guint i = 0; i < items->len; i++) {
		const struct flush_item *item = &g_array_index(items, struct flush_item, i);
		if (!item->resolved || notification->type == NOTIFICATION_RESOLVED)
			g_hash_table_add(seen, (gpointer)alert_object(item->episode->alert));
		if (i + 1 == notification->alert_count)
			listed = g_hash_table_size(seen);
	}
	notification->rest.objects = g_hash_table_size(seen) - listed;
	g_hash_table_destroy(seen);
}

static void add_alert(struct notification *notification, const struct flush_item *item, GArray *alerts)
{
	struct alert *alert = item->episode->alert;
	struct row_alert said = {.resolved = item->resolved,
				 .fresh = item->fresh,
				 .severity = alert->severity,
				 .value = alert->value};
	g_strlcpy(said.episode, item->episode->id, ULID_SIZE);
	g_array_append_val(alerts, said);
	if (!notification->since || alert->started_at < notification->since)
		notification->since = alert->started_at;
	if (notification->alert_count >= MESSAGE_ALERTS_MAX) {
		add_rest(notification, item);
		return;
	}
	struct notification_alert *out = &notification->alerts[notification->alert_count++];
	bool told = item->told && item->told->said != SAID_NOTHING;
	*out = (struct notification_alert){.alert = alert_ref(alert),
					   .resolved_now = item->resolved,
					   .new_now = item->fresh,
					   .told_severity = told ? item->told->said_severity : SEVERITY_NONE,
					   .told_value = told ? item->told->said_value : NAN,
					   .told_at = told ? item->told->said_at : 0};
}

static void set_ack_ended(struct notification *notification, const struct flush_item *item)
{
	const struct episode *episode = item->episode;
	if (!item->member->ack_ended || episode->ack_ended_at <= notification->ack_ended_at)
		return;
	notification->ack_ended_at = episode->ack_ended_at;
	g_free(notification->ack_ended_by);
	notification->ack_ended_by = g_strdup(episode->ack_ended_by);
}

static void set_place(struct notification *notification, const char *file, int line)
{
	notification->route_place = file ? g_strdup_printf("%s:%d", file, line) : g_strdup("");
}

/* What sends it: a route, or the limit of its receiver. */
static void set_route(const struct dispatcher *dispatcher, struct notification *notification, const struct group *group)
{
	const struct route *route = group->route;
	const struct receiver *receiver = group->digest ? receivers_find(dispatcher->receivers, group->receiver) : NULL;
	notification->route = g_strdup(route ? route->text : group->path);
	if (group->digest) {
		notification->digest = g_strdup(group->receiver);
		notification->digest_above = receiver ? receiver->digest_above : 0;
		set_place(notification, receiver ? receiver->file : NULL, receiver ? receiver->line : 0);
	} else {
		set_place(notification, route ? route->file : NULL, route ? route->line : 0);
	}
}

static void set_names(const struct dispatcher *dispatcher, struct notification *notification,
		      const struct flush_plan *plan)
{
	const struct group *group = plan->group;
	const struct integration *integration = plan->queue->integration;
	const struct receiver *receiver = receivers_find(dispatcher->receivers, integration->receiver);
	notification->receiver = g_strdup(integration->receiver);
	notification->integration = g_strdup(plan->queue->name);
	notification->group_key = g_strdup(group->key);
	notification->group_labels = labels_ref(group->labels);
	set_route(dispatcher, notification, group);
	notification->external_url = g_strdup(dispatcher->external_url);
	notification->timezone = g_strdup(receiver && receiver->timezone ? receiver->timezone : "");
}

static void set_incident(struct notification *notification, const struct flush_plan *plan)
{
	struct incident *incident = plan->incident;
	const struct flush_item *worst = &g_array_index(plan->items, struct flush_item, 0);
	if (!incident->subject || incident->message == 1)
		incident_set_subject(incident, worst->episode->alert, notification->alert_count > 1);
	notification->subject = g_strdup(incident->subject);
	notification->message = incident->message;
	notification->last_at = incident->last_at;
	g_strlcpy(notification->incident, incident->name, sizeof notification->incident);
	g_strlcpy(notification->root, incident->root, ULID_SIZE);
	notification->told_time_count = incident->told_times->len;
	notification->told_times = g_new0(msec_t, incident->told_times->len + 1);
	for (guint i = 0; i < incident->told_times->len; i++)
		notification->told_times[i] = g_array_index(incident->told_times, msec_t, i);
}

struct notification *notification_build(struct dispatcher *dispatcher, struct flush_plan *plan, GArray *alerts)
{
	struct notification *notification = notification_new();
	for (guint i = plan->items->len; i-- > 0;)
		if (g_array_index(plan->items, struct flush_item, i).held)
			g_array_remove_index(plan->items, i);
	g_array_sort(plan->items, compare_items);
	notification->type = plan->type;
	notification->reason = plan->reason;
	notification->at = dispatcher->now.wall;
	notification->alerts = g_new0(struct notification_alert, MIN(plan->items->len, MESSAGE_ALERTS_MAX) + 1);
	for (guint i = 0; i < plan->items->len; i++) {
		const struct flush_item *item = &g_array_index(plan->items, struct flush_item, i);
		add_alert(notification, item, alerts);
		set_ack_ended(notification, item);
	}
	if (notification->truncated)
		count_rest_objects(notification, plan->items);
	set_common(notification, plan->items);
	set_names(dispatcher, notification, plan);
	set_incident(notification, plan);
	bool over = plan->type == NOTIFICATION_RESOLVED;
	if (!over && plan->group->repeat != MSEC_NEVER)
		notification->repeat_at = dispatcher->now.wall + plan->group->repeat;
	return notification;
}
