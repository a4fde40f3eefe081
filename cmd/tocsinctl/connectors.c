/* connectors, connector show. */
#include "base/json.h"
#include "cmd/tocsinctl/client.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>

static char *cluster;

const GOptionEntry connectors_options[] = {
	{"cluster", 0, 0, G_OPTION_ARG_STRING, &cluster, "Only of this cluster", "NAME"},
	{NULL},
};

static char *tasks_text(const json_t *item)
{
	return g_strdup_printf("%zu", json_array_size(json_object_get(item, "tasks")));
}

static char *failed_text(const json_t *item)
{
	size_t i, failed = 0;
	json_t *task;
	json_array_foreach(json_object_get(item, "tasks"), i, task)
		failed += g_str_equal(json_get_text(task, "state", ""), "FAILED");
	return g_strdup_printf("%zu", failed);
}

static const struct column connector_columns[] = {
	{"CLUSTER", "cluster", NULL},
	{"NAME", "name", NULL},
	{"TYPE", "type", NULL},
	{"STATE", "state", NULL},
	{"TASKS", NULL, tasks_text},
	{"FAILED", NULL, failed_text},
	{"RECORDS/S", "records_per_second", NULL},
	{"ERRORS", "errors_total", NULL},
	{"LAG", "lag", NULL},
	{NULL, NULL, NULL},
};
static const struct column task_columns[] = {
	{"TASK", "taskId", NULL},
	{"STATE", "state", NULL},
	{"WORKER", "worker", NULL},
	{"RECORDS", "recordsProcessed", NULL},
	{"ERRORS", "errorCount", NULL},
	{"TRACE", "trace", NULL},
	{NULL, NULL, NULL},
};

int run_connectors(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	json_t *answer = NULL;
	if (argc)
		return usage_error("connectors takes options only");
	GString *path = g_string_new("/api/v1/connectors");
	query_add(path, "cluster", cluster);
	int result = client_list(ctl, path->str, 0, &answer);
	if (result == EXIT_OK)
		output_list(ctl, answer, connector_columns);
	json_decref(answer);
	g_string_free(path, TRUE);
	return result;
}

static void print_member(const char *title, const json_t *object, const char *group, const char *key)
{
	char *text = output_text(json_object_get(json_object_get(object, group), key));
	output_line(title, "%s", text);
	g_free(text);
}

static void print_connector(struct ctl *ctl, const json_t *it)
{
	output_line("Connector", "%s on %s, %s", json_get_text(it, "connectorName", ""),
		    json_get_text(it, "cluster", ""), json_get_text(it, "type", ""));
	output_line("State", "%s", json_get_text(it, "state", "-"));
	print_member("Records/s", it, "throughput", "recordsPerSecond");
	print_member("Records", it, "throughput", "totalRecords");
	print_member("Errors", it, "errors", "totalErrors");
	print_member("Last error", it, "errors", "lastErrorTime");
	print_member("Lag", it, "lag", "totalLag");
	print_member("CPU %", it, "resources", "cpuPercent");
	print_member("Memory MB", it, "resources", "memoryUsedMB");
	output_line("Updated", "%s", json_get_text(it, "lastUpdated", "-"));
	size_t i;
	json_t *warning;
	json_array_foreach(json_object_get(it, "warnings"), i, warning)
		output_line("Warning", "%s", json_string_value(warning));
	putchar('\n');
	output_list(ctl, json_object_get(it, "tasks"), task_columns);
}

int run_connector_show(struct ctl *ctl, int argc, char **argv)
{
	json_t *it = NULL;
	if (argc != 2)
		return usage_error("connector show takes a CLUSTER and a NAME");
	char *before = client_path("/api/", argv[0], "/connectors/"), *path = client_path(before, argv[1], "/metrics");
	int result = client_call(ctl, "GET", path, NULL, &it);
	if (result == EXIT_OK && !output_object(ctl, it))
		print_connector(ctl, it);
	json_decref(it);
	g_free(before);
	g_free(path);
	return result;
}
