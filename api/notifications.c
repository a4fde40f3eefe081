/* notifications: GET /api/v1/notifications: what was sent, is waiting, or died; POST …/{id}/retry: try again. */
#include "api/command_call.h"
#include "api/context.h"
#include "api/outbox_json.h"
#include "api/routes.h"
#include "api/store_call.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

static void finish(struct request *request)
{
	const struct store_page *page = store_call_page(request);
	if (!page)
		return;
	json_t *items = json_array();
	for (size_t i = 0; i < page->outbox_count; i++)
		json_array_append_new(items, outbox_to_json(&page->outbox[i]));
	store_call_answer(request, items, page->next);
}

static bool take_state(struct request *request, int *out)
{
	const char *text = request_param(request, "state");
	enum outbox_state state;
	*out = -1;
	if (!text)
		return true;
	if (outbox_state_parse(text, &state)) {
		*out = (int)state;
		return true;
	}
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "state",
		     "pending, sending, sent, retry, ambiguous, dead or cancelled");
	return false;
}

void handle_notifications(struct request *request)
{
	struct store_query_outbox query = {
		.episode = request_param(request, "alert"),
		.integration = request_param(request, "integration"),
		.cursor = request_param(request, "cursor"),
	};
	if (!take_state(request, &query.state) || !request_limit(request, LIMIT_DEFAULT, LIMIT_MAX, &query.limit))
		return;
	request_suspend(request, finish);
	if (!store_read_outbox(app_store(request->api->app), &query, store_call_done, request))
		request_resume(request);
}

void handle_retry(struct request *request)
{
	json_t *body = request_json(request, "by");
	struct command *command = body ? command_for(request, COMMAND_RETRY, body) : NULL;
	if (command)
		command_call(request, command, MHD_HTTP_ACCEPTED);
	json_decref(body);
}
