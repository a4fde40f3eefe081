#include "sources/connect_rest.h"
#include "base/json.h"
#include "base/utf8.h"
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_LINES = 3, TRACE_BYTES = 2048, TASKS_MAX = 100000 };

const char *connect_trace_cut(const char *trace, struct arena *arena)
{
	GString *out;
	const char *cut;

	if (!trace)
		return NULL;
	out = g_string_new(NULL);
	for (int line = 0; *trace; line++) {
		size_t length = strcspn(trace, "\n");
		if ((line < TRACE_LINES || strncmp(trace, "Caused by:", 10) == 0) &&
		    out->len + length + 1 <= TRACE_BYTES) {
			if (out->len)
				g_string_append_c(out, '\n');
			g_string_append_len(out, trace, (gssize)length);
		} else if (out->len == 0) {
			g_string_append_len(out, trace, TRACE_BYTES);
		}
		trace += length + (trace[length] == '\n');
	}
	cut = arena_strdup(arena, out->str);
	g_string_free(out, TRUE);
	return cut;
}

static void read_task(const json_t *object, struct arena *arena, struct connect_task *task)
{
	task->id = json_get_int(object, "id", -1);
	task->state = connect_state_parse(json_get_text(object, "state", ""));
	task->worker = arena_strdup(arena, json_get_text(object, "worker_id", ""));
	task->trace = connect_trace_cut(json_get_text(object, "trace", NULL), arena);
}

static int compare_tasks(const void *a, const void *b)
{
	const struct connect_task *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static bool read_tasks(const json_t *list, struct arena *arena, struct connect_connector *connector, struct error *err)
{
	size_t count = json_array_size(list);

	if (list && !json_is_array(list))
		return error_set(err, "connector '%.100s': \"tasks\" is not a list", connector->name);
	if (count > TASKS_MAX)
		return error_set(err, "connector '%.100s': more than %d tasks", connector->name, TASKS_MAX);
	connector->tasks = arena_alloc(arena, (count + 1) * sizeof *connector->tasks);
	for (size_t i = 0; i < count; i++) {
		struct connect_task *task = &connector->tasks[connector->task_count];
		read_task(json_array_get(list, i), arena, task);
		if (task->id >= 0)
			connector->task_count++;
	}
	qsort(connector->tasks, connector->task_count, sizeof *connector->tasks, compare_tasks);
	return true;
}

static bool read_connector(const char *name, const json_t *object, struct arena *arena,
			   struct connect_connector *connector, struct error *err)
{
	const json_t *status = json_object_get(object, "status");
	const json_t *self = json_object_get(status, "connector");

	if (!json_is_object(status) || !json_is_object(self))
		return error_set(err, "connector '%.100s': no \"status\" with a \"connector\" in it", name);
	connector->name = arena_strdup(arena, name);
	connector->type = arena_strdup(arena, json_get_text(status, "type", "unknown"));
	connector->state = connect_state_parse(json_get_text(self, "state", ""));
	connector->worker = arena_strdup(arena, json_get_text(self, "worker_id", ""));
	connector->trace = connect_trace_cut(json_get_text(self, "trace", NULL), arena);
	return read_tasks(json_object_get(status, "tasks"), arena, connector, err);
}

static int compare_connectors(const void *a, const void *b)
{
	const struct connect_connector *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool read_inventory(json_t *root, struct arena *arena, struct connect_inventory *out, struct error *err)
{
	struct connect_inventory inventory = {0};
	const char *name;
	json_t *object;

	if (!json_is_object(root))
		return error_set(err, "the list of connectors is not an object");
	inventory.connectors = arena_alloc(arena, (json_object_size(root) + 1) * sizeof *inventory.connectors);
	json_object_foreach(root, name, object)
	{
		if (!read_connector(name, object, arena, &inventory.connectors[inventory.count], err))
			return false;
		inventory.count++;
	}
	qsort(inventory.connectors, inventory.count, sizeof *inventory.connectors, compare_connectors);
	*out = inventory;
	return true;
}

bool connect_inventory_parse(const char *body, size_t length, struct arena *arena, struct connect_inventory *out,
			     struct error *err)
{
	json_t *root = json_parse(body, length, 0, err);
	bool ok;

	if (!root)
		return false;
	ok = read_inventory(root, arena, out, err);
	json_decref(root);
	return ok;
}

const struct connect_connector *connect_inventory_find(const struct connect_inventory *inventory, const char *name)
{
	const struct connect_connector key = {.name = name};

	return inventory->count ? bsearch(&key, inventory->connectors, inventory->count, sizeof key, compare_connectors)
				: NULL;
}

const struct connect_task *connect_connector_task(const struct connect_connector *connector, int64_t id)
{
	const struct connect_task key = {.id = id};

	return connector->task_count ? bsearch(&key, connector->tasks, connector->task_count, sizeof key, compare_tasks)
				     : NULL;
}

static const char *meaning(int status)
{
	switch (status) {
	case 401:
	case 403:
		return "not allowed";
	case 404:
		return "no such path: not Kafka Connect's REST, or it is still starting";
	case 409:
		return "a rebalance is going on";
	case 503:
		return "starting, or behind a proxy that finds nobody";
	default:
		return NULL;
	}
}

void connect_error_text(int status, const char *body, size_t length, char *out, size_t size)
{
	json_t *root = length && body[0] == '{' ? json_parse(body, length, 0, NULL) : NULL;
	const char *message = root ? json_get_text(root, "message", NULL) : NULL;
	char *clean = message ? utf8_clean(message, strlen(message), false) : NULL;
	const char *why = clean && *clean ? clean : meaning(status);

	snprintf(out, size, "HTTP %d%s%.160s", status, why ? ": " : "", why ? why : "");
	free(clean);
	json_decref(root);
}
