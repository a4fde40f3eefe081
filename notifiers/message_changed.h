/* message_changed: what is new against the last message this receiver got, with its time. */
#ifndef NOTIFIERS_MESSAGE_CHANGED_H
#define NOTIFIERS_MESSAGE_CHANGED_H

#include "notifiers/message.h"

struct rich *message_changed(struct message *message);

#endif
