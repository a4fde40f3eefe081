#include "base/json.h"
#include "base/json_out.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(json_out, .init = json_setup);

/* What jansson makes of the tree is what the writer must make, byte by byte. */
static void expect_same(json_t *tree, struct json_out *out)
{
	char *wanted = json_text(tree);
	cr_assert_str_eq(out->text->str, wanted);
	free(wanted);
	json_decref(tree);
	g_string_free(out->text, TRUE);
}

static struct json_out fresh(void)
{
	struct json_out out;
	json_out_init(&out, g_string_new(NULL));
	return out;
}

Test(json_out, texts_are_as_the_tree_writes_them)
{
	static const char *const texts[] = {"",
					    "plain",
					    "a \"quote\" and a \\ and a /",
					    "\b\f\n\r\t\x01\x1f\x7f",
					    "stra\xc3\x9f"
					    "e \xe2\x80\xa8 \xf0\x9f\x94\xa5",
					    "bad \xff\xc0\x80 \xe2\x82 end",
					    "cut \xe2\x82"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct json_out out = fresh();
		json_out_text(&out, NULL, texts[i]);
		expect_same(json_text_value(texts[i]), &out);
	}
	struct json_out out = fresh();
	json_out_text(&out, NULL, NULL);
	expect_same(json_null(), &out);
}

Test(json_out, numbers_are_as_the_tree_writes_them)
{
	static const double values[] = {0,    -0.0, 1,      -1,     0.1,     1.0 / 3, 1e14,     999999999999999.0,
					1e15, 1e16, 1e-7,   1e100,  -2.5e-9, 1e300,   -1e-300, 123456789.125,
					NAN,  INFINITY, -INFINITY};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct json_out out = fresh();
		json_out_number(&out, NULL, values[i]);
		expect_same(json_finite(values[i]), &out);
	}
	static const int64_t whole[] = {0, 7, -7, 10, INT64_MAX, INT64_MIN};
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		struct json_out out = fresh();
		json_out_int(&out, NULL, whole[i]);
		expect_same(json_integer(whole[i]), &out);
	}
}

Test(json_out, commas_stand_between_values_and_nowhere_else)
{
	struct json_out out = fresh();
	json_out_open(&out, NULL, '{');
	json_out_open(&out, "empty", '[');
	json_out_close(&out, ']');
	json_out_open(&out, "list", '[');
	json_out_open(&out, NULL, '{');
	json_out_close(&out, '}');
	json_out_int(&out, NULL, 2);
	json_out_close(&out, ']');
	json_out_bool(&out, "yes", true);
	json_out_time(&out, "never", 0);
	json_out_time(&out, "at", 1763000000123);
	json_out_raw(&out, "raw", "{\"a\":1}");
	json_out_pair(&out, "a \"name\"", "of theirs");
	json_out_close(&out, '}');
	cr_assert_str_eq(out.text->str, "{\"empty\":[],\"list\":[{},2],\"yes\":true,\"never\":null,"
					"\"at\":\"2025-11-13T02:13:20.123Z\",\"raw\":{\"a\":1},"
					"\"a \\\"name\\\"\":\"of theirs\"}");
	g_string_free(out.text, TRUE);
}

Test(json_out, what_stands_in_the_buffer_is_left_alone)
{
	struct json_out out;
	json_out_init(&out, g_string_new("data: "));
	json_out_int(&out, NULL, 1);
	cr_assert_str_eq(out.text->str, "data: 1");
	g_string_free(out.text, TRUE);
}
