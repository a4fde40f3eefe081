/* collector_sheet: the answers of one cycle over one cluster, turned into series. A number that a connector has per
 * task stands per task only, otherwise per connector, so that sums never count a record twice. */
#ifndef SOURCES_COLLECTOR_SHEET_H
#define SOURCES_COLLECTOR_SHEET_H

#include "sources/collector_json.h"
#include "sources/connector_model.h"
#include <glib.h>

struct collector_sheet {
	struct slots *slots;
	const struct connector_model *model;
	const struct labels *raw; /* labels of collector_* series: the target's */
	struct arena *arena;
	const struct collector_list *list;
	GHashTable *rows; /* name -> row, in the arena */
};

void collector_sheet_init(struct collector_sheet *sheet, struct slots *slots, const struct connector_model *model,
			  const struct labels *raw, const struct collector_list *list, struct arena *arena);
void collector_sheet_release(struct collector_sheet *sheet);
void collector_sheet_put(struct collector_sheet *sheet, const struct collector_connector *connector,
			 const struct collector_metrics *metrics);
/* What the cycle knows not to exist any more is gone; a connector that was not answered for is only unknown. */
void collector_sheet_finish(struct collector_sheet *sheet);

#endif
