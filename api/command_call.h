/* command_call: what a person asks of the engine: post it, wait for the commit, answer with the alert as it is then. */
#ifndef API_COMMAND_CALL_H
#define API_COMMAND_CALL_H

#include "api/request.h"
#include "engine/command.h"

enum { BY_MAX = 100, COMMENT_MAX = 4096 };

/* Suspends the request; answers status with the alert (or {} where there is none). Takes the command. */
void command_call(struct request *request, struct command *command, unsigned status);
/* A command on this alert or row; by from the token, else from body's by. NULL when a 400 was answered. */
struct command *command_on(struct request *request, enum command_kind kind, const char *id, const json_t *body);
/* True when it is the key of what is pending: a 409 was answered. */
bool command_on_pending(struct request *request, const char *id);
/* Likewise on params[0]; also NULL when a 404 or a 409 was answered. */
struct command *command_for(struct request *request, enum command_kind kind, const json_t *body);

/* Who asks: from the token, else from body's by, else "anonymous". g_free. False when a 400 was answered. */
bool command_by(struct request *request, const json_t *body, char **out);

/* How an outcome other than COMMAND_DONE is told. */
struct command_problem {
	unsigned status;
	const char *code, *field, *message; /* message: where the command has none */
};
const struct command_problem *command_problem(enum command_outcome outcome);

#endif
