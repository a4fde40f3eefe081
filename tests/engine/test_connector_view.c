#include "engine/connector_trends.h"
#include "engine/connector_view.h"
#include <criterion/criterion.h>
#include <glib.h>

struct told {
	const char *name, *task, *worker;
	double value;
};

static struct labels *labels_of(const struct told *told)
{
	struct label pairs[6] = {{"__name__", told->name}, {"cluster", "prod"}};
	size_t count = 2;
	if (told->worker && g_str_has_prefix(told->name, "worker_")) {
		pairs[count++] = (struct label){"worker", told->worker};
	} else {
		pairs[count++] = (struct label){"connector", "orders"};
		pairs[count++] = (struct label){"type", "sink"};
	}
	if (told->task)
		pairs[count++] = (struct label){"task", told->task};
	return labels_new(pairs, count);
}

/* What polls say beside numbers. */
static const char *class_now, *version_now;

/* The poll at a time; the first announces. */
static void poll(struct series_table *table, struct connector_trends *trends, const struct told *told, uint32_t count,
		 msec_t at, bool first)
{
	struct batch *batch = batch_new(0);
	if (!batch->arena)
		batch->arena = arena_new();
	batch->generation = 1;
	batch->at.wall = at;
	batch->elapsed = 7;
	batch->slot_count = count;
	batch->values = malloc(count * sizeof(double));
	batch->added = arena_alloc(batch->arena, count * sizeof *batch->added);
	batch->notes = arena_alloc(batch->arena, count * sizeof *batch->notes);
	for (uint32_t i = 0; i < count; i++) {
		batch->values[i] = told[i].value;
		if (first)
			batch->added[batch->added_count++] =
				(struct batch_series){i, METRIC_GAUGE, labels_of(&told[i])};
		if (g_str_has_suffix(told[i].name, "_state"))
			batch->notes[batch->note_count++] = (struct batch_note){
				.slot = i, .worker = told[i].worker, .class = class_now};
	}
	batch->version = arena_strdup(batch->arena, version_now);
	series_table_ingest(table, batch);
	batch_free(batch);
	connector_trends_note(trends, table, 0, at);
}

static struct series_table *table_of_one(void)
{
	struct series_limits limits = {0, 0};
	struct series_table *table = series_table_new(&limits);
	series_table_set_targets(table, 1, NULL);
	return table;
}

