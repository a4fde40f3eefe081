#include "model/value.h"
#include "sources/connect_merge.h"
#include "tests/sources/fixtures.h"
#include <criterion/criterion.h>
#include <string.h>

/* One cluster over several cycles; the answers are built from the fixtures or by hand. */
struct cluster {
	struct arena *arena;
	struct slots *slots;
	struct labels *base, *model;
	struct connect_merge *merge;
	struct connect_inventory inventory;
	struct connect_part parts[2];
	struct batch *batch; /* of the last cycle */
};

static void open_cluster(struct cluster *cluster, bool client_lag)
{
	*cluster = (struct cluster){.arena = arena_new(), .slots = slots_new(10000)};
	cluster->model = labels_new((struct label[]){{"cluster", "prod"}}, 1);
	cluster->base = labels_with(cluster->model, "job", "prod");
	cluster->merge = connect_merge_new(cluster->base, cluster->model, "connect-1:8083", client_lag);
	cluster->parts[0] = (struct connect_part){.instance = "connect-1:8778", .away = true};
	cluster->parts[1] = (struct connect_part){.instance = "connect-2:8778", .away = true};
}

static void close_cluster(struct cluster *cluster)
{
	batch_free(cluster->batch);
	connect_merge_free(cluster->merge);
	slots_free(cluster->slots);
	labels_unref(cluster->base);
	labels_unref(cluster->model);
	arena_free(cluster->arena);
}

static void take_inventory(struct cluster *cluster, const char *body)
{
	struct error err = {""};

	cr_assert(connect_inventory_parse(body, strlen(body), cluster->arena, &cluster->inventory, &err), "%s",
		  err.text);
}

static void take_beans(struct cluster *cluster, unsigned part, const char *body)
{
	struct error err = {""};

	cluster->parts[part].away = body == NULL;
	if (body)
		cr_assert(connect_beans_parse(&cluster->parts[part].beans, body, strlen(body), &cluster->inventory,
					      cluster->arena, &err),
			  "%s", err.text);
}

static void run(struct cluster *cluster)
{
	slots_begin(cluster->slots);
	connect_merge_cycle(cluster->merge, cluster->slots, &cluster->inventory, true, cluster->parts, 2);
	batch_free(cluster->batch);
	cluster->batch = batch_new(0);
	slots_fill(cluster->slots, cluster->batch, 0);
	slots_taken(cluster->slots);
}

static void open_fixtures(struct cluster *cluster, bool client_lag)
{
	char *text;

	open_cluster(cluster, client_lag);
	text = fixture("connect-status.json", NULL);
	take_inventory(cluster, text);
	g_free(text);
	text = fixture("jolokia-1.7.2.json", NULL);
	take_beans(cluster, 0, text);
	g_free(text);
	text = fixture("jolokia-2.5.1.json", NULL);
	take_beans(cluster, 1, text);
	g_free(text);
	run(cluster);
}

/* "name{connector=x,task=0}" of labels that must all be there; the value of the last batch. */
static double value(const struct cluster *cluster, const char *name, const char *connector, const char *task)
{
	for (uint32_t slot = 0; slot < cluster->batch->slot_count; slot++) {
		const struct labels *labels = slots_labels(cluster->slots, slot);
		if (labels && strcmp(labels_get_or_empty(labels, "__name__"), name) == 0 &&
		    strcmp(labels_get_or_empty(labels, "connector"), connector) == 0 &&
		    strcmp(labels_get_or_empty(labels, "task"), task) == 0)
			return cluster->batch->values[slot];
	}
	return -404;
}

/* Of a slot that may have been freed since: looked up before the cycle that ends it. */
static uint32_t slot_of(const struct cluster *cluster, const char *name, const char *connector, const char *task)
{
	for (uint32_t slot = 0; slot < slots_count(cluster->slots); slot++) {
		const struct labels *labels = slots_labels(cluster->slots, slot);
		if (labels && strcmp(labels_get_or_empty(labels, "__name__"), name) == 0 &&
		    strcmp(labels_get_or_empty(labels, "connector"), connector) == 0 &&
		    strcmp(labels_get_or_empty(labels, "task"), task) == 0)
			return slot;
	}
	return SLOT_NONE;
}

