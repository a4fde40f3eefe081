#include "model/connect_state.h"
#include "sources/connector_model.h"
#include "sources/text_parser.h"
#include <criterion/criterion.h>
#include <glib.h>

struct setup {
	struct labels *base, *raw;
	struct slots *slots;
	struct text_parser *parser;
	struct connector_model *model;
	msec_t now; /* mono */
};

static struct setup setup_new(void)
{
	struct label cluster = {"cluster", "prod"};
	struct label own[] = {cluster, {"job", "test"}, {"instance", "w1:1"}};
	struct setup setup = {.base = labels_new(&cluster, 1), .raw = labels_new(own, 3), .slots = slots_new(1000), .now = 1000};
	setup.parser = text_parser_new(setup.raw);
	setup.model = connector_model_new(setup.base, "w1:1");
	return setup;
}

static void setup_release(struct setup *setup)
{
	connector_model_free(setup->model);
	text_parser_free(setup->parser);
	slots_free(setup->slots);
	labels_unref(setup->base);
	labels_unref(setup->raw);
}

static void run(struct setup *setup, const char *body)
{
	struct text_counts counts;
	struct error err;
	slots_begin(setup->slots);
	cr_assert(text_parser_run(setup->parser, TEXT_PROMETHEUS, body, strlen(body), setup->slots, &counts, &err),
		  "%s", err.text);
	connector_model_compute(setup->model, setup->slots, setup->now);
}

static double value(struct setup *setup, const char *text)
{
	for (uint32_t i = 0; i < slots_count(setup->slots); i++) {
		static const char *const own[] = {"__name__"};
		struct labels *labels = slots_labels(setup->slots, i);
		struct labels *rest = labels_without(labels, own, 1);
		char *format = labels_format(rest);
		char *whole = g_strconcat(labels_get(labels, "__name__"), format, NULL);
		bool same = strcmp(whole, text) == 0;
		g_free(whole);
		free(format);
		labels_unref(rest);
		if (same)
			return slots_value(setup->slots, i);
	}
	return -1;
}

#define SOURCE "kafka_connect_source_task_metrics_source_record_poll_total{connector=\"s\",task=\"0\"} 5\n"
#define SINK "kafka_connect_sink_task_metrics_sink_record_read_total{connector=\"k\",task=\"1\"} 6\n"
#define S "{cluster=\"prod\",connector=\"s\",task=\"0\",type=\"source\"}"
#define K "{cluster=\"prod\",connector=\"k\",task=\"1\",type=\"sink\"}"

