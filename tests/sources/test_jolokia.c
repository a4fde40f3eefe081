#include "base/json.h"
#include "model/value.h"
#include "sources/connect_beans.h"
#include "sources/jolokia.h"
#include "tests/sources/fixtures.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const wanted[] = {"used", NULL};
static const struct jolokia_read reads[] = {
	{"d:type=one", NULL},
	{"d:type=many,name=*", NULL},
	{"d:type=bare", wanted},
};

static void write_down(void *ctx, size_t index, const struct object_name *bean, const char *attribute,
		       const json_t *value)
{
	const char *name = object_name_get(bean, "name");

	g_string_append_printf(ctx, "%zu%s%s.%s=%g ", index, name ? "/" : "", name ? name : "", attribute,
			       jolokia_number(value));
}

static bool read_all(const char *body, GString *out, struct jolokia_result *result, struct error *err)
{
	g_string_truncate(out, 0);
	err->text[0] = '\0';
	return jolokia_answer(body, strlen(body), reads, 3, write_down, out, result, err);
}

Test(jolokia, elements_are_matched_by_index_and_null_is_missing)
{
	static const struct {
		const char *body, *values;
		size_t answered, empty, refused;
	} cases[] = {
		{"[{\"status\":200,\"value\":{\"a\":1,\"b\":null}},"
		 "{\"status\":200,\"value\":{\"d:name=x,type=many\":{\"a\":2},\"d:type=many,name=\\\"y,z\\\"\":{\"a\":"
		 "3}}},"
		 "{\"status\":200,\"value\":4}]",
		 "0.a=1 1/x.a=2 1/y,z.a=3 2.used=4 ", 3, 0, 0},
		{"[{\"status\":404,\"error\":\"no\"},{\"status\":404},{\"status\":200,\"value\":{\"used\":5}}]",
		 "2.used=5 ", 1, 2, 0},
		{"[{\"status\":403,\"error\":\"not allowed\"},{\"status\":500,\"error\":\"boom\"},{}]", "", 0, 0, 3},
		/* an attribute that could not be read is a text */
		{"[{\"status\":200,\"value\":{\"a\":\"ERROR: x\"}},{\"status\":200,\"value\":{}},"
		 "{\"status\":200,\"value\":null}]",
		 "0.a=nan ", 3, 0, 0},
		/* values of a shape nobody asked for */
		{"[{\"status\":200,\"value\":7},{\"status\":200,\"value\":{\"bad "
		 "name\":{\"a\":1},\"d:type=many,name=x\":3}},"
		 "{\"status\":200,\"value\":[1,2]}]",
		 "2.used=nan ", 3, 0, 1},
	};
	GString *out = g_string_new(NULL);
	struct jolokia_result result;
	struct error err;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		cr_assert(read_all(cases[i].body, out, &result, &err), "%zu: %s", i, err.text);
		cr_expect_str_eq(out->str, cases[i].values);
		cr_expect(result.answered == cases[i].answered && result.empty == cases[i].empty &&
				  result.refused == cases[i].refused,
			  "%zu: %zu %zu %zu", i, result.answered, result.empty, result.refused);
	}
	read_all(cases[2].body, out, &result, &err);
	cr_expect_str_eq(result.first.text, "d:type=one: not allowed");
	g_string_free(out, TRUE);
}

Test(jolokia, a_bulk_that_failed_as_a_whole_gives_nothing)
{
	static const struct {
		const char *body, *says;
	} cases[] = {
		{"{\"status\":400,\"error\":\"Invalid object name\"}", "Invalid object name"},
		{"[{\"status\":200,\"value\":{\"a\":1}}]", "1 of 3"},
		{"\"ok\"", "not a list"},
		{"<html>502</html>", ""},
		{"", ""},
	};
	GString *out = g_string_new(NULL);
	struct jolokia_result result;
	struct error err;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		cr_expect_not(read_all(cases[i].body, out, &result, &err));
		cr_expect(err.text[0] && strstr(err.text, cases[i].says), "%zu: %s", i, err.text);
		cr_expect_str_empty(out->str);
	}
	g_string_free(out, TRUE);
}

