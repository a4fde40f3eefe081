/* episode: one run of an alert as the dispatcher keeps it: newest version, memberships, told ledger, and what holds it
 * back. Lives until it is over and nothing more is owed or under way for it. Engine thread, within a step. */
#ifndef ENGINE_EPISODE_H
#define ENGINE_EPISODE_H

#include "engine/dispatch_state.h"

struct episode *episode_new(struct dispatcher *dispatcher, const char *id);
void episode_free(struct episode *episode);
struct episode *episode_find(const struct dispatcher *dispatcher, const char *id);
bool episode_over(const struct episode *episode);
/* Takes the reference of alert. */
void episode_set_alert(struct dispatcher *dispatcher, struct episode *episode, struct alert *alert);
/* A copy of the newest version to be changed in place before it is set. */
struct alert *episode_edit(const struct episode *episode);
/* To be looked at by the end of the step: written if changed, dropped if over and done. */
void episode_touch(struct dispatcher *dispatcher, struct episode *episode);
void episode_changed(struct dispatcher *dispatcher, struct episode *episode);
/* Asks all stages; a changed mask makes a new version and an event, and an end makes its groups due. */
void episode_suppress(struct dispatcher *dispatcher, struct episode *episode);
/* Does anything hold it back now? */
bool episode_held(const struct episode *episode);
enum reason episode_held_reason(const struct episode *episode);
/* Ends the acknowledgement, with its event; the next flush says "still". */
void episode_end_ack(struct dispatcher *dispatcher, struct episode *episode, enum reason reason, const char *by);

struct told_entry *told_find(const struct episode *episode, const char *integration);
struct told_entry *told_get(struct episode *episode, const char *integration);
void told_changed(struct dispatcher *dispatcher, struct episode *episode, struct told_entry *told);
/* Forgets what was queued but not delivered. */
void told_revert(struct told_entry *told);

#endif
