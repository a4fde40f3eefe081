/* storm: how many incidents the people behind a receiver were shown within the last minute, and whether that is more than
 * they are told one by one. It begins over the receiver's `digest_above` and ends under half of it. Kept in the store's
 * `meta` rows: groups that came and went within the minute are not read back. Engine thread, within a step. */
#ifndef ENGINE_STORM_H
#define ENGINE_STORM_H

#include "engine/dispatch_state.h"

void storm_free(struct storm *storm);
/* This group is to open an incident for people: counts it, once a group, and says whether the digest is to tell it. */
bool storm_diverts(struct dispatcher *dispatcher, const struct receiver *receiver, struct group *group);
void storms_restore(struct dispatcher *dispatcher, const struct effects *rows);
void storms_emit(struct dispatcher *dispatcher);

#endif
