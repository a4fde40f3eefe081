#include "base/json.h"
#include "model/value.h"
#include "sources/connect_merge.h"
#include "sources/demo.h"
#include "sources/demo_cluster.h"
#include "tests/sources/fixtures.h"
#include <criterion/criterion.h>
#include <string.h>

/* The demo's own answers through the parsers of the real thing, once a simulated second. */
struct viewer {
	struct demo_cluster *demo;
	struct slots *slots;
	struct labels *base;
	struct connect_merge *merge;
	char *request;
};

static void open_viewer(struct viewer *viewer, uint64_t seed)
{
	viewer->demo = demo_cluster_new(seed, 1764000000000);
	viewer->slots = slots_new(10000);
	viewer->base = labels_new((struct label[]){{"cluster", "demo"}}, 1);
	viewer->merge = connect_merge_new(viewer->base, viewer->base, "demo", true);
	viewer->request = jolokia_request(connect_reads, connect_read_count);
}

static void close_viewer(struct viewer *viewer)
{
	free(viewer->request);
	connect_merge_free(viewer->merge);
	labels_unref(viewer->base);
	slots_free(viewer->slots);
	demo_cluster_free(viewer->demo);
}

static void look(struct viewer *viewer, msec_t age)
{
	static const char *const instances[] = {"demo-1:8778", "demo-2:8778"};
	struct arena *arena = arena_new();
	struct connect_inventory inventory;
	struct connect_part parts[DEMO_WORKERS] = {{0}};
	struct error err = {""};
	char *text;

	demo_cluster_advance(viewer->demo, age);
	text = demo_cluster_status(viewer->demo);
	cr_assert(connect_inventory_parse(text, strlen(text), arena, &inventory, &err), "%s", err.text);
	cr_assert_eq(inventory.count, DEMO_CONNECTORS);
	free(text);
	for (unsigned w = 0; w < DEMO_WORKERS; w++) {
		text = demo_cluster_jolokia(viewer->demo, w, viewer->request, strlen(viewer->request));
		parts[w].instance = instances[w];
		cr_assert(connect_beans_parse(&parts[w].beans, text, strlen(text), &inventory, arena, &err), "%s",
			  err.text);
		cr_assert_eq(parts[w].beans.result.refused, 0, "%s", parts[w].beans.result.first.text);
		free(text);
	}
	slots_begin(viewer->slots);
	connect_merge_cycle(viewer->merge, viewer->slots, &inventory, true, parts, DEMO_WORKERS);
	arena_free(arena);
}

/* Sum over the tasks of a connector. */
static double sum(const struct viewer *viewer, const char *name, const char *connector)
{
	double all = 0;

	for (uint32_t slot = 0; slot < slots_count(viewer->slots); slot++) {
		const struct labels *labels = slots_labels(viewer->slots, slot);
		if (labels && strcmp(labels_get_or_empty(labels, "__name__"), name) == 0 &&
		    strcmp(labels_get_or_empty(labels, "connector"), connector) == 0)
			all += slots_value(viewer->slots, slot);
	}
	return all;
}

static bool any_failed(const struct viewer *viewer)
{
	for (uint32_t slot = 0; slot < slots_count(viewer->slots); slot++) {
		const struct labels *labels = slots_labels(viewer->slots, slot);
		if (labels && strcmp(labels_get_or_empty(labels, "__name__"), "connector_task_state") == 0 &&
		    slots_value(viewer->slots, slot) == CONNECT_STATE_FAILED)
			return true;
	}
	return false;
}

Test(demo_cluster, trouble_comes_and_goes)
{
	struct viewer viewer;

	open_viewer(&viewer, 1);
	look(&viewer, 5000);
	cr_expect_not(any_failed(&viewer));
	double errors = sum(&viewer, "connector_errors_total", "orders-elasticsearch-sink");
	double records = sum(&viewer, "connector_records_total", "clickstream-http-source");
	look(&viewer, 15000);
	cr_expect(any_failed(&viewer), "a task fails within 20 s");
	double usual = sum(&viewer, "connector_records_total", "clickstream-http-source") - records;
	look(&viewer, 70000);
	cr_expect_not(any_failed(&viewer));
	cr_expect_gt(sum(&viewer, "connector_errors_total", "orders-elasticsearch-sink") - errors, 1000);
	look(&viewer, 120000);
	records = sum(&viewer, "connector_records_total", "clickstream-http-source");
	errors = sum(&viewer, "connector_errors_total", "orders-elasticsearch-sink");
	look(&viewer, 130000);
	cr_expect_lt(sum(&viewer, "connector_records_total", "clickstream-http-source") - records, 0.3 * usual);
	cr_expect_lt(sum(&viewer, "connector_errors_total", "orders-elasticsearch-sink") - errors, 20);
	look(&viewer, 200000);
	cr_expect_gt(sum(&viewer, "connector_lag", "fraud-scoring-sink"), 12000);
	look(&viewer, 235000);
	cr_expect_lt(sum(&viewer, "connector_lag", "fraud-scoring-sink"), 1000);
	close_viewer(&viewer);
}

Test(demo_cluster, the_same_seed_tells_the_same_story)
{
	struct demo_cluster *a = demo_cluster_new(7, 0), *b = demo_cluster_new(7, 0);
	char *request = jolokia_request(connect_reads, connect_read_count);

	for (msec_t age = 0; age <= 60000; age += 333)
		demo_cluster_advance(a, age);
	demo_cluster_advance(a, 60000);
	demo_cluster_advance(b, 60000); /* how often one looks does not matter */
	char *x = demo_cluster_jolokia(a, 1, request, strlen(request));
	char *y = demo_cluster_jolokia(b, 1, request, strlen(request));
	cr_expect_str_eq(x, y);
	free(x);
	free(y);
	free(request);
	demo_cluster_free(a);
	demo_cluster_free(b);
}

Test(demo_cluster, a_bad_request_is_one_error_as_in_the_real_one)
{
	static const char *const bodies[] = {"[{\"type\":\"read\",\"mbean\":\"::bad\"}]", "{}", "", "nonsense"};
	struct demo_cluster *demo = demo_cluster_new(1, 0);

	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		char *text = demo_cluster_jolokia(demo, 0, bodies[i], strlen(bodies[i]));
		json_t *root = json_parse(text, strlen(text), 0, NULL);
		cr_expect_eq(json_get_int(root, "status", 0), 400);
		json_decref(root);
		free(text);
	}
	demo_cluster_free(demo);
}

Test(demo_cluster, the_embedded_configuration_is_the_example)
{
	char *path = g_strdup_printf("%s/examples/demo.conf", getenv("top_srcdir")), *text = NULL;

	cr_assert(g_file_get_contents(path, &text, NULL, NULL));
	cr_expect_str_eq(text, demo_config_text);
	g_free(text);
	g_free(path);
}
