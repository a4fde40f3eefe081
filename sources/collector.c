/* collector: the connector metrics collector's JSON, one target a cluster. A cycle asks for the list of connectors
 * (unless the configuration names them), then for each one's metrics, several at a time; when all have answered, one
 * job in the pool reads them. */
#include "base/rfc3339.h"
#include "sources/collector_sheet.h"
#include "sources/kinds.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODIES_MAX ((size_t)256 * 1024 * 1024) /* of one cycle, together */

enum { STALE = 300000 /* ms */, STALE_TIMES = 3 /* the interval, or the pace */, STARTING = 30000 };

struct collector_data {
	char *url, **clusters, **connectors;
	int64_t parallel;
};

/* One connector's answer. */
struct question {
	struct cycle *cycle;
	uint32_t number;
	char *body; /* malloc'ed; NULL = none, then failure says why */
	size_t length;
	char failure[120];
};

/* Since when the collector says the same time of a connector's numbers. Its clock is compared with itself alone. */
struct update {
	msec_t said; /* wall of the collector */
	msec_t since, seen; /* mono */
	msec_t pace; /* the longest time between two of them; with each the past counts half, or an outage stayed its pace */
};

struct cycle {
	struct target *target;
	struct connector_model *model;
	GHashTable *updates; /* connector -> struct update */
	msec_t told_since; /* mono, of the first of the polls that were answered one after the other; 0 = none */
	char *root; /* "http://proxy:8080/api/default/connectors" */
	struct arena *arena;
	struct collector_list list;
	struct question *questions;
	char *list_body;
	size_t list_length;
	/* under lock while questions are under way */
	pthread_mutex_t lock;
	uint32_t next, busy; /* busy: requests in flight and threads that hand some out */
	size_t bytes;
};

static const struct http_header accept_headers[] = {{"Accept", "application/json"}};

static const struct config_key keys[] = {
	{.name = "url",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct collector_data, url),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Address of the collector, such as \"http://proxy:8080\". Numbers whose lastUpdated "
		"stands still for five minutes, and three times as long as usual, are unknown."},
	{.name = "clusters",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct collector_data, clusters),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Clusters to ask for, each a target of its own."},
	{.name = "connectors",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct collector_data, connectors),
	 .doc = "Connectors to ask for; without it the collector's list."},
	{.name = "parallel",
	 .type = CONFIG_INT,
	 .offset = offsetof(struct collector_data, parallel),
	 .fallback = "8",
	 .min = 1,
	 .max = 64,
	 .doc = "Requests at a time for one cluster."},
};

static void check_cluster(struct source *source, const char *cluster, const char *instance,
			  const config_setting_t *setting, struct config_report *report)
{
	if (!*cluster || !source_cluster_allowed(cluster)) {
		config_problem(report, CONFIG_ERROR, setting, "a cluster cannot be named \"%s\"", cluster);
		return;
	}
	struct label label = {"cluster", cluster};
	struct labels *extra = labels_new(&label, 1);
	source_add_target(source, instance, extra);
	labels_unref(extra);
}

static void check(struct source *source, const config_setting_t *setting, struct config_report *report)
{
	struct collector_data *data = source->data;
	char instance[300];
	bool reached = data->url && source_check_url(data->url, config_key_at(setting, "url"), report, instance, sizeof instance);
	for (size_t i = 0; data->clusters && data->clusters[i]; i++) {
		for (size_t j = 0; j < i; j++)
			if (strcmp(data->clusters[i], data->clusters[j]) == 0)
				config_problem(report, CONFIG_ERROR, setting, "the cluster \"%s\" stands twice",
					       data->clusters[i]);
		check_cluster(source, data->clusters[i], reached ? instance : "", setting, report);
	}
	for (size_t i = 0; data->connectors && data->connectors[i]; i++)
		if (!*data->connectors[i] || i == COLLECTOR_CONNECTORS_MAX) {
			config_problem(report, CONFIG_ERROR, setting,
				       "a connector's name is empty, or there are more than %d",
				       (int)COLLECTOR_CONNECTORS_MAX);
			return;
		}
}

/* ---- a cycle ---- */

static struct cycle *cycle_of(struct target *target)
{
	if (target->state)
		return target->state;
	const struct collector_data *data = target->source->data;
	struct cycle *cycle = g_new0(struct cycle, 1);
	size_t length = strlen(data->url);
	while (length && data->url[length - 1] == '/')
		length--;
	char *cluster = g_uri_escape_string(data->clusters[target->number], NULL, FALSE);
	cycle->root = g_strdup_printf("%.*s/api/%s/connectors", (int)length, data->url, cluster);
	g_free(cluster);
	cycle->target = target;
	cycle->model = connector_model_new(target->model_labels, target->info.instance);
	cycle->updates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	cycle->arena = arena_new();
	pthread_mutex_init(&cycle->lock, NULL);
	return target->state = cycle;
}

