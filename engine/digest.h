/* digest: the group of a receiver that tells its people in one message what would be too many in a storm. A group like
 * any other, but for what it takes: alerts whose own group had not told these channels anything yet. Those groups leave
 * them to it; channels that machines read are told by their own groups. Engine thread, within a step. */
#ifndef ENGINE_DIGEST_H
#define ENGINE_DIGEST_H

#include "engine/notification_build.h"

#define DIGEST_PATH "digest" /* no route's: those begin with their matchers */

/* What the plan would tell first goes over to the receiver's digest, for all channels that people read. */
void digest_take(struct dispatcher *dispatcher, const struct flush_plan *plan);
/* Is it the digest that tells this receiver's people of it? */
bool digest_tells(const struct episode *episode, const char *receiver);
/* After a reload: reminders as often as the most eager route to its receiver. */
void digest_bind(struct group *group, const struct route *root);

#endif
