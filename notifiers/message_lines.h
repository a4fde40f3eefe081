/* message_lines: the forms of one line: toast, tail and log; the preheader of a mail. Last, of what the rest says. */
#ifndef NOTIFIERS_MESSAGE_LINES_H
#define NOTIFIERS_MESSAGE_LINES_H

#include "notifiers/message.h"

void message_add_lines(struct message *message);

#endif
