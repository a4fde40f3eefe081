/* history: GET /api/v1/history: episodes of a time, resolved ones included, newest first; or the board as it was at a time. */
#include "api/content_coding.h"
#include "api/context.h"
#include "api/history_query.h"
#include "api/routes.h"
#include "base/json.h"

static json_t *item_json(const struct history_item *item)
{
	json_t *out = alert_to_brief(item->alert);
	bool taken = item->acknowledged_at > 0;
	json_object_set_new(out, "acknowledged_at", json_time_value(item->acknowledged_at));
	json_object_set_new(out, "acknowledged_by", json_text_value(item->acknowledged_by));
	json_object_set_new(out, "time_to_ack_msec", taken ? json_integer(item->time_to_ack) : json_null());
	json_object_set_new(out, "messages", json_integer(item->facts->messages));
	json_object_set_new(out, "max_severity", json_string(severity_name(item->max_severity)));
	json_object_set_new(out, "duration_msec", json_integer(item->duration));
	json_object_set_new(out, "still_open", json_boolean(item->open));
	return out;
}

static void finish(struct request *request)
{
	const struct history_query *it = request->state;
	if (!history_query_page(request, it))
		return;
	const struct store_page *page = it->page;
	json_t *items = json_array();
	for (size_t i = 0; i < page->alert_count; i++) {
		struct history_item item =
			history_item_of(page, i, it->query.at > 0 ? it->query.at : request->now.wall);
		json_array_append_new(items, item_json(&item));
	}
	json_t *body = json_pack("{s:o, s:o}", "items", items, "next", json_text_value(page->next));
	if (it->query.at > 0)
		json_object_set_new(body, "at", json_time_value(it->query.at));
	request_answer(request, MHD_HTTP_OK, body);
}

static void done(void *ctx, struct store_page *page)
{
	struct history_query *it = ctx;
	it->page = page;
	request_resume(it->request);
}

static bool wants_csv(const struct request *request)
{
	return accept_prefers(request_header(request, MHD_HTTP_HEADER_ACCEPT), "text/csv", "application/json");
}

void handle_history(struct request *request)
{
	struct history_query *it = history_query_new(request);
	request_add_header(request, MHD_HTTP_HEADER_VARY, "Accept");
	if (it && wants_csv(request)) {
		history_csv_answer(request, it);
	} else if (it) {
		request_suspend(request, finish);
		if (!store_read_alerts(app_store(request->api->app), &it->query, done, it))
			request_resume(request);
	}
}
