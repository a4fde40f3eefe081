#include "sources/connect_beans.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/value.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { CLASS_MAX = 256 };

static const char *const consumer_attributes[] = {"records-lag-max", "bytes-consumed-total", "records-consumed-total",
						  NULL};
static const char *const producer_attributes[] = {"outgoing-byte-total", "record-error-total", "record-retry-total",
						  NULL};
static const char *const system_attributes[] = {"ProcessCpuLoad", "OpenFileDescriptorCount", "MaxFileDescriptorCount",
						NULL};
static const char *const memory_attributes[] = {"HeapMemoryUsage", "NonHeapMemoryUsage", NULL};
static const char *const thread_attributes[] = {"ThreadCount", NULL};
static const char *const collector_attributes[] = {"CollectionCount", "CollectionTime", NULL};
static const char *const runtime_attributes[] = {"Uptime", "StartTime", NULL};

/* Exact key lists keep the clients' per-topic and per-partition beans out. */
const struct jolokia_read connect_reads[] = {
	{"kafka.connect:type=connect-worker-metrics", NULL},
	{"kafka.connect:type=connect-worker-metrics,connector=*", NULL},
	{"kafka.connect:type=connect-worker-rebalance-metrics", NULL},
	{"kafka.connect:type=connector-metrics,connector=*", NULL},
	{"kafka.connect:type=connector-task-metrics,connector=*,task=*", NULL},
	{"kafka.connect:type=source-task-metrics,connector=*,task=*", NULL},
	{"kafka.connect:type=sink-task-metrics,connector=*,task=*", NULL},
	{"kafka.connect:type=task-error-metrics,connector=*,task=*", NULL},
	{"kafka.consumer:type=consumer-fetch-manager-metrics,client-id=connector-consumer-*", consumer_attributes},
	{"kafka.producer:type=producer-metrics,client-id=connector-producer-*", producer_attributes},
	{"java.lang:type=OperatingSystem", system_attributes},
	{"java.lang:type=Memory", memory_attributes},
	{"java.lang:type=Threading", thread_attributes},
	{"java.lang:type=GarbageCollector,name=*", collector_attributes},
	{"java.lang:type=Runtime", runtime_attributes},
};
const size_t connect_read_count = G_N_ELEMENTS(connect_reads);

static enum metric_type metric_of(const char *attribute)
{
	bool counter = g_str_has_suffix(attribute, "-total") || g_str_has_prefix(attribute, "total-") ||
		       g_str_has_prefix(attribute, "deadletterqueue-") || g_str_has_prefix(attribute, "Collection");

	return counter ? METRIC_COUNTER : METRIC_GAUGE;
}

/* The name that the JMX exporter gives by default. */
static const char *series_name(struct arena *arena, const char *domain, const char *type, const char *attribute)
{
	char *name = arena_printf(arena, "%s_%s_%s", domain, type, attribute);

	for (char *p = name; *p; p++)
		if (!g_ascii_isalnum(*p))
			*p = '_';
	return name;
}

/* "connector-consumer-orders-0": the connector is known, the task is what follows its last dash. */
static bool client_owner(const struct connect_inventory *inventory, const char *client, struct arena *arena,
			 struct bean_value *value)
{
	const char *dash = strrchr(client, '-'), *start = NULL;

	if (g_str_has_prefix(client, "connector-consumer-"))
		start = client + strlen("connector-consumer-");
	else if (g_str_has_prefix(client, "connector-producer-"))
		start = client + strlen("connector-producer-");
	if (!start || !dash || dash <= start || !dash[1] || dash[1 + strspn(dash + 1, "0123456789")])
		return false;
	value->connector = arena_strndup(arena, start, (size_t)(dash - start));
	value->task = arena_strdup(arena, dash + 1);
	return connect_inventory_find(inventory, value->connector) != NULL;
}

static bool place(struct connect_beans *beans, const struct object_name *bean, struct bean_value *value)
{
	const char *connector = object_name_get(bean, "connector"), *task = object_name_get(bean, "task");
	const char *client = object_name_get(bean, "client-id"), *name = object_name_get(bean, "name");
	const char *type = object_name_get(bean, "type");

	value->type = arena_strdup(beans->arena, type ? type : "");
	value->name = arena_strdup(beans->arena, name ? name : "");
	value->connector = arena_strdup(beans->arena, connector ? connector : "");
	value->task = arena_strdup(beans->arena, task ? task : "");
	value->scope = BEAN_WORKER;
	if (client && (strcmp(bean->domain, "kafka.consumer") == 0 || strcmp(bean->domain, "kafka.producer") == 0)) {
		value->scope = BEAN_CLIENT;
		return client_owner(beans->inventory, client, beans->arena, value);
	}
	if (connector && task)
		value->scope = BEAN_TASK;
	else if (connector && strcmp(value->type, "connector-metrics") == 0)
		value->scope = BEAN_CONNECTOR;
	return *value->type != '\0';
}

