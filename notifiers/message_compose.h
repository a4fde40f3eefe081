/* message_compose: a notification becomes a message: every part in its order, each once. Built into the arena given. */
#ifndef NOTIFIERS_MESSAGE_COMPOSE_H
#define NOTIFIERS_MESSAGE_COMPOSE_H

#include "notifiers/message.h"

struct message *message_new(const struct notification *notification, struct arena *arena);
void message_release(struct message *message); /* the time zone; the rest is the arena's */

#endif
