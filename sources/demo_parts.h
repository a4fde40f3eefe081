/* demo_parts: the state of the simulated cluster, shared by what makes it live (demo_cluster.c) and what it answers
 * (demo_answers.c). */
#ifndef SOURCES_DEMO_PARTS_H
#define SOURCES_DEMO_PARTS_H

#include "base/rng.h"
#include "sources/demo_cluster.h"
#include <stdbool.h>

enum { DEMO_TASKS = 3 };

struct demo_kind {
	const char *name, *class;
	bool sink;
	unsigned tasks;
	double rate; /* records per second and task */
	double record_bytes;
};

struct demo_task {
	unsigned worker;
	bool failed;
	double read, written, bytes; /* since it started */
	double errors, failures, dead_letters;
	msec_t last_error; /* wall; 0 = never */
	double lag; /* records; sinks */
	double pass; /* records of the tick that runs */
	double busy; /* records per second of the last tick */
};

struct demo_worker {
	char *name;
	double heap, cpu, collections, collection_msec;
};

struct demo_cluster {
	struct rng rng;
	msec_t born, age;
	struct demo_connector {
		const struct demo_kind *kind;
		struct demo_task tasks[DEMO_TASKS];
	} connectors[DEMO_CONNECTORS];
	struct demo_worker workers[DEMO_WORKERS];
};

#endif
