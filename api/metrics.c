/* metrics: GET /metrics: the daemon's own metrics and the connector model, for Prometheus. */
#include "api/content_coding.h"
#include "api/context.h"
#include "api/exposition.h"
#include "api/own_metrics.h"
#include "api/routes.h"
#include <string.h>

#define TYPE_TEXT "text/plain; version=0.0.4; charset=utf-8"
#define TYPE_OPENMETRICS "application/openmetrics-text; version=1.0.0; charset=utf-8"

static void free_list(void *list)
{
	app_series_list_free(list);
}

static void done(void *ctx, struct app_series_list *list)
{
	struct request *request = ctx;
	request->state = list;
	request->free_state = free_list;
	request_resume(request);
}

static const struct {
	const char *name, *help;
} helps[] = {
	{"connector_bytes_total", "Bytes moved."},
	{"connector_errors_total", "Records that failed."},
	{"connector_lag", "Records waiting."},
	{"connector_lag_seconds", "Age of the oldest waiting record."},
	{"connector_last_error_time", "When a record failed last, in seconds since 1970."},
	{"connector_records_total", "Records read or polled."},
	{"connector_records_written_total", "Records written."},
	{"connector_state",
	 "State: 1 running, 2 paused, 3 stopped, 4 unassigned, 5 restarting, 6 degraded, 7 failed, 0 other."},
	{"connector_task_state", "State of a task, numbered as connector_state."},
	{"source_poll_seconds", "How long the last poll of a target took."},
	{"source_up", "1 if the last poll of a target worked."},
	{"worker_cpu_ratio", "Share of its machine's processors a worker uses."},
	{"worker_gc_seconds_total", "Time a worker spent collecting garbage."},
	{"worker_heap_max_bytes", "Heap a worker may use."},
	{"worker_heap_used_bytes", "Heap a worker uses."},
	{"worker_threads", "Threads of a worker."},
	{"worker_up", "1 if a worker answers, 0 if it was asked and does not."},
};

static const char *help_of(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(helps); i++)
		if (strcmp(helps[i].name, name) == 0)
			return helps[i].help;
	return "Of the connector model.";
}

static int by_name(const void *a, const void *b)
{
	const struct app_series *one = a, *two = b;
	int order = strcmp(labels_get_or_empty(one->labels, "__name__"), labels_get_or_empty(two->labels, "__name__"));
	return order ? order : labels_compare(one->labels, two->labels);
}

static void write_model(struct exposition *e, struct app_series_list *list)
{
	const char *name = "";
	if (list->count > 0)
		qsort(list->items, list->count, sizeof *list->items, by_name);
	for (size_t i = 0; i < list->count; i++) {
		const struct app_series *series = &list->items[i];
		const char *of_this = labels_get_or_empty(series->labels, "__name__");
		if (!*of_this || (i > 0 && labels_equal(series->labels, list->items[i - 1].labels)))
			continue; /* the same connector seen by two sources: one sample */
		if (strcmp(name, of_this) != 0)
			exposition_family(e, of_this,
					  series->type == METRIC_COUNTER && g_str_has_suffix(of_this, "_total"),
					  help_of(of_this));
		name = of_this;
		exposition_labelled(e, series->value, series->labels);
	}
}

static void finish(struct request *request)
{
	struct exposition e = {.out = g_string_sized_new(16384)};
	struct snapshot *snapshot = app_snapshot(request->api->app);
	e.openmetrics = accept_prefers(request_header(request, MHD_HTTP_HEADER_ACCEPT), "application/openmetrics-text",
				       "text/plain");
	own_metrics_write(&e, request->api, snapshot);
	if (request->state)
		write_model(&e, request->state);
	exposition_end(&e);
	snapshot_unref(snapshot);
	request_answer_text(request, MHD_HTTP_OK, e.openmetrics ? TYPE_OPENMETRICS : TYPE_TEXT,
			    g_string_free(e.out, FALSE));
}

void handle_metrics(struct request *request)
{
	request_suspend(request, finish);
	if (!app_model_series(request->api->app, done, request))
		request_resume(request); /* busy: at least our own numbers, now of all times */
}
