#include "api/history_query.h"

#include "api/store_call.h"

#include <string.h>

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

static void history_query_free(void *state)
{
	struct history_query *it = state;
	alert_filter_release(&it->filter);
	store_page_free(it->page);
	if (it->csv)
		g_string_free(it->csv, TRUE);
	g_free(it->cursor);
	g_free(it);
}

static enum severity worst_of(const struct alert *alert)
{
	return MAX(alert->severity, alert->peak_severity);
}

static bool accepts(void *ctx, const struct alert *alert)
{
	const struct history_query *it = ctx;
	bool wanted = !it->severities || it->severities & 1U << worst_of(alert);
	return wanted && alert_filter_accepts(&it->filter, alert);
}

static bool take_times(struct request *request, struct store_query_alerts *query)
{
	if (!request_time(request, "from", &query->from) || !request_time(request, "to", &query->to) ||
	    !request_time(request, "at", &query->at))
		return false;
	if (request_param(request, "at") && (request_param(request, "from") || request_param(request, "to"))) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "at", "at, or from and to, not both");
		return false;
	}
	if (query->to == 0 || query->from <= query->to)
		return true;
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "from", "from lies after to");
	return false;
}

struct history_query *history_query_new(struct request *request)
{
	struct history_query *it = g_new0(struct history_query, 1);
	struct store_query_alerts *query = &it->query;
	it->request = request;
	request->state = it;
	request->free_state = history_query_free;
	if (!take_times(request, query) || !request_limit(request, LIMIT_DEFAULT, LIMIT_MAX, &query->limit) ||
	    !alert_filter_init(&it->filter, request))
		return NULL;
	it->filter.acknowledged = -1;
	it->severities = it->filter.severities;
	it->filter.severities = 0;
	query->closed = !it->filter.states || it->filter.states & 1U << ALERT_RESOLVED;
	query->open = !it->filter.states || it->filter.states & ~(1U << ALERT_RESOLVED);
	query->facts = true;
	query->cursor = request_param(request, "cursor");
	query->accept = accepts;
	query->accept_ctx = it;
	return it;
}

bool history_query_page(struct request *request, const struct history_query *it)
{
	const struct store_page *page = it->page;
	if (!page)
		request_busy(request);
	return page && store_call_fine(request, page);
}

/* The log may be younger than the episode: what the alert itself says of its acknowledgement stands then. */
static void set_ack(struct history_item *item)
{
	const struct ack *ack = &item->alert->ack;
	item->acknowledged_at = item->facts->acknowledged_at;
	item->acknowledged_by = item->facts->acknowledged_by;
	if (!item->acknowledged_at && ack->by) {
		item->acknowledged_at = ack->at;
		item->acknowledged_by = ack->by;
	}
	item->time_to_ack = item->acknowledged_at ? MAX(item->acknowledged_at - item->alert->started_at, 0) : -1;
}

struct history_item history_item_of(const struct store_page *page, size_t i, msec_t now)
{
	const struct alert *alert = page->alerts[i];
	struct history_item item = {.alert = alert, .facts = &page->facts[i], .open = alert->ended_at == 0};
	item.max_severity = worst_of(alert);
	item.duration = MAX((item.open ? now : alert->ended_at) - alert->started_at, 0);
	set_ack(&item);
	return item;
}
