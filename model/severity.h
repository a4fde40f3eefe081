/* severity: how bad, in order. */
#ifndef MODEL_SEVERITY_H
#define MODEL_SEVERITY_H

#include <stdbool.h>

enum severity { SEVERITY_NONE, SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL };

const char *severity_name(enum severity severity); /* "none", "info", "warning", "critical" */
bool severity_parse(const char *text, enum severity *out);

#endif
