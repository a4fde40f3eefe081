#include "engine/alert_list.h"
#include <stdatomic.h>

struct alert_list *alert_list_new(GPtrArray *alerts)
{
	struct alert_list *list = g_new0(struct alert_list, 1);
	list->references = 1;
	list->count = alerts->len;
	list->alerts = (struct alert **)g_ptr_array_free(alerts, FALSE);
	return list;
}

struct alert_list *alert_list_ref(struct alert_list *list)
{
	atomic_fetch_add_explicit(&list->references, 1, memory_order_relaxed);
	return list;
}

void alert_list_unref(struct alert_list *list)
{
	if (!list || atomic_fetch_sub_explicit(&list->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < list->count; i++)
		alert_unref(list->alerts[i]);
	g_free(list->alerts);
	g_free(list);
}
