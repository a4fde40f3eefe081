/* fuzz_query: the query string of a request, and a path against the table of routes. */
#include "api/query.h"
#include "api/routes.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct query query;
	struct error err;
	char *text = g_strndup((const char *)data, size), *params[REQUEST_PARAMS_MAX] = {NULL};
	bool good = query_parse(&query, text, &err);
	assert(query.count <= QUERY_MAX);
	if (good)
		for (size_t i = 0; i < query.count; i++)
			assert(query_get(&query, query.pairs[i].name) == query.pairs[i].value);
	query_release(&query);
	GString *allow = g_string_new(NULL);
	routes_find("GET", text, params, allow);
	for (size_t i = 0; i < REQUEST_PARAMS_MAX; i++)
		g_free(params[i]);
	g_string_free(allow, TRUE);
	g_free(text);
	return 0;
}
