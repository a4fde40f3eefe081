/* alert: GET /api/v1/alerts/{id}: one episode, open or closed, with its timeline and its notifications. */
#include "api/context.h"
#include "api/event_json.h"
#include "api/outbox_json.h"
#include "api/routes.h"
#include "api/why.h"
#include "base/json.h"
#include <string.h>

enum { TIMELINE_MAX = 1000, NOTIFICATIONS_MAX = 200 };

struct detail {
	struct request *request;
	struct alert *alert; /* of the snapshot; else pages[READ_ALERT] has it */
	enum { READ_ALERT, READ_EVENTS, READ_OUTBOX, READ_COUNT } reading;
	struct store_page *pages[READ_COUNT];
	struct app_routes *routes; /* the last to be asked for */
	bool busy;
};

static void detail_free(void *state)
{
	struct detail *detail = state;
	for (size_t i = 0; i < READ_COUNT; i++)
		store_page_free(detail->pages[i]);
	app_routes_free(detail->routes);
	alert_unref(detail->alert);
	g_free(detail);
}

static struct alert *snapshot_alert(struct app *app, const char *id)
{
	struct snapshot *snapshot = app_snapshot(app);
	struct alert *found = NULL;
	for (size_t i = 0; i < snapshot->alert_count && !found; i++)
		if (strcmp(snapshot->alerts[i]->id, id) == 0)
			found = alert_ref(snapshot->alerts[i]);
	snapshot_unref(snapshot);
	return found;
}

static void read_done(void *ctx, struct store_page *page);

static bool read_next(struct detail *detail)
{
	struct store *store = app_store(detail->request->api->app);
	const char *id = detail->request->params[0];
	switch (detail->reading) {
	case READ_ALERT:
		return store_read_alert(store, id, read_done, detail);
	case READ_EVENTS:
		return store_read_events(store, &(struct store_query_events){.limit = TIMELINE_MAX, .episode = id},
					 read_done, detail);
	case READ_OUTBOX:
		return store_read_outbox(
			store, &(struct store_query_outbox){.limit = NOTIFICATIONS_MAX, .episode = id, .state = -1},
			read_done, detail);
	case READ_COUNT:
		break;
	}
	return false;
}

static struct alert *detail_alert(const struct detail *detail)
{
	const struct store_page *stored = detail->pages[READ_ALERT];
	if (detail->alert)
		return detail->alert;
	return stored && stored->alert_count ? stored->alerts[0] : NULL;
}

/* Engine thread: only hand over. */
static void routes_done(void *ctx, struct app_routes *taken)
{
	struct detail *detail = ctx;
	detail->routes = taken;
	request_resume(detail->request);
}

static bool ask_routes(struct detail *detail)
{
	return app_routes(detail->request->api->app, detail_alert(detail)->labels, routes_done, detail);
}

/* Reader thread: one read after the other, then the routes. */
static void read_done(void *ctx, struct store_page *page)
{
	struct detail *detail = ctx;
	detail->pages[detail->reading] = page;
	bool none = detail->reading == READ_ALERT && page->alert_count == 0;
	detail->reading++;
	if (none) {
		request_resume(detail->request);
	} else if (!(detail->reading == READ_COUNT ? ask_routes(detail) : read_next(detail))) {
		detail->busy = true;
		request_resume(detail->request);
	}
}

/* What the alert was at that moment; the rest of it stands beside the timeline. */
static void shorten(json_t *event)
{
	static const char *const kept[] = {"state", "severity", "was", "value", "raise", "clear"};
	json_t *alert = json_object_get(event, "alert");
	for (size_t i = 0; json_is_object(alert) && i < G_N_ELEMENTS(kept); i++) {
		json_t *part = json_object_get(alert, kept[i]);
		if (part && !json_object_get(event, kept[i]))
			json_object_set(event, kept[i], part);
	}
	json_object_del(event, "alert");
	json_object_del(event, "episode");
}

static json_t *timeline(const struct store_page *page)
{
	json_t *items = json_array();
	for (size_t i = 0; page && i < page->event_count; i++) {
		json_t *event = event_to_json(&page->events[i]);
		shorten(event);
		json_array_append_new(items, event);
	}
	return items;
}

static json_t *notifications(const struct store_page *page)
{
	json_t *items = json_array();
	for (size_t i = 0; page && i < page->outbox_count; i++)
		json_array_append_new(items, outbox_to_json(&page->outbox[i]));
	return items;
}

static const struct error *first_error(const struct detail *detail)
{
	for (size_t i = 0; i < READ_COUNT; i++)
		if (detail->pages[i] && detail->pages[i]->error.text[0])
			return &detail->pages[i]->error;
	return NULL;
}

static json_t *detail_json(const struct detail *detail, const struct alert *alert)
{
	json_t *body = alert_to_brief(alert);
	json_object_set_new(body, "trace", json_text_value(labels_get(alert->annotations, "trace")));
	json_object_set_new(body, "why", why_json(alert, detail->routes));
	json_object_set_new(body, "receivers", why_receivers(detail->routes));
	json_object_set_new(body, "timeline", timeline(detail->pages[READ_EVENTS]));
	json_object_set_new(body, "notifications", notifications(detail->pages[READ_OUTBOX]));
	return body;
}

static void finish(struct request *request)
{
	const struct detail *detail = request->state;
	const struct error *problem = first_error(detail);
	const struct alert *alert = detail_alert(detail);
	if (detail->busy) {
		request_busy(request);
	} else if (problem) {
		request_fail(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "store", NULL, "%s", problem->text);
	} else if (!alert) {
		request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "id", "there is no alert with this id");
	} else {
		request_answer(request, MHD_HTTP_OK, detail_json(detail, alert));
	}
}

void handle_alert(struct request *request)
{
	if (!ulid_valid(request->params[0])) {
		request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "id", "there is no alert with this id");
		return;
	}
	struct detail *detail = g_new0(struct detail, 1);
	detail->request = request;
	detail->alert = snapshot_alert(request->api->app, request->params[0]);
	detail->reading = detail->alert ? READ_EVENTS : READ_ALERT;
	request->state = detail;
	request->free_state = detail_free;
	request_suspend(request, finish);
	if (!read_next(detail)) {
		detail->busy = true;
		request_resume(request);
	}
}
