#include "sources/sources.h"
#include "tests/support/fake_http.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct inbox {
	struct sink sink;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct batch *batches[512];
	unsigned count, refused, refuse; /* refuse: so many from now on */
};

struct setup {
	struct config_tree *tree;
	struct config_report report;
	struct source_set *set;
	struct clock *clock;
	struct http_client *http;
	struct executor *pool;
	struct inbox inbox;
};

static bool take(struct sink *sink, struct batch *batch)
{
	struct inbox *inbox = (struct inbox *)sink;
	pthread_mutex_lock(&inbox->lock);
	bool room = inbox->refuse == 0 && inbox->count < 512;
	if (room) {
		inbox->batches[inbox->count++] = batch;
	} else {
		inbox->refuse--;
		inbox->refused++;
	}
	pthread_cond_broadcast(&inbox->changed);
	pthread_mutex_unlock(&inbox->lock);
	return room;
}

static void load(struct setup *setup, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void load(struct setup *setup, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	*setup = (struct setup){0};
	setup->tree = config_tree_parse("test.conf", text, &setup->report);
	setup->set = source_set_load(setup->tree, &setup->report);
	g_free(text);
}

static void start(struct setup *setup)
{
	char *problems = config_report_text(&setup->report);
	cr_assert(setup->set, "%s", problems);
	free(problems);
	setup->clock = clock_virtual_new(1700000000000);
	setup->http = http_client_new(clock_system(), 16);
	setup->pool = executor_new("test", 2, 64);
	setup->inbox.sink.accept = take;
	pthread_mutex_init(&setup->inbox.lock, NULL);
	clock_cond_init(&setup->inbox.changed);
	struct source_context context = {.clock = setup->clock,
					 .http = setup->http,
					 .pool = setup->pool,
					 .sink = &setup->inbox.sink,
					 .config = 77};
	struct error err;
	cr_assert(source_set_start(setup->set, &context, &err), "%s", err.text);
}

static void release(struct setup *setup)
{
	source_set_free(setup->set);
	if (setup->clock) {
		http_client_free(setup->http);
		executor_free(setup->pool);
		clock_virtual_free(setup->clock);
		for (unsigned i = 0; i < setup->inbox.count; i++)
			batch_free(setup->inbox.batches[i]);
	}
	config_tree_free(setup->tree);
	config_report_release(&setup->report);
}

/* What does not come soon does not come: a test that hangs says no word of why. */
enum { SOON = 10000 };

static msec_t mono(void)
{
	return clock_system()->read(clock_system()).mono;
}

#define AWAIT(condition) \
	for (msec_t end = mono() + SOON; !(condition); sched_yield()) \
	cr_assert(mono() < end, "%s: not within %d ms", #condition, SOON)

static struct batch *wait_batch(struct setup *setup, unsigned number)
{
	msec_t end = mono() + SOON;
	pthread_mutex_lock(&setup->inbox.lock);
	while (setup->inbox.count <= number && mono() < end)
		clock_system()->wait(clock_system(), &setup->inbox.changed, &setup->inbox.lock, end);
	cr_assert(setup->inbox.count > number, "batch %u: not within %d ms", number, SOON);
	struct batch *batch = setup->inbox.batches[number];
	pthread_mutex_unlock(&setup->inbox.lock);
	return batch;
}

static unsigned refused(struct setup *setup)
{
	pthread_mutex_lock(&setup->inbox.lock);
	unsigned count = setup->inbox.refused;
	pthread_mutex_unlock(&setup->inbox.lock);
	return count;
}

static unsigned batches_of(struct setup *setup, uint32_t target)
{
	unsigned count = 0;
	pthread_mutex_lock(&setup->inbox.lock);
	for (unsigned i = 0; i < setup->inbox.count; i++)
		count += setup->inbox.batches[i]->target == target;
	pthread_mutex_unlock(&setup->inbox.lock);
	return count;
}

static struct batch *poll_now(struct setup *setup)
{
	unsigned before = setup->inbox.count;
	source_set_poll_now(setup->set, 0);
	return wait_batch(setup, before);
}

static struct batch *poll_after(struct setup *setup, msec_t wait)
{
	clock_virtual_advance(setup->clock, wait);
	return poll_now(setup);
}

static uint32_t added(const struct batch *batch, const char *name)
{
	for (uint32_t i = 0; i < batch->added_count; i++)
		if (strcmp(labels_get(batch->added[i].labels, "__name__"), name) == 0)
			return batch->added[i].slot;
	return UINT32_MAX;
}

static double value(const struct batch *batch, const struct batch *announced, const char *name)
{
	uint32_t slot = added(announced, name);
	cr_assert_neq(slot, UINT32_MAX, "%s was never announced", name);
	return batch->values[slot];
}

Test(source_set, a_scrape_becomes_a_batch, .timeout = 20)
{
	static const struct fake_http_step steps[] = {
		{.headers = "Content-Type: text/plain; version=0.0.4\r\n",
		 .body = "kafka_connect_source_task_metrics_source_record_poll_total{connector=\"c\",task=\"0\"} 12\n"},
		{.headers = "Content-Type: application/openmetrics-text; version=1.0.0\r\n",
		 .body = "other 1\n# EOF\n"},
	};
	struct fake_http *fake = fake_http_start(steps, 2);
	struct setup setup;
	load(&setup,
	     "sources = ( { name = \"e\"; kind = \"openmetrics\"; url = \"%s/metrics\"; interval = \"1h\"; "
	     "labels = { cluster = \"prod\"; }; } );",
	     fake_http_url(fake));
	start(&setup);
	struct batch *first = poll_now(&setup);
	cr_assert_not(first->failed, "%s", first->failure);
	cr_assert_eq(first->config, 77);
	cr_assert_eq(first->at.wall, 1700000000000);
	cr_assert_eq(value(first, first, "source_up"), 1);
	cr_assert_geq(value(first, first, "source_poll_seconds"), 0);
	cr_assert_eq(value(first, first, "connector_records_total"), 12);
	const struct target_info *info = source_set_target(setup.set, 0);
	cr_assert_str_eq(labels_get(info->labels, "job"), "e");
	cr_assert_str_eq(labels_get(info->labels, "instance"), strstr(fake_http_url(fake), "127"));
	struct labels *raw =
		first->added[added(first, "kafka_connect_source_task_metrics_source_record_poll_total")].labels;
	cr_assert_str_eq(labels_get(raw, "instance"), info->instance);
	cr_assert_str_eq(labels_get(raw, "cluster"), "prod");

	struct batch *second = poll_now(&setup);
	cr_assert_not(second->failed, "%s", second->failure);
	cr_assert(value_is_unknown(value(second, first, "connector_records_total")), "vanished is unknown, not gone");
	cr_assert_eq(added(second, "source_up"), UINT32_MAX, "announced once");
	cr_assert_neq(added(second, "other"), UINT32_MAX);
	char *request = fake_http_request(fake, 0);
	cr_assert(strstr(request, "GET /metrics HTTP/1.1"));
	cr_assert(strcasestr(request, "Accept: application/openmetrics-text;version=1.0.0;q=0.6"));
	free(request);
	release(&setup);
	fake_http_stop(fake);
}

/* The clock of these tests stands at 1700000000 s: 40 minutes, two hours before, five minutes, an hour ahead. */
Test(source_set, a_sample_that_is_not_of_now_is_unknown, .timeout = 20)
{
	static const struct fake_http_step step[] = {
		{.body = "a 1 1699997600000\nb 2 1699992800000\nc 3 1700000300000\nd 4 1700003600000\ne 5\n"
			 "kafka_connect_source_task_metrics_source_record_poll_total{connector=\"c\",task=\"0\"} 12 1699992800000\n"}};
	struct fake_http *fake = fake_http_start(step, 1);
	struct setup setup;
	load(&setup, "sources = ( { name = \"e\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1h\"; } );",
	     fake_http_url(fake));
	start(&setup);
	struct batch *batch = poll_now(&setup);
	cr_expect_eq(value(batch, batch, "a"), 1);
	cr_expect(value_is_unknown(value(batch, batch, "b")));
	cr_expect_eq(value(batch, batch, "c"), 3);
	cr_expect(value_is_unknown(value(batch, batch, "d")));
	cr_expect_eq(value(batch, batch, "e"), 5);
	cr_expect_eq(added(batch, "connector_records_total"), UINT32_MAX, "nothing is formed of what was");
	cr_expect_str_eq(batch->failure, "3 series are not of now by their own time");
	release(&setup);
	fake_http_stop(fake);
}

Test(source_set, a_failed_poll_is_down_and_unknown, .timeout = 60)
{
	static const struct fake_http_step bad[] = {
		{.status = 503, .body = "a 5\n"},
		{.body = "a five\n"},
		{.headers = "Content-Type: application/openmetrics-text\r\n", .body = "a 5\n"},
		{.act = FAKE_HTTP_HALF_BODY, .body = "a 5\nb 6\nc 7\n"},
		{.act = FAKE_HTTP_GARBAGE, .body = "\x01\x02"},
		{.status = 302, .headers = "Location: http://127.0.0.1:1/\r\n"},
		{.act = FAKE_HTTP_HUGE},
		{.act = FAKE_HTTP_HANG},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct fake_http_step steps[] = {{.body = "a 4\n"}, bad[i], {.body = "a 6\n"}};
		struct fake_http *fake = fake_http_start(steps, 3);
		struct setup setup;
		load(&setup,
		     "sources = ( { name = \"e\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1h\"; "
		     "timeout = \"300ms\"; body_cap = \"64KiB\"; } );",
		     fake_http_url(fake));
		start(&setup);
		struct batch *first = poll_now(&setup), *failed = poll_now(&setup);
		cr_assert_eq(value(first, first, "a"), 4);
		cr_assert(failed->failed, "case %zu", i);
		cr_assert_neq(failed->failure[0], '\0', "case %zu", i);
		cr_assert_eq(value(failed, first, "source_up"), 0);
		cr_assert(value_is_unknown(value(failed, first, "a")), "case %zu", i);
		struct batch *back = poll_now(&setup);
		if (bad[i].act != FAKE_HTTP_HANG) {
			cr_assert_eq(value(back, first, "source_up"), 1, "case %zu: %s", i, back->failure);
			cr_assert_eq(value(back, first, "a"), 6);
		}
		release(&setup);
		fake_http_stop(fake);
	}
}

Test(source_set, a_refused_batch_is_tried_again, .timeout = 20)
{
	static const struct fake_http_step steps[] = {{.body = "a 1\n"}, {.body = "a 2\nb 2\n"}};
	struct fake_http *fake = fake_http_start(steps, 2);
	struct setup setup;
	load(&setup, "sources = ( { name = \"e\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1h\"; } );",
	     fake_http_url(fake));
	setup.inbox.refuse = 1;
	start(&setup);
	source_set_poll_now(setup.set, 0);
	AWAIT(refused(&setup) > 0);
	/* The batch may be put aside only after this advance: then the next one finds it. */
	while (setup.inbox.count == 0)
		clock_virtual_advance(setup.clock, 100);
	struct batch *late = wait_batch(&setup, 0);
	cr_assert_eq(value(late, late, "a"), 1);
	pthread_mutex_lock(&setup.inbox.lock);
	setup.inbox.refuse = 1;
	pthread_mutex_unlock(&setup.inbox.lock);
	source_set_poll_now(setup.set, 0);
	while (batches_of(&setup, 0) < 2)
		clock_virtual_advance(setup.clock, 100);
	struct batch *third = wait_batch(&setup, 1);
	cr_assert_eq(value(third, late, "a"), 2);
	cr_assert_neq(added(third, "b"), UINT32_MAX);
	release(&setup);
	fake_http_stop(fake);
}

Test(source_set, the_newest_batch_wins_and_announcements_stay, .timeout = 20)
{
	static const struct fake_http_step steps[] = {{.body = "a 1\n"}, {.body = "b 2\n"}};
	struct fake_http *fake = fake_http_start(steps, 2);
	struct setup setup;
	load(&setup, "sources = ( { name = \"e\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1h\"; } );",
	     fake_http_url(fake));
	setup.inbox.refuse = 1;
	start(&setup);
	source_set_poll_now(setup.set, 0);
	AWAIT(refused(&setup) > 0);
	source_set_poll_now(setup.set, 0);
	struct batch *only = wait_batch(&setup, 0);
	cr_assert_eq(value(only, only, "b"), 2);
	cr_assert(value_is_unknown(value(only, only, "a")), "announced with the first, unknown in the second");
	release(&setup);
	fake_http_stop(fake);
}

Test(source_set, a_dead_target_delays_nobody, .timeout = 30)
{
	static const struct fake_http_step hang[] = {{.act = FAKE_HTTP_HANG}}, good[] = {{.body = "a 1\n"}};
	struct fake_http *dead = fake_http_start(hang, 1), *alive = fake_http_start(good, 1);
	struct setup setup;
	load(&setup,
	     "sources = ( { name = \"dead\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1s\"; timeout = "
	     "\"60s\"; },"
	     " { name = \"alive\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1s\"; } );",
	     fake_http_url(dead), fake_http_url(alive));
	start(&setup);
	source_set_poll_now(setup.set, 0);
	AWAIT(fake_http_requests(dead) > 0);
	for (unsigned i = 0; i < 20; i++) {
		source_set_poll_now(setup.set, 1);
		AWAIT(batches_of(&setup, 1) > i);
	}
	cr_assert_eq(fake_http_requests(dead), 1, "one poll in flight");
	release(&setup);
	fake_http_stop(dead);
	fake_http_stop(alive);
}

Test(source_set, polls_follow_the_interval_and_back_off, .timeout = 30)
{
	static const struct fake_http_step good[] = {{.body = "a 1\n"}}, refuse[] = {{.status = 500}};
	struct fake_http *up = fake_http_start(good, 1), *down = fake_http_start(refuse, 1);
	struct setup setup;
	load(&setup,
	     "sources = ( { name = \"down\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1s\"; },"
	     " { name = \"up\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1s\"; } );",
	     fake_http_url(down), fake_http_url(up));
	start(&setup);
	/* A poll is due at most one and a half intervals after the last one. */
	for (unsigned step = 0; step < 27; step++) {
		unsigned before = batches_of(&setup, 1);
		clock_virtual_advance(setup.clock, 1500);
		AWAIT(batches_of(&setup, 1) > before);
	}
	unsigned failed = batches_of(&setup, 0);
	cr_assert_leq(failed, 14, "%u polls of a dead target in 40 s", failed);
	/* It is never given up: six intervals are the longest. */
	for (unsigned round = 0; round < 3; round++) {
		unsigned before = batches_of(&setup, 0);
		clock_virtual_advance(setup.clock, 7000);
		AWAIT(batches_of(&setup, 0) > before);
	}
	release(&setup);
	fake_http_stop(up);
	fake_http_stop(down);
}

/* A machine that has just booted: its clock is younger than the interval. */
Test(source_set, a_long_interval_is_kept_right_after_boot, .timeout = 20)
{
	enum { SOURCES = 6, HOUR = 3600000 };
	static const struct fake_http_step good[] = {{.body = "a 1\n"}};
	struct fake_http *up = fake_http_start(good, 1);
	struct setup setup;
	GString *text = g_string_new("sources = ( ");
	for (int i = 0; i < SOURCES; i++)
		g_string_append_printf(text, "%s{ name = \"s%d\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"24h\"; }",
				       i ? ", " : "", i, fake_http_url(up));
	load(&setup, "%s );", text->str);
	g_string_free(text, TRUE);
	start(&setup);
	clock_virtual_advance(setup.clock, 1000);
	for (uint32_t i = 0; i < SOURCES; i++)
		AWAIT(batches_of(&setup, i) == 1);
	clock_virtual_advance(setup.clock, 36 * HOUR);
	for (uint32_t i = 0; i < SOURCES; i++)
		AWAIT(batches_of(&setup, i) == 2);
	release(&setup);
	fake_http_stop(up);
}

Test(source_set, the_collector_asks_for_each_connector, .timeout = 20)
{
	static const struct fake_http_step steps[] = {
		{.body = "[\"a b\", {\"name\": \"c/d\", \"type\": \"sink\"}]"},
		{.body = "{\"connectorName\":\"a b\",\"throughput\":{\"totalRecords\":5}}"},
		{.status = 500},
		{.body = "[\"a b\"]"},
		{.body = "{\"connectorName\":\"a b\",\"throughput\":{\"totalRecords\":6}}"},
		{.body = "{\"items\":[\"a b\"],\"next\":\"2\"}"},
		{.body = "{\"connectorName\":\"a b\",\"throughput\":{\"totalRecords\":7}}"},
	};
	struct fake_http *fake = fake_http_start(steps, G_N_ELEMENTS(steps));
	struct setup setup;
	load(&setup,
	     "sources = ( { name = \"p\"; kind = \"collector\"; url = \"%s/\"; interval = \"1h\"; parallel = 1; "
	     "clusters = [ \"my cluster\" ]; } );",
	     fake_http_url(fake));
	start(&setup);
	struct batch *first = poll_now(&setup);
	cr_assert_not(first->failed);
	cr_assert_str_eq(first->failure, "c/d: HTTP 500", "a partial failure is said");
	cr_assert_eq(value(first, first, "connector_records_total"), 5);
	cr_assert_str_eq(labels_get(source_set_target(setup.set, 0)->labels, "cluster"), "my cluster");
	struct batch *second = poll_now(&setup);
	cr_assert_eq(value(second, first, "connector_records_total"), 6);
	cr_assert_str_eq(second->failure, "");
	struct batch *page = poll_now(&setup);
	cr_assert_eq(value(page, first, "connector_records_total"), 7);
	cr_assert_neq(page->failure[0], '\0', "an inventory that is not whole is said");
	static const char *const paths[] = {"/api/my%20cluster/connectors ",
					    "/api/my%20cluster/connectors/a%20b/metrics ",
					    "/api/my%20cluster/connectors/c%2Fd/metrics "};
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		char *request = fake_http_request(fake, i);
		cr_assert(strstr(request, paths[i]), "%s", request);
		free(request);
	}
	release(&setup);
	fake_http_stop(fake);
}

/* Its clock may be another than ours: what counts is that its time moves on. */
Test(source_set, numbers_that_the_collector_no_longer_updates_are_unknown, .timeout = 20)
{
#define NUMBERS(records, updated) \
	"{\"connectorName\":\"x\",\"throughput\":{\"totalRecords\":" records "},\"lastUpdated\":\"" updated "\"}"
	static const struct fake_http_step steps[] = {{.body = NUMBERS("1", "2001-01-01T00:00:00Z")},
						      {.body = NUMBERS("1", "2001-01-01T00:00:00Z")},
						      {.body = NUMBERS("1", "2001-01-01T00:00:00Z")},
						      {.body = NUMBERS("2", "2001-01-01T00:00:05Z")},
						      {.body = NUMBERS("2", "2001-01-01T00:00:05Z")},
						      {.body = NUMBERS("3", "2001-01-01T00:00:06Z")},
						      {.body = NUMBERS("4", "2001-01-01T00:00:07Z")},
						      {.body = NUMBERS("5", "2001-01-01T00:00:08Z")},
						      {.body = NUMBERS("6", "2001-01-01T00:00:09Z")},
						      {.body = NUMBERS("7", "2001-01-01T00:00:10Z")}};
	struct fake_http *fake = fake_http_start(steps, G_N_ELEMENTS(steps));
	struct setup setup;
	load(&setup,
	     "sources = ( { name = \"p\"; kind = \"collector\"; url = \"%s\"; interval = \"1h\"; "
	     "clusters = [ \"c\" ]; connectors = [ \"x\" ]; } );",
	     fake_http_url(fake));
	start(&setup);
	struct batch *first = poll_now(&setup);
	cr_assert_eq(value(first, first, "connector_records_total"), 1);
	unsigned before = setup.inbox.count;
	clock_virtual_advance(setup.clock, 2 * 3600000);
	cr_assert_eq(value(wait_batch(&setup, before), first, "connector_records_total"), 1);
	before = setup.inbox.count;
	clock_virtual_advance(setup.clock, 3 * 3600000);
	struct batch *stale = wait_batch(&setup, before);
	cr_assert(value_is_unknown(value(stale, first, "connector_records_total")));
	cr_expect(stale->failed);
	cr_expect_str_eq(stale->failure, "x: the collector has not updated it since 2001-01-01T00:00:00.000Z");
	before = setup.inbox.count;
	clock_virtual_advance(setup.clock, 3 * 3600000);
	cr_assert_eq(value(wait_batch(&setup, before), first, "connector_records_total"), 2);
	before = setup.inbox.count;
	clock_virtual_advance(setup.clock, 20 * 3600000);
	cr_assert_eq(value(wait_batch(&setup, before), first, "connector_records_total"), 2, "it is slow: three times eight hours");
	for (int records = 3; records <= 7; records++)
		cr_assert_eq(value(poll_after(&setup, 1000), first, "connector_records_total"), records);
	cr_assert(value_is_unknown(value(poll_after(&setup, 5 * 3600000), first, "connector_records_total")), "no longer slow");
	release(&setup);
	fake_http_stop(fake);
}

Test(source_set, numbers_that_stand_still_are_not_fresh_after_a_failure, .timeout = 20)
{
	static const struct fake_http_step steps[] = {{.body = NUMBERS("1", "2001-01-01T00:00:00Z")},
						      {.body = NUMBERS("1", "2001-01-01T00:00:00Z")},
						      {.status = 500},
						      {.body = NUMBERS("1", "2001-01-01T00:00:00Z")}};
	struct fake_http *fake = fake_http_start(steps, G_N_ELEMENTS(steps));
	struct setup setup;
	load(&setup,
	     "sources = ( { name = \"p\"; kind = \"collector\"; url = \"%s\"; interval = \"1h\"; "
	     "clusters = [ \"c\" ]; connectors = [ \"x\" ]; } );",
	     fake_http_url(fake));
	start(&setup);
	struct batch *first = poll_now(&setup);
	cr_assert_eq(value(first, first, "connector_records_total"), 1);
	unsigned before = setup.inbox.count;
	clock_virtual_advance(setup.clock, 5 * 3600000);
	cr_assert(value_is_unknown(value(wait_batch(&setup, before), first, "connector_records_total")));
	cr_assert(strstr(poll_after(&setup, 1000)->failure, "500"));
	cr_assert(value_is_unknown(value(poll_after(&setup, 1000), first, "connector_records_total")));
	release(&setup);
	fake_http_stop(fake);
}

Test(source_set, the_collector_fails_when_nobody_answers, .timeout = 20)
{
	static const struct fake_http_step steps[] = {{.status = 500}};
	for (int listed = 0; listed < 2; listed++) {
		struct fake_http *fake = fake_http_start(steps, 1);
		struct setup setup;
		load(&setup,
		     "sources = ( { name = \"p\"; kind = \"collector\"; url = \"%s\"; interval = \"1h\"; "
		     "clusters = [ \"c\" ]; %s } );",
		     fake_http_url(fake), listed ? "connectors = [ \"x\", \"y\", \"z\" ];" : "");
		start(&setup);
		struct batch *batch = poll_now(&setup);
		cr_assert(batch->failed);
		cr_assert(strstr(batch->failure, "HTTP 500"), "%s", batch->failure);
		cr_assert_eq(fake_http_requests(fake), listed ? 3u : 1u);
		release(&setup);
		fake_http_stop(fake);
	}
}

/* A worker that has just started answers with what it has read so far, and says nothing of the rest. */
Test(source_set, what_a_starting_worker_does_not_name_is_not_gone, .timeout = 20)
{
#define RUNNING "{\"x\":{\"status\":{\"type\":\"sink\",\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[]}}}"
	static const struct fake_http_step steps[] = {{.body = RUNNING}, {.body = "{\"version\":\"3.9.1\"}"}, /* of GET / */
						      {.body = RUNNING}, {.status = 500}, {.body = "{}"},
						      {.body = "{}"},    {.body = RUNNING}, {.body = "{}"}};
	struct fake_http *fake = fake_http_start(steps, G_N_ELEMENTS(steps));
	struct setup setup;
	load(&setup, "sources = ( { name = \"c\"; kind = \"connect\"; workers = [ \"%s\" ]; interval = \"1h\"; } );",
	     fake_http_url(fake));
	start(&setup);
	struct batch *first = poll_now(&setup);
	cr_assert_eq(value(first, first, "connector_state"), 1);
	cr_assert_not(first->inventory, "it may have started a moment ago");
	AWAIT(fake_http_requests(fake) == 2);
	cr_assert(poll_after(&setup, 40000)->inventory);
	cr_assert(poll_after(&setup, 5000)->failed);
	cr_assert(value_is_unknown(value(poll_after(&setup, 5000), first, "connector_state")));
	cr_assert(value_is_unknown(value(poll_after(&setup, 20000), first, "connector_state")));
	cr_assert_eq(value(poll_after(&setup, 5000), first, "connector_state"), 1);
	cr_assert(value_is_gone(value(poll_after(&setup, 5000), first, "connector_state")));
	release(&setup);
	fake_http_stop(fake);
#undef RUNNING
}

Test(source_set, what_a_starting_collector_does_not_name_is_not_gone, .timeout = 20)
{
#define KNOWS {.body = "[\"x\"]"}, {.body = "{\"throughput\":{\"totalRecords\":1}}"}
	static const struct fake_http_step steps[] = {KNOWS, KNOWS, {.status = 500}, {.body = "[]"}, {.body = "[]"}, KNOWS, {.body = "[]"}};
	struct fake_http *fake = fake_http_start(steps, G_N_ELEMENTS(steps));
	struct setup setup;
	load(&setup, "sources = ( { name = \"p\"; kind = \"collector\"; url = \"%s\"; interval = \"1h\"; clusters = [ \"c\" ]; } );",
	     fake_http_url(fake));
	start(&setup);
	struct batch *first = poll_now(&setup);
	cr_assert_eq(value(first, first, "connector_records_total"), 1);
	cr_assert_not(first->inventory);
	cr_assert(poll_after(&setup, 40000)->inventory);
	cr_assert(poll_after(&setup, 5000)->failed);
	cr_assert(value_is_unknown(value(poll_after(&setup, 5000), first, "connector_records_total")));
	cr_assert(value_is_unknown(value(poll_after(&setup, 20000), first, "connector_records_total")));
	cr_assert_eq(value(poll_after(&setup, 5000), first, "connector_records_total"), 1);
	cr_assert(value_is_gone(value(poll_after(&setup, 5000), first, "connector_records_total")));
	release(&setup);
	fake_http_stop(fake);
#undef KNOWS
}

Test(source_set, stop_ends_what_is_in_flight, .timeout = 20)
{
	static const struct fake_http_step hang[] = {{.act = FAKE_HTTP_HANG}};
	struct fake_http *fake = fake_http_start(hang, 1);
	struct setup setup;
	load(&setup,
	     "sources = ( { name = \"e\"; kind = \"openmetrics\"; url = \"%s\"; interval = \"1s\"; timeout = "
	     "\"300ms\"; } );",
	     fake_http_url(fake));
	start(&setup);
	source_set_poll_now(setup.set, 0);
	AWAIT(fake_http_requests(fake) > 0);
	source_set_stop(setup.set);
	unsigned count = setup.inbox.count;
	clock_virtual_advance(setup.clock, 10000);
	cr_assert_eq(setup.inbox.count, count);
	release(&setup);
	fake_http_stop(fake);
}

Test(source_set, configuration_errors)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"sources = { name = \"a\"; };", "sources must be a list"},
		{"sources = ( { name = \"a\"; } );", "a source needs a kind"},
		{"sources = ( { name = \"a\"; kind = \"openmetric\"; url = \"http://h/\"; } );",
		 "did you mean \"openmetrics\""},
		{"sources = ( { kind = \"openmetrics\"; url = \"http://h/\"; } );", "name"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; } );", "needs either url or urls"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"ftp://h/\"; } );",
		 "must begin with http"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"nonsense\"; } );", "URL"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://u:p@h/\"; } );",
		 "must not carry a user"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/#x\"; } );", "fragment"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; intervall = \"5s\"; } );",
		 "did you mean"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; interval = \"1ms\"; } );",
		 "interval"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; body_cap = 5; } );",
		 "'body_cap' must lie between 1KiB and 1GiB"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; },\n"
		 " { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; } );",
		 "test.conf:2: error: source \"a\" stands twice, first at test.conf:1"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; labels = { job = \"x\"; }; "
		 "} );",
		 "set by the source itself"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; password = \"x\"; } );",
		 "a password but no user"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; user = \"x\"; bearer = "
		 "\"y\"; } );",
		 "both a user and a bearer token"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; cert_file = \"x\"; } );",
		 "both cert_file and key_file"},
		{"sources = ( { name = \"a\"; kind = \"collector\"; url = \"http://h/\"; clusters = [ \"v1\" ]; } );",
		 "cannot be named \"v1\""},
		{"sources = ( { name = \"a\"; kind = \"collector\"; url = \"http://h/\"; clusters = [ \"c\", \"c\" ]; "
		 "} );",
		 "stands twice"},
		{"sources = ( { name = \"a\"; kind = \"collector\"; url = \"http://h/\"; } );", "clusters"},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; url = \"http://h/\"; labels = { cluster = \"v1\"; }; } );",
		 "a cluster cannot be named \"v1\""},
		{"sources = ( { name = \"a\"; kind = \"openmetrics\"; urls = [ \"http://h/\", \"http://i/\", \"http://h/\" ]; } );",
		 "test.conf:1: error: \"http://h/\" stands twice"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup;
		load(&setup, "%s", cases[i].text);
		cr_assert_null(setup.set, "case %zu", i);
		char *text = config_report_text(&setup.report);
		cr_assert(strstr(text, cases[i].error), "case %zu: %s", i, text);
		cr_assert_not(strstr(text, "u:p@"), "no secret in a message");
		free(text);
		release(&setup);
	}
}

