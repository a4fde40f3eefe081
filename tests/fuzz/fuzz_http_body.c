/* fuzz_http_body: the JSON body of an acknowledgement or a comment: a command within bounds, or one answer with a
 * reason. */
#include "api/ack.h"
#include "api/command_call.h"
#include "api/context.h"
#include "base/json.h"
#include "base/utf8.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct request *request, const struct command *command)
{
	assert((command == NULL) == (request->response != NULL));
	if (!command)
		return;
	assert(command->until == 0 || command->until > request->now.wall);
	assert(utf8_length(command->by) <= BY_MAX && *command->by);
	assert(!command->comment || utf8_valid(command->comment, strlen(command->comment)));
}

static struct command *read_ack(struct request *request)
{
	json_t *body = request_json(request, ACK_FIELDS);
	struct ack_terms terms;
	struct command *command = NULL;
	if (body && ack_take_terms(request, body, &terms))
		command = command_for(request, COMMAND_ACK, body);
	if (command)
		ack_set_terms(command, &terms);
	json_decref(body);
	return command;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct api api;
	if (!api.clock) {
		json_setup();
		api.clock = clock_virtual_new(1780000000000);
		pthread_mutex_init(&api.lock, NULL);
	}
	struct request *request = request_new(&api, "/");
	request->params[0] = g_strdup("01HZZZZZZZZZZZZZZZZZZZZZZ1");
	g_string_append_len(request->body, (const char *)data, (gssize)size);
	struct command *command = read_ack(request);
	check(request, command);
	command_free(command);
	request_unref(request);
	return 0;
}