Test(jolokia, one_request_reads_everything_and_says_what_defaults_changed)
{
	char *text = jolokia_request(connect_reads, connect_read_count);
	json_t *bulk = json_parse(text, strlen(text), 0, NULL), *element;
	size_t i;

	cr_assert_eq(json_array_size(bulk), connect_read_count);
	json_array_foreach(bulk, i, element)
	{
		cr_expect_str_eq(json_get_text(element, "type", ""), "read");
		cr_expect_str_eq(json_get_text(element, "mbean", ""), connect_reads[i].mbean);
		cr_expect_eq(!connect_reads[i].attributes, !json_object_get(element, "attribute"));
		cr_expect_str_eq(json_get_text(json_object_get(element, "config"), "includeStackTrace", ""), "false");
	}
	json_decref(bulk);
	free(text);
}

static double find(const struct connect_beans *beans, const char *series, const char *connector, const char *task)
{
	for (size_t i = 0; i < beans->count; i++)
		if (strcmp(beans->values[i].series, series) == 0 &&
		    strcmp(beans->values[i].connector, connector) == 0 && strcmp(beans->values[i].task, task) == 0)
			return beans->values[i].number;
	return VALUE_UNKNOWN;
}

static void parse_fixture(const char *name, struct arena *arena, struct connect_beans *beans)
{
	struct connect_inventory inventory;
	struct error err = {""};
	size_t length;
	char *status = fixture("connect-status.json", &length);

	cr_assert(connect_inventory_parse(status, length, arena, &inventory, &err), "%s", err.text);
	g_free(status);
	char *body = fixture(name, &length);
	cr_assert(connect_beans_parse(beans, body, length, &inventory, arena, &err), "%s", err.text);
	g_free(body);
}

Test(jolokia, answers_of_1_7_and_2_x_read_the_same)
{
	struct arena *arena = arena_new();
	struct connect_beans old, new;

	parse_fixture("jolokia-1.7.2.json", arena, &old);
	parse_fixture("jolokia-2.5.1.json", arena, &new);
	cr_expect_eq(find(&old, "kafka_connect_source_task_metrics_source_record_poll_total", "orders-source", "0"),
		     1000);
	cr_expect_eq(find(&old, "kafka_connect_sink_task_metrics_sink_record_read_total", "a:b", "0"), 500);
	cr_expect_eq(find(&old, "java_lang_Memory_HeapMemoryUsage_used", "", ""), 104857600);
	cr_expect_eq(find(&old, "java_lang_OperatingSystem_ProcessCpuLoad", "", ""), 0.25);
	cr_expect_eq(find(&old, "kafka_producer_producer_metrics_outgoing_byte_total", "orders-source", "0"), 49500);
	cr_expect_eq(
		find(&new, "kafka_connect_task_error_metrics_deadletterqueue_produce_requests", "orders-sink", "0"),
		24520);
	cr_expect_eq(find(&new, "kafka_consumer_consumer_fetch_manager_metrics_records_lag_max", "orders-sink", "1"),
		     12);
	/* idle averages and the JVM's "not available" are missing, never 0 */
	cr_expect(isnan(find(&old, "kafka_connect_connector_task_metrics_batch_size_avg", "orders-source", "0")));
	cr_expect(isnan(find(&new, "java_lang_OperatingSystem_ProcessCpuLoad", "", "")));
	cr_expect_eq(new.result.empty, 2); /* a worker without sources */
	cr_expect_eq(new.result.refused, 0);
	cr_assert_eq(new.task_count, 2);
	cr_expect_eq(new.tasks[1].state, CONNECT_STATE_FAILED);
	arena_free(arena);
}
