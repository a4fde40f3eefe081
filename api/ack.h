/* ack: what the body of an acknowledgement asks for, of one alert or of many. */
#ifndef API_ACK_H
#define API_ACK_H

#include "api/request.h"
#include "engine/command.h"

#define ACK_FIELDS "by comment for until sticky if_unacknowledged"

struct ack_terms {
	msec_t until; /* wall; 0 = no end */
	bool sticky, if_unacknowledged;
};

/* False when a 400 was answered. */
bool ack_take_terms(struct request *request, const json_t *body, struct ack_terms *out);
void ack_set_terms(struct command *command, const struct ack_terms *terms);

#endif
