/* connector_trends: which slots make which connector, task and worker, and the recent past of each. The index of a
 * target is made anew only when its series come or go; noting a poll compares no strings. Engine thread; private to
 * the connector view. */
#ifndef ENGINE_CONNECTOR_TRENDS_H
#define ENGINE_CONNECTOR_TRENDS_H

#include "engine/connector_view.h"
#include <glib.h>

enum trend_field {
	FIELD_RECORDS,
	FIELD_BYTES,
	FIELD_ERRORS,
	FIELD_LAST_ERROR,
	FIELD_LAG,
	FIELD_LAG_SECONDS,
	FIELD_STATE,
	FIELD_TASK_STATE,
	FIELD_CPU,
	FIELD_HEAP,
	FIELD_HEAP_MAX,
	FIELD_THREADS,
	FIELD_GC,
	FIELD_UP,
	FIELD_COUNT
};

/* A counter over restarts of what counts. */
struct adjusted {
	double last, total;
};

enum { TASK_POINTS = 14 }; /* a minute at the pace of points */
struct task_point {
	msec_t at;
	double records;
};

struct task_trend {
	char *id; /* "" = the connector as a whole */
	uint32_t feeds;
	struct adjusted counters[FIELD_ERRORS + 1];
	struct task_point points[TASK_POINTS]; /* ring */
	uint32_t point_count, newest;
	double now[FIELD_COUNT]; /* while a view is built */
	const char *worker, *trace, *class;
};

/* What a point takes as it stands. */
enum trend_gauge { GAUGE_LAG, GAUGE_LAG_SECONDS, GAUGE_FAILED, GAUGE_COUNT };

struct trend_point {
	msec_t at;
	msec_t counted_at; /* of the newest number in totals */
	double totals[FIELD_ERRORS + 1], gauges[GAUGE_COUNT];
};

/* The last that was known; not for long, when another target keeps the pace or the polls fail. */
struct known {
	double noted; /* while a poll is noted */
	double value;
	msec_t at;
};

struct trend {
	char *cluster, *name, *type;
	GPtrArray *tasks; /* struct task_trend */
	struct trend_point points[TREND_POINTS + 1]; /* ring */
	uint32_t point_count, newest;
	struct known gauges[GAUGE_COUNT];
	msec_t counted_at; /* a counter was a number */
	msec_t updated_at, elapsed; /* while a view is built */
	bool alive; /* likewise: some series of it is not gone */
};

struct worker_trend {
	char *cluster, *name;
	uint32_t feeds;
	bool heard, answers; /* heard: in the poll that is noted */
	msec_t since; /* it answers, or does not */
	struct adjusted gc;
	double gc_before, gc_rate; /* the total at gc_at; seconds a second since then */
	msec_t gc_at;
	double now[FIELD_COUNT];
	bool asked; /* while a view is built: some source says whether it is up */
};

struct trend_feed {
	uint32_t slot;
	enum trend_field field;
	struct trend *trend;
	struct task_trend *task;
	struct worker_trend *worker; /* or */
};

struct trend_index {
	uint64_t version;
	bool made;
	GArray *feeds; /* struct trend_feed */
	GPtrArray *trends; /* those it feeds, each once; not owned */
	GPtrArray *workers; /* likewise */
};

struct connector_trends {
	GHashTable *by_key; /* "cluster\nname" -> struct trend */
	GHashTable *workers; /* "cluster\nname" -> struct worker_trend */
	struct trend_index *targets;
	uint32_t target_count;
	msec_t noted_at; /* wall */
};

/* Brings all indexes up to date and lets go of what nothing feeds any more. */
void connector_trends_refresh(struct connector_trends *trends, const struct series_table *table);
/* i = 0 is the newest. */
const struct trend_point *trend_point_at(const struct trend *trend, uint32_t i);
const struct task_point *task_point_at(const struct task_trend *task, uint32_t i);

#endif
