/* trend_numbers: what every connector, task and worker says now, read from the series table into their trends while a view
 * is built. Engine thread; private to the connector view. */
#ifndef ENGINE_TREND_NUMBERS_H
#define ENGINE_TREND_NUMBERS_H

#include "engine/connector_trends.h"

void trend_numbers_read(struct connector_trends *trends, const struct series_table *table);
/* The connector's own number if there is one, else that of its tasks together; NaN if none is known. */
double trend_sum(const struct trend *trend, enum trend_field field);
double trend_most(const struct trend *trend, enum trend_field field);

#endif
