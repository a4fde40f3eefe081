#include "model/connect_state.h"
#include "sources/collector_sheet.h"
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define FULL                                                                                                           \
	"{\"connectorName\":\"c\",\"throughput\":{\"recordsPerSecond\":12.5,\"bytesPerSecond\":100,\"totalRecords\":"  \
	"500,"                                                                                                         \
	"\"totalBytes\":9000},\"errors\":{\"totalErrors\":7,\"errorRate\":0.01,\"recentErrorCount\":2,"                \
	"\"lastErrorTime\":"                                                                                           \
	"\"2023-11-14T22:13:20Z\"},\"resources\":{\"cpuPercent\":25,\"memoryUsedMB\":2,\"memoryTotalMB\":4,"           \
	"\"threadCount\":"                                                                                             \
	"31},\"lag\":{\"totalLag\":0,\"maxLag\":null,\"averageLag\":3.5},\"tasks\":[{\"taskId\":0,"                    \
	"\"recordsProcessed\":300,"                                                                                    \
	"\"bytesProcessed\":null,\"errorCount\":7,\"state\":\"RUNNING\"},{\"taskId\":1,\"recordsProcessed\":200,"      \
	"\"errorCount\":0,\"state\":\"FAILED\"}],\"lastUpdated\":\"2023-11-14T22:13:25Z\",\"collectionDuration\":"     \
	"1500000}"

Test(collector, reads_the_whole_answer)
{
	struct arena *arena = arena_new();
	struct collector_metrics metrics;
	struct error err;
	cr_assert(collector_metrics_parse(FULL, strlen(FULL), "c", arena, &metrics, &err), "%s", err.text);
	cr_assert_eq(metrics.records, 500);
	cr_assert_eq(metrics.bytes, 9000);
	cr_assert_eq(metrics.errors, 7);
	cr_assert_eq(metrics.last_error, 1700000000000);
	cr_assert_eq(metrics.updated, 1700000005000);
	cr_assert_eq(metrics.lag, 0, "zero is a number");
	cr_assert(isnan(metrics.gauges[COLLECTOR_LAG_MAX]), "null is not");
	cr_assert_eq(metrics.gauges[COLLECTOR_RECORDS_PER_SECOND], 12.5);
	cr_assert_eq(metrics.gauges[COLLECTOR_CPU_RATIO], 0.25);
	cr_assert_eq(metrics.gauges[COLLECTOR_MEMORY_USED_BYTES], 2097152);
	cr_assert_float_eq(metrics.gauges[COLLECTOR_COLLECTION_SECONDS], 0.0015, 1e-12);
	cr_assert_eq(metrics.task_count, 2);
	cr_assert_str_eq(metrics.tasks[1].id, "1");
	cr_assert_str_eq(metrics.tasks[1].state, "FAILED");
	cr_assert(isnan(metrics.tasks[1].bytes));
	arena_free(arena);
}

Test(collector, answers_it_does_not_trust)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", ""},
		{"[]", "not an object"},
		{"{\"connectorName\":\"other\"}", "is about \"other\""},
		{"{\"tasks\":3}", "tasks is not an array"},
		{"{\"tasks\":[3]}", "tasks[0] is not an object"},
		{"{\"tasks\":[{\"taskId\":0},{}]}", "tasks[1].taskId"},
		{"{\"a\":1,\"a\":2}", ""},
		{"{\"connectorName\":\"c\"", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct arena *arena = arena_new();
		struct collector_metrics metrics = {.records = 42};
		struct error err = {0};
		cr_assert_not(collector_metrics_parse(cases[i].text, strlen(cases[i].text), "c", arena, &metrics, &err),
			      "case %zu", i);
		cr_assert(strstr(err.text, cases[i].error), "case %zu: %s", i, err.text);
		cr_assert_eq(metrics.records, 42, "untouched");
		arena_free(arena);
	}
}

Test(collector, wrong_types_are_unknown)
{
	static const char text[] = "{\"throughput\":{\"totalRecords\":\"500\"},\"errors\":[],\"lag\":{\"totalLag\":-1},"
				   "\"tasks\":null}";
	struct arena *arena = arena_new();
	struct collector_metrics metrics;
	struct error err;
	cr_assert(collector_metrics_parse(text, strlen(text), "c", arena, &metrics, &err), "%s", err.text);
	cr_assert(isnan(metrics.records) && isnan(metrics.errors) && isnan(metrics.lag) && isnan(metrics.last_error));
	cr_assert_not(metrics.tasks_said);
	arena_free(arena);
}

