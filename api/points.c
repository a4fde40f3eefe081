/* points: GET /api/v1/points: the recent values behind alerts, or of the connectors of a cluster, for charts. */
#include "api/context.h"
#include "api/routes.h"
#include "api/store_call.h"
#include "api/view_call.h"
#include "base/json.h"
#include <math.h>
#include <string.h>

enum { ALERTS_MAX = 100, CONNECTORS_MAX = 500, MAX_LEAST = 2, CLUSTER_POINTS = 24 };

struct point {
	msec_t at;
	double value;
};

static json_t *point_json(struct point point)
{
	return json_pack("[I, o]", (json_int_t)point.at, json_finite(point.value));
}

/* Of a stretch the point that lies furthest from the one taken before, so that peaks stay; a gap only if it is all gap. */
static size_t pick(const struct point *points, size_t from, size_t to, double before)
{
	size_t best = to - 1;
	for (size_t i = from; i < to; i++) {
		double far = fabs(points[i].value - before), best_far = fabs(points[best].value - before);
		if (isnan(points[best].value) ? !isnan(points[i].value) : far > best_far)
			best = i;
	}
	return best;
}

/* At most max of them; the newest is always among them. */
static json_t *points_json(const struct point *points, size_t count, size_t max)
{
	json_t *out = json_array();
	double before = NAN;
	if (count <= max)
		max = count;
	for (size_t i = 0; i < max; i++) {
		size_t from = i * count / max, to = (i + 1) * count / max;
		size_t at = to == count ? count - 1 : pick(points, from, to, before);
		before = isnan(points[at].value) ? before : points[at].value;
		json_array_append_new(out, point_json(points[at]));
	}
	return out;
}

static bool take_max(struct request *request, size_t fallback, size_t *out)
{
	const char *text = request_param(request, "max");
	guint64 number = fallback;
	if (!text || g_ascii_string_to_unsigned(text, 10, MAX_LEAST, TRAIL_POINTS, &number, NULL)) {
		*out = (size_t)number;
		return true;
	}
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "max", "a number from %d to %d", MAX_LEAST,
		     TRAIL_POINTS);
	return false;
}

static void answer_items(struct request *request, json_t *items, size_t left_off)
{
	request_answer(request, MHD_HTTP_OK,
		       json_pack("{s:o, s:n, s:I}", "items", items, "next", "left_off", (json_int_t)left_off));
}

/* ---- alerts ---- */

struct asked {
	struct request *request;
	struct app_trails *trails;
	size_t max;
};

static void asked_free(void *state)
{
	struct asked *asked = state;
	app_trails_free(asked->trails);
	g_free(asked);
}

static json_t *trail_json(const struct app_trail *trail, size_t max)
{
	struct point points[TRAIL_POINTS];
	for (size_t i = 0; i < trail->count; i++)
		points[i] = (struct point){trail->points[i].at, trail->points[i].value};
	json_t *out = json_pack("{s:s}", "alert", trail->alert->id);
	json_object_set_new(out, "cluster", json_text_value(labels_get(trail->alert->labels, "cluster")));
	json_object_set_new(out, "connector", json_text_value(labels_get(trail->alert->labels, "connector")));
	json_object_set_new(out, "metric", json_string("value"));
	json_object_set_new(out, "unit", json_string(unit_name(trail->alert->rule.unit)));
	json_object_set_new(out, "points", points_json(points, trail->count, max));
	return out;
}

static void finish_alerts(struct request *request)
{
	const struct asked *asked = request->state;
	if (!asked->trails) {
		request_busy(request);
		return;
	}
	json_t *items = json_array();
	for (size_t i = 0; i < asked->trails->count; i++)
		if (asked->trails->items[i].alert->labels) /* else it is not pending any more */
			json_array_append_new(items, trail_json(&asked->trails->items[i], asked->max));
	answer_items(request, items, 0);
}

/* Engine thread: only hand over. */
static void trails_done(void *ctx, struct app_trails *trails)
{
	struct asked *asked = ctx;
	asked->trails = trails;
	request_resume(asked->request);
}

static int by_id(const void *key, const void *item)
{
	return strcmp(key, (*(struct alert *const *)item)->id);
}

static struct alert *pending_by_key(const char *key)
{
	struct alert *alert = alert_new();
	g_strlcpy(alert->id, key, sizeof alert->id);
	return alert;
}

/* Those that are open or may be pending; the others are left out. */
static struct app_trails *open_alerts(struct app *app, char **ids)
{
	struct snapshot *snapshot = app_snapshot(app);
	struct app_trails *trails = app_trails_new(g_strv_length(ids));
	size_t count = 0;
	for (char **id = ids; *id; id++) {
		struct alert **found = snapshot->alert_count ? bsearch(*id, snapshot->alerts, snapshot->alert_count,
								       sizeof *snapshot->alerts, by_id)
							     : NULL;
		if (found)
			trails->items[count++].alert = alert_ref(*found);
		else if (alert_id_pending(*id))
			trails->items[count++].alert = pending_by_key(*id);
	}
	trails->count = count;
	snapshot_unref(snapshot);
	return trails;
}

