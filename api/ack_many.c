/* ack_many: POST and DELETE /api/v1/alerts/ack: many alerts taken, or given up, by one command and one commit. The answer
 * says of each alert how it went. */
#include "api/ack.h"
#include "api/command_call.h"
#include "api/context.h"
#include "api/routes.h"
#include "base/json.h"

enum { ALERTS_MAX = 1000 };

struct calls;

/* One alert's part; ctx of its command. */
struct part {
	struct calls *calls;
	size_t place;
};

struct calls {
	struct request *request;
	json_t *items;
	size_t open, busy; /* open: not answered yet; engine thread */
	size_t count;
	struct part parts[];
};

static void calls_free(void *state)
{
	struct calls *calls = state;
	json_decref(calls->items);
	g_free(calls);
}

static void finish(struct request *request)
{
	const struct calls *calls = request->state;
	if (calls->busy == calls->count)
		request_busy(request);
	else
		request_answer(request, MHD_HTTP_OK, json_pack("{s:O}", "items", calls->items));
}

/* Who was first, where that is what is wrong. */
static void tell_first(json_t *error, const struct command *command)
{
	const struct ack *ack = command->alert ? &command->alert->ack : NULL;
	if (command->outcome != COMMAND_CONFLICT || !ack || !ack->by)
		return;
	json_object_set_new(error, "by", json_text_value(ack->by));
	json_object_set_new(error, "at", json_time_value(ack->at));
}

static json_t *outcome_json(const struct command *command)
{
	if (command->outcome == COMMAND_DONE)
		return json_pack("{s:s, s:b}", "id", command->id, "ok", 1);
	const struct command_problem *problem = command_problem(command->outcome);
	json_t *error = json_pack("{s:s, s:o}", "code", problem->code, "message",
				  json_text_value(command->message[0] ? command->message : problem->message));
	tell_first(error, command);
	return json_pack("{s:s, s:b, s:o}", "id", command->id, "ok", 0, "error", error);
}

/* Engine thread, which has the list for itself until the last part is in. */
static void done(void *ctx, struct command *command)
{
	struct part *part = ctx;
	struct calls *calls = part->calls;
	json_array_set_new(calls->items, part->place, outcome_json(command));
	calls->busy += command->outcome == COMMAND_BUSY;
	if (--calls->open == 0)
		request_resume(calls->request);
}

static struct calls *calls_new(struct request *request, GPtrArray *commands)
{
	struct calls *calls = g_malloc0(sizeof *calls + commands->len * sizeof *calls->parts);
	calls->request = request;
	calls->items = json_array();
	calls->count = calls->open = commands->len;
	for (guint i = 0; i < commands->len; i++) {
		struct command *command = commands->pdata[i];
		calls->parts[i] = (struct part){calls, i};
		command->done = done;
		command->ctx = &calls->parts[i];
		json_array_append_new(calls->items, json_null());
	}
	return calls;
}

static void drop(GPtrArray *commands)
{
	for (guint i = 0; i < commands->len; i++)
		command_free(commands->pdata[i]);
}

static void call_all(struct request *request, GPtrArray *commands)
{
	struct calls *calls = calls_new(request, commands);
	request->state = calls;
	request->free_state = calls_free;
	request_suspend(request, finish);
	if (app_post_all(request->api->app, (struct command *const *)commands->pdata, commands->len))
		return;
	calls->busy = calls->count;
	drop(commands);
	request_resume(request);
}

static bool take_ids(struct request *request, const json_t *body)
{
	const json_t *ids = json_object_get(body, "ids");
	bool good = json_is_array(ids) && json_array_size(ids) > 0 && json_array_size(ids) <= ALERTS_MAX;
	for (size_t i = 0; good && i < json_array_size(ids); i++) {
		const char *id = json_string_value(json_array_get(ids, i));
		if (id && command_on_pending(request, id))
			return false;
		good = id && ulid_valid(id);
	}
	if (!good)
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_field", "ids", "a list of 1 to %d ids of alerts",
			     ALERTS_MAX);
	return good;
}

static void act(struct request *request, enum command_kind kind, const json_t *body, const struct ack_terms *terms)
{
	const json_t *ids = json_object_get(body, "ids");
	GPtrArray *commands = g_ptr_array_new();
	struct command *command = NULL;
	for (size_t i = 0; i < json_array_size(ids); i++) {
		command = command_on(request, kind, json_string_value(json_array_get(ids, i)), body);
		if (!command)
			break;
		ack_set_terms(command, terms);
		g_ptr_array_add(commands, command);
	}
	if (command)
		call_all(request, commands);
	else
		drop(commands);
	g_ptr_array_unref(commands);
}

void handle_ack_many(struct request *request)
{
	json_t *body = request_json(request, "ids " ACK_FIELDS);
	struct ack_terms terms;
	if (body && take_ids(request, body) && ack_take_terms(request, body, &terms))
		act(request, COMMAND_ACK, body, &terms);
	json_decref(body);
}

void handle_unack_many(struct request *request)
{
	json_t *body = request_json(request, "ids by comment");
	if (body && take_ids(request, body))
		act(request, COMMAND_UNACK, body, &(struct ack_terms){0});
	json_decref(body);
}
