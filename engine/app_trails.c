/* app_trails: the list that app_trails answers with; apart, because it needs no running daemon. */
#include "engine/app.h"

struct app_trails *app_trails_new(size_t count)
{
	struct app_trails *trails = g_new0(struct app_trails, 1);
	trails->items = g_new0(struct app_trail, count + 1);
	trails->count = count;
	return trails;
}

void app_trails_free(struct app_trails *trails)
{
	if (!trails)
		return;
	for (size_t i = 0; i < trails->count; i++)
		alert_unref(trails->items[i].alert);
	g_free(trails->items);
	g_free(trails);
}
