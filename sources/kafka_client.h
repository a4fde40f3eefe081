/* kafka_client: the few questions about lag, asked of brokers through librdkafka. Every call blocks for its timeout at
 * most: one thread of its own. Offsets of partitions are asked of each leader alone, so that a dead broker hides only its own
 * partitions; they are high watermarks (read_uncommitted).
 * rd_kafka_query_watermark_offsets is never used: in 2.0.2 it ignores its timeout when a leader is down. */
#ifndef SOURCES_KAFKA_CLIENT_H
#define SOURCES_KAFKA_CLIENT_H

#include "base/clock.h"
#include "base/config.h"
#include "base/secret.h"
#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

struct kafka_client;

struct kafka_options {
	const char *name; /* for the log */
	char *const *brokers;
	const struct config_pairs *extra; /* librdkafka's own settings; may be NULL */
	const struct secret *sasl_password, *key_password; /* may be NULL */
	msec_t timeout; /* of each call */
	const atomic_bool *cancelled; /* checked between calls; may be NULL */
};

/* Checks the settings without connecting. setting: the name of the one that is refused, or NULL. */
bool kafka_options_check(const struct kafka_options *options, const char **setting, struct error *err);

struct kafka_client *kafka_client_open(const struct kafka_options *options, struct error *err);
void kafka_client_close(struct kafka_client *client);

struct kafka_group {
	char *name;
	bool active; /* stable, with members */
};

/* All groups whose name is wanted; *complete: no broker was left out. Names are g_malloc'ed, the caller frees each and
 * the array with g_free. */
bool kafka_client_groups(struct kafka_client *client, bool (*wanted)(const void *ctx, const char *name),
			 const void *ctx, struct kafka_group **groups, size_t *count, bool *complete,
			 struct error *err);

/* What a group has committed; offset -1001 where nothing. wanted NULL: all that it has. Caller destroys the list. */
rd_kafka_topic_partition_list_t *kafka_client_committed(struct kafka_client *client, const char *group,
							const rd_kafka_topic_partition_list_t *wanted,
							struct error *err);

/* Sets the offset of every element to the partition's end (which: RD_KAFKA_OFFSET_END) or to that of its oldest record
 * (RD_KAFKA_OFFSET_BEGINNING), or to -1 where it could not be learnt; then err (for the first of them) is written and
 * the result is false. */
bool kafka_client_offsets(struct kafka_client *client, int64_t which, rd_kafka_topic_partition_list_t *partitions,
			  msec_t now_mono, struct error *err);
/* All partitions of a topic appended to list. */
bool kafka_client_partitions(struct kafka_client *client, const char *topic, msec_t now_mono,
			     rd_kafka_topic_partition_list_t *list, struct error *err);

#endif