/* An alert that is over has no points any more; one that never was is an error. */
static void finish_closed(struct request *request)
{
	const struct store_page *page = store_call_page(request);
	if (!page)
		return;
	if (page->alert_count == 0) {
		request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "alert", "there is no alert with this id");
		return;
	}
	struct app_trail none = {.alert = page->alerts[0]};
	json_t *items = json_array();
	json_array_append_new(items, trail_json(&none, TRAIL_POINTS));
	answer_items(request, items, 0);
}

static void look_for_closed(struct request *request, const char *id)
{
	request_suspend(request, finish_closed);
	if (!store_read_alert(app_store(request->api->app), id, store_call_done, request))
		request_resume(request);
}

static void answer_alerts(struct request *request, char **ids, size_t max)
{
	struct app_trails *trails = open_alerts(request->api->app, ids);
	if (trails->count == 0) {
		app_trails_free(trails);
		if (g_strv_length(ids) == 1)
			look_for_closed(request, ids[0]);
		else
			answer_items(request, json_array(), 0);
		return;
	}
	struct asked *asked = g_new0(struct asked, 1);
	*asked = (struct asked){.request = request, .max = max};
	request->state = asked;
	request->free_state = asked_free;
	request_suspend(request, finish_alerts);
	if (!app_trails(request->api->app, trails, trails_done, asked)) {
		app_trails_free(trails);
		request_resume(request);
	}
}

static void handle_alert_points(struct request *request, const char *list)
{
	size_t max;
	char **ids = g_strsplit(list, ",", ALERTS_MAX + 1);
	if (g_strv_length(ids) > ALERTS_MAX)
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "alert", "at most %d ids", ALERTS_MAX);
	else if (take_max(request, TRAIL_POINTS, &max))
		answer_alerts(request, ids, max);
	g_strfreev(ids);
}

/* ---- connectors ---- */

static const struct metric {
	const char *name, *unit;
	size_t offset; /* in struct view_point */
} metrics[] = {
	{"records_per_second", "records/s", offsetof(struct view_point, records_per_second)},
	{"bytes_per_second", "bytes/s", offsetof(struct view_point, bytes_per_second)},
	{"error_rate", "ratio", offsetof(struct view_point, error_rate)},
	{"errors_per_second", "records/s", offsetof(struct view_point, errors_per_second)},
	{"lag", "records", offsetof(struct view_point, lag)},
	{"lag_seconds", "seconds", offsetof(struct view_point, lag_seconds)},
	{"failed_tasks", "tasks", offsetof(struct view_point, failed_tasks)},
};

static json_t *metric_json(const struct view_connector *it, const struct metric *metric, size_t max)
{
	struct point points[TREND_POINTS];
	size_t count = MIN(it->trend_count, TREND_POINTS);
	for (size_t i = 0; i < count; i++) {
		const struct view_point *from = &it->trend[i];
		double value = *(const double *)(const void *)((const char *)from + metric->offset);
		points[i] = (struct point){from->at, value};
	}
	return json_pack("{s:o, s:o, s:s, s:s, s:o}", "cluster", json_text_value(it->cluster), "connector",
			 json_text_value(it->name), "metric", metric->name, "unit", metric->unit, "points",
			 points_json(points, count, max));
}

static bool wanted(const struct view_connector *it, const char *cluster, const char *name)
{
	return strcmp(it->cluster, cluster) == 0 && (!name || strcmp(it->name, name) == 0);
}

static void finish_connectors(struct request *request)
{
	const struct connector_view *view = view_call_result(request);
	const char *cluster = request_param(request, "cluster"), *name = request_param(request, "connector");
	size_t max, taken = 0;
	if (!view || !take_max(request, name ? TRAIL_POINTS : CLUSTER_POINTS, &max))
		return;
	json_t *items = json_array();
	for (size_t i = 0; i < view->connector_count; i++) {
		const struct view_connector *it = &view->connectors[i];
		if (!wanted(it, cluster, name) || ++taken > CONNECTORS_MAX)
			continue;
		for (size_t m = 0; m < G_N_ELEMENTS(metrics); m++)
			json_array_append_new(items, metric_json(it, &metrics[m], max));
	}
	if (taken) {
		answer_items(request, items, taken > CONNECTORS_MAX ? taken - CONNECTORS_MAX : 0);
		return;
	}
	json_decref(items);
	request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", name ? "connector" : "cluster",
		     "there is no %s of this name", name ? "connector in this cluster" : "cluster");
}

void handle_points(struct request *request)
{
	const char *alert = request_param(request, "alert"), *cluster = request_param(request, "cluster");
	size_t max;
	if (!alert == !cluster || (alert && request_param(request, "connector")))
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "alert",
			     "either alert, or cluster and perhaps connector");
	else if (alert)
		handle_alert_points(request, alert);
	else if (take_max(request, TRAIL_POINTS, &max))
		view_call(request, finish_connectors);
}
