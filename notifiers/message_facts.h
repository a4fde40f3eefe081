/* message_facts: the rows of facts: Since, Changed, Who has it, and what the rule's kind knows beyond. A value
 * that is not known leaves its row out. */
#ifndef NOTIFIERS_MESSAGE_FACTS_H
#define NOTIFIERS_MESSAGE_FACTS_H

#include "notifiers/message.h"

void message_add_facts(struct message *message);

#endif
