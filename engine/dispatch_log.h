/* dispatch_log: the events of the dispatcher: each transition, each send and each send that was not made, with its
 * reason. seq is dense in commit order. Engine thread, within a step. */
#ifndef ENGINE_DISPATCH_LOG_H
#define ENGINE_DISPATCH_LOG_H

#include "engine/dispatch_state.h"

/* Takes data. episode and by may be NULL. */
void dispatch_log(struct dispatcher *dispatcher, enum event_kind kind, const char *episode, const char *by,
		  json_t *data);
void dispatch_log_data(struct dispatcher *dispatcher, enum event_kind kind, const char *episode, const char *by,
		       const char *data);
void dispatch_log_text(struct dispatcher *dispatcher, enum event_kind kind, const char *by, const char *text);
void dispatch_log_transition(struct dispatcher *dispatcher, const struct transition *transition,
			     const struct alert *alert);
/* The alert changed otherwise. */
void dispatch_log_alert(struct dispatcher *dispatcher, const struct alert *alert);
/* What became of a row, for each episode in it. */
void dispatch_log_row(struct dispatcher *dispatcher, const struct row *row, enum reason reason);
/* Why an integration hears nothing of an episode. */
void dispatch_log_unsent(struct dispatcher *dispatcher, const struct episode *episode, const char *integration,
			 const char *receiver, const char *state, enum reason reason);

#endif
