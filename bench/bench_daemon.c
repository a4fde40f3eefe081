/* The whole daemon at rest: CPU time of a poll cycle and resident memory of a real tocsind that polls one exporter.
 * bench/bench_daemon [TOCSIND] [SERIES] [RULES] [CYCLES] */
#include "bench/rig.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WARM = 3 };

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

static char *proc_file(int pid, const char *name)
{
	char *path = g_strdup_printf("/proc/%d/%s", pid, name), *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		fprintf(stderr, "tocsind has ended\n");
		exit(1);
	}
	g_free(path);
	return text;
}

/* Seconds of CPU the process has used, user and system, all threads. */
static double cpu_seconds(int pid)
{
	unsigned long user = 0, kernel = 0;
	char *text = proc_file(pid, "stat"), *fields = strrchr(text, ')');
	if (!fields || sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
		exit(1);
	g_free(text);
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static double megabytes(int pid, const char *field)
{
	char *text = proc_file(pid, "status"), *line = strstr(text, field);
	double size = line ? strtod(line + strlen(field), NULL) / 1024 : 0;
	g_free(text);
	return size;
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
	double before = cpu_seconds(rig_pid(rig));
	wait_for_poll(&bench, WARM + cycles);
	double used = cpu_seconds(rig_pid(rig)) - before;
	printf("%u series (%.1f MB a poll), %u rules: %.3f s of CPU a cycle, %.1f MB resident, %.1f MB at most\n",
	       bench.series, (double)bench.bytes / 1e6, rules, used / cycles, megabytes(rig_pid(rig), "VmRSS:"),
	       megabytes(rig_pid(rig), "VmHWM:"));
	rig_close(rig);
	g_free(config);
	return 0;
}
