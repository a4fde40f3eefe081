#include "sources/connect_rest.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct connect_inventory inventory;
	struct error err;
	char text[256];

	if (connect_inventory_parse((const char *)data, size, arena, &inventory, &err))
		for (uint32_t i = 0; i < inventory.count; i++)
			if (!connect_inventory_find(&inventory, inventory.connectors[i].name))
				abort();
	connect_error_text(500, (const char *)data, size, text, sizeof text);
	arena_free(arena);
	return 0;
}
