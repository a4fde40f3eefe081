/* Webhook: Alertmanager's version 4 body, unchanged, and ours under one object `tocsin`. */
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "notifiers/custom.h"
#include "notifiers/http_verdict.h"
#include "notifiers/kinds.h"
#include "notifiers/message_compose.h"
#include "notifiers/webhook_sign.h"
#include <stdlib.h>
#include <string.h>

struct webhook {
	char *url, *user, *ca_file, *cert_file, *key_file;
	struct secret *url_file, *secret, *secret_file, *password_file, *bearer_file;
	bool insecure;
	struct custom custom;
	struct http_peer peer;
};

#define KEY(key_name, key_type, text)                                                                                  \
	{                                                                                                              \
		.name = #key_name, .type = key_type, .offset = offsetof(struct webhook, key_name), .doc = text         \
	}

static const struct config_key keys[] = {
	KEY(url, CONFIG_TEXT, "Address that gets the POST."),
	KEY(url_file, CONFIG_SECRET_FILE, "File that holds the address, if it is secret."),
	KEY(secret, CONFIG_SECRET, "Signing secret of Standard Webhooks; better in secret_file."),
	KEY(secret_file, CONFIG_SECRET_FILE, "File that holds the signing secret."),
	KEY(user, CONFIG_TEXT, "User of basic authentication."),
	KEY(password_file, CONFIG_SECRET_FILE, "File that holds the password."),
	KEY(bearer_file, CONFIG_SECRET_FILE, "File that holds a bearer token."),
	KEY(ca_file, CONFIG_FILE, "Certificates to trust instead of the system's."),
	KEY(cert_file, CONFIG_FILE, "Client certificate, PEM."),
	KEY(key_file, CONFIG_FILE, "Key of the client certificate, PEM."),
	{.name = "insecure_skip_verify",
	 .type = CONFIG_BOOL,
	 .offset = offsetof(struct webhook, insecure),
	 .doc = "Accepts any certificate. Not for production."},
	{.name = "body_template",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct webhook, custom.body_text),
	 .doc = "Own JSON body instead of Alertmanager's."},
};

static const char *address(const struct webhook *webhook)
{
	return webhook->url_file ? secret_text(webhook->url_file) : webhook->url;
}

/* What would be left aside without a word. */
static const char *contradiction(const struct webhook *webhook)
{
	if (webhook->secret && webhook->secret_file)
		return "either 'secret_file' or 'secret', not both";
	if (webhook->password_file && !webhook->user)
		return "'password_file' needs 'user'";
	if (webhook->user && webhook->bearer_file)
		return "either 'user' or 'bearer_file', not both";
	return webhook->key_file && !webhook->cert_file ? "'key_file' needs 'cert_file'" : NULL;
}

static bool webhook_check(struct integration *integration, const config_setting_t *setting,
			  struct config_report *report)
{
	struct webhook *webhook = integration->data;
	if (!webhook->url == !webhook->url_file) {
		config_problem(report, CONFIG_ERROR, setting, "webhook needs either 'url' or 'url_file'");
		return false;
	}
	const char *against = contradiction(webhook);
	if (against) {
		config_problem(report, CONFIG_ERROR, setting, "webhook: %s", against);
		return false;
	}
	if (!g_str_has_prefix(address(webhook), "https://") && !g_str_has_prefix(address(webhook), "http://")) {
		config_problem(report, CONFIG_ERROR, setting,
			       "webhook: the address must begin with http:// or https://");
		return false;
	}
	if (!http_url_valid(address(webhook))) {
		config_problem(report, CONFIG_ERROR, setting, "webhook: the address is no URL with a host");
		return false;
	}
	const struct secret *secret = webhook->secret_file ? webhook->secret_file : webhook->secret;
	if (secret && !webhook_secret_valid(secret_text(secret))) {
		config_problem(report, CONFIG_ERROR, setting, "webhook: what follows whsec_ in the signing secret is no base64");
		return false;
	}
	if (webhook->insecure)
		config_problem(report, CONFIG_WARNING, setting,
			       "webhook: insecure_skip_verify accepts any certificate");
	webhook->peer = (struct http_peer){
		.timeout = integration->timeout,
		.connect_timeout = 5000,
		.body_cap = 65536,
		.user = webhook->user,
		.password = webhook->password_file ? secret_text(webhook->password_file) : NULL,
		.bearer = webhook->bearer_file ? secret_text(webhook->bearer_file) : NULL,
		.ca_file = webhook->ca_file,
		.cert_file = webhook->cert_file,
		.key_file = webhook->key_file,
		.insecure_tls = webhook->insecure,
	};
	return custom_compile(&webhook->custom, "webhook", TEMPLATE_PLAIN, TEMPLATE_JSON, setting, report);
}

