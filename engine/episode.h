/* episode: one run of an alert as the dispatcher keeps it: newest version, memberships, and what its receivers were told.
 * Lives until it is over and nothing more is owed or under way for it. Engine thread, within a step. */
#ifndef ENGINE_EPISODE_H
#define ENGINE_EPISODE_H

#include "engine/dispatch_state.h"

struct episode *episode_new(struct dispatcher *dispatcher, const char *id);
void episode_free(struct episode *episode);
struct episode *episode_find(const struct dispatcher *dispatcher, const char *id);
bool episode_over(const struct episode *episode);
/* Its membership in this group, or NULL. */
struct member *episode_member_in(const struct episode *episode, const struct group *group);
/* Takes the reference of alert. */
void episode_set_alert(struct dispatcher *dispatcher, struct episode *episode, struct alert *alert);
/* A copy of the newest version to be changed in place before it is set. */
struct alert *episode_edit(const struct episode *episode);
/* To be looked at by the end of the step: written if changed, dropped if over and done. */
void episode_touch(struct dispatcher *dispatcher, struct episode *episode);
void episode_changed(struct dispatcher *dispatcher, struct episode *episode);
/* All of them, by id, so that a run can be repeated. The list is the caller's. */
GPtrArray *episodes_in_order(const struct dispatcher *dispatcher);

#endif