Test(connect_merge, the_model_is_formed_from_both_workers)
{
	struct cluster cluster;

	open_fixtures(&cluster, true);
	cr_expect_eq(value(&cluster, "connector_state", "orders-sink", ""), CONNECT_STATE_RUNNING);
	cr_expect_eq(value(&cluster, "connector_task_state", "orders-sink", "1"), CONNECT_STATE_FAILED);
	cr_expect_eq(value(&cluster, "connector_records_total", "orders-source", "0"), 1000);
	cr_expect_eq(value(&cluster, "connector_records_written_total", "orders-source", "0"), 990);
	cr_expect_eq(value(&cluster, "connector_records_total", "a:b", "0"), 500);
	cr_expect_eq(value(&cluster, "connector_errors_total", "orders-source", "0"), 10);
	cr_expect_eq(value(&cluster, "connector_bytes_total", "orders-source", "0"), 49500);
	cr_expect_eq(value(&cluster, "connector_lag", "orders-sink", ""), 42);
	/* errors that went to the dead letter queue alone are errors, though nothing was logged */
	cr_expect_eq(value(&cluster, "connector_errors_total", "orders-sink", "0"), 24520);
	cr_expect_eq(value(&cluster, "kafka_connect_task_error_metrics_total_errors_logged", "orders-sink", "0"), 0);
	cr_expect_eq(value(&cluster, "worker_gc_seconds_total", "", ""), 0.4);
	cr_expect(value_is_unknown(value(&cluster, "connector_records_total", "strange", "0")) ||
		  value(&cluster, "connector_records_total", "strange", "0") == -404);
	close_cluster(&cluster);
}

Test(connect_merge, a_failed_task_carries_its_worker_and_trace)
{
	struct cluster cluster;
	bool found = false;

	open_fixtures(&cluster, true);
	uint32_t slot = slot_of(&cluster, "connector_task_state", "orders-sink", "1");
	for (uint32_t i = 0; i < cluster.batch->note_count; i++)
		if (cluster.batch->notes[i].slot == slot) {
			found = true;
			cr_expect_str_eq(cluster.batch->notes[i].worker, "connect-2:8083");
			cr_expect(strstr(cluster.batch->notes[i].trace, "No space left on device"));
		}
	cr_expect(found);
	close_cluster(&cluster);
}

Test(connect_merge, a_connector_carries_its_class_beside_its_state)
{
	struct cluster cluster;
	unsigned found = 0;

	open_fixtures(&cluster, true);
	uint32_t slot = slot_of(&cluster, "connector_state", "orders-sink", "");
	for (uint32_t i = 0; i < cluster.batch->note_count; i++)
		if (cluster.batch->notes[i].slot == slot) {
			found++;
			cr_expect_str_eq(cluster.batch->notes[i].class, "org.example.X");
			cr_expect_null(labels_get(slots_labels(cluster.slots, slot), "class"), "never identity");
		}
	cr_expect_eq(found, 1);
	close_cluster(&cluster);
}

Test(connect_merge, an_agent_that_is_away_makes_unknown_not_gone)
{
	struct cluster cluster;

	open_fixtures(&cluster, true);
	cluster.parts[1].away = true;
	run(&cluster);
	cr_expect(value_is_unknown(value(&cluster, "connector_records_total", "orders-sink", "0")));
	cr_expect(value_is_unknown(
		value(&cluster, "kafka_connect_sink_task_metrics_sink_record_read_total", "orders-sink", "0")));
	cr_expect(value_is_unknown(value(&cluster, "connector_lag", "orders-sink", "")));
	cr_expect(value_is_unknown(value(&cluster, "kafka_connect_connect_worker_metrics_connector_failed_task_count",
					 "orders-sink", "")));
	cr_expect_eq(value(&cluster, "connector_state", "orders-sink", ""), CONNECT_STATE_RUNNING);
	cr_expect_eq(value(&cluster, "connector_records_total", "orders-source", "0"), 1000);
	close_cluster(&cluster);
}

