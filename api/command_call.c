#include "api/command_call.h"

#include "api/context.h"
#include "base/json.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

struct call {
	struct request *request;
	unsigned status;
	enum command_outcome outcome;
	char message[160];
	struct alert *alert;
};

static void call_free(void *state)
{
	struct call *call = state;
	alert_unref(call->alert);
	g_free(call);
}

static const struct command_problem problems[] = {
	[COMMAND_DONE] = {MHD_HTTP_OK, "", NULL, ""},
	[COMMAND_NOT_FOUND] = {MHD_HTTP_NOT_FOUND, "not_found", "id", "there is nothing with this id"},
	[COMMAND_CONFLICT] = {MHD_HTTP_CONFLICT, "conflict", NULL, "it is so already"},
	[COMMAND_INVALID] = {MHD_HTTP_BAD_REQUEST, "invalid", NULL, "this cannot be done"},
	[COMMAND_BUSY] = {MHD_HTTP_SERVICE_UNAVAILABLE, "busy", NULL, "too busy just now: try again"},
};

const struct command_problem *command_problem(enum command_outcome outcome)
{
	return &problems[outcome];
}

static void finish(struct request *request)
{
	const struct call *call = request->state;
	const struct command_problem *problem = command_problem(call->outcome);
	if (call->outcome == COMMAND_DONE)
		request_answer(request, call->status, call->alert ? alert_to_brief(call->alert) : json_object());
	else if (call->outcome == COMMAND_BUSY)
		request_busy(request);
	else
		request_fail(request, problem->status, problem->code, problem->field, "%s",
			     call->message[0] ? call->message : problem->message);
}

/* Engine thread: only hand over. */
static void done(void *ctx, struct command *command)
{
	struct call *call = ctx;
	call->outcome = command->outcome;
	g_strlcpy(call->message, command->message, sizeof call->message);
	call->alert = command->alert;
	command->alert = NULL;
	request_resume(call->request);
}

void command_call(struct request *request, struct command *command, unsigned status)
{
	struct call *call = g_new0(struct call, 1);
	*call = (struct call){.request = request, .status = status, .outcome = COMMAND_BUSY};
	request->state = call;
	request->free_state = call_free;
	command->done = done;
	command->ctx = call;
	request_suspend(request, finish);
	if (app_post(request->api->app, command))
		return;
	command_free(command);
	request_resume(request);
}

/* A clean copy in *out (g_free), NULL if absent. False when a 400 was answered. */
static bool take_text(struct request *request, const json_t *body, const char *key, size_t max, char **out)
{
	const json_t *value = json_object_get(body, key);
	*out = NULL;
	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value) || utf8_length(json_string_value(value)) > max) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_field", key, "a text of at most %zu characters", max);
		return false;
	}
	char *clean = utf8_clean(json_string_value(value), json_string_length(value), max > BY_MAX);
	*out = g_strstrip(g_strdup(clean));
	free(clean);
	return true;
}

bool command_by(struct request *request, const json_t *body, char **out)
{
	char *by;
	if (!take_text(request, body, "by", BY_MAX, &by))
		return false;
	if (request->signed_in || !by || !*by) {
		g_free(by);
		by = g_strdup(request->signed_in ? request->who.name : "anonymous");
	}
	*out = by;
	return true;
}

struct command *command_on(struct request *request, enum command_kind kind, const char *id, const json_t *body)
{
	char *by = NULL, *comment = NULL;
	if (!take_text(request, body, "comment", COMMENT_MAX, &comment))
		return NULL;
	if (!command_by(request, body, &by)) {
		g_free(comment);
		return NULL;
	}
	struct command *command = command_new(kind);
	g_strlcpy(command->id, id, sizeof command->id);
	command->by = by;
	command->comment = comment;
	return command;
}

bool command_on_pending(struct request *request, const char *id)
{
	if (!alert_id_pending(id))
		return false;
	request_fail(request, MHD_HTTP_CONFLICT, "conflict", "id",
		     "it is pending: nobody was told, and there is nothing to take before it fires");
	return true;
}

struct command *command_for(struct request *request, enum command_kind kind, const json_t *body)
{
	if (command_on_pending(request, request->params[0]))
		return NULL;
	if (ulid_valid(request->params[0]))
		return command_on(request, kind, request->params[0], body);
	request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", "id", "there is nothing with this id");
	return NULL;
}
