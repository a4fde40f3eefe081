#include "model/value.h"
#include "sources/lag.h"
#include "sources/lag_report.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

Test(lag, records)
{
	cr_expect_eq(lag_records(4, 10), 6);
	cr_expect_eq(lag_records(10, 10), 0);
	cr_expect_eq(lag_records(12, 10), 0); /* read after the end was */
	cr_expect(value_is_unknown(lag_records(-1, 10)));
	cr_expect(value_is_unknown(lag_records(-1001, 10)));
	cr_expect(value_is_unknown(lag_records(4, -1)));
}

static void fill(struct offset_table *table, const int64_t (*points)[2], size_t count)
{
	*table = (struct offset_table){0};
	for (size_t i = 0; i < count; i++)
		offset_table_push(table, points[i][0], points[i][1]);
}

Test(lag, seconds_by_interpolation)
{
	static const int64_t steady[][2] = {{0, 1000}, {100, 11000}, {200, 21000}};
	static const int64_t idle[][2] = {{50, 1000}, {50, 11000}, {50, 21000}};
	static const int64_t burst[][2] = {{50, 1000}, {50, 41000}, {150, 51000}};
	struct offset_table table;

	fill(&table, steady, 3);
	cr_expect_eq(offset_table_lag_seconds(&table, 200, 21000), 0);
	cr_expect_eq(offset_table_lag_seconds(&table, 250, 21000), 0);
	cr_expect_float_eq(offset_table_lag_seconds(&table, 150, 21000), 5, 1e-9);
	cr_expect_float_eq(offset_table_lag_seconds(&table, 100, 26000), 15, 1e-9);
	cr_expect(value_is_unknown(offset_table_lag_seconds(&table, -1, 21000)));
	fill(&table, steady + 1, 2);
	cr_expect_float_eq(offset_table_lag_seconds(&table, 0, 21000), 20, 1e-9); /* before the table */
	fill(&table, idle, 3);
	cr_expect_eq(table.count, 2);
	cr_expect_float_eq(offset_table_lag_seconds(&table, 10, 21000), 20, 1e-9); /* at least since we look */
	fill(&table, burst, 3);
	cr_expect_float_eq(offset_table_lag_seconds(&table, 50, 51000), 10, 1e-9); /* not since the quiet began */
	fill(&table, steady, 1);
	cr_expect(value_is_unknown(offset_table_lag_seconds(&table, -1, 1000)));
	offset_table_push(&table, 40, 2000);
	offset_table_push(&table, 5, 3000); /* the topic was made anew */
	cr_expect_eq(table.count, 1);
	cr_expect(value_is_unknown(offset_table_lag_seconds(&table, 1, 3000)));
}

Test(lag, the_table_is_bounded)
{
	struct offset_table table = {0};

	for (int i = 0; i < 1000; i++)
		offset_table_push(&table, i * 10, i * 1000);
	cr_expect_eq(table.count, OFFSET_POINTS);
	cr_expect_float_eq(offset_table_lag_seconds(&table, 9890, 999000), 10, 1e-6);
}

