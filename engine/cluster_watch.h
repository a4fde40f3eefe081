/* cluster_watch: when each cluster last had an open alert, so that a quiet one can say since when. Engine thread. */
#ifndef ENGINE_CLUSTER_WATCH_H
#define ENGINE_CLUSTER_WATCH_H

#include "model/alert.h"
#include <stddef.h>

struct cluster_watch;

struct cluster_watch *cluster_watch_new(void);
void cluster_watch_free(struct cluster_watch *watch);
/* These are open now. */
void cluster_watch_note(struct cluster_watch *watch, struct alert *const *alerts, size_t count, msec_t now_wall);
/* Wall; 0 = never since the start. */
msec_t cluster_watch_at(const struct cluster_watch *watch, const char *cluster);

#endif
