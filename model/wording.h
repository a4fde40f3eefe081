/* wording: the sentences of one rule kind, as messages and the page use them (one table per kind, static).
 * Facts are templates of model/template.h over the alert's names. */
#ifndef MODEL_WORDING_H
#define MODEL_WORDING_H

#include "model/unit.h"

struct wording {
	const char *topic;    /* for the constant subject: "records fail" */
	const char *fact;     /* one alert: "{{value|human}} of records fail" */
	const char *group;    /* n alerts: "{{count}} connectors: records fail" without the object */
	const char *unknown;  /* "error rate unknown" */
	const char *resolved; /* "{{value|human}} of records fail" */
	enum unit unit;       /* of value, raise and clear unless the rule says otherwise */
};

#endif
