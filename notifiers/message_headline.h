/* message_headline: the sentence that opens everything: object on place, fact. After the state. */
#ifndef NOTIFIERS_MESSAGE_HEADLINE_H
#define NOTIFIERS_MESSAGE_HEADLINE_H

#include "notifiers/message.h"

void message_add_headline(struct message *message);

#endif
