/* What the simulated cluster answers: Connect's REST and Jolokia, in the shapes of the real ones. */
#include "base/arena.h"
#include "base/json.h"
#include "model/value.h"
#include "sources/demo_parts.h"
#include "sources/object_name.h"
#include <glib.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

static const char trace[] =
	"org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask due to unrecoverable exception.\n"
	"\tat org.apache.kafka.connect.runtime.WorkerSinkTask.deliverMessages(WorkerSinkTask.java:636)\n"
	"\tat org.apache.kafka.connect.runtime.WorkerSinkTask.poll(WorkerSinkTask.java:345)\n"
	"Caused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, "
	"request timed out after 30000ms.\n"
	"\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)\n";

/* ---- REST ---- */

static json_t *task_status(const struct demo_cluster *cluster, unsigned number, const struct demo_task *task)
{
	json_t *object = json_pack("{s:i, s:s, s:s}", "id", (int)number, "state", task->failed ? "FAILED" : "RUNNING",
				   "worker_id", cluster->workers[task->worker].name);

	if (task->failed)
		json_object_set_new(object, "trace", json_string(trace));
	return object;
}

char *demo_cluster_status(const struct demo_cluster *cluster)
{
	json_t *root = json_object();
	char *text;

	for (unsigned c = 0; c < DEMO_CONNECTORS; c++) {
		const struct demo_connector *connector = &cluster->connectors[c];
		json_t *tasks = json_array();
		for (unsigned t = 0; t < connector->kind->tasks; t++)
			json_array_append_new(tasks, task_status(cluster, t, &connector->tasks[t]));
		json_object_set_new(root, connector->kind->name,
				    json_pack("{s:{s:s, s:{s:s, s:s}, s:o, s:s}}", "status", "name",
					      connector->kind->name, "connector", "state", "RUNNING", "worker_id",
					      cluster->workers[connector->tasks[0].worker].name, "tasks", tasks, "type",
					      connector->kind->sink ? "sink" : "source"));
	}
	text = json_text(root);
	json_decref(root);
	return text;
}

char *demo_cluster_about(void)
{
	json_t *root = json_pack("{s:s, s:s, s:s}", "version", "3.9.1", "commit", "f745dfdcee2b9851", "kafka_cluster_id",
				 "MkU3OEVBNTcwNTJENDM2Qg");
	char *text = json_text(root);

	json_decref(root);
	return text;
}

/* ---- the beans of one worker ---- */

struct bean {
	char *name;
	struct object_name parsed;
	json_t *attributes;
};

struct beans {
	GArray *list;
	struct arena *arena;
	bool sorted; /* keys as 1.7 prints them */
};