static void webhook_release(struct integration *integration)
{
	custom_release(&((struct webhook *)integration->data)->custom);
}

static char *webhook_target(const struct integration *integration)
{
	return g_strdup(address(integration->data));
}

static char *webhook_shown(const struct integration *integration)
{
	return http_host_shown(address(integration->data));
}

/* ---- body ---- */

static bool is_over(const struct notification_alert *entry)
{
	return entry->resolved_now || entry->alert->state == ALERT_RESOLVED;
}

static void write_time_or_zero(struct json_out *out, const char *key, msec_t wall)
{
	if (wall)
		json_out_time(out, key, wall);
	else
		json_out_text(out, key, "0001-01-01T00:00:00Z");
}

/* The rule's severity is a label in Alertmanager's world. */
static void write_alert_labels(struct json_out *out, const struct alert *alert)
{
	bool has = labels_get(alert->labels, "severity") != NULL;
	struct labels *labels = has ? labels_ref(alert->labels)
				    : labels_with(alert->labels, "severity", severity_name(alert->severity));
	labels_write_json(labels, out, "labels");
	labels_unref(labels);
}

/* The severity too, where all have the same, as of Alertmanager's. */
static void write_common_labels(struct json_out *out, const struct notification *n)
{
	const struct alert *first = n->alert_count ? n->alerts[0].alert : NULL;
	bool same = first && !n->truncated && !labels_get(first->labels, "severity");
	for (uint32_t i = 1; i < n->alert_count && same; i++)
		same = n->alerts[i].alert->severity == first->severity;
	struct labels *labels = same ? labels_with(n->common_labels, "severity", severity_name(first->severity))
				     : labels_ref(n->common_labels);
	labels_write_json(labels, out, "commonLabels");
	labels_unref(labels);
}

static void write_entry(struct json_out *out, const struct notification *n, const struct notification_alert *entry)
{
	const struct alert *alert = entry->alert;
	char fingerprint[17];
	g_snprintf(fingerprint, sizeof fingerprint, "%016" G_GINT64_MODIFIER "x", labels_fingerprint(alert->labels));
	char *url = g_strdup_printf("%salerts/%s", n->external_url ? n->external_url : "", alert->id);
	json_out_open(out, NULL, '{');
	json_out_text(out, "status", is_over(entry) ? "resolved" : "firing");
	write_alert_labels(out, alert);
	labels_write_json(alert->annotations, out, "annotations");
	write_time_or_zero(out, "startsAt", alert->started_at);
	write_time_or_zero(out, "endsAt", is_over(entry) ? (alert->ended_at ? alert->ended_at : n->at) : 0);
	json_out_text(out, "generatorURL", url);
	json_out_text(out, "fingerprint", fingerprint);
	json_out_close(out, '}');
	g_free(url);
}

static void write_ours(struct json_out *out, const struct message *message, const struct delivery *delivery,
		       const char *template_error)
{
	const struct notification *n = message->notification;
	json_out_open(out, "tocsin", '{');
	json_out_text(out, "type", notification_type_name(n->type));
	json_out_text(out, "reason", reason_name(n->reason));
	json_out_text(out, "key", n->key);
	json_out_text(out, "incident", n->incident);
	json_out_text(out, "root", n->root);
	json_out_int(out, "message", n->message);
	json_out_int(out, "attempt", delivery->attempt);
	json_out_time(out, "at", n->at);
	json_out_text(out, "headline", message->headline);
	json_out_text(out, "text", message->one_line);
	json_out_text(out, "severity", message->severity_word);
	json_out_open(out, "alerts", '[');
	for (uint32_t i = 0; i < n->alert_count; i++)
		alert_write_json(n->alerts[i].alert, out, NULL);
	json_out_close(out, ']');
	if (template_error)
		json_out_text(out, "template_error", template_error);
	json_out_close(out, '}');
}

