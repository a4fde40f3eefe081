#include "sources/connect_beans.h"
#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct connect_connector connector = {.name = "c", .type = "sink"};
	struct connect_inventory inventory = {&connector, 1};
	struct arena *arena = arena_new();
	struct connect_beans beans;
	struct error err;

	if (connect_beans_parse(&beans, (const char *)data, size, &inventory, arena, &err))
		for (size_t i = 0; i < beans.count; i++)
			if (!beans.values[i].series[0] || isnan(beans.values[i].number))
				abort();
	arena_free(arena);
	return 0;
}