Test(lag, status_of_a_window)
{
	static const struct {
		const char *what;
		int64_t committed[5], end[5];
		int count;
		bool active;
		enum lag_status expect;
	} cases[] = {
		{"keeps up", {10, 20, 30, 40, 50}, {10, 20, 30, 40, 50}, 5, true, LAG_OK},
		{"was at the end once", {10, 20, 30, 30, 30}, {10, 20, 30, 60, 70}, 5, false, LAG_OK},
		{"not enough seen", {10, 10, 10, 10, 0}, {20, 30, 40, 50, 0}, 4, true, LAG_OK},
		{"nobody there", {10, 10, 10, 10, 10}, {20, 30, 40, 50, 60}, 5, false, LAG_STOP},
		{"nobody there, nothing new", {10, 10, 10, 10, 10}, {20, 20, 20, 20, 20}, 5, false, LAG_STOP},
		{"blocked in put()", {10, 10, 10, 10, 10}, {20, 30, 40, 50, 60}, 5, true, LAG_STALL},
		{"falls behind", {10, 11, 12, 13, 14}, {20, 30, 40, 50, 60}, 5, true, LAG_WARN},
		{"constant lag", {10, 20, 30, 40, 50}, {15, 25, 35, 45, 55}, 5, true, LAG_OK},
		{"catches up now and then", {10, 11, 35, 36, 37}, {20, 30, 40, 50, 60}, 5, true, LAG_OK},
		{"went back", {10, 20, 5, 6, 7}, {20, 30, 40, 50, 60}, 5, true, LAG_REWIND},
		{"went back and came again", {10, 20, 5, 15, 25}, {20, 30, 40, 50, 55}, 5, true, LAG_OK},
		{"never committed", {-1, -1, -1, -1, -1}, {20, 30, 40, 50, 60}, 5, false, LAG_OK},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct lag_window window = {.size = 5};
		for (int p = 0; p < cases[i].count; p++)
			lag_window_push(&window, cases[i].committed[p], cases[i].end[p], 1000 * p);
		cr_expect_eq(lag_window_status(&window, cases[i].active), cases[i].expect, "%s: %s", cases[i].what,
			     lag_status_name(lag_window_status(&window, cases[i].active)));
	}
}

/* ---- the report ---- */

struct watch {
	struct lag_report *report;
	struct slots *slots;
	struct labels *model;
	msec_t now;
	int64_t start; /* of partition 0 */
};

static void open_watch(struct watch *watch)
{
	*watch =
		(struct watch){.slots = slots_new(1000), .model = labels_new((struct label[]){{"cluster", "prod"}}, 1)};
	watch->report = lag_report_new(watch->model, watch->model, 3);
}

static void close_watch(struct watch *watch)
{
	lag_report_free(watch->report);
	slots_free(watch->slots);
	labels_unref(watch->model);
}

static void poll(struct watch *watch, int64_t end0, int64_t end1, int64_t committed0, int64_t committed1)
{
	slots_begin(watch->slots);
	watch->now += 10000;
	lag_report_begin(watch->report, watch->slots, watch->now);
	lag_report_partition(watch->report, "t", 0, watch->start, end0);
	lag_report_partition(watch->report, "t", 1, 0, end1);
	lag_report_group(watch->report, "connect-orders", true, true);
	lag_report_committed(watch->report, "t", 0, committed0);
	lag_report_committed(watch->report, "t", 1, committed1);
	lag_report_finish(watch->report, true);
}

static double told(const struct watch *watch, const char *name)
{
	for (uint32_t slot = 0; slot < slots_count(watch->slots); slot++) {
		const struct labels *labels = slots_labels(watch->slots, slot);
		if (labels && strcmp(labels_get_or_empty(labels, "__name__"), name) == 0 &&
		    strcmp(labels_get_or_empty(labels, "partition"), "1") != 0)
			return slots_value(watch->slots, slot);
	}
	return -404;
}

Test(lag, the_sum_of_a_group_becomes_the_connectors_lag)
{
	struct watch watch;

	open_watch(&watch);
	poll(&watch, 10, 20, 4, 20);
	cr_expect_eq(told(&watch, "connector_lag"), 6);
	cr_expect_eq(told(&watch, "kafka_consumergroup_lag"), 6);
	cr_expect_eq(told(&watch, "kafka_consumergroup_lag_max"), 6);
	cr_expect_eq(told(&watch, "connector_lag_status"), LAG_OK);
	poll(&watch, 20, 20, 4, 20);
	poll(&watch, 30, 20, 4, 20);
	cr_expect_eq(told(&watch, "connector_lag"), 26);
	cr_expect_eq(told(&watch, "connector_lag_status"), LAG_STALL);
	cr_expect_float_eq(told(&watch, "connector_lag_seconds"), 26, 1e-9); /* one record a second */
	close_watch(&watch);
}