static void add_bean(struct beans *beans, json_t *attributes, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *canonical(const char *name)
{
	const char *colon = strchr(name, ':');
	char **keys = g_strsplit(colon + 1, ",", 0), *joined, *out;

	qsort(keys, g_strv_length(keys), sizeof *keys, compare_texts);
	joined = g_strjoinv(",", keys);
	out = g_strdup_printf("%.*s:%s", (int)(colon - name), name, joined);
	g_free(joined);
	g_strfreev(keys);
	return out;
}

static void add_bean(struct beans *beans, json_t *attributes, const char *format, ...)
{
	struct bean bean = {.attributes = attributes};
	va_list arguments;
	char *name;

	va_start(arguments, format);
	name = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	bean.name = beans->sorted ? canonical(name) : g_strdup(name);
	g_free(name);
	object_name_parse(&bean.parsed, bean.name, beans->arena, NULL);
	g_array_append_val(beans->list, bean);
}

static json_t *whole(double number)
{
	return json_integer((json_int_t)floor(number));
}

static void add_sink(struct beans *beans, const char *name, unsigned t, const struct demo_task *task)
{
	add_bean(beans,
		 json_pack("{s:f, s:o, s:f, s:o, s:f, s:i, s:o}", "sink-record-read-rate", task->busy,
			   "sink-record-read-total", whole(task->read), "sink-record-send-rate", task->busy,
			   "sink-record-send-total", whole(task->written), "sink-record-active-count", task->busy / 10,
			   "partition-count", 4, "offset-commit-completion-total", whole(task->read / 1000)),
		 "kafka.connect:type=sink-task-metrics,connector=%s,task=%u", name, t);
	if (task->failed)
		return; /* its consumer is closed */
	add_bean(beans,
		 json_pack("{s:o, s:o, s:o}", "records-lag-max", whole(task->lag), "bytes-consumed-total",
			   whole(task->bytes), "records-consumed-total", whole(task->read)),
		 "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=connector-consumer-%s-%u", name, t);
}

static void add_source(struct beans *beans, const char *name, unsigned t, const struct demo_task *task)
{
	add_bean(beans,
		 json_pack("{s:f, s:o, s:f, s:o, s:o}", "source-record-poll-rate", task->busy,
			   "source-record-poll-total", whole(task->read), "source-record-write-rate", task->busy,
			   "source-record-write-total", whole(task->written), "poll-batch-avg-time-ms",
			   json_finite(task->busy > 0 ? 12.5 : VALUE_UNKNOWN)),
		 "kafka.connect:type=source-task-metrics,connector=%s,task=%u", name, t);
	if (task->failed)
		return;
	add_bean(beans,
		 json_pack("{s:o, s:f, s:f}", "outgoing-byte-total", whole(task->bytes), "record-error-total", 0.0,
			   "record-retry-total", 0.0),
		 "kafka.producer:type=producer-metrics,client-id=connector-producer-%s-%u", name, t);
}

static void add_task(struct beans *beans, const struct demo_kind *kind, unsigned t, const struct demo_task *task)
{
	double failures = floor(task->failures), dead = floor(task->dead_letters);

	add_bean(beans,
		 json_pack("{s:s, s:f, s:f, s:f}", "status", task->failed ? "failed" : "running", "running-ratio", 1.0,
			   "pause-ratio", 0.0, "batch-size-avg", task->busy / 4),
		 "kafka.connect:type=connector-task-metrics,connector=%s,task=%u", kind->name, t);
	add_bean(beans,
		 json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:I}", "total-record-failures", failures,
			   "total-record-errors", failures + dead, "total-records-skipped", failures, "total-retries",
			   0.0, "total-errors-logged", 0.0, "deadletterqueue-produce-requests", dead,
			   "deadletterqueue-produce-failures", 0.0, "last-error-timestamp",
			   (json_int_t)task->last_error),
		 "kafka.connect:type=task-error-metrics,connector=%s,task=%u", kind->name, t);
	if (kind->sink)
		add_sink(beans, kind->name, t, task);
	else
		add_source(beans, kind->name, t, task);
}

static void add_connectors(struct beans *beans, const struct demo_cluster *cluster, unsigned worker)
{
	unsigned all = 0, connectors = 0;

	for (unsigned c = 0; c < DEMO_CONNECTORS; c++) {
		const struct demo_connector *connector = &cluster->connectors[c];
		unsigned here = 0, failed = 0;
		for (unsigned t = 0; t < connector->kind->tasks; t++) {
			if (connector->tasks[t].worker != worker)
				continue;
			add_task(beans, connector->kind, t, &connector->tasks[t]);
			here++;
			failed += connector->tasks[t].failed;
		}
		all += here;
		connectors += connector->tasks[0].worker == worker;
		if (connector->tasks[0].worker == worker)
			add_bean(beans,
				 json_pack("{s:s, s:s, s:s, s:s}", "status", "running", "connector-type",
					   connector->kind->sink ? "sink" : "source", "connector-class",
					   connector->kind->class, "connector-version", "10.8.0"),
				 "kafka.connect:type=connector-metrics,connector=%s", connector->kind->name);
		if (here)
			add_bean(beans,
				 json_pack("{s:i, s:i, s:i}", "connector-total-task-count", (int)here,
					   "connector-running-task-count", (int)(here - failed),
					   "connector-failed-task-count", (int)failed),
				 "kafka.connect:type=connect-worker-metrics,connector=%s", connector->kind->name);
	}
	add_bean(beans, json_pack("{s:i, s:i}", "connector-count", (int)connectors, "task-count", (int)all),
		 "kafka.connect:type=connect-worker-metrics");
}