Test(connector_model, is_formed_as_the_table_says)
{
	static const struct {
		const char *body, *series;
		double value;
	} cases[] = {
		{SOURCE, "connector_records_total" S, 5},
		{SINK, "connector_records_total" K, 6},
		{"kafka_connect_source_task_source_record_poll_total{connector=\"s\",task=\"0\"} 5\n",
		 "connector_records_total" S, 5}, /* Strimzi's name */
		{"kafka_connect_source_task_metrics_source_record_poll{connector=\"s\",task=\"0\"} 5\n",
		 "connector_records_total" S, 5}, /* exporter 1.x strips _total */
		{"kafka_connect_source_task_metrics_source_record_write_total{connector=\"s\",task=\"0\"} 4\n",
		 "connector_records_written_total" S, 4},
		{"kafka_connect_sink_task_metrics_sink_record_send_total{connector=\"k\",task=\"1\"} 3\n",
		 "connector_records_written_total" K, 3},
		/* only the dead letter queue shows them */
		{SINK
		 "kafka_connect_task_error_metrics_total_errors_logged{connector=\"k\",task=\"1\"} 0\n"
		 "kafka_connect_task_error_metrics_total_record_errors{connector=\"k\",task=\"1\"} 7\n"
		 "kafka_connect_task_error_metrics_deadletterqueue_produce_requests{connector=\"k\",task=\"1\"} 8\n",
		 "connector_errors_total" K, 8},
		{SOURCE "kafka_connect_task_error_metrics_total_record_failures{connector=\"s\",task=\"0\"} 9\n",
		 "connector_errors_total" S, 9},
		{SOURCE
		 "kafka_connect_task_error_metrics_last_error_timestamp{connector=\"s\",task=\"0\"} 1700000000000\n",
		 "connector_last_error_time" S, 1700000000000},
		{SOURCE
		 "kafka_producer_producer_metrics_outgoing_byte_total{client_id=\"connector-producer-s-0\"} 77\n",
		 "connector_bytes_total" S, 77},
		{SINK
		 "kafka_consumer_consumer_fetch_manager_metrics_bytes_consumed_total{client_id=\"connector-consumer-k-"
		 "1\"} 78\n"
		 "kafka_consumer_consumer_fetch_manager_metrics_bytes_consumed_total{client_id=\"connector-consumer-k-"
		 "1\",topic=\"t\"} 99\n",
		 "connector_bytes_total" K, 78},
		/* a topic with dots appears twice */
		{SINK
		 "kafka_consumer_consumer_fetch_manager_metrics_records_lag{client_id=\"connector-consumer-k-1\",topic="
		 "\"a.b\",partition=\"0\"} 10\n"
		 "kafka_consumer_consumer_fetch_manager_metrics_records_lag{client_id=\"connector-consumer-k-1\",topic="
		 "\"a_b\",partition=\"0\"} 10\n"
		 "kafka_consumer_consumer_fetch_manager_metrics_records_lag{client_id=\"connector-consumer-k-1\",topic="
		 "\"a.b\",partition=\"1\"} 5\n"
		 "kafka_consumer_consumer_fetch_manager_metrics_records_lag_max{client_id=\"connector-consumer-k-1\"} "
		 "99\n",
		 "connector_lag" K, 15},
		{SINK
		 "kafka_consumer_consumer_fetch_manager_metrics_records_lag_max{client_id=\"connector-consumer-k-1\"} "
		 "99\n",
		 "connector_lag" K, 99},
		{"kafka_consumergroup_lag{consumergroup=\"connect-k\",topic=\"t\",partition=\"0\"} 4\n"
		 "kafka_consumergroup_lag{consumergroup=\"connect-k\",topic=\"t\",partition=\"1\"} -1\n"
		 "kafka_consumergroup_lag{consumergroup=\"other\",topic=\"t\",partition=\"1\"} 100\n",
		 "connector_lag{cluster=\"prod\",connector=\"k\",type=\"sink\"}", 4},
		{SOURCE "kafka_connect_connector_status{connector=\"s\",task=\"0\",status=\"running\"} 0\n"
			"kafka_connect_connector_status{connector=\"s\",task=\"0\",status=\"failed\"} 1\n",
		 "connector_task_state" S, CONNECT_STATE_FAILED},
		{SOURCE "kafka_connect_connector_metrics_status{connector=\"s\",status=\"paused\"} 1\n",
		 "connector_state{cluster=\"prod\",connector=\"s\",type=\"source\"}", CONNECT_STATE_PAUSED},
		{SOURCE "java_lang_OperatingSystem_ProcessCpuLoad 0.25\n",
		 "worker_cpu_ratio{cluster=\"prod\",worker=\"w1:1\"}", 0.25},
		{SOURCE "jvm_memory_bytes_used{area=\"heap\"} 100\njvm_memory_bytes_used{area=\"nonheap\"} 900\n",
		 "worker_heap_used_bytes{cluster=\"prod\",worker=\"w1:1\"}", 100},
		{SOURCE "jvm_gc_collection_seconds_sum{gc=\"a\"} 1.5\njvm_gc_collection_seconds_sum{gc=\"b\"} 2\n"
			"java_lang_GarbageCollector_CollectionTime{name=\"a\"} 9000\n",
		 "worker_gc_seconds_total{cluster=\"prod\",worker=\"w1:1\"}", 3.5},
		/* not a Connect worker */
		{"jvm_threads_current 5\n", "worker_threads{cluster=\"prod\",worker=\"w1:1\"}", -1},
		/* nobody knows a task 0 of "x": it may be task of connector "x-y" or an offsets client */
		{SOURCE
		 "kafka_producer_producer_metrics_outgoing_byte_total{client_id=\"connector-producer-x-0\"} 77\n",
		 "connector_bytes_total{cluster=\"prod\",connector=\"x\",task=\"0\",type=\"source\"}", -1},
		/* a sink's own producer */
		{SINK "kafka_producer_producer_metrics_outgoing_byte_total{client_id=\"connector-producer-k-1\"} 77\n",
		 "connector_bytes_total" K, -1},
		{SOURCE "java_lang_OperatingSystem_ProcessCpuLoad -1\n",
		 "worker_cpu_ratio{cluster=\"prod\",worker=\"w1:1\"}", -1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup = setup_new();
		run(&setup, cases[i].body);
		cr_assert_eq(value(&setup, cases[i].series), cases[i].value, "case %zu, %s: %g", i, cases[i].series,
			     value(&setup, cases[i].series));
		setup_release(&setup);
	}
}

Test(connector_model, unknown_inputs_make_it_unknown_and_never_zero)
{
	struct setup setup = setup_new();
	run(&setup, SOURCE);
	run(&setup, "kafka_connect_source_task_metrics_source_record_poll_total{connector=\"s\",task=\"0\"} NaN\n");
	cr_assert(value_is_unknown(value(&setup, "connector_records_total" S)));
	run(&setup, "a 1\n");
	cr_assert(value_is_unknown(value(&setup, "connector_records_total" S)));
	run(&setup, SOURCE);
	cr_assert_eq(value(&setup, "connector_records_total" S), 5);
	setup_release(&setup);
}

Test(connector_model, client_ids_wait_for_their_task)
{
	struct setup setup = setup_new();
	static const char bytes[] =
		"kafka_producer_producer_metrics_outgoing_byte_total{client_id=\"connector-producer-s-0\"} 77\n";
	run(&setup, bytes);
	cr_assert_eq(value(&setup, "connector_bytes_total" S), -1);
	char *both = g_strconcat(bytes, SOURCE, NULL);
	run(&setup, both);
	cr_assert_eq(value(&setup, "connector_bytes_total" S), 77);
	g_free(both);
	setup_release(&setup);
}

static bool is_s(const void *context, const struct labels *labels)
{
	return strcmp(labels_get_or_empty(labels, "connector"), "s") == 0;
}

Test(connector_model, follows_slots_that_are_used_again)
{
	struct setup setup = setup_new();
	for (int round = 0; round < 3; round++) {
		run(&setup, SOURCE SINK);
		cr_assert_eq(value(&setup, "connector_records_total" S), 5);
		run(&setup, SINK);
		slots_sweep(setup.slots, is_s, NULL);
		struct batch *batch = batch_new(0);
		slots_fill(setup.slots, batch, 0);
		slots_taken(setup.slots);
		batch_free(batch);
		run(&setup,
		    "kafka_connect_sink_task_metrics_sink_record_read_total{connector=\"k2\",task=\"0\"} 8\n" SINK);
		cr_assert_eq(value(&setup, "connector_records_total" K), 6);
		cr_assert_eq(
			value(&setup,
			      "connector_records_total{cluster=\"prod\",connector=\"k2\",task=\"0\",type=\"sink\"}"),
			8);
	}
	setup_release(&setup);
}

Test(connector_model, what_the_source_sets_itself_stands)
{
	struct setup setup = setup_new();
	struct text_counts counts;
	struct error err;
	slots_begin(setup.slots);
	cr_assert(text_parser_run(setup.parser, TEXT_PROMETHEUS, SOURCE, strlen(SOURCE), setup.slots, &counts, &err));
	slots_set(setup.slots, connector_model_slot(setup.model, setup.slots, MODEL_RECORDS, "s", "0", "source"), 50);
	connector_model_compute(setup.model, setup.slots, setup.now);
	cr_assert_eq(value(&setup, "connector_records_total" S), 50);
	setup_release(&setup);
}

#define PARTITION(number, lag) \
	"kafka_consumergroup_lag{consumergroup=\"connect-k\",topic=\"t\",partition=\"" number "\"} " lag "\n"
#define GROUP_LAG "connector_lag{cluster=\"prod\",connector=\"k\",type=\"sink\"}"

/* An exporter that cannot ask one partition's leader leaves it out: less lag is shown than there is. */
Test(connector_model, the_lag_of_a_group_is_unknown_while_a_partition_of_it_is_away)
{
	static const struct {
		const char *body;
		msec_t after;
		double lag; /* -1: unknown */
	} polls[] = {
		{PARTITION("0", "4") PARTITION("1", "600") PARTITION("2", "-1"), 0, 604}, /* 2: nothing committed yet */
		{PARTITION("0", "4") PARTITION("2", "-1"), 15000, -1},
		{PARTITION("0", "4") PARTITION("1", "NaN"), 15000, -1},
		{"a 1\n", 15000, -1},
		{PARTITION("0", "4") PARTITION("1", "7"), 15000, 11},
		{PARTITION("0", "4"), 86399000, -1},
		{PARTITION("0", "5"), 1000, 5}, /* it stays away: it is no part of the group any more */
		{PARTITION("0", "5") PARTITION("1", "1"), 15000, 6},
	};
	struct setup setup = setup_new();
	for (size_t i = 0; i < G_N_ELEMENTS(polls); i++) {
		setup.now += polls[i].after;
		run(&setup, polls[i].body);
		double lag = value(&setup, GROUP_LAG);
		cr_expect(polls[i].lag < 0 ? value_is_unknown(lag) : lag == polls[i].lag, "poll %zu: %g", i, lag);
	}
	setup_release(&setup);
}

#define OWN(task, number, lag) ON("", task, number, lag)
#define ON(labels, task, number, lag) \
	"kafka_consumer_consumer_fetch_manager_metrics_records_lag{" labels "client_id=\"connector-consumer-k-" task \
	"\",topic=\"t\",partition=\"" number "\"} " lag "\n"
#define MOST(task, lag) \
	"kafka_consumer_consumer_fetch_manager_metrics_records_lag_max{client_id=\"connector-consumer-k-" task "\"} " lag "\n"
#define OTHER_SINK "kafka_connect_sink_task_metrics_sink_record_read_total{connector=\"k\",task=\"2\"} 6\n"

/* A rebalance takes partitions from a task: where they went is seen only if this endpoint tells of that task too. */
Test(connector_model, the_lag_of_a_task_is_unknown_until_it_is_clear_where_its_partition_went)
{
	static const struct {
		const char *body;
		msec_t after;
		double lag; /* -1: unknown */
	} polls[] = {
		{SINK OWN("1", "0", "10") OWN("1", "1", "5") MOST("1", "10"), 0, 15},
		{SINK OWN("1", "0", "11") MOST("1", "11"), 15000, -1},
		{SINK MOST("1", "11"), 15000, -1}, /* the most of one is not the sum of all */
		{SINK OWN("1", "0", "11") OWN("1", "1", "6"), 15000, 17},
		{SINK OWN("1", "0", "11"), 119000, -1},
		{SINK OWN("1", "0", "12"), 1000, 12}, /* another worker has it */
		{SINK OWN("1", "0", "12") OWN("1", "1", "6"), 15000, 18},
		{SINK OTHER_SINK OWN("1", "0", "12") OWN("2", "1", "7"), 15000, 12}, /* the other task has it */
		{SINK OTHER_SINK OWN("1", "0", "12"), 15000, -1},
	};
	struct setup setup = setup_new();
	for (size_t i = 0; i < G_N_ELEMENTS(polls); i++) {
		setup.now += polls[i].after;
		run(&setup, polls[i].body);
		double lag = value(&setup, "connector_lag" K);
		cr_expect(polls[i].lag < 0 ? value_is_unknown(lag) : lag == polls[i].lag, "poll %zu: %g", i, lag);
	}
	setup_release(&setup);
}

/* One endpoint for several workers (a federation, an OpenTelemetry Collector): the task's consumer stands there once for each
 * worker that has had it. */
Test(connector_model, the_lag_of_a_task_that_moved_counts_each_partition_once)
{
	struct setup setup = setup_new();
	run(&setup, SINK ON("worker=\"a\",", "1", "0", "10") ON("worker=\"a\",", "1", "1", "5"));
	cr_expect_eq(value(&setup, "connector_lag" K), 15);
	run(&setup, SINK ON("worker=\"a\",", "1", "0", "10") ON("worker=\"b\",", "1", "1", "7"));
	cr_expect_eq(value(&setup, "connector_lag" K), 17);
	run(&setup, SINK ON("worker=\"b\",", "1", "0", "12") ON("worker=\"b\",", "1", "1", "7"));
	cr_expect_eq(value(&setup, "connector_lag" K), 19);
	run(&setup, SINK ON("worker=\"a\",", "1", "0", "3") ON("worker=\"b\",", "1", "0", "12") ON("worker=\"b\",", "1", "1", "7"));
	cr_expect_eq(value(&setup, "connector_lag" K), 19, "what is left of the first is no reason to show less");
	setup_release(&setup);
}
