/* message_why: why this message, and when the next one. */
#ifndef NOTIFIERS_MESSAGE_WHY_H
#define NOTIFIERS_MESSAGE_WHY_H

#include "notifiers/message.h"

/* brief: rule and route only. */
void message_add_why(struct message *message, bool brief);
void message_add_next(struct message *message);

#endif