static void add_value(struct connect_beans *beans, const struct bean_value *value)
{
	if (beans->count == beans->capacity) {
		beans->capacity = beans->capacity ? beans->capacity * 2 : 256;
		beans->values = g_renew(struct bean_value, beans->values, beans->capacity);
	}
	beans->values[beans->count++] = *value;
}

static void add_status(struct connect_beans *beans, const struct bean_value *value, const json_t *text)
{
	if (value->scope != BEAN_TASK || !json_is_string(text))
		return;
	if (beans->task_count == beans->task_capacity) {
		beans->task_capacity = beans->task_capacity ? beans->task_capacity * 2 : 64;
		beans->tasks = g_renew(struct bean_status, beans->tasks, beans->task_capacity);
	}
	beans->tasks[beans->task_count++] =
		(struct bean_status){value->connector, value->task, connect_state_parse(json_string_value(text))};
}

static void add_class(struct connect_beans *beans, const struct bean_value *value, const json_t *text)
{
	if (value->scope != BEAN_CONNECTOR || !json_is_string(text) || !*json_string_value(text))
		return;
	if (beans->class_count == beans->class_capacity) {
		beans->class_capacity = beans->class_capacity ? beans->class_capacity * 2 : 64;
		beans->classes = g_renew(struct bean_class, beans->classes, beans->class_capacity);
	}
	char *clean = utf8_clean(json_string_value(text), strnlen(json_string_value(text), CLASS_MAX), false);
	beans->classes[beans->class_count++] = (struct bean_class){value->connector, arena_strdup(beans->arena, clean)};
	free(clean);
}

static void add_number(struct connect_beans *beans, const struct object_name *bean, struct bean_value *value,
		       const char *attribute, double number)
{
	if (number < 0 && strcmp(bean->domain, "java.lang") == 0)
		return; /* the JVM's "not available" */
	value->attribute = arena_strdup(beans->arena, attribute);
	value->series = series_name(beans->arena, bean->domain, value->type, attribute);
	value->metric = metric_of(attribute);
	value->number = number;
	add_value(beans, value);
}

static void read_value(void *ctx, size_t index, const struct object_name *bean, const char *attribute,
		       const json_t *json)
{
	struct connect_beans *beans = ctx;
	struct bean_value value = {0};
	const char *part;
	json_t *number;

	if (!place(beans, bean, &value))
		return;
	if (strcmp(attribute, "status") == 0)
		add_status(beans, &value, json);
	else if (strcmp(attribute, "connector-class") == 0)
		add_class(beans, &value, json);
	else if (json_is_number(json))
		add_number(beans, bean, &value, attribute, jolokia_number(json));
	else if (json_is_object(json))
		json_object_foreach((json_t *)json, part, number) if (json_is_number(number))
			add_number(beans, bean, &value, arena_printf(beans->arena, "%s.%s", attribute, part),
				   jolokia_number(number));
}

bool connect_beans_parse(struct connect_beans *beans, const char *body, size_t length,
			 const struct connect_inventory *inventory, struct arena *arena, struct error *err)
{
	struct connect_beans reading = {.arena = arena, .inventory = inventory};
	bool ok = jolokia_answer(body, length, connect_reads, connect_read_count, read_value, &reading, &reading.result,
				 err);

	if (ok) {
		*beans = reading;
		beans->values = arena_alloc(arena, (reading.count + 1) * sizeof *beans->values);
		beans->tasks = arena_alloc(arena, (reading.task_count + 1) * sizeof *beans->tasks);
		beans->classes = arena_alloc(arena, (reading.class_count + 1) * sizeof *beans->classes);
		if (reading.class_count)
			memcpy(beans->classes, reading.classes, reading.class_count * sizeof *beans->classes);
		if (reading.count)
			memcpy(beans->values, reading.values, reading.count * sizeof *beans->values);
		if (reading.task_count)
			memcpy(beans->tasks, reading.tasks, reading.task_count * sizeof *beans->tasks);
	}
	g_free(reading.values);
	g_free(reading.tasks);
	g_free(reading.classes);
	return ok;
}
