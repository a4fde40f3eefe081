/* Slack by an incoming webhook. */
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "notifiers/custom.h"
#include "notifiers/http_verdict.h"
#include "notifiers/kinds.h"
#include "notifiers/message_compose.h"
#include "notifiers/slack_blocks.h"
#include <stdlib.h>
#include <string.h>

struct slack {
	struct secret *url, *url_file;
	char *ca_file;
	struct custom custom;
	struct http_peer peer;
};

static const struct config_key keys[] = {
	{.name = "url",
	 .type = CONFIG_SECRET,
	 .offset = offsetof(struct slack, url),
	 .doc = "Address of the incoming webhook; better in url_file."},
	{.name = "url_file",
	 .type = CONFIG_SECRET_FILE,
	 .offset = offsetof(struct slack, url_file),
	 .doc = "File that holds the address of the incoming webhook."},
	{.name = "ca_file",
	 .type = CONFIG_FILE,
	 .offset = offsetof(struct slack, ca_file),
	 .doc = "Certificates to trust instead of the system's."},
	CUSTOM_KEYS(struct slack, custom),
};

static const char *address(const struct slack *slack)
{
	return secret_text(slack->url_file ? slack->url_file : slack->url);
}

static bool slack_check(struct integration *integration, const config_setting_t *setting, struct config_report *report)
{
	struct slack *slack = integration->data;
	if (!slack->url == !slack->url_file) {
		config_problem(report, CONFIG_ERROR, setting, "slack needs either 'url_file' or 'url'");
		return false;
	}
	if (!g_str_has_prefix(address(slack), "https://") && !g_str_has_prefix(address(slack), "http://")) {
		config_problem(report, CONFIG_ERROR, setting, "slack: the address must begin with https://");
		return false;
	}
	if (!http_url_valid(address(slack))) {
		config_problem(report, CONFIG_ERROR, setting, "slack: the address is no URL with a host");
		return false;
	}
	slack->peer = (struct http_peer){
		.timeout = integration->timeout, .connect_timeout = 5000, .body_cap = 65536, .ca_file = slack->ca_file};
	return custom_compile(&slack->custom, "slack", TEMPLATE_PLAIN, TEMPLATE_SLACK, setting, report);
}

static void slack_release(struct integration *integration)
{
	custom_release(&((struct slack *)integration->data)->custom);
}

static char *slack_target(const struct integration *integration)
{
	return g_strdup(address(integration->data));
}

static char *slack_shown(const struct integration *integration)
{
	return http_host_shown(address(integration->data));
}

/* One attempt, with the second request that a refusal of the blocks brings. */
struct attempt {
	struct integration *integration;
	struct arena *arena;
	struct message *message;
	enum built_in_text built_in;
	char *fault; /* why the built-in text */
	delivery_done_fn *done;
	void *ctx;
};

static void finish(struct attempt *attempt, struct delivery_result *result)
{
	delivery_built_in(result, attempt->built_in, attempt->fault);
	attempt->done(attempt->ctx, result);
	message_release(attempt->message);
	arena_free(attempt->arena);
	g_free(attempt->fault);
	g_free(attempt);
}

static void post(struct attempt *attempt, json_t *payload);

/* The body of a success is "ok", or JSON with ok = true. */
static bool body_is_ok(const struct http_answer *answer)
{
	const char *body = answer->body ? answer->body : "";
	if (!strncmp(body, "ok", 2) && (!body[2] || g_ascii_isspace(body[2])))
		return true;
	json_t *object = json_parse(body, strlen(body), 0, NULL);
	bool ok = object && json_get_bool(object, "ok", false);
	json_decref(object);
	return ok;
}

/* JSON errors come with status 200 as well. */
static void judge_refusal(const struct http_answer *answer, struct delivery_result *result)
{
	static const char *const transient[] = {"internal_error", "service_unavailable", "request_timeout",
						"ratelimited",    "rate_limited",        NULL};
	json_t *object = json_parse(answer->body ? answer->body : "", answer->body_length, 0, NULL);
	const char *error = object ? json_get_text(object, "error", "") : "";
	result->verdict = DELIVERY_PERMANENT;
	if (!*error || !strcmp(error, "fatal_error"))
		result->verdict = DELIVERY_AMBIGUOUS; /* a proxy's page, or half done */
	else if (g_strv_contains(transient, error))
		result->verdict = DELIVERY_RETRY;
	result->rate_limited = g_str_has_prefix(error, "rate");
	json_decref(object);
}

static void answered(void *ctx, struct http_answer *answer)
{
	struct attempt *attempt = ctx;
	if (answer->outcome == HTTP_ANSWERED && answer->status == 400 && !attempt->built_in) {
		char why[256];
		g_snprintf(why, sizeof why, "Slack refused the blocks: %.100s", answer->body ? answer->body : "");
		log_event(LOG_LEVEL_WARNING, "notifiers", "built-in text sent", "integration",
			  attempt->integration->name, "reason", why, NULL);
		attempt->built_in = BUILT_IN_BLOCKS_REFUSED;
		attempt->fault = g_strdup(answer->body ? answer->body : "");
		post(attempt, slack_fallback_payload(attempt->message, why));
		return;
	}
	struct delivery_result result;
	http_verdict(answer, &result);
	if (result.verdict == DELIVERY_SENT && !body_is_ok(answer))
		judge_refusal(answer, &result);
	finish(attempt, &result);
}

static void post(struct attempt *attempt, json_t *payload)
{
	const struct slack *slack = attempt->integration->data;
	const struct http_header header = {"Content-Type", "application/json; charset=utf-8"};
	char *body = json_text(payload);
	struct http_request request = {.method = "POST",
				       .url = address(slack),
				       .peer = &slack->peer,
				       .headers = &header,
				       .header_count = 1,
				       .body = body,
				       .body_length = strlen(body)};
	http_client_submit(attempt->integration->context->http, &request, answered, attempt);
	free(body);
	json_decref(payload);
}

static void slack_send(struct integration *integration, const struct delivery *delivery, delivery_done_fn *done,
		       void *ctx)
{
	const struct slack *slack = integration->data;
	struct attempt *attempt = g_new0(struct attempt, 1);
	struct error err = {""};
	*attempt = (struct attempt){.integration = integration, .arena = arena_new(), .done = done, .ctx = ctx};
	attempt->message = message_new(delivery->notification, attempt->arena);
	if (custom_run(&slack->custom, attempt->message, &err)) {
		post(attempt, slack_payload(attempt->message));
		return;
	}
	log_event(LOG_LEVEL_WARNING, "notifiers", "built-in text sent", "integration", integration->name, "reason",
		  err.text, NULL);
	attempt->built_in = BUILT_IN_TEMPLATE_FAILED;
	attempt->fault = g_strdup(err.text);
	error_prefix(&err, "Template failed");
	post(attempt, slack_fallback_payload(attempt->message, err.text));
}

static const struct notifier_defaults defaults = {
	.rate = "1", .burst = "5", .concurrency = "1", .timeout = "15s", .give_up_after = "24h"};

const struct notifier_kind notifier_slack = {
	.name = "slack",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct slack),
	.defaults = &defaults,
	.for_people = true,
	.check = slack_check,
	.release = slack_release,
	.target = slack_target,
	.shown = slack_shown,
	.send = slack_send,
};
