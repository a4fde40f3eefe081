/* message_actions: the links: acknowledge, open, the runbook, and how to stop these. They never act by themselves. */
#ifndef NOTIFIERS_MESSAGE_ACTIONS_H
#define NOTIFIERS_MESSAGE_ACTIONS_H

#include "notifiers/message.h"

void message_add_actions(struct message *message);

#endif
