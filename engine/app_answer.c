/* app_answer: what the engine thread is asked beside views and series: the routes of an alert, the trails of alerts,
 * what is pending. */
#include "engine/app_state.h"
#include "engine/pending.h"

static const msec_t pending_lasts = 1000;

static void take_route(void *ctx, const struct route *route)
{
	struct app_routes *routes = ctx;
	if (routes->count < APP_ROUTES_MAX)
		routes->routes[routes->count++] = route;
}

/* Here, because matchers remember answers: they belong to one thread. */
void app_answer_routes(struct app *app, struct app_message *message)
{
	struct app_routes *routes = g_new0(struct app_routes, 1);
	routes->settings = settings_ref(app->settings);
	route_match(app->settings->route, message->labels, take_route, routes);
	message->routes_done(message->ctx, routes);
}

void app_routes_free(struct app_routes *routes)
{
	if (!routes)
		return;
	settings_unref(routes->settings);
	g_free(routes);
}

static bool fill_pending(struct app *app, struct app_trail *item)
{
	struct alert *found = evaluator_pending_find(app->evaluator, item->alert->id);
	if (!found)
		return false;
	alert_unref(item->alert);
	item->alert = found;
	return true;
}

void app_answer_trails(struct app *app, struct app_message *message)
{
	struct app_trails *trails = g_steal_pointer(&message->trails);
	for (size_t i = 0; i < trails->count; i++) {
		struct app_trail *item = &trails->items[i];
		if (alert_id_pending(item->alert->id) && !fill_pending(app, item))
			continue;
		item->count = evaluator_trail(app->evaluator, item->alert, item->points);
	}
	message->trails_done(message->ctx, trails);
}

/* Texts are rendered for each: not more often than people can read. */
void app_answer_pending(struct app *app, struct app_message *message, struct now now)
{
	if (!app->pending || now.mono - app->pending_at >= pending_lasts) {
		alert_list_unref(app->pending);
		app->pending = evaluator_pending(app->evaluator, &app->pending_left_off);
		app->pending_at = now.mono;
	}
	message->pending_done(message->ctx, alert_list_ref(app->pending), app->pending_left_off);
}
