/* ack: what the body of an acknowledgement asks for. */
#ifndef API_ACK_H
#define API_ACK_H

#include "api/request.h"
#include "engine/command.h"

/* NULL when a 400 or 404 was answered. */
struct command *ack_command(struct request *request);

#endif
