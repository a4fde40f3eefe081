/* collector_json: what the connector metrics collector answers, as plain structs in an arena. A number that is null,
 * missing, negative or no number is NaN: unknown, never zero. Pure; any thread. */
#ifndef SOURCES_COLLECTOR_JSON_H
#define SOURCES_COLLECTOR_JSON_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COLLECTOR_CONNECTORS_MAX = 10000, COLLECTOR_TASKS_MAX = 10000 };

/* Numbers of a connector that no rule kind needs, but a threshold rule may. */
enum collector_gauge {
	COLLECTOR_RECORDS_PER_SECOND,
	COLLECTOR_BYTES_PER_SECOND,
	COLLECTOR_ERROR_RATE,
	COLLECTOR_RECENT_ERRORS,
	COLLECTOR_CPU_RATIO,
	COLLECTOR_MEMORY_USED_BYTES,
	COLLECTOR_MEMORY_TOTAL_BYTES,
	COLLECTOR_THREADS,
	COLLECTOR_LAG_MAX,
	COLLECTOR_LAG_AVERAGE,
	COLLECTOR_COLLECTION_SECONDS,
	COLLECTOR_GAUGES
};

const char *collector_gauge_name(enum collector_gauge gauge); /* name of the series */

struct collector_task {
	const char *id;
	const char *state; /* NULL = not said */
	double records, bytes, errors;
};

struct collector_metrics {
	double records, bytes, errors;
	double last_error; /* ms since 1970; 0 = never */
	msec_t updated; /* wall of the collector; 0 = not said */
	double lag;
	double gauges[COLLECTOR_GAUGES];
	struct collector_task *tasks;
	uint32_t task_count;
	bool tasks_said; /* the list of tasks is there, so who is not in it does not exist */
};

struct collector_connector {
	const char *name, *type, *state; /* type and state NULL if not said */
};

struct collector_list {
	struct collector_connector *connectors;
	uint32_t count;
	bool complete; /* no further page, nothing left out */
};

/* An array of names or of objects with `name`, bare or as `items` or `connectors` of an object. */
bool collector_list_parse(const char *text, size_t length, struct arena *arena, struct collector_list *out,
			  struct error *err);
/* name: whose metrics were asked for; an answer about another one is refused. */
bool collector_metrics_parse(const char *text, size_t length, const char *name, struct arena *arena,
			     struct collector_metrics *out, struct error *err);

#endif
