#include "sources/collector_json.h"
#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct collector_metrics metrics;
	struct collector_list list;
	struct error err;
	if (collector_metrics_parse((const char *)data, size, "c", arena, &metrics, &err)) {
		if (isinf(metrics.records) || metrics.records < 0)
			abort();
		for (uint32_t i = 0; i < metrics.task_count; i++)
			if (!metrics.tasks[i].id)
				abort();
	}
	if (collector_list_parse((const char *)data, size, arena, &list, &err))
		for (uint32_t i = 0; i < list.count; i++)
			if (!list.connectors[i].name[0])
				abort();
	arena_free(arena);
	return 0;
}
