/* A source set under load: many targets polled at once, a sink that refuses, poll_now from several threads, and a
 * stop in the middle. Run under ThreadSanitizer; prints TAP. */
#include "sources/sources.h"
#include "tests/support/fake_http.h"
#include <glib.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { TARGETS = 6, BATCHES = 300, POKERS = 3 };

struct inbox {
	struct sink sink;
	atomic_uint taken, offered;
	atomic_bool closed;
	atomic_uint late; /* handed in after stop had returned */
};

struct poker {
	struct source_set *set;
	struct inbox *inbox;
	struct clock *clock;
};

static bool take(struct sink *sink, struct batch *batch)
{
	struct inbox *inbox = (struct inbox *)sink;
	if (atomic_load(&inbox->closed))
		atomic_fetch_add(&inbox->late, 1);
	if (atomic_fetch_add(&inbox->offered, 1) % 3 == 1)
		return false;
	batch_free(batch);
	atomic_fetch_add(&inbox->taken, 1);
	return true;
}

static void *poke(void *argument)
{
	struct poker *poker = argument;
	for (unsigned i = 0; atomic_load(&poker->inbox->taken) < BATCHES; i++) {
		source_set_poll_now(poker->set, i % TARGETS);
		clock_virtual_advance(poker->clock, 10);
		sched_yield();
	}
	return NULL;
}

static char *configuration(const char *text, const char *json, const char *bad)
{
	return g_strdup_printf(
		"sources = ( { name = \"t\"; kind = \"openmetrics\"; urls = [ \"%s/1\", \"%s/2\", \"%s/3\" ]; interval "
		"= \"1s\"; },"
		" { name = \"c\"; kind = \"collector\"; url = \"%s\"; clusters = [ \"a\", \"b\" ]; interval = \"1s\";"
		"   connectors = [ \"x\", \"y\", \"z\" ]; },"
		" { name = \"bad\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1s\"; } );",
		text, text, text, json, bad);
}

static bool run(struct source_set *set, struct inbox *inbox)
{
	struct clock *clock = clock_virtual_new(1700000000000);
	struct http_client *http = http_client_new(clock_system(), 16);
	struct executor *pool = executor_new("race", 2, 64);
	struct source_context context = {.clock = clock, .http = http, .pool = pool, .sink = &inbox->sink};
	struct poker poker = {set, inbox, clock};
	pthread_t threads[POKERS];
	struct error err;
	if (!source_set_start(set, &context, &err))
		return false;
	for (int i = 0; i < POKERS; i++)
		pthread_create(&threads[i], NULL, poke, &poker);
	for (int i = 0; i < POKERS; i++)
		pthread_join(threads[i], NULL);
	for (uint32_t i = 0; i < TARGETS; i++)
		source_set_poll_now(set, i);
	source_set_stop(set);
	atomic_store(&inbox->closed, true);
	clock_virtual_advance(clock, 100000);
	source_set_free(set);
	http_client_free(http);
	executor_free(pool);
	clock_virtual_free(clock);
	return true;
}

int main(void)
{
	static const struct fake_http_step text[] = {{.body = "a 1\nb 2\n"}, {.body = "b 3\nc 4\n"}};
	static const struct fake_http_step json[] = {{.body = "{\"throughput\":{\"totalRecords\":5}}"}};
	static const struct fake_http_step bad[] = {{.status = 500}};
	struct fake_http *servers[] = {fake_http_start(text, 2), fake_http_start(json, 1), fake_http_start(bad, 1)};
	char *configured =
		configuration(fake_http_url(servers[0]), fake_http_url(servers[1]), fake_http_url(servers[2]));
	struct config_report report = {0};
	struct config_tree *tree = config_tree_parse("race.conf", configured, &report);
	struct source_set *set = source_set_load(tree, &report);
	struct inbox inbox = {.sink = {.accept = take}};
	puts("1..2");
	bool ran = set && source_set_targets(set) == TARGETS && run(set, &inbox);
	printf("%sok 1 - %u batches taken of %u offered\n", ran ? "" : "not ", atomic_load(&inbox.taken),
	       atomic_load(&inbox.offered));
	printf("%sok 2 - none after the stop\n", atomic_load(&inbox.late) == 0 ? "" : "not ");
	config_tree_free(tree);
	config_report_release(&report);
	g_free(configured);
	for (size_t i = 0; i < G_N_ELEMENTS(servers); i++)
		fake_http_stop(servers[i]);
	return ran && atomic_load(&inbox.late) == 0 ? 0 : 1;
}
