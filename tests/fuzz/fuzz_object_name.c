#include "sources/object_name.h"
#include <glib.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_strndup((const char *)data, size);
	struct arena *arena = arena_new();
	struct object_name name;
	struct error err;

	if (object_name_parse(&name, text, arena, &err))
		for (uint32_t i = 0; i < name.count; i++)
			if (object_name_get(&name, name.keys[i].name) != name.keys[i].value)
				abort();
	object_name_is_pattern(text);
	arena_free(arena);
	g_free(text);
	return 0;
}
