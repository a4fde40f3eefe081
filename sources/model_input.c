#include "sources/model_input.h"
#include <ctype.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* The table: raw names without case, without "_metrics" behind the bean's type and without a closing "_total", so
 * that the JMX exporter's default names, Strimzi's and Confluent's meet in one line; the exporter drops "_total"
 * from gauges since 1.0. Of several ranks only the lowest that is known counts. The errors are the largest of the
 * counters: which of them counts a record depends on tolerance, retries, logging and dead letter queue, but none
 * counts another record than total-record-failures would. */
static const struct model_input model_inputs[] = {
	{"java_lang_garbagecollector_collectiontime", MODEL_WORKER_GC, OWNER_WORKER, 1, 0.001},
	{"java_lang_memory_heapmemoryusage_max", MODEL_WORKER_HEAP_MAX, OWNER_WORKER, 1, 1},
	{"java_lang_memory_heapmemoryusage_used", MODEL_WORKER_HEAP, OWNER_WORKER, 1, 1},
	{"java_lang_operatingsystem_processcpuload", MODEL_WORKER_CPU, OWNER_WORKER, 0, 1},
	{"java_lang_threading_threadcount", MODEL_WORKER_THREADS, OWNER_WORKER, 1, 1},
	{"jvm_cpu_recent_utilization_ratio", MODEL_WORKER_CPU, OWNER_WORKER, 1, 1},
	{"jvm_gc_collection_seconds_sum", MODEL_WORKER_GC, OWNER_WORKER, 0, 1},
	{"jvm_memory_bytes_max", MODEL_WORKER_HEAP_MAX, OWNER_WORKER, 0, 1, NULL, "area", "heap"},
	{"jvm_memory_bytes_used", MODEL_WORKER_HEAP, OWNER_WORKER, 0, 1, NULL, "area", "heap"},
	{"jvm_memory_max_bytes", MODEL_WORKER_HEAP_MAX, OWNER_WORKER, 0, 1, NULL, "area", "heap"},
	{"jvm_memory_used_bytes", MODEL_WORKER_HEAP, OWNER_WORKER, 0, 1, NULL, "area", "heap"},
	{"jvm_threads_current", MODEL_WORKER_THREADS, OWNER_WORKER, 0, 1},
	{"kafka_connect_connector_status", MODEL_STATE, OWNER_LABELS, 0, 1},
	{"kafka_connect_connector_task_status", MODEL_TASK_STATE, OWNER_LABELS, 0, 1},
	{"kafka_connect_sink_task_sink_record_read", MODEL_RECORDS, OWNER_LABELS, 0, 1, "sink"},
	{"kafka_connect_sink_task_sink_record_send", MODEL_RECORDS_WRITTEN, OWNER_LABELS, 0, 1, "sink"},
	{"kafka_connect_source_task_source_record_poll", MODEL_RECORDS, OWNER_LABELS, 0, 1, "source"},
	{"kafka_connect_source_task_source_record_write", MODEL_RECORDS_WRITTEN, OWNER_LABELS, 0, 1, "source"},
	{"kafka_connect_task_error_deadletterqueue_produce_requests", MODEL_ERRORS, OWNER_LABELS, 0, 1},
	{"kafka_connect_task_error_last_error_timestamp", MODEL_LAST_ERROR, OWNER_LABELS, 0, 1},
	{"kafka_connect_task_error_total_errors_logged", MODEL_ERRORS, OWNER_LABELS, 0, 1},
	{"kafka_connect_task_error_total_record_errors", MODEL_ERRORS, OWNER_LABELS, 0, 1},
	{"kafka_connect_task_error_total_record_failures", MODEL_ERRORS, OWNER_LABELS, 0, 1},
	{"kafka_consumer_consumer_fetch_manager_bytes_consumed", MODEL_BYTES, OWNER_CLIENT, 0, 1, "sink", "topic", ""},
	{"kafka_consumer_consumer_fetch_manager_records_lag", MODEL_LAG, OWNER_CLIENT, 0, 1, "sink"},
	{"kafka_consumer_consumer_fetch_manager_records_lag_max", MODEL_LAG, OWNER_CLIENT, 1, 1, "sink", "topic", ""},
	{"kafka_consumer_fetch_manager_bytes_consumed", MODEL_BYTES, OWNER_CLIENT, 0, 1, "sink", "topic", ""},
	{"kafka_consumer_fetch_manager_records_lag", MODEL_LAG, OWNER_CLIENT, 0, 1, "sink"},
	{"kafka_consumer_fetch_manager_records_lag_max", MODEL_LAG, OWNER_CLIENT, 1, 1, "sink", "topic", ""},
	{"kafka_consumergroup_lag", MODEL_LAG, OWNER_GROUP, 0, 1, "sink"},
	{"kafka_producer_outgoing_byte", MODEL_BYTES, OWNER_CLIENT, 0, 1, "source"},
	{"kafka_producer_producer_outgoing_byte", MODEL_BYTES, OWNER_CLIENT, 0, 1, "source"},
	{"kminion_kafka_consumer_group_topic_partition_lag", MODEL_LAG, OWNER_GROUP, 0, 1, "sink"},
};

/* The form the table is written in; false if it is too long to be in it. */
static bool canonical(const char *name, char *out, size_t size)
{
	static const char metrics[] = "_metrics_", total[] = "_total";
	const char *cut = strstr(name, metrics);
	size_t length = 0;
	for (const char *p = name; *p; p++) {
		if (p == cut)
			p += sizeof metrics - 2;
		if (length + 1 >= size)
			return false;
		out[length++] = (char)tolower((unsigned char)*p);
	}
	if (length > sizeof total - 1 && memcmp(out + length - (sizeof total - 1), total, sizeof total - 1) == 0)
		length -= sizeof total - 1;
	out[length] = '\0';
	return true;
}

static int compare_input(const void *name, const void *entry)
{
	return strcmp(name, ((const struct model_input *)entry)->raw);
}

const struct model_input *model_input_find(const char *name)
{
	char key[96];
	if (!canonical(name, key, sizeof key))
		return NULL;
	return bsearch(key, model_inputs, G_N_ELEMENTS(model_inputs), sizeof model_inputs[0], compare_input);
}
