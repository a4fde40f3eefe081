/* message_cut: what goes first when a message is too long; never the headline, the number and its limit,
 * Since, Who has it, the links, the count of the rest or the incident. */
#ifndef NOTIFIERS_MESSAGE_CUT_H
#define NOTIFIERS_MESSAGE_CUT_H

#include "notifiers/message.h"

/* The next step of the cutting order; false when there is nothing left that may be cut. */
bool message_cut(struct message *message, unsigned *step);

#endif