Test(connect_merge, what_the_inventory_no_longer_has_is_gone)
{
	struct cluster cluster;

	open_fixtures(&cluster, true);
	uint32_t state = slot_of(&cluster, "connector_state", "orders-sink", "");
	uint32_t records = slot_of(&cluster, "connector_records_total", "orders-sink", "0");
	uint32_t task = slot_of(&cluster, "connector_task_state", "orders-source", "0");
	uint32_t other = slot_of(&cluster, "connector_state", "orders-source", "");
	cr_assert(state != SLOT_NONE && records != SLOT_NONE && task != SLOT_NONE);
	take_inventory(&cluster,
		       "{\"orders-source\":{\"status\":{\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[]}}}");
	cluster.parts[0].away = cluster.parts[1].away = true;
	run(&cluster);
	cr_expect(value_is_gone(cluster.batch->values[state]));
	cr_expect(value_is_gone(cluster.batch->values[records]));
	cr_expect(value_is_gone(cluster.batch->values[task]));
	cr_expect_eq(cluster.batch->values[other], CONNECT_STATE_RUNNING);
	close_cluster(&cluster);
}

/* One sink task's beans and its consumer's bytes in an answer that has nothing else. */
static char *lone_task(const char *status, double read)
{
	GString *out = g_string_new("[");

	for (size_t i = 0; i < connect_read_count; i++) {
		const char *type = strstr(connect_reads[i].mbean, "type=connector-task-metrics")
					   ? "connector-task-metrics"
				   : strstr(connect_reads[i].mbean, "type=sink-task-metrics") ? "sink-task-metrics"
											      : NULL;
		g_string_append(out, i ? "," : "");
		if (type)
			g_string_append_printf(
				out,
				"{\"status\":200,\"value\":{\"kafka.connect:type=%s,connector=s,task=0\":"
				"{\"status\":\"%s\",\"sink-record-read-total\":%g}}}",
				type, status, read);
		else if (strstr(connect_reads[i].mbean, "type=consumer-fetch-manager-metrics"))
			g_string_append(out, "{\"status\":200,\"value\":{\"kafka.consumer:client-id=connector-consumer-s-0,"
					     "type=consumer-fetch-manager-metrics\":{\"bytes-consumed-total\":77}}}");
		else
			g_string_append(out, "{\"status\":404}");
	}
	g_string_append_c(out, ']');
	return g_string_free(out, FALSE);
}

/* Connect says "unknown" for a connector whose plugin it does not find; the type is part of who a series is. */
Test(connect_merge, a_type_that_is_learnt_later_ends_the_series_without_it)
{
	static const char untold[] = "{\"x\":{\"status\":{\"connector\":{\"state\":\"FAILED\",\"worker_id\":\"w:1\"},"
				     "\"tasks\":[{\"id\":0,\"state\":\"FAILED\",\"worker_id\":\"w:1\"}],\"type\":\"unknown\"}}}";
	static const char told[] = "{\"x\":{\"status\":{\"connector\":{\"state\":\"RUNNING\",\"worker_id\":\"w:1\"},"
				   "\"tasks\":[{\"id\":0,\"state\":\"RUNNING\",\"worker_id\":\"w:1\"}],\"type\":\"sink\"}}}";
	struct cluster cluster;

	open_cluster(&cluster, false);
	take_inventory(&cluster, untold);
	run(&cluster);
	cr_expect_eq(value(&cluster, "connector_task_state", "x", "0"), CONNECT_STATE_FAILED);
	uint32_t task = slot_of(&cluster, "connector_task_state", "x", "0");
	uint32_t connector = slot_of(&cluster, "connector_state", "x", "");
	take_inventory(&cluster, told);
	run(&cluster);
	cr_expect(value_is_gone(cluster.batch->values[task]));
	cr_expect(value_is_gone(cluster.batch->values[connector]));
	cr_expect_eq(value(&cluster, "connector_task_state", "x", "0"), CONNECT_STATE_RUNNING);
	close_cluster(&cluster);
}

