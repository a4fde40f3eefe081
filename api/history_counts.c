/* history_counts: GET /api/v1/history/counts: a time in buckets, by severity, and what its episodes were like. */
#include "api/alert_filter.h"
#include "api/context.h"
#include "api/routes.h"
#include "base/json.h"

enum { BUCKETS_DEFAULT = 60, BUCKETS_MAX = 1000 };

struct counting {
	struct request *request;
	struct alert_filter filter;
	struct store_query_counts query;
	struct store_page *page;
};

static void counting_free(void *state)
{
	struct counting *counting = state;
	alert_filter_release(&counting->filter);
	store_page_free(counting->page);
	g_free(counting);
}

static json_t *severities_json(const uint32_t counts[SEVERITY_CRITICAL + 1])
{
	return json_pack("{s:I, s:I, s:I}", "critical", (json_int_t)counts[SEVERITY_CRITICAL], "warning",
			 (json_int_t)counts[SEVERITY_WARNING], "info",
			 (json_int_t)counts[SEVERITY_INFO] + counts[SEVERITY_NONE]);
}

static json_t *median_json(msec_t value)
{
	return value >= 0 ? json_integer(value) : json_null();
}

static json_t *figures_json(const struct store_counts *counts)
{
	return json_pack("{s:I, s:I, s:o, s:o, s:I}", "episodes", (json_int_t)counts->episodes, "still_open",
			 (json_int_t)counts->still_open, "median_duration_msec", median_json(counts->median_duration),
			 "median_time_to_ack_critical_msec", median_json(counts->median_time_to_ack_critical),
			 "recovered_unacknowledged", (json_int_t)counts->recovered_unacknowledged);
}

static json_t *counts_json(const struct store_query_counts *query, const struct store_counts *counts)
{
	json_t *items = json_array();
	for (unsigned i = 0; i < counts->bucket_count; i++) {
		const struct store_bucket *bucket = &counts->buckets[i];
		json_array_append_new(items, json_pack("{s:o, s:o, s:o}", "at", json_time_value(bucket->at), "opened",
						       severities_json(bucket->opened), "open",
						       severities_json(bucket->open)));
	}
	return json_pack("{s:o, s:o, s:I, s:o, s:o, s:b}", "from", json_time_value(query->from), "to",
			 json_time_value(query->to), "bucket_msec", (json_int_t)counts->bucket, "items", items,
			 "figures", figures_json(counts), "truncated", counts->truncated);
}

static void finish(struct request *request)
{
	const struct counting *counting = request->state;
	const struct store_page *page = counting->page;
	if (!page)
		request_busy(request);
	else if (page->error.text[0])
		request_fail(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "store", NULL, "%s", page->error.text);
	else
		request_answer(request, MHD_HTTP_OK, counts_json(&counting->query, page->counts));
}

static bool accepts(void *ctx, const struct alert *alert)
{
	const struct counting *counting = ctx;
	return alert_filter_accepts(&counting->filter, alert);
}

static void done(void *ctx, struct store_page *page)
{
	struct counting *counting = ctx;
	counting->page = page;
	request_resume(counting->request);
}

static bool take_buckets(struct request *request, unsigned *out)
{
	const char *text = request_param(request, "buckets");
	guint64 value = BUCKETS_DEFAULT;
	if (text && !g_ascii_string_to_unsigned(text, 10, 1, BUCKETS_MAX, &value, NULL)) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "buckets", "a whole number from 1 to %d",
			     BUCKETS_MAX);
		return false;
	}
	*out = (unsigned)value;
	return true;
}

static bool take_times(struct request *request, struct store_query_counts *query)
{
	query->to = request->now.wall;
	if (!request_time(request, "to", &query->to))
		return false;
	query->from = query->to - (msec_t)24 * 60 * 60 * 1000;
	if (!request_time(request, "from", &query->from))
		return false;
	if (query->from < query->to)
		return true;
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "from", "from must lie before to");
	return false;
}

/* The worst severity of an episode and whether it is open are columns; anything else is in its document. */
static void take_filter(struct counting *counting)
{
	struct alert_filter *filter = &counting->filter;
	struct store_query_counts *query = &counting->query;
	uint32_t resolved = 1U << ALERT_RESOLVED, open = filter->states & ~resolved;
	query->closed = !filter->states || filter->states & resolved;
	query->open = !filter->states || open;
	query->severities = filter->severities;
	filter->severities = 0;
	filter->acknowledged = -1;
	if (!filter->match && !open)
		return;
	query->accept = accepts;
	query->accept_ctx = counting;
}

void handle_history_counts(struct request *request)
{
	struct counting *counting = g_new0(struct counting, 1);
	counting->request = request;
	request->state = counting;
	request->free_state = counting_free;
	if (!take_times(request, &counting->query) || !take_buckets(request, &counting->query.buckets) ||
	    !alert_filter_init(&counting->filter, request))
		return;
	take_filter(counting);
	request_suspend(request, finish);
	if (!store_read_counts(app_store(request->api->app), &counting->query, done, counting))
		request_resume(request);
}
