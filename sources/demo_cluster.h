/* demo_cluster: a simulated Kafka Connect cluster: two workers, twelve connectors with lifelike rates, and trouble that
 * goes round: a task fails, a burst of errors, a drop of throughput, growing lag, each over within two minutes.
 * Pure: the same seed and the same times give the same answers. One owner. */
#ifndef SOURCES_DEMO_CLUSTER_H
#define SOURCES_DEMO_CLUSTER_H

#include "base/clock.h"
#include <stddef.h>
#include <stdint.h>

enum { DEMO_WORKERS = 2, DEMO_CONNECTORS = 12 };

struct demo_cluster;

/* wall: time of birth, for timestamps. */
struct demo_cluster *demo_cluster_new(uint64_t seed, msec_t wall);
void demo_cluster_free(struct demo_cluster *cluster);
/* What the worker's REST calls itself. */
void demo_cluster_name_worker(struct demo_cluster *cluster, unsigned worker, const char *host_port);
/* Lives on until age (since birth); never backwards. */
void demo_cluster_advance(struct demo_cluster *cluster, msec_t age);

/* Answers; callers free them with free(). */
char *demo_cluster_status(const struct demo_cluster *cluster); /* GET /connectors?expand=status */
char *demo_cluster_about(void); /* GET / */
/* POST to a worker's Jolokia: worker 0 answers as 1.7 does, the other as 2.x. */
char *demo_cluster_jolokia(const struct demo_cluster *cluster, unsigned worker, const char *body, size_t length);

#endif
