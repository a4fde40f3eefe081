#include "base/json.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(json, .init = json_setup);

Test(json, refuses_bad_documents_with_their_place)
{
	static const char *const bad[] = {
		"",     "{\"a\":1,\"a\":2}",    "[1,]", "{\"a\":NaN}", "[1e999]", "[\"\\u0000\"]", "[\"\xff\"]",
		"{} x", "[9223372036854775808]"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = {""};
		cr_assert_null(json_parse(bad[i], strlen(bad[i]), 0, &err), "%s", bad[i]);
		cr_assert(strstr(err.text, "line 1, column "), "%s", err.text);
	}
}

Test(json, memory_of_a_parse_is_bounded)
{
	size_t n = 100000;
	char *text = malloc(3 * n + 2);
	text[0] = '[';
	for (size_t i = 0; i < n; i++)
		memcpy(text + 1 + 3 * i, "{},", 3);
	text[3 * n] = ']';
	struct error err = {""};
	cr_assert_null(json_parse(text, 3 * n + 1, 1 << 20, &err));
	cr_assert(strstr(err.text, "memory"), "%s", err.text);
	json_t *value = json_parse(text, 3 * n + 1, 0, &err);
	cr_assert_eq(json_array_size(value), n);
	json_decref(value);
	free(text);
}

Test(json, numbers_and_texts_are_always_representable)
{
	json_t *list = json_array();
	json_array_append_new(list, json_finite(NAN));
	json_array_append_new(list, json_finite(0.1));
	json_array_append_new(list, json_text_value("a\xff"
						    "b\xc3"));
	json_array_append_new(list, json_text_value(NULL));
	json_array_append_new(list, json_time_value(0));
	json_array_append_new(list, json_time_value(INT64_C(1784164111250)));
	char *text = json_text(list);
	cr_assert_str_eq(text, "[null,0.1,\"a\xef\xbf\xbd"
			       "b\xef\xbf\xbd\",null,null,\"2026-07-16T01:08:31.250Z\"]");
	free(text);
	json_decref(list);
}

Test(json, typed_reads_fall_back)
{
	const char *text = "{\"t\":\"x\",\"i\":3,\"r\":2.5,\"b\":true}";
	json_t *object = json_parse(text, strlen(text), 0, NULL);
	cr_assert_str_eq(json_get_text(object, "t", "-"), "x");
	cr_assert_str_eq(json_get_text(object, "i", "-"), "-");
	cr_assert_eq(json_get_number(object, "i", 0), 3);
	cr_assert_eq(json_get_number(object, "r", 0), 2.5);
	cr_assert_eq(json_get_int(object, "r", -1), -1);
	cr_assert_eq(json_get_int(object, "i", -1), 3);
	cr_assert(json_get_bool(object, "b", false));
	cr_assert(json_get_bool(object, "none", true));
	cr_assert_str_eq(json_get_text(NULL, "t", "-"), "-");
	json_decref(object);
}
