#include "model/connect_state.h"
#include "model/value.h"
#include "tests/sources/fixtures.h"
#include "tests/sources/polling.h"
#include "tests/support/fake_http.h"
#include <criterion/criterion.h>
#include <string.h>

/* Two workers and two agents on loopback. */
struct peers {
	struct fake_http *workers[2], *agents[2];
	char *texts[3];
	struct polling *polling;
};

static struct fake_http *serve(struct fake_http_step *step)
{
	return fake_http_start(step, 1);
}

static void open_peers(struct peers *peers, struct fake_http_step workers[2], struct fake_http_step agents[2])
{
	char *text;

	for (int i = 0; i < 2; i++) {
		peers->workers[i] = serve(&workers[i]);
		peers->agents[i] = serve(&agents[i]);
	}
	text = g_strdup_printf("{ name = \"prod\"; kind = \"connect\"; interval = \"1h\"; timeout = \"500ms\";"
			       " labels = { cluster = \"prod\"; }; workers = [ \"%s\", \"%s/\" ];"
			       " jolokia = [ \"%s/jolokia/\", \"%s/jolokia\" ]; }",
			       fake_http_url(peers->workers[0]), fake_http_url(peers->workers[1]),
			       fake_http_url(peers->agents[0]), fake_http_url(peers->agents[1]));
	peers->polling = polling_start(text);
	g_free(text);
}

static void close_peers(struct peers *peers)
{
	polling_stop(peers->polling);
	for (int i = 0; i < 2; i++) {
		fake_http_stop(peers->workers[i]);
		fake_http_stop(peers->agents[i]);
	}
	for (int i = 0; i < 3; i++)
		g_free(peers->texts[i]);
}

static struct fake_http_step saying(struct peers *peers, int i, const char *name, const char *mime)
{
	peers->texts[i] = fixture(name, NULL);
	return (struct fake_http_step){.body = peers->texts[i], .headers = mime};
}

/* How often it was asked for this. */
static size_t asked(struct fake_http *fake, const char *line)
{
	size_t count = 0;

	for (size_t i = 0; i < fake_http_requests(fake); i++) {
		char *request = fake_http_request(fake, i);
		count += g_str_has_prefix(request, line);
		free(request);
	}
	return count;
}

Test(connect, a_dead_worker_is_passed_over_and_a_dead_agent_is_named, .timeout = 60)
{
	struct peers peers = {0};
	struct fake_http_step status = saying(&peers, 0, "connect-status.json", "Content-Type: application/json\r\n");
	struct fake_http_step workers[2] = {{.status = 500, .body = "{\"error_code\":500,\"message\":\"no\"}"}, status};
	struct fake_http_step agents[2] = {saying(&peers, 1, "jolokia-1.7.2.json", "Content-Type: text/plain\r\n"),
					   {.act = FAKE_HTTP_HANG}};
	char *expect;

	open_peers(&peers, workers, agents);
	const struct batch *batch = polling_next(peers.polling);
	cr_expect_not(batch->failed);
	expect = g_strdup_printf("Jolokia on 127.0.0.1:%u: ", fake_http_port(peers.agents[1]));
	cr_expect(g_str_has_prefix(batch->failure, expect), "%s", batch->failure);
	g_free(expect);
	cr_expect_eq(polling_value(peers.polling, "source_up", "", ""), 1);
	cr_expect_eq(polling_value(peers.polling, "connector_task_state", "orders-sink", "1"), CONNECT_STATE_FAILED);
	cr_expect_eq(polling_value(peers.polling, "connector_records_total", "orders-source", "0"), 1000);
	cr_expect_eq(asked(peers.workers[0], "GET /connectors"), 1);
	polling_now(peers.polling); /* the one that answered is asked first */
	cr_expect_eq(asked(peers.workers[0], "GET /connectors"), 1);
	cr_expect_eq(asked(peers.workers[1], "GET /connectors"), 2);
	close_peers(&peers);
}

Test(connect, one_bulk_post_for_each_agent_and_cycle, .timeout = 60)
{
	struct peers peers = {0};
	struct fake_http_step status = saying(&peers, 0, "connect-status.json", NULL);
	struct fake_http_step workers[2] = {status, status};
	struct fake_http_step agents[2] = {saying(&peers, 1, "jolokia-1.7.2.json", NULL),
					   saying(&peers, 2, "jolokia-2.5.1.json", NULL)};

	open_peers(&peers, workers, agents);
	polling_next(peers.polling);
	for (int cycle = 0; cycle < 3; cycle++)
		cr_expect_not(polling_now(peers.polling)->failed);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(fake_http_requests(peers.agents[i]), 4);
		char *request = fake_http_request(peers.agents[i], 0);
		cr_expect(g_str_has_prefix(request, "POST /jolokia/ HTTP/1.1\r\n"), "%s", request);
		free(request);
	}
	char *request = fake_http_request(peers.workers[0], 0);
	cr_expect(g_str_has_prefix(request, "GET /connectors?expand=status HTTP/1.1\r\n"), "%s", request);
	free(request);
	cr_expect_eq(polling_value(peers.polling, "connector_errors_total", "orders-sink", "0"), 24520);
	cr_expect_eq(polling_value(peers.polling, "connector_lag", "orders-sink", ""), 42);
	close_peers(&peers);
}

/* Polls until the cluster's version has come, at most so often. */
static const struct batch *poll_for_version(struct polling *polling, int most)
{
	const struct batch *batch = polling_next(polling);

	for (int i = 0; !batch->version && i < most; i++)
		batch = polling_now(polling);
	return batch;
}

