#include "sources/demo_cluster.h"
#include "base/rng.h"
#include "sources/demo_parts.h"
#include <glib.h>
#include <math.h>
#include <string.h>

enum { TICK = 250 /* ms */, ROUND = 240000 /* ms: all troubles once */ };

static const struct demo_kind kinds[DEMO_CONNECTORS] = {
	/* name, class, sink, tasks, records per second and task, bytes per record */
	{"audit-hdfs-sink", "io.confluent.connect.hdfs3.Hdfs3SinkConnector", true, 1, 140, 310},
	{"clickstream-http-source", "io.confluent.connect.http.HttpSourceConnector", false, 3, 800, 420},
	{"clickstream-s3-sink", "io.confluent.connect.s3.S3SinkConnector", true, 3, 780, 420},
	{"customers-cdc-source", "io.debezium.connector.mysql.MySqlConnector", false, 1, 220, 650},
	{"customers-salesforce-sink", "io.confluent.salesforce.SalesforceSObjectSinkConnector", true, 1, 60, 650},
	{"fraud-scoring-sink", "io.confluent.connect.http.HttpSinkConnector", true, 2, 200, 280},
	{"inventory-s3-source", "io.confluent.connect.s3.source.S3SourceConnector", false, 1, 90, 1200},
	{"metrics-influx-sink", "io.confluent.influxdb.InfluxDBSinkConnector", true, 2, 350, 120},
	{"orders-elasticsearch-sink", "io.confluent.connect.elasticsearch.ElasticsearchSinkConnector", true, 2, 430, 510},
	{"orders-jdbc-source", "io.confluent.connect.jdbc.JdbcSourceConnector", false, 2, 450, 510},
	{"payments-debezium-source", "io.debezium.connector.postgresql.PostgresConnector", false, 1, 380, 350},
	{"payments-jdbc-sink", "io.confluent.connect.jdbc.JdbcSinkConnector", true, 2, 180, 350},
};

enum trouble { TROUBLE_FAILURE, TROUBLE_ERRORS, TROUBLE_DROP, TROUBLE_LAG };

/* When in a round, and whom: the rounds take turns. */
static const struct {
	enum trouble trouble;
	msec_t from, until;
	uint8_t victims[2];
} script[] = {
	{TROUBLE_FAILURE, 8000, 58000, {11, 3}},
	{TROUBLE_ERRORS, 40000, 85000, {8, 0}},
	{TROUBLE_DROP, 95000, 155000, {1, 9}},
	{TROUBLE_LAG, 150000, 205000, {5, 7}},
};

struct demo_cluster *demo_cluster_new(uint64_t seed, msec_t wall)
{
	struct demo_cluster *cluster = g_new0(struct demo_cluster, 1);

	rng_seed(&cluster->rng, seed);
	cluster->born = wall;
	for (unsigned c = 0; c < DEMO_CONNECTORS; c++) {
		cluster->connectors[c].kind = &kinds[c];
		for (unsigned t = 0; t < kinds[c].tasks; t++) {
			struct demo_task *task = &cluster->connectors[c].tasks[t];
			task->worker = (c + t) % DEMO_WORKERS;
			task->lag = kinds[c].sink ? (double)rng_below(&cluster->rng, 50) : 0;
		}
	}
	for (unsigned w = 0; w < DEMO_WORKERS; w++) {
		cluster->workers[w].heap = 200e6;
		cluster->workers[w].name = g_strdup_printf("demo-%u:8083", w + 1);
	}
	return cluster;
}

void demo_cluster_free(struct demo_cluster *cluster)
{
	if (!cluster)
		return;
	for (unsigned w = 0; w < DEMO_WORKERS; w++)
		g_free(cluster->workers[w].name);
	g_free(cluster);
}

void demo_cluster_name_worker(struct demo_cluster *cluster, unsigned worker, const char *host_port)
{
	g_free(cluster->workers[worker].name);
	cluster->workers[worker].name = g_strdup(host_port);
}

/* ---- life, tick by tick ---- */

