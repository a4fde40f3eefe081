/* history: GET /api/v1/history: episodes of a time, resolved ones included, newest first. */
#include "api/alert_filter.h"
#include "api/context.h"
#include "api/routes.h"
#include "api/store_call.h"
#include <string.h>

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

struct lookup {
	struct request *request;
	struct alert_filter filter;
	struct store_query_alerts query;
	struct store_page *page;
};

static void lookup_free(void *state)
{
	struct lookup *lookup = state;
	alert_filter_release(&lookup->filter);
	store_page_free(lookup->page);
	g_free(lookup);
}

static bool accepts(void *ctx, const struct alert *alert)
{
	const struct lookup *lookup = ctx;
	return alert_filter_accepts(&lookup->filter, alert);
}

static void done(void *ctx, struct store_page *page)
{
	struct lookup *lookup = ctx;
	lookup->page = page;
	request_resume(lookup->request);
}

static void finish(struct request *request)
{
	const struct lookup *lookup = request->state;
	const struct store_page *page = lookup->page;
	if (!page)
		request_busy(request);
	else if (page->error.text[0] && lookup->query.cursor)
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "cursor", "%s", page->error.text);
	else if (page->error.text[0])
		request_fail(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "store", NULL, "%s", page->error.text);
	else
		store_call_answer(request, alert_list_json(page->alerts, page->alert_count), page->next);
}

static bool take_times(struct request *request, struct store_query_alerts *query)
{
	if (!request_time(request, "from", &query->from) || !request_time(request, "to", &query->to))
		return false;
	if (query->to == 0 || query->from <= query->to)
		return true;
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "from", "from lies after to");
	return false;
}

void handle_history(struct request *request)
{
	struct lookup *lookup = g_new0(struct lookup, 1);
	struct store_query_alerts *query = &lookup->query;
	lookup->request = request;
	request->state = lookup;
	request->free_state = lookup_free;
	if (!take_times(request, query) || !request_limit(request, LIMIT_DEFAULT, LIMIT_MAX, &query->limit) ||
	    !alert_filter_init(&lookup->filter, request))
		return;
	lookup->filter.acknowledged = -1;
	query->closed = !lookup->filter.states || lookup->filter.states & 1U << ALERT_RESOLVED;
	query->open = !lookup->filter.states || lookup->filter.states & ~(1U << ALERT_RESOLVED);
	query->cursor = request_param(request, "cursor");
	query->accept = accepts;
	query->accept_ctx = lookup;
	request_suspend(request, finish);
	if (!store_read_alerts(app_store(request->api->app), query, done, lookup))
		request_resume(request);
}
