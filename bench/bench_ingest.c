/* Ingest of Prometheus text: MB/s and ns a line of the parser, one core, CPU time, for series that are known in the same order,
 * known in another order, and new. bench/bench_ingest [SERIES] [ROUNDS] */
#include "sources/text_parser.h"
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct bench {
	struct slots *slots;
	struct text_parser *parser;
	struct labels *base;
	uint32_t series;
};

/* CPU time of this process, so that other work on the machine does not count. */
static double now(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Lines of about 80 bytes, 50 series a family, as an exporter writes them. */
static GString *body_new(uint32_t series, unsigned round, bool backwards)
{
	GString *body = g_string_new(NULL);
	for (uint32_t i = 0; i < series; i++) {
		uint32_t n = backwards ? series - 1 - i : i;
		if (!backwards && n % 50 == 0)
			g_string_append_printf(body, "# HELP kafka_metric_%05u Help.\n# TYPE kafka_metric_%05u gauge\n",
					       n / 50, n / 50);
		g_string_append_printf(
			body,
			"kafka_metric_%05u{connector=\"orders-sink-%02u\",task=\"%u\",topic=\"orders\"} %u.%03u\n",
			n / 50, n % 50, n % 7, (n * 31 + round * 7) % 100000, (n + round) % 1000);
	}
	return body;
}

static void run(struct bench *bench, const GString *body)
{
	struct text_counts counts;
	struct error err;
	slots_begin(bench->slots);
	if (!text_parser_run(bench->parser, TEXT_PROMETHEUS, body->str, body->len, bench->slots, &counts, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
}

static void settle(struct bench *bench)
{
	struct batch *batch = batch_new(0);
	slots_fill(bench->slots, batch, 0);
	slots_taken(bench->slots);
	batch_free(batch);
}

static void open_bench(struct bench *bench, uint32_t series)
{
	struct label own[] = {{"job", "bench"}, {"instance", "host:9404"}, {"cluster", "prod"}};
	bench->series = series;
	bench->base = labels_new(own, 3);
	bench->slots = slots_new(series);
	bench->parser = text_parser_new(bench->base);
}

static void close_bench(struct bench *bench)
{
	text_parser_free(bench->parser);
	slots_free(bench->slots);
	labels_unref(bench->base);
}

static void report(const char *what, const struct bench *bench, double bytes, double seconds, unsigned rounds)
{
	printf("%-28s %8.1f MB/s %8.1f ns a line\n", what, bytes / seconds / 1e6,
	       seconds * 1e9 / ((double)bench->series * rounds));
}

static void bench_known(uint32_t series, unsigned rounds, bool backwards)
{
	struct bench bench;
	open_bench(&bench, series);
	GString *bodies[2] = {body_new(series, 1, false), body_new(series, 2, backwards)};
	run(&bench, bodies[0]);
	settle(&bench);
	double bytes = 0;
	double start = now();
	for (unsigned i = 0; i < rounds; i++) {
		const GString *body = bodies[backwards ? (i + 1) % 2 : i % 2];
		run(&bench, body);
		settle(&bench);
		bytes += (double)body->len;
	}
	report(backwards ? "known, order turned round" : "known, same order", &bench, bytes, now() - start, rounds);
	g_string_free(bodies[0], TRUE);
	g_string_free(bodies[1], TRUE);
	close_bench(&bench);
}

static void bench_new(uint32_t series, unsigned rounds)
{
	GString *body = body_new(series, 1, false);
	struct bench bench = {.series = series};
	double elapsed = 0;
	for (unsigned i = 0; i < rounds; i++) {
		open_bench(&bench, series);
		double start = now();
		run(&bench, body);
		settle(&bench);
		elapsed += now() - start;
		close_bench(&bench);
	}
	report("new", &bench, (double)body->len * rounds, elapsed, rounds);
	g_string_free(body, TRUE);
}

int main(int argc, char **argv)
{
	uint32_t series = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000;
	unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 100;
	if (series == 0 || rounds == 0)
		return 2;
	bench_known(series, rounds, false);
	bench_known(series, rounds, true);
	bench_new(series, MAX(rounds / 20, 1));
	return 0;
}
