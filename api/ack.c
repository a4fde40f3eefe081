/* ack: POST and DELETE /api/v1/alerts/{id}/ack: somebody has it, or no longer. */
#include "api/ack.h"

#include "api/command_call.h"
#include "api/context.h"
#include "api/routes.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/rfc3339.h"

#define ACK_MAX ((msec_t)90 * 24 * 60 * 60 * 1000)

static bool bad(struct request *request, const char *field, const char *message)
{
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_field", field, "%s", message);
	return false;
}

static bool take_for(struct request *request, const json_t *value, msec_t *until)
{
	struct error err;
	msec_t length;
	if (!json_is_string(value))
		return bad(request, "for", "a duration like \"2h\"");
	if (!duration_parse(json_string_value(value), &length, &err))
		return bad(request, "for", err.text);
	if (length <= 0 || length > ACK_MAX)
		return bad(request, "for", "more than nothing and at most 90d");
	*until = request->now.wall + length;
	return true;
}

static bool take_until(struct request *request, const json_t *value, msec_t *until)
{
	if (!json_is_string(value) || !rfc3339_parse(json_string_value(value), until))
		return bad(request, "until", "a time like \"2026-07-16T09:00:00Z\"");
	if (*until <= request->now.wall || *until > request->now.wall + ACK_MAX)
		return bad(request, "until", "a time to come, within 90 days");
	return true;
}

static bool take_end(struct request *request, const json_t *body, msec_t *until)
{
	const json_t *length = json_object_get(body, "for"), *end = json_object_get(body, "until");
	if (json_is_null(length))
		length = NULL;
	if (json_is_null(end))
		end = NULL;
	if (length && end)
		return bad(request, "for", "for or until, not both");
	if (length)
		return take_for(request, length, until);
	return !end || take_until(request, end, until);
}

static bool take_flag(struct request *request, const json_t *body, const char *name, bool *out)
{
	const json_t *value = json_object_get(body, name);
	*out = json_is_true(value);
	return !value || json_is_boolean(value) || bad(request, name, "true or false");
}

bool ack_take_terms(struct request *request, const json_t *body, struct ack_terms *out)
{
	*out = (struct ack_terms){0};
	return take_end(request, body, &out->until) && take_flag(request, body, "sticky", &out->sticky) &&
	       take_flag(request, body, "if_unacknowledged", &out->if_unacknowledged);
}

void ack_set_terms(struct command *command, const struct ack_terms *terms)
{
	command->until = terms->until;
	command->sticky = terms->sticky;
	command->if_unacknowledged = terms->if_unacknowledged;
}

void handle_ack(struct request *request)
{
	json_t *body = request_json(request, ACK_FIELDS);
	struct ack_terms terms;
	struct command *command = NULL;
	if (body && ack_take_terms(request, body, &terms))
		command = command_for(request, COMMAND_ACK, body);
	if (command) {
		ack_set_terms(command, &terms);
		command_call(request, command, MHD_HTTP_OK);
	}
	json_decref(body);
}

void handle_unack(struct request *request)
{
	json_t *body = request_json(request, "by comment");
	struct command *command = body ? command_for(request, COMMAND_UNACK, body) : NULL;
	if (command)
		command_call(request, command, MHD_HTTP_OK);
	json_decref(body);
}