Test(source_set, two_pages_of_one_address_are_warned_of)
{
	struct setup setup;
	load(&setup, "sources = ( { name = \"a\"; kind = \"openmetrics\"; urls = [ \"http://h/probe?of=x\", \"http://h/probe?of=y\", "
		     "\"http://i/\" ]; } );");
	cr_assert_not_null(setup.set);
	char *text = config_report_text(&setup.report);
	cr_expect(strstr(text, "warning: \"http://h/probe?of=x\" and \"http://h/probe?of=y\" have the same instance"), "%s", text);
	cr_expect_eq(setup.report.count, 1, "%s", text);
	free(text);
	release(&setup);
}

Test(source_set, all_errors_come_at_once)
{
	static const char *const lines[] = {
		"test.conf:1: error: unknown key 'intervall'",
		"test.conf:2: error: the URL \"file:///etc/passwd\" must begin with http:// or https://",
		"test.conf:3: error: 'ca_file': /no/such.pem: No such file or directory",
		"test.conf:4: error: 'workers' must not be empty",
		"test.conf:5: error: the URL \"http://h:99999/j\"",
		"test.conf:6: error: 'url' must be a text",
		"test.conf:6: error: a cluster cannot be named \"v1\"",
	};
	struct setup setup;
	load(&setup, "sources = ( { name = \"a\"; kind = \"openmetrics\"; intervall = \"5s\";\n"
		     "url = \"file:///etc/passwd\";\nca_file = \"/no/such.pem\"; },\n"
		     "{ name = \"b\"; kind = \"connect\"; workers = [ ];\njolokia = [ \"http://h:99999/j\" ]; },\n"
		     "{ name = \"c\"; kind = \"collector\"; url = 5; clusters = [ \"v1\" ]; } );");
	cr_assert_null(setup.set);
	char *text = config_report_text(&setup.report);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		cr_expect(strstr(text, lines[i]), "wanted: %s\ngot: %s", lines[i], text);
	cr_expect_not(strstr(text, "needs either"), "%s", text);
	free(text);
	release(&setup);
}

