/* connector_model: the series that rules read, the same from every source. One table says how each is formed and
 * from which raw series (sources/connector_model.c). Works on the slots of one target after the raw values are
 * set; several raw series may feed one. Owned with the slots. */
#ifndef SOURCES_CONNECTOR_MODEL_H
#define SOURCES_CONNECTOR_MODEL_H

#include "sources/slots.h"

enum model_series {
	MODEL_RECORDS,         /* connector_records_total: read by a source task from its system, by a sink task from Kafka */
	MODEL_RECORDS_WRITTEN, /* connector_records_written_total: handed over after transforms */
	MODEL_BYTES,           /* connector_bytes_total */
	MODEL_ERRORS,          /* connector_errors_total: records that failed, however it was counted */
	MODEL_LAST_ERROR,      /* connector_last_error_time: milliseconds since 1970; 0 = never */
	MODEL_LAG,             /* connector_lag: records */
	MODEL_LAG_SECONDS,     /* connector_lag_seconds */
	MODEL_STATE,           /* connector_state: enum connect_state */
	MODEL_TASK_STATE,      /* connector_task_state */
	MODEL_WORKER_CPU,      /* worker_cpu_ratio: 0..1 of all cores */
	MODEL_WORKER_HEAP,     /* worker_heap_used_bytes */
	MODEL_WORKER_HEAP_MAX, /* worker_heap_max_bytes */
	MODEL_WORKER_THREADS,  /* worker_threads */
	MODEL_WORKER_GC,       /* worker_gc_seconds_total */
	MODEL_WORKER_UP,       /* worker_up: 1 = it answers, 0 = it was asked and does not */
	MODEL_SERIES_COUNT
};

const char *model_series_name(enum model_series series);
enum metric_type model_series_type(enum model_series series);

struct connector_model;

/* base: labels every series of the model carries (target->model_labels); instance: stands in `worker` where a raw
 * series has no `instance` label of its own. */
struct connector_model *connector_model_new(const struct labels *base, const char *instance);
void connector_model_free(struct connector_model *model);

/* What a connector is: "source" or "sink"; otherwise learnt from its raw series. Before compute. */
void connector_model_set_type(struct connector_model *model, const char *connector, const char *type);
/* The slot of one series for a source that knows the number itself; task and type may be NULL. */
uint32_t connector_model_slot(const struct connector_model *model, struct slots *slots, enum model_series series,
			      const char *connector, const char *task, const char *type);
uint32_t connector_model_worker_slot(const struct connector_model *model, struct slots *slots, enum model_series series,
				     const char *worker);
/* Forms the model from this poll's raw series, at this time. The lag of a group is unknown while a partition that was part of
 * it is away (up to 24 h): the rest is not the whole; that of a task's consumer too (up to 2 min), unless another task has the
 * partition now. A series none of whose inputs is known stays unknown; one that the
 * source has set itself in this poll stays as it is. */
void connector_model_compute(struct connector_model *model, struct slots *slots, msec_t now_mono);

#endif
