/* message_who: who has it: never left out while it is open. */
#ifndef NOTIFIERS_MESSAGE_WHO_H
#define NOTIFIERS_MESSAGE_WHO_H

#include "notifiers/message.h"

/* As a fact: "Nobody yet", "Alex, until 04:00". */
struct rich *message_who(struct message *message, bool *nobody);
/* As the last sentence of a line: "Nobody has it." */
const char *message_who_line(struct message *message);
/* Of what is over; NULL: not known. */
struct rich *message_who_had(struct message *message);

#endif
