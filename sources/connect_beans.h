/* connect_beans: which MBeans of a Connect worker are read, and what one worker's answer holds, as a flat list of
 * numbers with their connector, task and raw series name. Pure; any thread; everything lives in the caller's arena. */
#ifndef SOURCES_CONNECT_BEANS_H
#define SOURCES_CONNECT_BEANS_H

#include "model/batch.h"
#include "model/connect_state.h"
#include "sources/connect_rest.h"
#include "sources/jolokia.h"

enum bean_scope {
	BEAN_WORKER, /* of this worker: its series carry `instance` */
	BEAN_CONNECTOR, /* stands on the worker that runs the connector */
	BEAN_TASK, /* stands on the worker that runs the task, for a moment on two */
	BEAN_CLIENT, /* a task's consumer or producer, known by its client id */
};

struct bean_value {
	enum bean_scope scope;
	const char *type; /* the bean's `type` */
	const char *attribute; /* as the agent calls it; "HeapMemoryUsage.used" for a part */
	const char *series; /* raw name: kafka_connect_task_error_metrics_total_retries */
	const char *connector, *task, *name; /* "" where the bean has none; name: of a collector or pool */
	enum metric_type metric;
	double number;
};

struct bean_status {
	const char *connector, *task;
	enum connect_state state;
};

struct bean_class {
	const char *connector, *class;
};

struct connect_beans {
	struct bean_value *values;
	size_t count, capacity;
	struct bean_status *tasks; /* every task whose beans are here */
	size_t task_count, task_capacity;
	struct bean_class *classes; /* of connectors that run here */
	size_t class_count, class_capacity;
	struct jolokia_result result;
	/* while reading */
	struct arena *arena;
	const struct connect_inventory *inventory;
};

extern const struct jolokia_read connect_reads[];
extern const size_t connect_read_count;

/* inventory tells client ids apart: "connector-consumer-x-1-0". False: the whole answer is of no use. */
bool connect_beans_parse(struct connect_beans *beans, const char *body, size_t length,
			 const struct connect_inventory *inventory, struct arena *arena, struct error *err);

#endif