static void cycle_clear(struct cycle *cycle)
{
	for (uint32_t i = 0; cycle->questions && i < cycle->list.count; i++)
		free(cycle->questions[i].body);
	free(cycle->list_body);
	cycle->list_body = NULL;
	cycle->questions = NULL;
	cycle->list = (struct collector_list){0};
	arena_reset(cycle->arena);
	cycle->next = cycle->busy = 0;
	cycle->bytes = 0;
}

static void close_target(struct target *target)
{
	struct cycle *cycle = target->state;
	cycle_clear(cycle);
	connector_model_free(cycle->model);
	g_hash_table_destroy(cycle->updates);
	arena_free(cycle->arena);
	pthread_mutex_destroy(&cycle->lock);
	g_free(cycle->root);
	g_free(cycle);
}

static void get(struct cycle *cycle, const char *url, http_done_fn *done, void *context)
{
	struct http_request request = {.method = "GET",
				       .url = url,
				       .headers = accept_headers,
				       .header_count = G_N_ELEMENTS(accept_headers)};
	target_submit(cycle->target, &request, done, context);
}

static void fail(struct cycle *cycle, const char *failure)
{
	char text[ERROR_TEXT_MAX];
	snprintf(text, sizeof text, "%s", failure);
	cycle_clear(cycle);
	cycle->told_since = 0;
	target_failed(cycle->target, "%s", text);
}

static void cancel_job(void *job)
{
	fail(job, "stopping");
}

static void submit(struct cycle *cycle, void (*run)(void *))
{
	if (!executor_submit(cycle->target->source->context.pool, run, cancel_job, cycle))
		fail(cycle, "too busy to read the answer");
}

/* ---- all have answered: pool thread ---- */

/* Also of one that did not answer this time: it goes on where it was. */
static struct update *update_of(struct cycle *cycle, const char *name)
{
	struct update *update = g_hash_table_lookup(cycle->updates, name);
	if (!update) {
		update = g_new0(struct update, 1);
		g_hash_table_insert(cycle->updates, g_strdup(name), update);
	}
	update->seen = cycle->target->began;
	return update;
}

/* A collector that lost what it collects from goes on telling its last numbers. */
static bool is_stale(const struct cycle *cycle, struct update *update, msec_t updated)
{
	msec_t now = cycle->target->began;
	if (!updated)
		return false;
	if (update->said != updated) {
		msec_t took = update->said ? now - update->since : 0;
		*update = (struct update){.said = updated, .since = now, .seen = now, .pace = MAX(update->pace / 2, took)};
	}
	return now - update->since > MAX(STALE, STALE_TIMES * MAX(cycle->target->source->interval, update->pace));
}

static gboolean is_forgotten(gpointer name, gpointer update, gpointer cycle)
{
	return ((struct update *)update)->seen != ((struct cycle *)cycle)->target->began;
}

static bool read_question(struct collector_sheet *sheet, struct question *question)
{
	const struct collector_connector *connector = &sheet->list->connectors[question->number];
	struct update *update = update_of(question->cycle, connector->name);
	struct collector_metrics metrics;
	struct error err;
	if (!question->body)
		return false;
	if (!collector_metrics_parse(question->body, question->length, connector->name, sheet->arena, &metrics, &err)) {
		snprintf(question->failure, sizeof question->failure, "%.100s", err.text);
		return false;
	}
	if (is_stale(question->cycle, update, metrics.updated)) {
		char since[RFC3339_SIZE];
		snprintf(question->failure, sizeof question->failure, "the collector has not updated it since %s",
			 rfc3339_format(metrics.updated, since));
		return false;
	}
	collector_sheet_put(sheet, connector, &metrics);
	return true;
}

/* One that has just started may not know all yet: what it does not name is gone only when it has been asked for a while. */
static bool tells_all(struct cycle *cycle)
{
	msec_t now = cycle->target->began;
	if (!cycle->told_since)
		cycle->told_since = now;
	return now - cycle->told_since >= STARTING;
}

static void read_all(void *job)
{
	struct cycle *cycle = job;
	struct target *target = cycle->target;
	struct collector_sheet sheet;
	uint32_t failures = 0;
	char note[256] = "";
	collector_sheet_init(&sheet, target->slots, cycle->model, target->info.labels, &cycle->list, cycle->arena);
	for (uint32_t i = 0; i < cycle->list.count; i++) {
		if (!read_question(&sheet, &cycle->questions[i]) && failures++ == 0)
			snprintf(note, sizeof note, "%.100s: %s", cycle->list.connectors[i].name,
				 cycle->questions[i].failure);
	}
	g_hash_table_foreach_remove(cycle->updates, is_forgotten, cycle);
	/* Said, so that nobody takes what it does not name for gone. */
	if (!failures && !cycle->list.complete)
		snprintf(note, sizeof note, "the collector's list of connectors is not whole");
	bool all_failed = failures && failures == cycle->list.count;
	if (!all_failed && tells_all(cycle))
		collector_sheet_finish(&sheet);
	collector_sheet_release(&sheet);
	if (failures > 1)
		snprintf(note + strlen(note), sizeof note - strlen(note), " (and %u more)", failures - 1);
	if (all_failed) {
		fail(cycle, note);
		return;
	}
	cycle_clear(cycle);
	target_done(target, note);
}

