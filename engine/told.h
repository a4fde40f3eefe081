/* told: what one receiver was told of one episode (told), and what the newest message says that is on its way there
 * (said). Changed with claims and results only. Engine thread, within a step. */
#ifndef ENGINE_TOLD_H
#define ENGINE_TOLD_H

#include "engine/dispatch_state.h"

struct told_entry *told_find(const struct episode *episode, const char *integration);
struct told_entry *told_get(struct episode *episode, const char *integration);
void told_changed(struct dispatcher *dispatcher, struct episode *episode, struct told_entry *told);
/* Did this recipient hear, or may it have heard, that it fires? "" = the channel's only one. */
bool told_heard(const struct told_entry *told, const char *recipient);
void told_add_hearer(struct told_entry *told, const char *recipient);
/* False if others remain that heard it. */
bool told_drop_hearer(struct told_entry *told, const char *recipient);
/* It was said in this incident, whose group owes the end. A group that has not got the episode any more never tells it. */
void told_say_in(struct told_entry *told, const struct episode *episode, const struct incident *incident);
bool told_said_in(const struct told_entry *told, const struct incident *incident); /* NULL: none */
/* Forgets what was queued but not delivered. */
void told_revert(struct told_entry *told);

#endif
