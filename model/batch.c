#include "model/batch.h"
#include <glib.h>
#include <stdlib.h>

struct batch *batch_new(uint32_t target)
{
	struct batch *batch = g_new0(struct batch, 1);
	batch->target = target;
	batch->arena = arena_new();
	return batch;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	for (uint32_t i = 0; i < batch->added_count; i++)
		labels_unref(batch->added[i].labels);
	free(batch->values);
	free(batch->times);
	arena_free(batch->arena);
	g_free(batch);
}