Test(collector, lists_in_every_shape)
{
	static const struct {
		const char *text;
		int count; /* -1 = refused */
		bool complete;
	} cases[] = {
		{"[]", 0, true},
		{"[\"a\",\"b\"]", 2, true},
		{"[{\"name\":\"a\",\"type\":\"sink\",\"state\":\"RUNNING\"},\"b\"]", 2, true},
		{"{\"items\":[\"a\"],\"next\":null}", 1, true},
		{"{\"items\":[\"a\"],\"next\":\"x\"}", 1, false},
		{"{\"connectors\":[{\"name\":\"a\"}]}", 1, true},
		{"{}", -1, false},
		{"[3]", -1, false},
		{"[{\"nome\":\"a\"}]", -1, false},
		{"[\"\"]", -1, false},
		{"\"a\"", -1, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct arena *arena = arena_new();
		struct collector_list list;
		struct error err;
		bool good = collector_list_parse(cases[i].text, strlen(cases[i].text), arena, &list, &err);
		cr_assert_eq(good, cases[i].count >= 0, "case %zu", i);
		if (good) {
			cr_assert_eq((int)list.count, cases[i].count, "case %zu", i);
			cr_assert_eq(list.complete, cases[i].complete, "case %zu", i);
		}
		arena_free(arena);
	}
}

struct bench {
	struct slots *slots;
	struct labels *base, *raw;
	struct connector_model *model;
};

/* One cycle: names of the list, and the answers (NULL = none came). */
static struct batch *cycle(struct bench *bench, const char *list_text, const char *const *answers)
{
	struct arena *arena = arena_new();
	struct collector_list list;
	struct collector_sheet sheet;
	struct error err;
	cr_assert(collector_list_parse(list_text, strlen(list_text), arena, &list, &err));
	slots_begin(bench->slots);
	collector_sheet_init(&sheet, bench->slots, bench->model, bench->raw, &list, arena);
	for (uint32_t i = 0; i < list.count; i++) {
		struct collector_metrics metrics;
		if (!answers[i])
			continue;
		cr_assert(collector_metrics_parse(answers[i], strlen(answers[i]), list.connectors[i].name, arena,
						  &metrics, &err),
			  "%s", err.text);
		collector_sheet_put(&sheet, &list.connectors[i], &metrics);
	}
	collector_sheet_finish(&sheet);
	collector_sheet_release(&sheet);
	struct batch *batch = batch_new(0);
	slots_fill(bench->slots, batch, 0);
	slots_taken(bench->slots);
	arena_free(arena);
	return batch;
}

static struct bench bench_new(void)
{
	struct label cluster = {"cluster", "prod"};
	struct label own[] = {cluster, {"job", "proxy"}, {"instance", "proxy:8080"}};
	struct bench bench = {.slots = slots_new(1000), .base = labels_new(&cluster, 1), .raw = labels_new(own, 3)};
	bench.model = connector_model_new(bench.base, "proxy:8080");
	return bench;
}

static void bench_release(struct bench *bench)
{
	connector_model_free(bench->model);
	slots_free(bench->slots);
	labels_unref(bench->base);
	labels_unref(bench->raw);
}

static uint32_t slot_of(struct bench *bench, enum model_series series, const char *connector, const char *task)
{
	struct label own[] = {{"__name__", model_series_name(series)},
			      {"cluster", "prod"},
			      {"connector", connector},
			      {"task", task ? task : ""}};
	struct labels *labels = labels_new(own, 4);
	uint32_t slot = slots_find(bench->slots, labels);
	labels_unref(labels);
	return slot;
}

Test(collector, a_number_stands_per_task_or_per_connector_never_both)
{
	struct bench bench = bench_new();
	struct batch *batch = cycle(&bench, "[\"c\"]", (const char *const[]){FULL});
	cr_assert_eq(batch->values[slot_of(&bench, MODEL_RECORDS, "c", "0")], 300);
	cr_assert_eq(batch->values[slot_of(&bench, MODEL_RECORDS, "c", "1")], 200);
	cr_assert_eq(slot_of(&bench, MODEL_RECORDS, "c", NULL), SLOT_NONE);
	cr_assert_eq(batch->values[slot_of(&bench, MODEL_BYTES, "c", NULL)], 9000, "no task knows its bytes");
	cr_assert_eq(batch->values[slot_of(&bench, MODEL_TASK_STATE, "c", "1")], CONNECT_STATE_FAILED);
	cr_assert_eq(batch->values[slot_of(&bench, MODEL_LAG, "c", NULL)], 0);
	batch_free(batch);
	bench_release(&bench);
}

Test(collector, no_answer_is_unknown_and_no_entry_is_gone)
{
	struct bench bench = bench_new();
	static const char b[] = "{\"connectorName\":\"b\",\"throughput\":{\"totalRecords\":5},\"tasks\":[]}";
	batch_free(cycle(&bench, "[\"b\",\"c\"]", (const char *const[]){b, FULL}));
	uint32_t of_b = slot_of(&bench, MODEL_RECORDS, "b", NULL), of_c = slot_of(&bench, MODEL_RECORDS, "c", "1");

	struct batch *partial = cycle(&bench, "[\"b\",\"c\"]", (const char *const[]){b, NULL});
	cr_assert_eq(partial->values[of_b], 5);
	cr_assert(value_is_unknown(partial->values[of_c]), "not answered");
	batch_free(partial);

	static const char fewer[] = "{\"connectorName\":\"c\",\"tasks\":[{\"taskId\":0,\"recordsProcessed\":310}]}";
	struct batch *scaled = cycle(&bench, "[\"b\",\"c\"]", (const char *const[]){b, fewer});
	cr_assert(value_is_gone(scaled->values[of_c]), "the task is not in the list of tasks");
	batch_free(scaled);

	struct batch *page = cycle(&bench, "{\"items\":[\"c\"],\"next\":\"2\"}", (const char *const[]){FULL});
	cr_assert(value_is_unknown(page->values[of_b]), "the list is not complete");
	batch_free(page);

	struct batch *removed = cycle(&bench, "[\"c\"]", (const char *const[]){FULL});
	cr_assert(value_is_gone(removed->values[of_b]), "the list no longer has it");
	batch_free(removed);
	bench_release(&bench);
}

Test(collector, a_number_that_moves_to_the_tasks_is_gone_from_the_connector)
{
	struct bench bench = bench_new();
	static const char total[] =
		"{\"connectorName\":\"c\",\"throughput\":{\"totalRecords\":500},\"tasks\":[{\"taskId\":0}]}";
	batch_free(cycle(&bench, "[\"c\"]", (const char *const[]){total}));
	uint32_t whole = slot_of(&bench, MODEL_RECORDS, "c", NULL);
	struct batch *batch = cycle(&bench, "[\"c\"]", (const char *const[]){FULL});
	cr_assert(value_is_gone(batch->values[whole]));
	batch_free(batch);
	bench_release(&bench);
}
