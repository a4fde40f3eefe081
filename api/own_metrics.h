/* own_metrics: the daemon's numbers about itself, tocsin_*. */
#ifndef API_OWN_METRICS_H
#define API_OWN_METRICS_H

#include "api/context.h"
#include "api/exposition.h"

void own_metrics_write(struct exposition *e, struct api *api, const struct snapshot *snapshot);

#endif
