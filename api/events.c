/* events: GET /api/v1/events?after=: the event log in pages, for whom a stream does not reach. */
#include "api/context.h"
#include "api/event_json.h"
#include "api/routes.h"
#include "api/store_call.h"

enum { LIMIT_DEFAULT = 200, LIMIT_MAX = 1000 };

static void finish(struct request *request)
{
	const struct store_page *page = store_call_page(request);
	if (!page)
		return;
	json_t *items = json_array();
	for (size_t i = 0; i < page->event_count; i++)
		json_array_append_new(items, event_to_json(&page->events[i]));
	struct snapshot *snapshot = app_snapshot(request->api->app);
	guint64 after = 0;
	const char *text = request_param(request, "after");
	if (text)
		g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &after, NULL);
	guint64 last = page->event_count ? page->events[page->event_count - 1].seq : after;
	char *next = last < page->newest_seq ? g_strdup_printf("%" G_GUINT64_FORMAT, last) : NULL;
	request_answer(request, MHD_HTTP_OK,
		       json_pack("{s:o, s:s?, s:s, s:I, s:I, s:b}", "items", items, "next", next, "epoch",
				 snapshot->epoch, "oldest_seq", (json_int_t)page->oldest_seq, "newest_seq",
				 (json_int_t)page->newest_seq, "reset", page->oldest_seq > after + 1 && text != NULL));
	g_free(next);
	snapshot_unref(snapshot);
}

void handle_events(struct request *request)
{
	const char *text = request_param(request, "after");
	guint64 after = 0;
	struct store_query_events query = {0};
	if (text && !g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &after, NULL)) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "after",
			     "the seq of the last event you have");
		return;
	}
	if (!request_limit(request, LIMIT_DEFAULT, LIMIT_MAX, &query.limit))
		return;
	query.after_seq = after;
	request_suspend(request, finish);
	if (!store_read_events(app_store(request->api->app), &query, store_call_done, request))
		request_resume(request);
}