/* ---- the questions ---- */

static void ask_more(struct cycle *cycle);

static void leave(struct cycle *cycle)
{
	pthread_mutex_lock(&cycle->lock);
	bool last = --cycle->busy == 0 && cycle->next == cycle->list.count;
	pthread_mutex_unlock(&cycle->lock);
	if (last)
		submit(cycle, read_all);
}

static void keep_body(struct question *question, struct http_answer *answer)
{
	struct cycle *cycle = question->cycle;
	pthread_mutex_lock(&cycle->lock);
	bool fits = cycle->bytes + answer->body_length <= BODIES_MAX;
	cycle->bytes += fits ? answer->body_length : 0;
	pthread_mutex_unlock(&cycle->lock);
	if (fits) {
		question->body = g_steal_pointer(&answer->body);
		question->length = answer->body_length;
	} else {
		snprintf(question->failure, sizeof question->failure, "the answers are too large together");
	}
}

static void question_answered(void *context, struct http_answer *answer)
{
	struct question *question = context;
	struct cycle *cycle = question->cycle;
	if (answer->outcome == HTTP_ANSWERED && answer->status == 200)
		keep_body(question, answer);
	else
		http_answer_failure(answer, question->failure, sizeof question->failure);
	ask_more(cycle);
	leave(cycle);
}

static void ask(struct cycle *cycle, uint32_t number)
{
	char *name = g_uri_escape_string(cycle->list.connectors[number].name, NULL, FALSE);
	char *url = g_strdup_printf("%s/%s/metrics", cycle->root, name);
	get(cycle, url, question_answered, &cycle->questions[number]);
	g_free(url);
	g_free(name);
}

/* The caller counts in busy, so that the cycle cannot end under it. */
static void ask_more(struct cycle *cycle)
{
	const struct collector_data *data = cycle->target->source->data;
	for (;;) {
		pthread_mutex_lock(&cycle->lock);
		bool room = cycle->next < cycle->list.count && cycle->busy <= data->parallel;
		uint32_t number = cycle->next;
		cycle->next += room;
		cycle->busy += room;
		pthread_mutex_unlock(&cycle->lock);
		if (!room)
			return;
		ask(cycle, number);
	}
}

static void ask_all(struct cycle *cycle)
{
	cycle->questions = arena_alloc(cycle->arena, sizeof *cycle->questions * (cycle->list.count + 1));
	for (uint32_t i = 0; i < cycle->list.count; i++)
		cycle->questions[i] = (struct question){.cycle = cycle, .number = i};
	cycle->busy = 1;
	ask_more(cycle);
	leave(cycle);
}

/* ---- the list ---- */

static void read_list(void *job)
{
	struct cycle *cycle = job;
	struct error err;
	if (!collector_list_parse(cycle->list_body, cycle->list_length, cycle->arena, &cycle->list, &err)) {
		fail(cycle, err.text);
		return;
	}
	ask_all(cycle);
}

static void list_answered(void *context, struct http_answer *answer)
{
	struct cycle *cycle = context;
	if (answer->outcome != HTTP_ANSWERED || answer->status != 200) {
		char failure[200];
		http_answer_failure(answer, failure, sizeof failure);
		fail(cycle, failure);
		return;
	}
	cycle->list_body = g_steal_pointer(&answer->body);
	cycle->list_length = answer->body_length;
	submit(cycle, read_list);
}

static void take_configured(struct cycle *cycle, char *const *names)
{
	uint32_t count = (uint32_t)g_strv_length((char **)names);
	cycle->list.connectors = arena_alloc(cycle->arena, sizeof *cycle->list.connectors * count);
	cycle->list.count = count;
	cycle->list.complete = true;
	for (uint32_t i = 0; i < count; i++)
		cycle->list.connectors[i].name = names[i];
}

static void poll(struct target *target)
{
	const struct collector_data *data = target->source->data;
	struct cycle *cycle = cycle_of(target);
	if (!data->connectors || !data->connectors[0]) {
		get(cycle, cycle->root, list_answered, cycle);
		return;
	}
	take_configured(cycle, data->connectors);
	ask_all(cycle);
}

const struct source_kind source_collector = {
	.name = "collector",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct collector_data),
	.http = true,
	.check = check,
	.poll = poll,
	.close = close_target,
};