static void add_jvm(struct beans *beans, const struct demo_cluster *cluster, unsigned w)
{
	const struct demo_worker *worker = &cluster->workers[w];

	add_bean(beans,
		 json_pack("{s:s, s:f, s:f, s:o}", "leader-name", cluster->workers[0].name,
			   "completed-rebalances-total", 3.0, "rebalancing", 0.0, "rebalance-avg-time-ms", json_null()),
		 "kafka.connect:type=connect-worker-rebalance-metrics");
	add_bean(beans,
		 json_pack("{s:f, s:i, s:i}", "ProcessCpuLoad", worker->cpu, "OpenFileDescriptorCount", 312,
			   "MaxFileDescriptorCount", 65536),
		 "java.lang:type=OperatingSystem");
	add_bean(beans,
		 json_pack("{s:{s:I, s:o, s:I, s:I}}", "HeapMemoryUsage", "init", (json_int_t)268435456, "used",
			   whole(worker->heap), "committed", (json_int_t)536870912, "max", (json_int_t)536870912),
		 "java.lang:type=Memory");
	add_bean(beans, json_pack("{s:i}", "ThreadCount", 64 + (int)w), "java.lang:type=Threading");
	add_bean(beans,
		 json_pack("{s:o, s:o}", "CollectionCount", whole(worker->collections), "CollectionTime",
			   whole(worker->collection_msec)),
		 "java.lang:type=GarbageCollector,name=G1 Young Generation");
	add_bean(beans,
		 json_pack("{s:I, s:I}", "Uptime", (json_int_t)cluster->age, "StartTime", (json_int_t)cluster->born),
		 "java.lang:type=Runtime");
}

/* ---- Jolokia ---- */

static bool matches(const struct object_name *pattern, const struct object_name *name)
{
	if (strcmp(pattern->domain, name->domain) != 0 || pattern->count != name->count)
		return false;
	for (uint32_t i = 0; i < pattern->count; i++) {
		const char *value = object_name_get(name, pattern->keys[i].name);
		if (!value || !g_pattern_match_simple(pattern->keys[i].value, value))
			return false;
	}
	return true;
}

static json_t *pick(const json_t *attributes, const json_t *wanted)
{
	json_t *out, *name;
	size_t i;

	if (!json_is_array(wanted))
		return json_copy((json_t *)attributes);
	out = json_object();
	json_array_foreach(wanted, i, name)
	{
		json_t *value = json_object_get(attributes, json_is_string(name) ? json_string_value(name) : "");
		if (value)
			json_object_set(out, json_string_value(name), value);
	}
	return out;
}

static json_t *answer_read(const struct beans *beans, const json_t *request)
{
	const char *mbean = json_get_text(request, "mbean", "");
	const json_t *wanted = json_object_get(request, "attribute");
	json_t *found = NULL, *one = NULL;
	struct object_name pattern;

	if (!object_name_parse(&pattern, mbean, beans->arena, NULL))
		return NULL;
	for (guint i = 0; i < beans->list->len; i++) {
		const struct bean *bean = &g_array_index(beans->list, struct bean, i);
		if (!matches(&pattern, &bean->parsed))
			continue;
		one = pick(bean->attributes, wanted);
		if (!object_name_is_pattern(mbean))
			return json_pack("{s:o, s:i}", "value", one, "status", 200);
		found = found ? found : json_object();
		json_object_set_new(found, bean->name, one);
	}
	if (found)
		return json_pack("{s:o, s:i}", "value", found, "status", 200);
	return json_pack("{s:i, s:s, s:s}", "status", 404, "error_type", "javax.management.InstanceNotFoundException",
			 "error", "javax.management.InstanceNotFoundException : nothing matches");
}

static void clear_bean(gpointer item)
{
	struct bean *bean = item;

	g_free(bean->name);
	json_decref(bean->attributes);
}

static json_t *answer_bulk(const struct beans *beans, const json_t *bulk)
{
	json_t *out = json_array(), *request;
	size_t i;

	json_array_foreach((json_t *)bulk, i, request)
	{
		json_t *element = answer_read(beans, request);
		if (!element) { /* one bad element spoils the whole bulk, as in the real one */
			json_decref(out);
			out = NULL;
			break;
		}
		json_array_append_new(out, element);
	}
	return out;
}

char *demo_cluster_jolokia(const struct demo_cluster *cluster, unsigned worker, const char *body, size_t length)
{
	struct beans beans = {g_array_new(FALSE, FALSE, sizeof(struct bean)), arena_new(), worker == 0};
	json_t *bulk = json_parse(body, length, 0, NULL), *answer = NULL;
	char *text;

	g_array_set_clear_func(beans.list, clear_bean);
	if (json_is_array(bulk)) {
		add_connectors(&beans, cluster, worker);
		add_jvm(&beans, cluster, worker);
		answer = answer_bulk(&beans, bulk);
	}
	if (!answer)
		answer = json_pack("{s:i, s:s}", "status", 400, "error", "Invalid object name or request");
	text = json_text(answer);
	json_decref(answer);
	json_decref(bulk);
	g_array_free(beans.list, TRUE);
	arena_free(beans.arena);
	return text;
}
