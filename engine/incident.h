/* incident: one integration's story of one group generation: root of threads, frozen subject, unit of order. It closes
 * with its group and is forgotten when its last row is final. Engine thread, within a step. */
#ifndef ENGINE_INCIDENT_H
#define ENGINE_INCIDENT_H

#include "engine/dispatch_state.h"

struct incident *incident_new(struct dispatcher *dispatcher, const char *root, const char *integration);
void incident_free(struct incident *incident);
void incident_changed(struct dispatcher *dispatcher, struct incident *incident);
struct incident *incident_of(const struct group *group, const char *integration);
struct incident *incident_open(struct dispatcher *dispatcher, struct group *group, const char *integration);
/* The subject that it keeps. */
void incident_set_subject(struct incident *incident, const struct alert *worst, bool others);
void incident_close(struct dispatcher *dispatcher, struct incident *incident);
/* Frees it if it is closed and no row needs it. */
void incident_settle(struct dispatcher *dispatcher, struct incident *incident);
/* A message that was made then was delivered at now; of several recipients the first counts. */
void incident_told(struct dispatcher *dispatcher, struct incident *incident, enum severity severity, msec_t made_at);

#endif