Test(connector_view, an_empty_table_makes_an_empty_view)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	struct connector_view *view = connector_view_build(table, trends, 5);
	cr_expect_eq(view->connector_count, 0);
	cr_expect_eq(view->cluster_count, 0);
	connector_view_unref(connector_view_ref(view));
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, numbers_states_workers_and_rates_come_together)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	struct told told[] = {
		{"connector_state", NULL, "w1:8083", CONNECT_STATE_RUNNING},
		{"connector_task_state", "1", "w2:8083", CONNECT_STATE_FAILED},
		{"connector_task_state", "0", "w1:8083", CONNECT_STATE_RUNNING},
		{"connector_records_total", "0", NULL, 1000},
		{"connector_records_total", "1", NULL, 500},
		{"connector_errors_total", "0", NULL, 0},
		{"connector_lag", NULL, NULL, 42},
		{"worker_cpu_ratio", NULL, "w1:8778", 0.5},
		{"worker_heap_used_bytes", NULL, "w1:8778", 100},
		{"worker_heap_used_bytes", NULL, "w2:8778", 50},
		{"worker_cpu_ratio", NULL, "w3:8778", 0.9},
		{"worker_gc_seconds_total", NULL, "w1:8778", 3},
	};
	msec_t at = 1700000000000;
	for (int i = 0; i <= 12; i++) {
		poll(table, trends, told, G_N_ELEMENTS(told), at + i * 5000, i == 0);
		told[3].value += 50; /* 10 a second */
		told[5].value += 5;
		told[11].value += 0.1; /* 20 ms a second */
		if (i == 6)
			told[4].value = 0; /* task 1 started again: no loss, no gain */
	}
	struct connector_view *view = connector_view_build(table, trends, at + 61000);
	cr_assert_eq(view->connector_count, 1);
	const struct view_connector *it = &view->connectors[0];
	cr_expect_str_eq(it->cluster, "prod");
	cr_expect_str_eq(it->name, "orders");
	cr_expect_str_eq(it->type, "sink");
	cr_expect_eq(it->state, CONNECT_STATE_RUNNING);
	cr_expect_str_eq(it->worker, "w1:8083");
	cr_expect_eq(it->total_records, 1600.0);
	cr_expect_float_eq(it->records_per_second, 10.0, 1e-9);
	cr_expect_eq(it->recent_errors, 60.0);
	cr_expect_float_eq(it->error_rate, 0.1, 1e-9);
	cr_expect(isnan(it->total_bytes), "unknown is not zero");
	cr_expect(isnan(it->bytes_per_second));
	cr_expect_eq(it->lag_total, 42.0);
	cr_expect_eq(it->cpu_percent, 50.0, "of the workers it runs on");
	cr_expect_eq(it->memory_used, 150.0);
	cr_expect_eq(it->elapsed, 7);
	cr_assert_eq(it->task_count, 2);
	cr_expect_str_eq(it->tasks[0].id, "0");
	cr_expect_eq(it->tasks[1].state, CONNECT_STATE_FAILED);
	cr_expect_str_eq(it->tasks[1].worker, "w2:8083");
	cr_expect_float_eq(it->tasks[0].records_per_second, 10.0, 1e-9);
	cr_assert_eq(it->trend_count, 12);
	cr_expect_float_eq(it->trend[0].records_per_second, 10.0, 1e-9);
	cr_expect_eq(it->trend[11].at, at + 60000);
	cr_expect_eq(it->trend[11].lag, 42.0);
	cr_expect_eq(view->worker_count, 3);
	cr_expect_str_eq(view->workers[2].name, "w3:8778");
	cr_expect(isnan(view->workers[1].cpu_percent));
	cr_expect_eq(view->workers[0].since, at);
	cr_expect_float_eq(view->workers[0].gc_msec_per_second, 20.0, 1e-6);
	cr_expect(isnan(view->workers[1].gc_msec_per_second));
	cr_assert_eq(view->cluster_count, 1);
	cr_expect_str_eq(view->clusters[0], "prod");
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, class_and_version_stand_until_others_come)
{
	static const struct {
		const char *class, *version, *want_class, *want_version;
	} polls[] = {
		{NULL, NULL, NULL, NULL},
		{"org.example.Sink", "3.9.1", "org.example.Sink", "3.9.1"},
		{NULL, NULL, "org.example.Sink", "3.9.1"},
		{"org.example.Other", "4.1.0", "org.example.Other", "4.1.0"},
	};
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	struct told told[] = {{"connector_state", NULL, "w1:8083", CONNECT_STATE_RUNNING}};
	for (size_t i = 0; i < G_N_ELEMENTS(polls); i++) {
		class_now = polls[i].class;
		version_now = polls[i].version;
		poll(table, trends, told, 1, (msec_t)(1 + i) * 5000, i == 0);
		struct connector_view *view = connector_view_build(table, trends, (msec_t)(1 + i) * 5000);
		cr_assert_eq(view->connector_count, 1);
		cr_expect_eq(g_strcmp0(view->connectors[0].class, polls[i].want_class), 0, "%zu", i);
		cr_expect_eq(g_strcmp0(view->versions[0], polls[i].want_version), 0, "%zu", i);
		connector_view_unref(view);
	}
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, a_worker_is_up_down_or_not_known)
{
	struct told told[] = {
		{"worker_heap_used_bytes", NULL, "a:8778", 1}, {"worker_up", NULL, "a:8778", 1},
		{"worker_heap_used_bytes", NULL, "b:8778", VALUE_UNKNOWN}, {"worker_up", NULL, "b:8778", 1},
		{"worker_heap_used_bytes", NULL, "c:8778", VALUE_UNKNOWN}, {"worker_up", NULL, "c:8778", 0},
		{"worker_heap_used_bytes", NULL, "d:8778", VALUE_UNKNOWN}, {"worker_up", NULL, "d:8778", VALUE_UNKNOWN},
		{"worker_heap_used_bytes", NULL, "e:8778", VALUE_UNKNOWN},
	};
	static const enum view_up want[] = {VIEW_UP, VIEW_UP, VIEW_DOWN, VIEW_UP_UNKNOWN, VIEW_UP_UNTOLD};
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	poll(table, trends, told, G_N_ELEMENTS(told), 5000, true);
	struct connector_view *view = connector_view_build(table, trends, 5000);
	cr_assert_eq(view->worker_count, G_N_ELEMENTS(want));
	for (size_t i = 0; i < G_N_ELEMENTS(want); i++)
		cr_expect_eq(view->workers[i].up, want[i], "%s", view->workers[i].name);
	connector_view_unref(view);
	told[3].value = 0; /* b falls silent */
	poll(table, trends, told, G_N_ELEMENTS(told), 9000, false);
	view = connector_view_build(table, trends, 9000);
	cr_expect_eq(view->workers[1].up, VIEW_DOWN);
	cr_expect_eq(view->workers[1].since, 9000);
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, a_failed_poll_is_a_warning_and_unknown_numbers)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	const struct told told[] = {{"connector_state", NULL, "w1:8083", CONNECT_STATE_RUNNING},
				    {"connector_records_total", "0", NULL, 1000}};
	poll(table, trends, told, 2, 1700000000000, true);
	struct batch *batch = batch_new(0);
	batch->failed = true;
	g_strlcpy(batch->failure, "connection refused", sizeof batch->failure);
	series_table_ingest(table, batch);
	batch_free(batch);
	connector_trends_note(trends, table, 0, 1700000005000);
	struct connector_view *view = connector_view_build(table, trends, 1700000006000);
	cr_assert_eq(view->connector_count, 1);
	cr_expect_eq(view->connectors[0].state, CONNECT_STATE_OTHER);
	cr_expect(isnan(view->connectors[0].total_records));
	cr_assert_eq(view->warning_count, 1);
	cr_expect_str_eq(view->warnings[0].text, "connection refused");
	cr_expect_str_eq(view->warnings[0].cluster, "prod");
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, a_deleted_connector_leaves_with_its_past)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	struct told told[] = {{"connector_state", NULL, "w1:8083", CONNECT_STATE_RUNNING},
			      {"connector_records_total", "0", NULL, 1000}};
	poll(table, trends, told, 2, 1700000000000, true);
	told[0].value = told[1].value = VALUE_GONE;
	poll(table, trends, told, 2, 1700000005000, false);
	struct connector_view *view = connector_view_build(table, trends, 1700000006000);
	cr_expect_eq(view->connector_count, 0, "gone, though its slots are not free yet");
	connector_view_unref(view);
	series_table_drop_gone(table, 0);
	view = connector_view_build(table, trends, 1700000006000);
	cr_expect_eq(view->connector_count, 0);
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, more_points_than_kept_drop_the_oldest)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	struct told told[] = {{"connector_records_total", "0", NULL, 0}};
	for (int i = 0; i < 200; i++) {
		told[0].value = i * i;
		poll(table, trends, told, 1, 1700000000000 + i * 5000, i == 0);
	}
	struct connector_view *view = connector_view_build(table, trends, 1700000000000 + 200 * 5000);
	cr_assert_eq(view->connectors[0].trend_count, TREND_POINTS);
	cr_expect_eq(view->connectors[0].trend[TREND_POINTS - 1].at, 1700000000000 + 199 * 5000);
	cr_expect_float_eq(view->connectors[0].trend[TREND_POINTS - 1].records_per_second, (199.0 * 199 - 198.0 * 198) / 5, 1e-9);
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, while_polls_fail_points_are_unknown_and_not_zero)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	struct told told[] = {{"connector_records_total", "0", NULL, 0},
			      {"connector_errors_total", "0", NULL, 0},
			      {"connector_task_state", "0", "w1:8083", CONNECT_STATE_RUNNING},
			      {"connector_task_state", "1", "w1:8083", CONNECT_STATE_FAILED},
			      {"connector_lag", NULL, NULL, 7}};
	for (int i = 0; i < 20; i++) {
		bool away = i >= 4;
		told[0].value = away ? VALUE_UNKNOWN : i * 100;
		told[1].value = away ? VALUE_UNKNOWN : i * 25;
		told[2].value = away ? VALUE_UNKNOWN : CONNECT_STATE_RUNNING;
		told[3].value = away ? VALUE_UNKNOWN : CONNECT_STATE_FAILED;
		told[4].value = away ? VALUE_UNKNOWN : 7;
		poll(table, trends, told, G_N_ELEMENTS(told), 1700000000000 + i * 5000, i == 0);
	}
	struct connector_view *view = connector_view_build(table, trends, 1700000000000 + 20 * 5000);
	const struct view_connector *it = &view->connectors[0];
	cr_assert_eq(it->trend_count, 19);
	const struct view_point *known = &it->trend[2], *lost = &it->trend[18];
	cr_expect_float_eq(known->records_per_second, 20, 1e-9);
	cr_expect_float_eq(known->error_rate, 0.25, 1e-9);
	cr_expect_eq(known->failed_tasks, 1);
	cr_expect_eq(known->lag, 7);
	cr_expect(isnan(lost->records_per_second) && isnan(lost->error_rate) && isnan(lost->failed_tasks) &&
		  isnan(lost->lag));
	cr_expect(isnan(it->records_per_second), "a minute without numbers is no rate of zero");
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

