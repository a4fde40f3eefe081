/* The whole daemon at rest: CPU time of a poll cycle and resident memory of a real tocsind that polls one exporter.
 * bench/bench_daemon [TOCSIND] [SERIES] [RULES] [CYCLES] */
#include "bench/rig.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARM = 3, REST = 2000 };

struct bench {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	unsigned series, polls;
	size_t bytes;
};

/* Names and labels stand; a tenth of the values differs from poll to poll. */
static void page(void *context, GString *body)
{
	struct bench *bench = context;
	g_string_append(body, "# TYPE kafka_metric gauge\n");
	for (unsigned i = 0; i < bench->series; i++)
		g_string_append_printf(body,
				       "kafka_metric{connector=\"orders-sink-%04u\",task=\"%u\",topic=\"orders\"} %u\n",
				       i / 10, i % 10, i % 10 == bench->polls % 10 ? bench->polls : i % 100);
	bench->bytes = body->len;
}

static void shown(void *context, msec_t at)
{
	(void)at;
	struct bench *bench = context;
	pthread_mutex_lock(&bench->lock);
	bench->polls++;
	pthread_cond_signal(&bench->turn);
	pthread_mutex_unlock(&bench->lock);
}

static void wait_for_poll(struct bench *bench, unsigned poll)
{
	pthread_mutex_lock(&bench->lock);
	while (bench->polls < poll)
		pthread_cond_wait(&bench->turn, &bench->lock);
	pthread_mutex_unlock(&bench->lock);
}

static char *config_text(unsigned rules)
{
	GString *text = g_string_new("rules = (\n");
	for (unsigned i = 0; i < rules; i++)
		g_string_append_printf(
			text,
			"  %s{ name = \"Rule%u\"; kind = \"threshold\"; metric = \"kafka_metric\"; op = \">\";\n"
			"    levels = ( { severity = \"warning\"; raise = %u; clear = %u; } ); }\n",
			i ? "," : "", i, 100000 + i, 90000 + i);
	g_string_append(text, ");\nroute = { receiver = \"sink\"; group_by = [ \"connector\" ]; };\n");
	return g_string_free(text, FALSE);
}

/* Between two polls. */
static void wait_at_rest(void)
{
	struct clock *clock = clock_system();
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never;
	clock_cond_init(&never);
	pthread_mutex_lock(&lock);
	clock->wait(clock, &never, &lock, clock->read(clock).mono + REST);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&never);
}

static unsigned argument(int argc, char **argv, int i, unsigned fallback)
{
	return argc > i ? (unsigned)strtoul(argv[i], NULL, 10) : fallback;
}

int main(int argc, char **argv)
{
	struct bench bench = {.lock = PTHREAD_MUTEX_INITIALIZER,
			      .turn = PTHREAD_COND_INITIALIZER,
			      .series = argument(argc, argv, 2, 100000)};
	unsigned rules = argument(argc, argv, 3, 10), cycles = MAX(argument(argc, argv, 4, 12), 1);
	char *config = config_text(rules);
	struct rig *rig = rig_open(argc > 1 ? argv[1] : "./tocsind", "5s", config,
				   &(struct rig_world){&bench, page, shown, NULL});
	wait_for_poll(&bench, WARM);
	double before = rig_cpu_seconds(rig);
	wait_for_poll(&bench, WARM + cycles);
	double used = rig_cpu_seconds(rig) - before;
	double polled = rig_megabytes(rig, "VmRSS:");
	wait_at_rest();
	printf("%u series (%.1f MB a poll), %u rules: %.3f s of CPU a cycle, %.1f MB resident during a poll, %.1f MB at "
	       "rest, %.1f MB at most\n",
	       bench.series, (double)bench.bytes / 1e6, rules, used / cycles, polled, rig_megabytes(rig, "VmRSS:"),
	       rig_megabytes(rig, "VmHWM:"));
	rig_close(rig);
	g_free(config);
	return 0;
}
