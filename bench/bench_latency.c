/* From the poll that shows a breach to the first byte at a webhook, through a real tocsind: alerts one by one, then all at
 * once in groups of ten. bench/bench_latency [TOCSIND] [ONE-BY-ONE] [AT-ONCE] */
#include "bench/rig.h"
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUIET_POLLS = 5, GROUP = 10, BOUND = 60000, EACH = 200 };

struct bench {
	pthread_mutex_t lock;
	pthread_cond_t done;
	unsigned things, told, posts, polls;
	bool at_once;
	msec_t *shown; /* of each thing's breach; 0 = not yet */
	double *took; /* milliseconds; below 0 = not told */
};

static unsigned breached(const struct bench *bench)
{
	unsigned after = bench->polls > QUIET_POLLS ? bench->polls - QUIET_POLLS : 0;
	return bench->at_once ? (after ? bench->things : 0) : MIN(after, bench->things);
}

static void page(void *context, GString *body)
{
	struct bench *bench = context;
	pthread_mutex_lock(&bench->lock);
	bench->polls++;
	unsigned bad = breached(bench);
	pthread_mutex_unlock(&bench->lock);
	g_string_append(body, "# TYPE trouble gauge\n");
	for (unsigned i = 0; i < bench->things; i++)
		g_string_append_printf(body, "trouble{thing=\"%u\",part=\"%u\"} %d\n", i,
				       bench->at_once ? i / GROUP : i, i < bad);
}

static void shown(void *context, msec_t at)
{
	struct bench *bench = context;
	pthread_mutex_lock(&bench->lock);
	for (unsigned i = 0; i < breached(bench); i++)
		if (!bench->shown[i])
			bench->shown[i] = at;
	pthread_mutex_unlock(&bench->lock);
}

static void told(struct bench *bench, unsigned thing, msec_t at)
{
	if (thing >= bench->things || bench->took[thing] >= 0 || !bench->shown[thing])
		return;
	bench->took[thing] = (double)(at - bench->shown[thing]);
	if (++bench->told == bench->things)
		pthread_cond_signal(&bench->done);
}

static void post(void *context, const char *body, msec_t at)
{
	struct bench *bench = context;
	pthread_mutex_lock(&bench->lock);
	bench->posts++;
	for (const char *found = body; (found = strstr(found, "\"thing\"")); found++) {
		const char *digits = found + strcspn(found, "0123456789");
		told(bench, (unsigned)strtoul(digits, NULL, 10), at);
	}
	pthread_mutex_unlock(&bench->lock);
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void report(struct bench *bench, double cpu)
{
	qsort(bench->took, bench->things, sizeof *bench->took, by_size);
	printf("%-10s %6u alerts %5u messages: p50 %.0f ms, p99 %.0f ms, last %.0f ms; %.2f s of CPU\n",
	       bench->at_once ? "at once" : "one by one", bench->things, bench->posts, bench->took[bench->things / 2],
	       bench->took[bench->things - 1 - bench->things / 100], bench->took[bench->things - 1], cpu);
	fflush(stdout);
}

static bool wait_for_all(struct bench *bench)
{
	struct clock *clock = clock_system();
	msec_t until = clock->read(clock).mono + BOUND + (bench->at_once ? 0 : bench->things * (msec_t)EACH);
	pthread_mutex_lock(&bench->lock);
	while (bench->told < bench->things && clock->read(clock).mono < until)
		clock->wait(clock, &bench->done, &bench->lock, until);
	bool all = bench->told == bench->things;
	if (!all)
		fprintf(stderr, "only %u of %u alerts were told\n", bench->told, bench->things);
	pthread_mutex_unlock(&bench->lock);
	return all;
}

static bool run(const char *tocsind, unsigned things, bool at_once)
{
	struct bench bench = {.lock = PTHREAD_MUTEX_INITIALIZER,
			      .things = things,
			      .at_once = at_once,
			      .shown = g_new0(msec_t, things),
			      .took = g_new(double, things)};
	clock_cond_init(&bench.done);
	for (unsigned i = 0; i < things; i++)
		bench.took[i] = -1;
	struct rig_world world = {&bench, page, shown, post};
	struct rig *rig = rig_open(
		tocsind, at_once ? "2s" : "200ms",
		"rules = ( { name = \"Trouble\"; kind = \"threshold\"; metric = \"trouble\"; op = \">\";\n"
		"  levels = ( { severity = \"warning\"; raise = 0.5; clear = 0.5; } ); } );\n"
		"route = { receiver = \"sink\"; group_by = [ \"part\" ]; group_wait = \"0s\"; group_interval = \"1m\";"
		" repeat_interval = \"4h\"; };\n",
		&world);
	double before = rig_cpu_seconds(rig);
	bool all = wait_for_all(&bench);
	double cpu = rig_cpu_seconds(rig) - before;
	rig_close(rig);
	if (all)
		report(&bench, cpu);
	g_free(bench.shown);
	g_free(bench.took);
	return all;
}

int main(int argc, char **argv)
{
	const char *tocsind = argc > 1 ? argv[1] : "./tocsind";
	unsigned one_by_one = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 300;
	unsigned at_once = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 10000;
	bool first = one_by_one == 0 || run(tocsind, one_by_one, false);
	bool second = at_once == 0 || run(tocsind, at_once, true);
	return first && second ? 0 : 1;
}