Test(source_set, instances)
{
	static const struct {
		const char *url, *instance;
	} cases[] = {
		{"http://host/metrics", "host:80"},
		{"https://host", "host:443"},
		{"http://host:9404/x?y=z", "host:9404"},
		{"http://[::1]:80/", "[::1]:80"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct setup setup;
		load(&setup,
		     "sources = ( { name = \"a\"; kind = \"openmetrics\"; urls = [ \"%s\", \"http://other:1/\" ]; } );",
		     cases[i].url);
		cr_assert_eq(source_set_targets(setup.set), 2);
		cr_assert_str_eq(source_set_target(setup.set, 0)->instance, cases[i].instance);
		cr_assert_eq(source_set_target(setup.set, 0)->interval, 15000);
		release(&setup);
	}
}

/* Every request would take a minute; the test has a third of it. */
Test(source_set, a_target_that_hangs_does_not_hold_up_the_stop, .timeout = 20)
{
	static const char *const sources[] = {
		"{ name = \"a\"; kind = \"openmetrics\"; url = \"URL\"; timeout = \"60s\"; }",
		"{ name = \"a\"; kind = \"collector\"; url = \"URL\"; timeout = \"60s\"; clusters = [ \"c\" ]; }",
		"{ name = \"a\"; kind = \"collector\"; url = \"URL\"; timeout = \"60s\"; clusters = [ \"c\" ];"
		" connectors = [ \"1\", \"2\", \"3\", \"4\", \"5\" ]; parallel = 2; }",
		"{ name = \"a\"; kind = \"connect\"; workers = [ \"URL\" ]; jolokia = [ \"URL/jolokia/\" ];"
		" timeout = \"60s\"; }",
	};
	struct fake_http_step hang = {.act = FAKE_HTTP_HANG};
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		struct fake_http *fake = fake_http_start(&hang, 1);
		struct setup setup;
		char **parts = g_strsplit(sources[i], "URL", -1), *list = g_strjoinv(fake_http_url(fake), parts);
		load(&setup, "sources = ( %s );", list);
		start(&setup);
		source_set_poll_now(setup.set, 0);
		AWAIT(fake_http_connections(fake) > 0);
		source_set_stop(setup.set);
		cr_expect_eq(setup.inbox.count, 0, "what was cancelled is no failed poll");
		release(&setup);
		fake_http_stop(fake);
		g_free(list);
		g_strfreev(parts);
	}
}