static bool any_firing(const struct notification *n)
{
	for (uint32_t i = 0; i < n->alert_count; i++)
		if (!is_over(&n->alerts[i]))
			return true;
	return n->alert_count == 0 && n->type == NOTIFICATION_TEST;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static char *version4(const struct message *message, const struct delivery *delivery, const char *template_error)
{
	const struct notification *n = message->notification;
	struct json_out out;
	json_out_init(&out, g_string_sized_new(4096));
	json_out_open(&out, NULL, '{');
	json_out_text(&out, "version", "4");
	json_out_text(&out, "groupKey", or_empty(n->group_key));
	json_out_int(&out, "truncatedAlerts", n->truncated);
	json_out_text(&out, "status", any_firing(n) ? "firing" : "resolved");
	json_out_text(&out, "receiver", or_empty(n->receiver));
	labels_write_json(n->group_labels, &out, "groupLabels");
	write_common_labels(&out, n);
	labels_write_json(n->common_annotations, &out, "commonAnnotations");
	json_out_text(&out, "externalURL", or_empty(n->external_url));
	json_out_open(&out, "alerts", '[');
	for (uint32_t i = 0; i < n->alert_count; i++)
		write_entry(&out, n, &n->alerts[i]);
	json_out_close(&out, ']');
	write_ours(&out, message, delivery, template_error);
	json_out_close(&out, '}');
	return g_string_free(out.text, FALSE);
}

/* ---- sending ---- */

struct attempt {
	char *fault; /* of the template; NULL: none */
	delivery_done_fn *done;
	void *ctx;
};

static void answered(void *ctx, struct http_answer *answer)
{
	struct attempt *attempt = ctx;
	struct delivery_result result;
	http_verdict(answer, &result);
	if (attempt->fault)
		delivery_built_in(&result, BUILT_IN_TEMPLATE_FAILED, attempt->fault);
	attempt->done(attempt->ctx, &result);
	g_free(attempt->fault);
	g_free(attempt);
}

/* A user's body that is no JSON is a failed template: the built-in one goes out. */
static char *own_body(const struct webhook *webhook, struct message *message, struct error *err)
{
	if (!webhook->custom.body || !custom_run(&webhook->custom, message, err))
		return NULL;
	const char *body = message->custom_body ? message->custom_body : "";
	json_t *parsed = json_parse(body, strlen(body), 0, err);
	if (!parsed)
		return NULL;
	json_decref(parsed);
	return strdup(body);
}

static void submit(struct integration *integration, const struct delivery *delivery, const char *body,
		   struct attempt *attempt)
{
	const struct webhook *webhook = integration->data;
	const struct secret *secret = webhook->secret_file ? webhook->secret_file : webhook->secret;
	const char *id = delivery->notification->key;
	int64_t seconds = delivery->now.wall / 1000;
	char timestamp[32];
	g_snprintf(timestamp, sizeof timestamp, "%" G_GINT64_FORMAT, seconds);
	char *signature = secret ? webhook_signature(secret_text(secret), id, seconds, body, strlen(body)) : NULL;
	const struct http_header headers[] = {
		{"Content-Type", "application/json"}, {"Idempotency-Key", id},          {"webhook-id", id},
		{"webhook-timestamp", timestamp},     {"webhook-signature", signature},
	};
	struct http_request request = {.method = "POST",
				       .url = address(webhook),
				       .peer = &webhook->peer,
				       .headers = headers,
				       .header_count = signature ? 5 : 4,
				       .body = body,
				       .body_length = strlen(body)};
	http_client_submit(integration->context->http, &request, answered, attempt);
	g_free(signature);
}

static void webhook_send(struct integration *integration, const struct delivery *delivery, delivery_done_fn *done,
			 void *ctx)
{
	const struct webhook *webhook = integration->data;
	struct attempt *attempt = g_new0(struct attempt, 1);
	*attempt = (struct attempt){.done = done, .ctx = ctx};
	struct arena *arena = arena_new();
	struct message *message = message_new(delivery->notification, arena);
	struct error err = {""};
	char *body = own_body(webhook, message, &err);
	if (!body) {
		attempt->fault = webhook->custom.body ? g_strdup(err.text) : NULL;
		if (attempt->fault)
			log_event(LOG_LEVEL_WARNING, "notifiers", "built-in body sent", "integration",
				  integration->name, "reason", err.text, NULL);
		body = version4(message, delivery, attempt->fault);
	}
	submit(integration, delivery, body, attempt);
	free(body);
	message_release(message);
	arena_free(arena);
}

static const struct notifier_defaults defaults = {
	.rate = "1000", .burst = "1000", .concurrency = "64", .timeout = "15s", .give_up_after = "24h"};

const struct notifier_kind notifier_webhook = {
	.name = "webhook",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct webhook),
	.defaults = &defaults,
	.check = webhook_check,
	.release = webhook_release,
	.target = webhook_target,
	.shown = webhook_shown,
	.send = webhook_send,
};
