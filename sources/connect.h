/* connect: polls one Kafka Connect cluster over HTTP: REST on any worker with failover, and one bulk POST to every
 * worker's Jolokia a cycle, never two at once to one; beside them, rarely, what each worker says of itself. The kind
 * `connect` is made of it, and so is `demo`.
 * A poller belongs to its target; the HTTP thread hands over, a pool thread parses and merges. */
#ifndef SOURCES_CONNECT_H
#define SOURCES_CONNECT_H

#include "sources/source.h"

struct connect_poller;

/* workers and jolokia: NULL-terminated base URLs, copied; jolokia may be NULL. */
struct connect_poller *connect_poller_new(struct target *target, char *const *workers, char *const *jolokia,
					  bool client_lag);
void connect_poller_free(struct connect_poller *poller);
/* One cycle; answers the target once. */
void connect_poller_poll(struct connect_poller *poller);

#endif
