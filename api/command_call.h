/* command_call: what a person asks of the engine: post it, wait for the commit, answer with the alert as it is then. */
#ifndef API_COMMAND_CALL_H
#define API_COMMAND_CALL_H

#include "api/request.h"
#include "engine/command.h"

enum { BY_MAX = 100, COMMENT_MAX = 4096 };

/* Suspends the request; answers status with the alert (or {} where there is none). Takes the command. */
void command_call(struct request *request, struct command *command, unsigned status);
/* A command on alert or row params[0]; by from the token, else from body's by. NULL when a 400 or 404 was answered. */
struct command *command_for(struct request *request, enum command_kind kind, const json_t *body);

#endif
