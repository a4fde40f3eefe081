/* connector_view: the connector model of every cluster as the metrics endpoint, the page and tocsinctl show it:
 * built on the engine thread from the series table when asked, cached for five seconds, immutable, shared by
 * reference counting. Unknown numbers are NaN, never zero. */
#ifndef ENGINE_CONNECTOR_VIEW_H
#define ENGINE_CONNECTOR_VIEW_H

#include "engine/series_table.h"
#include "model/connect_state.h"

enum { TREND_POINTS = 120 };

struct view_point {
	msec_t at;
	double records_per_second, errors_per_second, lag;
	double bytes_per_second, error_rate, lag_seconds, failed_tasks;
};

struct view_task {
	char *id; enum connect_state state; char *worker, *trace;
	double records, bytes, errors, records_per_second;
};
struct view_connector {
	char *cluster, *name, *type, *worker; /* "source" | "sink" | "unknown" */
	char *class; /* NULL = not known */
	enum connect_state state; char *trace;
	double records_per_second, bytes_per_second, total_records, total_bytes;
	double total_errors, error_rate, recent_errors; msec_t last_error_at;
	double cpu_percent, memory_used, memory_total, threads; /* of its workers; bytes */
	double lag_total, lag_max, lag_average, lag_seconds;
	struct view_task *tasks; size_t task_count;
	struct view_point *trend; size_t trend_count; /* oldest first */
	msec_t updated_at; msec_t elapsed;
};
/* VIEW_UP_UNTOLD: its JVM does not answer, and no source says more. */
enum view_up { VIEW_UP_UNTOLD, VIEW_UP, VIEW_DOWN, VIEW_UP_UNKNOWN };
struct view_worker {
	char *cluster, *name; enum view_up up;
	double cpu_percent, memory_used, memory_total, threads, gc_seconds, gc_msec_per_second;
	msec_t since; /* it answers, or does not */
};
struct connector_view {
	_Atomic uint32_t references;
	msec_t at;
	struct view_connector *connectors; size_t connector_count; /* by cluster, name */
	struct view_worker *workers; size_t worker_count;
	char **clusters; size_t cluster_count;
	char **versions; /* by cluster; NULL = not known */
	msec_t *troubled_at; /* by cluster: when an alert or a warning of it was last open, or the start; 0 = not watched */
	/* "Jolokia is away on …"; source and since: NULL and 0 until the app fills them in */
	struct view_warning { char *cluster, *text, *source; msec_t since; uint32_t target; } *warnings; size_t warning_count;
};
struct connector_view *connector_view_ref(struct connector_view *view);
void connector_view_unref(struct connector_view *view);

/* Keeps the trend: call with each ingested batch. Engine thread. */
struct connector_trends;
struct connector_trends *connector_trends_new(void);
void connector_trends_free(struct connector_trends *trends);
void connector_trends_note(struct connector_trends *trends, const struct series_table *table, uint32_t target, msec_t now_wall);
struct connector_view *connector_view_build(const struct series_table *table, struct connector_trends *trends, msec_t now_wall);

#endif
