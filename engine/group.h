/* group: the open alerts of one route node that are told together, and when they are told next. It lives from its
 * first member to its last; each life is a generation with an incident per integration. Engine thread, in a step. */
#ifndef ENGINE_GROUP_H
#define ENGINE_GROUP_H

#include "engine/dispatch_state.h"

struct group *group_new(struct dispatcher *dispatcher, const char *key);
void group_free(struct group *group);
void group_changed(struct dispatcher *dispatcher, struct group *group);
void group_bind(struct group *group, const struct route *route);
/* Flush at this time or earlier. */
void group_due_at(struct dispatcher *dispatcher, struct group *group, msec_t mono);
/* Something is to be said: after group_wait if nothing was said yet, else group_interval after the last flush;
 * at_once: without the interval. A digest collects for its group_wait first, and knows no hurry. */
void group_touch(struct dispatcher *dispatcher, struct group *group, bool at_once);
void group_touch_all(struct dispatcher *dispatcher, struct episode *episode, bool at_once);
struct member *group_join(struct dispatcher *dispatcher, struct group *group, struct episode *episode);
void group_leave(struct dispatcher *dispatcher, struct member *member);
void member_changed(struct dispatcher *dispatcher, struct member *member);
/* Puts the episode into the groups that the routes name; memberships they no longer name only serve what is owed. */
void group_route(struct dispatcher *dispatcher, struct episode *episode);

#endif
