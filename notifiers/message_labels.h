/* message_labels: labels in one line, those of a single alert or those that a group shares. */
#ifndef NOTIFIERS_MESSAGE_LABELS_H
#define NOTIFIERS_MESSAGE_LABELS_H

#include "notifiers/message.h"

void message_add_labels(struct message *message, bool shared_only);

#endif
