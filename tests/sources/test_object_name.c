#include "sources/object_name.h"
#include <criterion/criterion.h>
#include <string.h>

Test(object_name, keys_are_a_set_and_values_come_unquoted)
{
	static const struct {
		const char *text, *domain, *key, *value;
	} cases[] = {
		{"kafka.connect:type=task-error-metrics,connector=x,task=0", "kafka.connect", "connector", "x"},
		{"kafka.connect:connector=x,task=0,type=task-error-metrics", "kafka.connect", "type",
		 "task-error-metrics"},
		{"d:connector=\"my,conn:1\",task=0", "d", "connector", "my,conn:1"},
		{"d:connector=\"my,conn:1\",task=0", "d", "task", "0"},
		{"d:c=\"a\\\"b\\\\c\\*d\\?e\\nf\"", "d", "c", "a\"b\\c*d?e\nf"},
		{"d:c=\"\"", "d", "c", ""},
		{"d:c=", "d", "c", ""},
		{"d:c=with space.and%", "d", "c", "with space.and%"},
		{"d:c=*,t=connector-consumer-*", "d", "t", "connector-consumer-*"},
		{"d:a=1", "d", "b", NULL},
	};
	struct arena *arena = arena_new();
	struct object_name name;
	struct error err;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cr_assert(object_name_parse(&name, cases[i].text, arena, &err), "%s: %s", cases[i].text, err.text);
		const char *value = object_name_get(&name, cases[i].key);
		cr_expect_str_eq(name.domain, cases[i].domain);
		cr_expect(!value == !cases[i].value && (!value || strcmp(value, cases[i].value) == 0), "%s: %s",
			  cases[i].text, value);
	}
	arena_free(arena);
}

Test(object_name, refuses_what_is_none)
{
	static const char *const cases[] = {
		"",
		":a=1",
		"d",
		"d:",
		"d:a",
		"d:=1",
		"d:a=1,",
		"d:a=1,a=2",
		"d:a=\"x",
		"d:a=\"x\"y",
		"d:a=\"\\z\"",
		"d:a=x\"y",
		"::bad",
		"d:a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1,j=1,k=1,l=1,m=1,n=1,o=1,p=1,q=1",
	};
	struct arena *arena = arena_new();
	struct object_name name = {.domain = "untouched"};
	struct error err;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		err.text[0] = '\0';
		cr_expect(!object_name_parse(&name, cases[i], arena, &err), "%s", cases[i]);
		cr_expect(err.text[0] != '\0');
	}
	cr_expect_str_eq(name.domain, "untouched");
	arena_free(arena);
}

Test(object_name, an_escaped_star_is_no_pattern)
{
	cr_expect(object_name_is_pattern("d:type=x,name=*"));
	cr_expect(object_name_is_pattern("d:type=x,client-id=connector-?"));
	cr_expect_not(object_name_is_pattern("d:type=x"));
	cr_expect_not(object_name_is_pattern("d:name=\"a\\*b\""));
}
