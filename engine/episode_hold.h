/* episode_hold: what holds an episode's messages back: the stages of suppression, and the end of an acknowledgement.
 * Engine thread, within a step. */
#ifndef ENGINE_EPISODE_HOLD_H
#define ENGINE_EPISODE_HOLD_H

#include "engine/dispatch_state.h"

/* Asks all stages; a changed mask makes a new version and an event, and an end makes its groups due. */
void episode_suppress(struct dispatcher *dispatcher, struct episode *episode);
/* Does anything hold it back now? */
bool episode_held(const struct episode *episode);
enum reason episode_held_reason(const struct episode *episode);
/* Ends the acknowledgement, with its event; the next flush says "still". */
void episode_end_ack(struct dispatcher *dispatcher, struct episode *episode, enum reason reason, const char *by);

#endif
