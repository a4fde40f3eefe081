/* integration_health: how delivery to one integration goes, for status pages and metrics. Engine thread. */
#ifndef ENGINE_INTEGRATION_HEALTH_H
#define ENGINE_INTEGRATION_HEALTH_H

#include "base/clock.h"
#include <stddef.h>
#include <stdint.h>

struct dispatcher;

struct integration_health {
	const char *name, *receiver, *kind;
	uint64_t sent, failed, retried, dead, rate_limited, template_failures;
	uint32_t queued, sending, dead_letters;
	msec_t oldest_queued_at, last_sent_at, last_failed_at; /* wall */
	char last_error[160];
	enum { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN } breaker;
	msec_t breaker_until;
};
size_t dispatcher_integrations(const struct dispatcher *dispatcher);
void dispatcher_integration_health(const struct dispatcher *dispatcher, size_t i, struct integration_health *out);

#endif