Test(connect_merge, a_type_that_connect_forgets_is_remembered)
{
	static const char inventory[] = "{\"s\":{\"status\":{\"type\":\"%s\",\"connector\":{\"state\":\"RUNNING\"},"
					"\"tasks\":[{\"id\":0,\"state\":\"RUNNING\"}]}}}";
	struct cluster cluster;
	uint32_t bytes = SLOT_NONE;

	open_cluster(&cluster, false);
	for (int i = 0; i < 2; i++) {
		char *body = g_strdup_printf(inventory, i ? "unknown" : "sink"), *beans = lone_task("running", 10);
		take_inventory(&cluster, body);
		take_beans(&cluster, 0, beans);
		run(&cluster);
		bytes = i ? bytes : slot_of(&cluster, "connector_bytes_total", "s", "0");
		cr_assert(bytes != SLOT_NONE);
		cr_expect_eq(cluster.batch->values[bytes], 77, "%d", i);
		g_free(beans);
		g_free(body);
	}
	close_cluster(&cluster);
}

Test(connect_merge, a_task_on_two_workers_counts_once)
{
	static const char inventory[] =
		"{\"s\":{\"status\":{\"type\":\"sink\",\"connector\":{\"state\":\"RUNNING\","
		"\"worker_id\":\"%s\"},\"tasks\":[{\"id\":0,\"state\":\"RUNNING\",\"worker_id\":\"%s\"}]}}}";
	static const struct {
		const char *worker, *status[2];
		double expect;
	} cases[] = {
		{"connect-1:8083", {"running", NULL}, 10},
		{"connect-1:8083", {"running", "running"}, 10}, /* the inventory names the worker */
		{"connect-2:8083", {"running", "running"}, 20}, /* it moved */
		{"elsewhere:8083", {"failed", "running"}, 20}, /* the one that runs */
		{"elsewhere:8083", {"running", "running"}, 10}, /* the newcomer: the last cycle's was the other */
		{"elsewhere:8083", {"running", "running"}, 10}, /* both stay: no taking turns */
		{"elsewhere:8083", {"running", "running"}, 10},
		{"connect-1:8083", {NULL, "running"}, 20}, /* the only one that has it */
		{"elsewhere:8083", {"running", "running"}, 20}, /* who was not heard for once has not moved */
	};
	struct cluster cluster;

	open_cluster(&cluster, false);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *body = g_strdup_printf(inventory, cases[i].worker, cases[i].worker);
		take_inventory(&cluster, body);
		g_free(body);
		for (unsigned part = 0; part < 2; part++) {
			char *beans = cases[i].status[part] ? lone_task(cases[i].status[part], part ? 20 : 10) : NULL;
			take_beans(&cluster, part, beans);
			g_free(beans);
		}
		run(&cluster);
		cr_expect_eq(value(&cluster, "connector_records_total", "s", "0"), cases[i].expect, "%zu", i);
	}
	close_cluster(&cluster);
}

Test(connect_merge, lag_of_clients_is_told_only_when_wanted_and_whole)
{
	struct cluster cluster;

	open_fixtures(&cluster, false);
	cr_expect_eq(value(&cluster, "connector_lag", "orders-sink", ""), -404);
	close_cluster(&cluster);
	open_cluster(&cluster, true);
	char *beans = lone_task("running", 10);
	take_inventory(&cluster, "{\"s\":{\"status\":{\"type\":\"sink\",\"connector\":{\"state\":\"RUNNING\"},"
				 "\"tasks\":[{\"id\":0,\"state\":\"RUNNING\"}]}}}");
	take_beans(&cluster, 0, beans);
	run(&cluster);
	cr_expect(value_is_unknown(value(&cluster, "connector_lag", "s", ""))); /* a dead consumer has no bean */
	g_free(beans);
	close_cluster(&cluster);
}
