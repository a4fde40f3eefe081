/* history_csv: history for a spreadsheet. Pages are read one after the other on the store's readers and written on; a
 * bound is said in the header X-Truncated. */
#include "api/context.h"
#include "api/history_query.h"
#include "base/rfc3339.h"
#include <string.h>

enum { ROWS_MAX = 10000, BYTES_MAX = 32 << 20, PAGES_MAX = 200, PAGE_ROWS = 1000 };

static const char head[] =
	"id,rule,state,severity,max_severity,cluster,connector,task,summary,reason,started_at,ended_at,still_open,"
	"duration_msec,acknowledged_at,acknowledged_by,time_to_ack_msec,messages,labels\r\n";

void csv_append(GString *out, const char *text)
{
	bool formula = *text && strchr("=+-@\t\r", *text);
	if (!formula && !text[strcspn(text, "\",\r\n")]) {
		g_string_append(out, text);
		return;
	}
	g_string_append_c(out, '"');
	if (formula)
		g_string_append_c(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

static void add(GString *out, const char *text)
{
	csv_append(out, text ? text : "");
	g_string_append_c(out, ',');
}

static void add_time(GString *out, msec_t at)
{
	char text[RFC3339_SIZE] = "";
	if (at)
		rfc3339_format(at, text);
	add(out, text);
}

static void add_labels(GString *out, const struct labels *labels)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < labels_count(labels); i++)
		g_string_append_printf(text, "%s%s=%s", i ? ", " : "", labels_at(labels, i).name,
				       labels_at(labels, i).value);
	csv_append(out, text->str);
	g_string_append(out, "\r\n");
	g_string_free(text, TRUE);
}

static void add_row(GString *out, const struct history_item *item)
{
	const struct alert *alert = item->alert;
	add(out, alert->id);
	add(out, alert->rule.name);
	add(out, alert_state_name(alert->state));
	add(out, severity_name(alert->severity));
	add(out, severity_name(item->max_severity));
	add(out, labels_get(alert->labels, "cluster"));
	add(out, labels_get(alert->labels, "connector"));
	add(out, labels_get(alert->labels, "task"));
	add(out, alert->fact);
	add(out, reason_name(alert->reason));
	add_time(out, alert->started_at);
	add_time(out, alert->ended_at);
	g_string_append_printf(out, "%s,%lld,", item->open ? "true" : "false", (long long)item->duration);
	add_time(out, item->acknowledged_at);
	add(out, item->acknowledged_by);
	if (item->time_to_ack >= 0)
		g_string_append_printf(out, "%lld", (long long)item->time_to_ack);
	g_string_append_printf(out, ",%u,", item->facts->messages);
	add_labels(out, alert->labels);
}

static void finish(struct request *request)
{
	struct history_query *it = request->state;
	if (!history_query_page(request, it))
		return;
	if (it->truncated)
		request_add_header(request, "X-Truncated", "true");
	request_add_header(request, "Content-Disposition", "attachment; filename=\"tocsin-history.csv\"");
	request_answer_text(request, MHD_HTTP_OK, "text/csv; charset=utf-8; header=present",
			    g_string_free(it->csv, FALSE));
	it->csv = NULL;
}

static bool is_full(const struct history_query *it)
{
	return it->rows >= ROWS_MAX || it->csv->len >= BYTES_MAX;
}

static void take_rows(struct history_query *it)
{
	const struct store_page *page = it->page;
	msec_t now = it->query.at > 0 ? it->query.at : it->request->now.wall;
	size_t i = 0;
	for (; i < page->alert_count && !is_full(it); i++, it->rows++) {
		struct history_item item = history_item_of(page, i, now);
		add_row(it->csv, &item);
	}
	it->truncated = i < page->alert_count || (page->next && (is_full(it) || ++it->pages >= PAGES_MAX));
}

/* Reader's thread; the request is ours until it is resumed. */
static void done(void *ctx, struct store_page *page)
{
	struct history_query *it = ctx;
	store_page_free(it->page);
	it->page = page;
	if (page && !page->error.text[0])
		take_rows(it);
	if (!page || page->error.text[0] || !page->next || it->truncated) {
		request_resume(it->request);
		return;
	}
	g_free(it->cursor);
	it->query.cursor = it->cursor = g_strdup(page->next);
	if (store_read_alerts(app_store(it->request->api->app), &it->query, done, it))
		return;
	store_page_free(it->page);
	it->page = NULL;
	request_resume(it->request);
}

void history_csv_answer(struct request *request, struct history_query *it)
{
	it->csv = g_string_new(head);
	it->query.limit = PAGE_ROWS;
	request_suspend(request, finish);
	if (!store_read_alerts(app_store(request->api->app), &it->query, done, it))
		request_resume(request);
}
