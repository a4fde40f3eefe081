/* outbox: rows on their way: queues per integration with three lanes (critical first, then resolves of what was told,
 * then the rest), first in first out per incident and recipient, claims, results, dead letters. Within a step. */
#ifndef ENGINE_OUTBOX_H
#define ENGINE_OUTBOX_H

#include "engine/dispatch_state.h"

struct queue *queue_get(struct dispatcher *dispatcher, const char *integration);
void queue_free(struct queue *queue);
/* After a reload: rates are set anew; rows whose integration is gone die with receiver_removed. */
void outbox_bind(struct dispatcher *dispatcher);

/* A row without texts and alerts, in state pending; outbox_enter puts it in line once it is filled. */
struct row *row_new(struct dispatcher *dispatcher, const char *id, struct incident *incident, struct queue *queue);
void row_free(struct row *row);
void row_make_unready(struct row *row); /* out of its lane */
void row_changed(struct dispatcher *dispatcher, struct row *row);
void outbox_enter(struct dispatcher *dispatcher, struct row *row);
/* Kept with a dead letter (its predecessor) until that is tried again. False if that is not known any more. */
bool outbox_follow_dead(struct dispatcher *dispatcher, struct row *row, const char *predecessor);
/* Messages of the incident of which no byte left are taken back; their episodes count as told before. */
bool outbox_take_back(struct dispatcher *dispatcher, struct incident *incident);

void outbox_wake(struct dispatcher *dispatcher, struct row *row); /* its retry time has come */
void outbox_result(struct dispatcher *dispatcher, struct command *command);
void outbox_retry(struct dispatcher *dispatcher, struct command *command);

#endif
