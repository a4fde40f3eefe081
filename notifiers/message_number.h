/* message_number: the number beside its limit, and the note after it. Of one alert; a group has counts. */
#ifndef NOTIFIERS_MESSAGE_NUMBER_H
#define NOTIFIERS_MESSAGE_NUMBER_H

#include "notifiers/message.h"

void message_add_number(struct message *message);
bool message_shows_number(enum unit unit); /* states and counts of nothing have words instead */

#endif
