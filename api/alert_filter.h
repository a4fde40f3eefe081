/* alert_filter: state, severity, match and acknowledged of a request, for the list and for history. */
#ifndef API_ALERT_FILTER_H
#define API_ALERT_FILTER_H

#include "api/request.h"
#include "model/alert.h"
#include "model/matcher.h"

struct alert_filter {
	uint32_t states, severities; /* bit per value; 0 = all */
	int acknowledged; /* -1 = both */
	struct matchers *match; /* NULL = all; one thread at a time */
};

/* False when a 400 was answered. */
bool alert_filter_init(struct alert_filter *filter, struct request *request);
void alert_filter_release(struct alert_filter *filter);
bool alert_filter_accepts(const struct alert_filter *filter, const struct alert *alert);
/* One alert of a list. */
json_t *alert_list_json(struct alert *const *alerts, size_t count);

#endif