Test(lag, what_is_unknown_is_not_small)
{
	struct watch watch;

	open_watch(&watch);
	poll(&watch, 10, -1, 4, 20); /* the leader of one partition is away */
	cr_expect(value_is_unknown(told(&watch, "connector_lag")));
	cr_expect(value_is_unknown(told(&watch, "connector_lag_status")));
	cr_expect_eq(told(&watch, "kafka_consumergroup_lag"), 6);
	poll(&watch, 10, 20, 4, -1001); /* one partition was never committed: no lag of its own */
	cr_expect_eq(told(&watch, "connector_lag"), 6);
	poll(&watch, 10, 20, -1001, -1001);
	cr_expect(value_is_unknown(told(&watch, "connector_lag")));
	close_watch(&watch);
}

Test(lag, what_retention_took_before_it_was_read_is_told)
{
	struct watch watch;

	open_watch(&watch);
	poll(&watch, 100, 20, 40, 20);
	cr_expect_eq(told(&watch, "kafka_topic_partition_oldest_offset"), 0);
	cr_expect_eq(told(&watch, "kafka_consumergroup_lost"), 0);
	cr_expect_eq(told(&watch, "connector_lost_records"), 0);
	watch.start = 40; /* the next record to read is still there */
	poll(&watch, 100, 20, 40, 20);
	cr_expect_eq(told(&watch, "connector_lost_records"), 0);
	watch.start = 65;
	poll(&watch, 100, 20, 40, 20);
	cr_expect_eq(told(&watch, "kafka_consumergroup_lost"), 25);
	cr_expect_eq(told(&watch, "kafka_consumergroup_lost_sum"), 25);
	cr_expect_eq(told(&watch, "connector_lost_records"), 25);
	watch.start = -1; /* its leader did not say */
	poll(&watch, 100, 20, 40, 20);
	cr_expect(value_is_unknown(told(&watch, "connector_lost_records")));
	watch.start = 65;
	poll(&watch, 100, 20, -1001, -1001); /* who never committed lost nothing */
	cr_expect(value_is_unknown(told(&watch, "kafka_consumergroup_lost")));
	cr_expect(value_is_unknown(told(&watch, "connector_lost_records")));
	close_watch(&watch);
}

static struct batch *fill_batch(struct watch *watch)
{
	struct batch *batch = batch_new(0);

	slots_fill(watch->slots, batch, watch->now);
	slots_taken(watch->slots);
	return batch;
}

/* A poll that named no group. */
static struct batch *poll_nothing(struct watch *watch, bool complete)
{
	slots_begin(watch->slots);
	lag_report_begin(watch->report, watch->slots, watch->now += 10000);
	lag_report_finish(watch->report, complete);
	return fill_batch(watch);
}

Test(lag, a_group_is_gone_only_when_the_list_was_whole)
{
	struct watch watch;
	uint32_t gone = 0, unknown = 0, count;

	open_watch(&watch);
	poll(&watch, 10, 20, 4, 20);
	batch_free(fill_batch(&watch));
	count = slots_count(watch.slots);
	struct batch *batch = poll_nothing(&watch, false);
	for (uint32_t slot = 0; slot < count; slot++)
		unknown += value_is_unknown(batch->values[slot]);
	cr_expect_eq(unknown, count);
	batch_free(batch);
	batch = poll_nothing(&watch, true);
	for (uint32_t slot = 0; slot < count; slot++)
		cr_expect_not(value_is_gone(batch->values[slot]), "it may be on its way to another coordinator");
	batch_free(batch);
	batch = poll_nothing(&watch, true);
	for (uint32_t slot = 0; slot < count; slot++)
		gone += value_is_gone(batch->values[slot]);
	cr_expect_eq(gone, count - 4); /* all but the topic's own: of two partitions the oldest and the end */
	batch_free(batch);
	close_watch(&watch);
}

/* Its window would have to fill anew, and a stall would look over. */
Test(lag, a_group_that_is_missed_once_is_remembered)
{
	struct watch watch;

	open_watch(&watch);
	for (int i = 0; i < 3; i++)
		poll(&watch, 100 + i, 20, 4, 20);
	cr_assert_eq(told(&watch, "connector_lag_status"), LAG_STALL);
	batch_free(fill_batch(&watch));
	batch_free(poll_nothing(&watch, true));
	poll(&watch, 110, 20, 4, 20);
	cr_expect_eq(told(&watch, "connector_lag_status"), LAG_STALL);
	close_watch(&watch);
}
