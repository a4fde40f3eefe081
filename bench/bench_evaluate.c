/* Evaluations per second on one core, and bytes per series, per instance and per active alert.
 * usage: bench_evaluate [series [rules [cycles]]]; default 100000 10 200. */
#include "engine/evaluator.h"
#include <glib.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { INTERVAL = 5000, WINDOW_POLLS = 64 };

struct run {
	const char *name, *rule; /* keys of each rule */
	uint32_t series, rules, cycles;
	double breaching; /* share of the series */
	uint32_t warm_up;
};

struct bench {
	struct run run;
	struct config_tree *tree;
	struct rulebook *book;
	struct evaluator *evaluator;
	struct arena *arena;
	struct now now;
	uint64_t transitions;
};

static size_t heap(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static msec_t mono(void)
{
	return clock_system()->read(clock_system()).mono;
}

static struct rulebook *load_rules(struct bench *bench)
{
	struct config_report report = {0};
	GString *text = g_string_new("rules = (\n");
	for (uint32_t i = 0; i < bench->run.rules; i++) {
		g_string_append_printf(text, "{ name = \"R%u\"; kind = \"threshold\"; metric = \"load\"; %s }%s\n", i,
				       bench->run.rule, i + 1 < bench->run.rules ? "," : "");
	}
	g_string_append(text, ");\n");
	bench->tree = config_tree_parse("bench.conf", text->str, &report);
	g_string_free(text, TRUE);
	struct rulebook *book = bench->tree ? rulebook_load(bench->tree, &report) : NULL;
	if (!book) {
		char *problems = config_report_text(&report);
		fprintf(stderr, "%s\n", problems);
		exit(1);
	}
	config_report_release(&report);
	return book;
}

static struct labels *labels_of(uint32_t i)
{
	char core[24], host[24];
	g_snprintf(core, sizeof core, "%u", i % 64);
	g_snprintf(host, sizeof host, "host-%u:9100", i / 64);
	const struct label pairs[] = {
		{"__name__", "load"}, {"job", "node"}, {"instance", host}, {"core", core}, {"mode", "user"}};
	return labels_new(pairs, G_N_ELEMENTS(pairs));
}

static struct batch *poll_of(struct bench *bench, uint32_t cycle, bool first)
{
	uint32_t count = bench->run.series;
	uint32_t bad = (uint32_t)(bench->run.breaching * count);
	struct batch *batch = batch_new(0);
	if (!batch->arena)
		batch->arena = arena_new();
	bench->now.mono += INTERVAL;
	bench->now.wall += INTERVAL;
	batch->at = bench->now;
	batch->generation = 1;
	batch->slot_count = count;
	batch->values = malloc(count * sizeof(double));
	for (uint32_t i = 0; i < count; i++)
		batch->values[i] = i < bad && !first ? 2000 + i : (i * 7 + cycle) % 100;
	if (!first)
		return batch;
	batch->added = arena_alloc(batch->arena, count * sizeof *batch->added);
	batch->added_count = count;
	for (uint32_t i = 0; i < count; i++)
		batch->added[i] = (struct batch_series){i, METRIC_GAUGE, labels_of(i)};
	return batch;
}

static void step(struct bench *bench)
{
	struct transitions out;
	transitions_init(&out, bench->arena);
	evaluate_step(bench->evaluator, bench->now, &out);
	bench->transitions += out.count;
	transitions_release(&out);
	arena_reset(bench->arena);
}

static void cycle(struct bench *bench, uint32_t number, bool first)
{
	evaluator_ingest(bench->evaluator, poll_of(bench, number, first));
	step(bench);
}

static void report_speed(struct bench *bench)
{
	struct batch **polls = g_new(struct batch *, bench->run.cycles);
	struct now end = bench->now;
	for (uint32_t i = 0; i < bench->run.cycles; i++)
		polls[i] = poll_of(bench, i, false);
	bench->now = end;
	msec_t start = mono();
	for (uint32_t i = 0; i < bench->run.cycles; i++) {
		bench->now.mono += INTERVAL;
		bench->now.wall += INTERVAL;
		evaluator_ingest(bench->evaluator, polls[i]);
		step(bench);
	}
	double seconds = (double)(mono() - start) / 1000;
	double evaluations = (double)bench->run.series * bench->run.rules * bench->run.cycles;
	printf("%-34s %8.1f M evaluations/s  %7.2f ms a cycle  %llu transitions\n", bench->run.name,
	       evaluations / seconds / 1e6, seconds * 1000 / bench->run.cycles, (unsigned long long)bench->transitions);
	g_free(polls);
}

static void open_bench(struct bench *bench, struct run run)
{
	struct evaluator_options options = {.seed = 1};
	const msec_t interval = INTERVAL;
	*bench = (struct bench){.run = run, .now = {1000000, 1700000000000}, .arena = arena_new()};
	bench->book = load_rules(bench);
	bench->evaluator = evaluator_new(&options);
	evaluator_set_targets(bench->evaluator, 1, &interval);
}

static void close_bench(struct bench *bench)
{
	evaluator_free(bench->evaluator);
	rulebook_unref(bench->book);
	config_tree_free(bench->tree);
	arena_free(bench->arena);
}

static void run_speed(struct run run)
{
	struct bench bench;
	open_bench(&bench, run);
	evaluator_set_rules(bench.evaluator, bench.book);
	cycle(&bench, 0, true);
	for (uint32_t i = 0; i < run.warm_up; i++)
		cycle(&bench, i, false);
	report_speed(&bench);
	close_bench(&bench);
}

static void report_bytes(const char *what, size_t before, uint32_t count)
{
	printf("%-34s %8.1f bytes\n", what, ((double)heap() - (double)before) / count);
}

static void run_memory(struct run run)
{
	struct bench bench;
	open_bench(&bench, run);
	size_t start = heap();
	cycle(&bench, 0, true);
	report_bytes("a series, labels and all", start, run.series);
	size_t before = heap();
	evaluator_set_rules(bench.evaluator, bench.book);
	step(&bench);
	char *what = g_strdup_printf("an instance, %s", run.name);
	report_bytes(what, before, run.series * run.rules);
	g_free(what);
	if (run.breaching > 0) {
		before = heap();
		cycle(&bench, 0, false);
		report_bytes("an active alert", before, (uint32_t)(run.breaching * run.series) * run.rules);
	}
	close_bench(&bench);
}

static uint32_t argument(int argc, char **argv, int i, uint32_t fallback)
{
	return argc > i ? (uint32_t)g_ascii_strtoull(argv[i], NULL, 10) : fallback;
}

int main(int argc, char **argv)
{
	static const char plain[] = "levels = ( { severity = \"warning\"; raise = 1000.0; clear = 900.0; }, "
				    "{ severity = \"critical\"; raise = 1500.0; clear = 1200.0; } ); for = \"0s\";";
	static const char mean[] = "function = \"avg\"; window = \"5m\"; "
				   "levels = ( { severity = \"warning\"; raise = 1000.0; clear = 900.0; } );";
	static const char rate[] = "function = \"rate\"; window = \"5m\"; "
				   "levels = ( { severity = \"warning\"; raise = 1e9; clear = 1e8; } );";
	uint32_t series = argument(argc, argv, 1, 100000), rules = argument(argc, argv, 2, 10);
	uint32_t cycles = argument(argc, argv, 3, 200);
	run_memory((struct run){"threshold", plain, series, rules, 0, 0.01, 0});
	run_memory((struct run){"avg over 5m with its ring", mean, series, 1, 0, 0, 0});
	run_speed((struct run){"threshold, all quiet", plain, series, rules, cycles, 0, 2});
	run_speed((struct run){"threshold, 1 % firing", plain, series, rules, cycles, 0.01, 2});
	run_speed((struct run){"rate over 5m", rate, series, rules, cycles / 20 + 1, 0, WINDOW_POLLS});
	run_speed((struct run){"avg over 5m", mean, series, rules, cycles / 20 + 1, 0, WINDOW_POLLS});
	return 0;
}