Test(connect, a_worker_is_asked_once_what_it_is_and_no_poll_waits, .timeout = 60)
{
	struct peers peers = {0};
	struct fake_http_step workers[2] = {saying(&peers, 0, "connect-status.json", NULL), {.act = FAKE_HTTP_HANG}};
	struct fake_http_step agents[2] = {saying(&peers, 1, "jolokia-1.7.2.json", NULL),
					   saying(&peers, 2, "jolokia-2.5.1.json", NULL)};

	open_peers(&peers, workers, agents);
	polling_next(peers.polling);
	for (int cycle = 0; cycle < 3; cycle++) {
		const struct batch *batch = polling_now(peers.polling);
		cr_expect_not(batch->failed);
		cr_expect_null(batch->version, "an answer of another shape says nothing");
	}
	cr_expect_leq(asked(peers.workers[0], "GET / "), 1);
	cr_expect_leq(asked(peers.workers[1], "GET / "), 1);
	cr_expect_eq(asked(peers.workers[1], "GET /connectors"), 0);
	close_peers(&peers);
}

Test(connect, a_worker_without_its_agent_is_up_while_its_rest_answers, .timeout = 60)
{
	static const struct {
		struct fake_http_step worker, agent;
		double up;
	} cases[] = {
		{{.status = 409, .body = "{}"}, {.act = FAKE_HTTP_REFUSE}, 1},
		{{.act = FAKE_HTTP_CLOSE}, {.act = FAKE_HTTP_REFUSE}, 0},
		{{.status = 503, .body = "no such upstream"}, {.act = FAKE_HTTP_REFUSE}, 0},
		{{.act = FAKE_HTTP_CLOSE}, {.status = 200}, 1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct peers peers = {0};
		struct fake_http_step good = saying(&peers, 1, "jolokia-1.7.2.json", NULL);
		struct fake_http_step workers[2] = {cases[i].worker, saying(&peers, 0, "connect-status.json", NULL)};
		struct fake_http_step agents[2] = {cases[i].agent.status ? good : cases[i].agent, good};

		open_peers(&peers, workers, agents);
		cr_expect_not(polling_next(peers.polling)->failed);
		cr_expect_eq(polling_value(peers.polling, "worker_up", "", ""), cases[i].up, "%zu", i);
		close_peers(&peers);
	}
}

Test(connect, the_version_of_the_workers_and_the_class_of_connectors_come_along, .timeout = 60)
{
	struct polling *polling = polling_start("{ name = \"demo\"; kind = \"demo\"; interval = \"1h\"; }");
	const struct batch *batch = poll_for_version(polling, 1000);
	size_t classes = 0;

	cr_assert_str_eq(batch->version, "3.9.1");
	for (uint32_t i = 0; i < batch->note_count; i++)
		classes += g_strcmp0(batch->notes[i].class, "io.confluent.connect.jdbc.JdbcSinkConnector") == 0;
	cr_expect_eq(classes, 1);
	polling_stop(polling);
}

Test(connect, without_any_worker_the_poll_fails_and_nothing_is_gone, .timeout = 60)
{
	struct peers peers = {0};
	struct fake_http_step workers[2] = {{.act = FAKE_HTTP_CLOSE}, {.status = 404, .body = "<html>starting</html>"}};
	struct fake_http_step agents[2] = {saying(&peers, 1, "jolokia-1.7.2.json", NULL), {.act = FAKE_HTTP_REFUSE}};

	open_peers(&peers, workers, agents);
	const struct batch *batch = polling_next(peers.polling);
	cr_expect(batch->failed);
	cr_expect(strstr(batch->failure, "Connect on 127.0.0.1:"), "%s", batch->failure);
	cr_expect(strstr(batch->failure, "HTTP 404"), "%s", batch->failure);
	cr_expect_eq(polling_value(peers.polling, "source_up", "", ""), 0);
	for (uint32_t i = 0; i < batch->slot_count; i++)
		cr_expect_not(value_is_gone(batch->values[i]));
	close_peers(&peers);
}

Test(connect, a_url_twice_or_with_a_password_is_refused)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"workers = [ \"http://a:1\", \"http://a:1\" ];", "twice"},
		{"workers = [ \"http://u:secret@a:1\" ];", "password"},
		{"workers = [ \"ftp://a:1\" ];", "http"},
		{"jolokia = [ \"http://a:1\" ];", "workers"},
		{"workers = [ \"http://a:1\" ]; jolokia = [ \"http://b:1/\", \"http://b:1/\" ];", "twice"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct config_report report = {0};
		char *text = g_strdup_printf("sources = ( { name = \"x\"; kind = \"connect\"; %s } );", cases[i].text);
		struct config_tree *tree = config_tree_parse("t.conf", text, &report);
		cr_expect_null(source_set_load(tree, &report));
		char *said = config_report_text(&report);
		cr_expect(strstr(said, "t.conf:1") && strstr(said, cases[i].says), "%s", said);
		cr_expect_null(strstr(said, "secret"));
		free(said);
		config_tree_free(tree);
		config_report_release(&report);
		g_free(text);
	}
}

Test(connect, the_demo_is_polled_like_a_real_cluster, .timeout = 60)
{
	struct polling *polling = polling_start("{ name = \"demo\"; kind = \"demo\"; interval = \"1h\"; }");
	const struct batch *batch = polling_next(polling);

	cr_expect_not(batch->failed);
	cr_expect_str_empty(batch->failure);
	cr_expect_eq(polling_value(polling, "connector_state", "payments-jdbc-sink", ""), CONNECT_STATE_RUNNING);
	cr_expect_eq(polling_value(polling, "connector_task_state", "clickstream-s3-sink", "2"), CONNECT_STATE_RUNNING);
	cr_expect(value_is_number(polling_value(polling, "connector_lag", "fraud-scoring-sink", "")));
	cr_expect_gt(polling_value(polling, "worker_heap_used_bytes", "", ""), 1e6);
	polling_stop(polling);
}
