/* message_rows: the worst of a group, folded per object: "tasks 0 to 3, 4 of 4 failed", and the rest in one sentence. */
#ifndef NOTIFIERS_MESSAGE_ROWS_H
#define NOTIFIERS_MESSAGE_ROWS_H

#include "notifiers/message.h"

void message_add_rows(struct message *message);
/* The sentence anew, for rows_shown and at most so many names. */
void message_rest(struct message *message, unsigned names_max);

#endif
