#include "engine/scenario_post.h"
#include "base/json.h"
#include "notifiers/notifiers.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct in_flight {
	char id[ULID_SIZE];
	struct scenario_message *message;
};

static void message_free(void *pointer)
{
	struct scenario_message *message = pointer;
	if (!message)
		return;
	char *texts[] = {message->integration, message->receiver, message->kind, message->recipient,
			 message->type,        message->reason,   message->key};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	free(message->line);
	g_ptr_array_free(message->firing, TRUE);
	g_ptr_array_free(message->resolved, TRUE);
	g_free(message);
}

static void fault_clear(void *pointer)
{
	g_free(((struct scenario_fault *)pointer)->to);
}

void scenario_post_init(struct scenario_post *post)
{
	*post = (struct scenario_post){
		.messages = g_ptr_array_new_with_free_func(message_free),
		.answers = g_ptr_array_new_with_free_func((GDestroyNotify)command_free),
		.faults = g_array_new(FALSE, TRUE, sizeof(struct scenario_fault)),
		.flying = g_array_new(FALSE, TRUE, sizeof(struct in_flight)),
	};
	g_array_set_clear_func(post->faults, fault_clear);
}

void scenario_post_cut(struct scenario_post *post, bool arrived)
{
	for (guint i = 0; i < post->flying->len; i++) {
		struct in_flight *flight = &g_array_index(post->flying, struct in_flight, i);
		if (arrived)
			g_ptr_array_add(post->messages, flight->message);
		else
			message_free(flight->message);
	}
	g_array_set_size(post->flying, 0);
	g_ptr_array_set_size(post->answers, 0);
}

void scenario_post_release(struct scenario_post *post)
{
	scenario_post_cut(post, false);
	g_array_free(post->flying, TRUE);
	g_array_free(post->faults, TRUE);
	g_ptr_array_free(post->answers, TRUE);
	g_ptr_array_free(post->messages, TRUE);
	g_free(post->held);
}

static char *line_of(const json_t *payload)
{
	struct error err;
	struct notification *notification = notification_from_json(payload, &err);
	assert(notification);
	char *line = notification_one_line(notification);
	notification_free(notification);
	return line;
}

static struct scenario_message *read_message(const struct claim *claim, const struct receivers *receivers, msec_t at)
{
	struct error err;
	json_t *payload = json_parse(claim->payload, strlen(claim->payload), 0, &err);
	assert(payload);
	struct scenario_message *message = g_new0(struct scenario_message, 1);
	const struct integration *integration = receivers_integration(receivers, claim->integration);
	message->at = at;
	message->integration = g_strdup(claim->integration);
	message->receiver = g_strdup(integration ? integration->receiver : "");
	message->kind = g_strdup(integration ? integration->kind->name : "");
	message->recipient = g_strdup(claim->recipient);
	message->line = line_of(payload);
	message->type = g_strdup(json_get_text(payload, "type", ""));
	message->reason = g_strdup(json_get_text(payload, "reason", ""));
	message->key = g_strdup(json_get_text(payload, "key", ""));
	message->firing = g_ptr_array_new_with_free_func(g_free);
	message->resolved = g_ptr_array_new_with_free_func(g_free);
	json_t *alerts = json_object_get(payload, "alerts");
	for (size_t i = 0; i < json_array_size(alerts); i++) {
		const json_t *listed = json_array_get(alerts, i);
		bool over = json_get_bool(listed, "resolved_now", false);
		const char *id = json_get_text(json_object_get(listed, "alert"), "id", "");
		g_ptr_array_add(over ? message->resolved : message->firing, g_strdup(id));
	}
	json_decref(payload);
	return message;
}

bool scenario_message_is_to(const struct scenario_message *message, const char *to)
{
	return strcmp(to, message->receiver) == 0 || strcmp(to, message->kind) == 0 ||
	       strcmp(to, message->integration) == 0 || strcmp(to, message->recipient) == 0;
}

static struct delivery_result fate_of(struct scenario_post *post, const struct scenario_message *message)
{
	for (guint i = 0; i < post->faults->len; i++) {
		struct scenario_fault *fault = &g_array_index(post->faults, struct scenario_fault, i);
		if (!scenario_message_is_to(message, fault->to))
			continue;
		struct delivery_result result = fault->result;
		if (!--fault->times)
			g_array_remove_index(post->faults, i);
		return result;
	}
	return (struct delivery_result){.verdict = DELIVERY_SENT, .retry_after = -1, .status = 200, .detail = "ok"};
}

static void answer(struct scenario_post *post, const char *id, struct scenario_message *message)
{
	struct command *command = command_new(COMMAND_RESULT);
	g_strlcpy(command->id, id, ULID_SIZE);
	command->result = fate_of(post, message);
	/* An ambiguous delivery did arrive here: the worse of the two cases. */
	bool arrived = command->result.verdict == DELIVERY_SENT || command->result.verdict == DELIVERY_AMBIGUOUS;
	if (arrived)
		g_ptr_array_add(post->messages, message);
	else
		message_free(message);
	g_ptr_array_add(post->answers, command);
}

void scenario_post_deliver(struct scenario_post *post, const struct claim *claims, size_t count,
			   const struct receivers *receivers, msec_t at)
{
	for (size_t i = 0; i < count; i++) {
		struct in_flight flight = {.message = read_message(&claims[i], receivers, at)};
		g_strlcpy(flight.id, claims[i].outbox_id, ULID_SIZE);
		if (post->held && scenario_message_is_to(flight.message, post->held))
			g_array_append_val(post->flying, flight);
		else
			answer(post, flight.id, flight.message);
	}
}

void scenario_post_fail(struct scenario_post *post, const struct scenario_fault *fault)
{
	struct scenario_fault copy = *fault;
	copy.to = g_strdup(fault->to);
	g_array_append_val(post->faults, copy);
}

void scenario_post_hold(struct scenario_post *post, const char *to)
{
	g_free(post->held);
	post->held = g_strdup(to);
	for (guint i = 0; !to && i < post->flying->len; i++) {
		struct in_flight *flight = &g_array_index(post->flying, struct in_flight, i);
		answer(post, flight->id, flight->message);
	}
	if (!to)
		g_array_set_size(post->flying, 0);
}
