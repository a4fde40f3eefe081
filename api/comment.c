/* comment: POST /api/v1/alerts/{id}/comments: a word for the timeline. */
#include "api/command_call.h"
#include "api/routes.h"

void handle_comment(struct request *request)
{
	json_t *body = request_json(request, "by comment");
	struct command *command = body ? command_for(request, COMMAND_COMMENT, body) : NULL;
	if (command && command->comment && *command->comment) {
		command_call(request, command, MHD_HTTP_CREATED);
	} else if (command) {
		command_free(command);
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_field", "comment", "a comment needs a text");
	}
	json_decref(body);
}