Test(connector_view, a_wall_clock_that_is_set_back_does_not_stop_the_rates)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	struct told told[] = {{"connector_records_total", "0", NULL, 1000}};
	msec_t at = 1700000000000;
	for (int i = 0; i <= 12; i++) {
		poll(table, trends, told, 1, at + i * 5000, i == 0);
		told[0].value += 50;
	}
	at -= 3600000;
	for (int i = 0; i <= 12; i++) {
		poll(table, trends, told, 1, at + i * 5000, false);
		told[0].value += 100;
	}
	struct connector_view *view = connector_view_build(table, trends, at + 61000);
	cr_assert_eq(view->connector_count, 1);
	cr_expect_float_eq(view->connectors[0].records_per_second, 20.0, 1e-9);
	connector_view_unref(view);
	connector_trends_free(trends);
	series_table_free(table);
}

/* Nobody looks; a daemon without a page open may run for months. */
Test(connector_view, connectors_that_come_and_go_are_not_kept)
{
	struct series_table *table = table_of_one();
	struct connector_trends *trends = connector_trends_new();
	for (uint64_t i = 1; i <= 50; i++) {
		char name[16];
		g_snprintf(name, sizeof name, "c%d", (int)i);
		const struct label pairs[] = {
			{"__name__", "connector_records_total"}, {"cluster", "prod"}, {"connector", name}, {"task", "0"}};
		struct batch *batch = batch_new(0);
		struct batch_series added = {0, METRIC_COUNTER, labels_new(pairs, 4)};
		batch->generation = i;
		batch->at.wall = (msec_t)(1700000000000 + i * 5000);
		batch->slot_count = 1;
		batch->values = calloc(1, sizeof(double));
		batch->added = &added;
		batch->added_count = 1;
		series_table_ingest(table, batch);
		batch_free(batch);
		connector_trends_note(trends, table, 0, (msec_t)(1700000000000 + i * 5000));
	}
	cr_expect_eq(g_hash_table_size(trends->by_key), 1);
	connector_trends_free(trends);
	series_table_free(table);
}
