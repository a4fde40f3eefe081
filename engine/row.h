/* row: one message on its way to one recipient: what is stored of it, the alerts it speaks of, and what hangs on it.
 * The dispatcher's table owns it, or the dead letter that it follows. Engine thread, within a step. */
#ifndef ENGINE_ROW_H
#define ENGINE_ROW_H

#include "engine/dispatch_state.h"

/* Without texts and alerts, in state pending; outbox_enter puts it in line once it is filled. */
struct row *row_new(struct dispatcher *dispatcher, const char *id, struct incident *incident, struct queue *queue);
void row_free(struct row *row);
void row_changed(struct dispatcher *dispatcher, struct row *row);
void row_set_result(struct row *row, const char *text);
/* Of its alerts, as they are stored. */
void row_name_episodes(struct row *row);
struct row_alert *row_alert_at(const struct row *row, guint i);
bool row_may_have_left(const struct row *row);
bool row_says_end(const struct row *row); /* of any of its alerts */
/* Another recipient's copy of this message may have arrived. */
bool row_twin_left(const struct row *row);
/* If row never gets out: how much of what next says is the end of something that its recipient then never heard of? */
enum row_ends { ROW_ENDS_NONE, ROW_ENDS_SOME, ROW_ENDS_ALL };
enum row_ends row_ends(const struct row *row, const struct row *next);
/* next takes the place of row: it tells first what row would have told first, to somebody who waits as long. */
void row_hand_on(const struct row *row, struct row *next);
/* No other recipient has, may have or will get this message. */
bool row_alone(const struct row *row);

#endif