static bool suffers(const struct demo_cluster *cluster, enum trouble trouble, unsigned connector)
{
	msec_t in_round = cluster->age % ROUND;
	unsigned turn = (unsigned)(cluster->age / ROUND) % 2;

	for (size_t i = 0; i < G_N_ELEMENTS(script); i++)
		if (script[i].trouble == trouble && script[i].victims[turn] == connector)
			return in_round >= script[i].from && in_round < script[i].until;
	return false;
}

/* A slow wave of a quarter over ten minutes, and noise. */
static double offered(struct demo_cluster *cluster, unsigned c, double seconds)
{
	double wave = 1 + 0.12 * sin((double)cluster->age / 600000 * 2 * M_PI + c);
	double noise = 0.9 + 0.2 * rng_unit(&cluster->rng);

	return kinds[c].rate * wave * noise * seconds;
}

static void fail_records(struct demo_cluster *cluster, struct demo_task *task, double share, bool dead_letters)
{
	double failed = task->pass * share;

	task->errors += failed;
	task->pass -= failed;
	if (dead_letters)
		task->dead_letters += failed;
	else
		task->failures += failed;
	if (floor(task->errors) > floor(task->errors - failed))
		task->last_error = cluster->born + cluster->age;
}

static void run_task(struct demo_cluster *cluster, unsigned c, struct demo_task *task, double seconds)
{
	const struct demo_kind *kind = &kinds[c];
	double coming = offered(cluster, c, seconds), speed = 1;

	if (suffers(cluster, TROUBLE_DROP, c))
		coming *= 0.12;
	if (suffers(cluster, TROUBLE_LAG, c))
		speed = 0.3;
	task->pass = coming;
	if (kind->sink) {
		double most = kind->rate * seconds * (speed < 1 ? speed : 4);
		task->lag += coming;
		task->pass = task->failed ? 0 : MIN(task->lag, most);
		if (task->lag - task->pass < kind->rate * 0.05 && !task->failed)
			task->pass = task->lag * 0.9;
		task->lag -= task->pass;
	}
	if (task->failed)
		return;
	task->read += task->pass;
	task->bytes += task->pass * kind->record_bytes;
	fail_records(cluster, task, suffers(cluster, TROUBLE_ERRORS, c) ? 0.14 : 0.0003, c == 0);
	task->written += task->pass;
	task->busy = task->pass / seconds;
}

/* A task that comes back is a new one: its counters begin at 0. */
static void fail_or_restart(struct demo_cluster *cluster, unsigned c, struct demo_task *task, bool fails)
{
	if (fails == task->failed)
		return;
	if (fails) {
		task->failed = true;
		return;
	}
	*task = (struct demo_task){.worker = task->worker, .lag = task->lag};
}

static void run_worker(struct demo_cluster *cluster, unsigned w, double seconds)
{
	struct demo_worker *worker = &cluster->workers[w];

	worker->heap += 6e6 * seconds * (0.5 + rng_unit(&cluster->rng));
	worker->cpu = 0.18 + 0.06 * sin((double)cluster->age / 45000 + w) + 0.03 * rng_unit(&cluster->rng);
	if (worker->heap > 420e6) {
		worker->heap = 190e6;
		worker->collections++;
		worker->collection_msec += 18 + (double)rng_below(&cluster->rng, 20);
	}
}

void demo_cluster_advance(struct demo_cluster *cluster, msec_t age)
{
	while (cluster->age + TICK <= age) {
		cluster->age += TICK;
		for (unsigned c = 0; c < DEMO_CONNECTORS; c++)
			for (unsigned t = 0; t < kinds[c].tasks; t++) {
				struct demo_task *task = &cluster->connectors[c].tasks[t];
				bool last = t + 1 == kinds[c].tasks;
				fail_or_restart(cluster, c, task, last && suffers(cluster, TROUBLE_FAILURE, c));
				run_task(cluster, c, task, TICK / 1000.0);
			}
		for (unsigned w = 0; w < DEMO_WORKERS; w++)
			run_worker(cluster, w, TICK / 1000.0);
	}
}
