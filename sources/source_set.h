/* source_set: what loading (source_load.c) and polling (source_set.c) share; nobody else includes it. */
#ifndef SOURCES_SOURCE_SET_H
#define SOURCES_SOURCE_SET_H

#include "base/timers.h"
#include "sources/source.h"
#include <glib.h>

/* One deadline of a target: its next poll, or the next try to hand in a batch that was refused. */
struct target_timer {
	struct timer timer; /* first: timers_pop returns it */
	struct target *target;
	bool retry;
};

struct target_schedule {
	struct target_timer poll, retry;
	bool in_flight, again; /* again: poll_now came while one was in flight */
	uint32_t failures;     /* in a row */
	struct batch *held;    /* refused by the sink */
	bool held_taken;       /* it took it since */
	uint64_t hash;         /* stable: of the source's name, instance and cluster */
	struct rng rng;        /* jitter */
};

struct source_set {
	struct source **sources;
	size_t source_count;
	GPtrArray *targets; /* struct target * */
	struct source_context context;
	bool started;
	pthread_t thread;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct timers *timers;
	uint32_t in_flight;
	bool stopping;
};

#endif
