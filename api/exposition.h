/* exposition: writes metrics as Prometheus text 0.0.4 or OpenMetrics 1.0 (prometheus.io/docs/instrumenting/
 * exposition_formats, the OpenMetrics specification). Numbers that are not finite are left out. One owner. */
#ifndef API_EXPOSITION_H
#define API_EXPOSITION_H

#include "model/labels.h"
#include <glib.h>
#include <stdint.h>

struct exposition {
	GString *out;
	bool openmetrics;
	const char *family; /* borrowed: of the last header */
};

/* A counter's name ends in _total. */
void exposition_family(struct exposition *e, const char *name, bool counter, const char *help);
/* Names and values in turn, NULL-terminated. */
void exposition_sample(struct exposition *e, double value, ...) __attribute__((sentinel));
/* All labels but __name__. */
void exposition_labelled(struct exposition *e, double value, const struct labels *labels);
void exposition_end(struct exposition *e);

#endif
