/* E-mail through the one relay of the smtp group. The mail is built here; the dialogue with the relay is held by the
 * program tocsin-smtp, one run a recipient, so that its library's crashes and hangs stay outside the daemon.
 * It reports in lines of JSON on its standard output: {"stage":"data"} before the text leaves, {"stage":"recipient"} if
 * the relay turned down this address and nothing else, then
 * {"verdict":"sent"|"retry"|"permanent"|"ambiguous","status":N,"detail":"…"}. */
#include "base/json.h"
#include "base/log.h"
#include "base/subprocess.h"
#include "notifiers/custom.h"
#include "notifiers/http_verdict.h"
#include "notifiers/kinds.h"
#include "notifiers/mail.h"
#include "notifiers/mail_address.h"
#include "notifiers/message_compose.h"
#include "notifiers/smtp_settings.h"
#include <stdlib.h>
#include <string.h>

enum { OUTPUT_MAX = 16384 };

struct email {
	char **to;
	char *from;
	struct custom custom;
	const struct smtp_settings *smtp;
};

static const struct config_key keys[] = {
	{.name = "to",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct email, to),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Addresses; each gets a mail of its own."},
	{.name = "from",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct email, from),
	 .doc = "Sender instead of smtp's."},
	CUSTOM_KEYS(struct email, custom),
};

void email_use_smtp(struct integration *integration, const struct smtp_settings *smtp)
{
	((struct email *)integration->data)->smtp = smtp;
}

/* Each address is a message of its own, with a key of its own: of one that stands twice, both would have the same. */
static bool stands_before(char *const *first, char *const *to)
{
	for (; first < to; first++)
		if (!g_ascii_strcasecmp(*first, *to))
			return true;
	return false;
}

static bool email_check(struct integration *integration, const config_setting_t *setting, struct config_report *report)
{
	struct email *email = integration->data;
	size_t errors = report->errors;
	if (!email->smtp)
		config_problem(report, CONFIG_ERROR, setting,
			       "email needs the group smtp = { host = …; from = …; } without errors");
	for (char **to = email->to; *to; to++)
		if (!mail_address_valid(*to))
			config_problem(report, CONFIG_ERROR, setting, "email: '%s' is no address", *to);
		else if (stands_before(email->to, to))
			config_problem(report, CONFIG_ERROR, setting, "email: '%s' stands twice", *to);
	char *from = email->from ? mailbox_address(email->from) : NULL;
	if (email->from && !from)
		config_problem(report, CONFIG_ERROR, setting, "email: '%s' is no sender", email->from);
	g_free(from);
	if (integration->concurrency > BLOCKING_AT_ONCE) {
		config_problem(report, CONFIG_WARNING, setting,
			       "email: concurrency is %d at most: a relay that hangs must leave the others a way", BLOCKING_AT_ONCE);
		integration->concurrency = BLOCKING_AT_ONCE;
	}
	custom_compile(&email->custom, "email", TEMPLATE_PLAIN, TEMPLATE_PLAIN, setting, report);
	return report->errors == errors;
}

static void email_release(struct integration *integration)
{
	custom_release(&((struct email *)integration->data)->custom);
}

static char *email_target(const struct integration *integration)
{
	return g_strjoinv(",", ((const struct email *)integration->data)->to);
}

static const char *const *email_recipients(const struct integration *integration)
{
	return (const char *const *)((const struct email *)integration->data)->to;
}

/* ---- one send ---- */

struct job {
	struct integration *integration;
	const struct notification *notification;
	char *recipient;
	msec_t deadline;
	delivery_done_fn *done;
	void *ctx;
};

static void finish(struct job *job, struct delivery_result *result)
{
	job->done(job->ctx, result);
	g_free(job->recipient);
	g_free(job);
}

static json_t *order(const struct job *job, const char *from, const char *mail, size_t length)
{
	static const char *const tls[] = {
		[SMTP_TLS_STARTTLS] = "starttls", [SMTP_TLS_NONE] = "none", [SMTP_TLS_SMTPS] = "smtps"};
	const struct smtp_settings *smtp = ((const struct email *)job->integration->data)->smtp;
	const struct secret *password = smtp->password_file ? smtp->password_file : smtp->password;
	json_t *object = json_object(), *to = json_array();
	json_object_set_new(object, "host", json_text_value(smtp->host));
	json_object_set_new(object, "port", json_integer(smtp->port));
	json_object_set_new(object, "tls", json_string(tls[smtp->tls]));
	if (smtp->user) {
		json_object_set_new(object, "user", json_text_value(smtp->user));
		json_object_set_new(object, "password", json_text_value(secret_text(password)));
	}
	if (smtp->ca_file)
		json_object_set_new(object, "ca_file", json_text_value(smtp->ca_file));
	if (smtp->helo)
		json_object_set_new(object, "helo", json_text_value(smtp->helo));
	json_object_set_new(object, "deadline_ms", json_integer(job->deadline));
	json_object_set_new(object, "from", json_text_value(from));
	json_array_append_new(to, json_text_value(job->recipient));
	json_object_set_new(object, "to", to);
	json_object_set_new(object, "message", json_stringn(mail, length));
	return object;
}

static bool parse_verdict(const char *word, enum delivery_verdict *out)
{
	static const struct {
		const char *word;
		enum delivery_verdict verdict;
	} table[] = {
		{"sent", DELIVERY_SENT},
		{"retry", DELIVERY_RETRY},
		{"permanent", DELIVERY_PERMANENT},
		{"ambiguous", DELIVERY_AMBIGUOUS},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (!strcmp(table[i].word, word)) {
			*out = table[i].verdict;
			return true;
		}
	return false;
}

/* Reads the helper's lines; what it did not live to say is judged by how far it came. */
static void judge(const struct subprocess_result *run, const struct error *err, struct delivery_result *out)
{
	bool data = false, said = false;
	delivery_result_init(out, DELIVERY_RETRY);
	char **lines = g_strsplit(run->output ? run->output : "", "\n", 64);
	for (char **line = lines; *line && !said; line++) {
		json_t *object = **line ? json_parse(*line, strlen(*line), 0, NULL) : NULL;
		const char *stage = json_get_text(object, "stage", "");
		data |= !strcmp(stage, "data");
		out->one_recipient |= !strcmp(stage, "recipient");
		if (object && parse_verdict(json_get_text(object, "verdict", ""), &out->verdict)) {
			said = true;
			out->status = (int)json_get_int(object, "status", 0);
			delivery_detail(out, "%s", json_get_text(object, "detail", ""));
		}
		json_decref(object);
	}
	g_strfreev(lines);
	if (said)
		return;
	static const char *const ends[] = {[SUBPROCESS_EXITED] = "ended without a verdict",
					   [SUBPROCESS_SIGNALLED] = "crashed",
					   [SUBPROCESS_TIMED_OUT] = "timed out",
					   [SUBPROCESS_NOT_STARTED] = "did not start"};
	out->verdict = data ? DELIVERY_AMBIGUOUS : DELIVERY_RETRY;
	delivery_detail(out, "tocsin-smtp %s%s%s", ends[run->end], err->text[0] ? ": " : "", err->text);
}

static void run_helper(const struct job *job, const char *from, const char *mail, size_t length,
		       struct delivery_result *result)
{
	char *path = g_strdup_printf("%s/tocsin-smtp", job->integration->context->libexec_directory);
	char *argv[] = {path, NULL}, *environment[] = {(char *)"HOME=/nonexistent", NULL};
	json_t *object = order(job, from, mail, length);
	char *input = json_text(object);
	struct subprocess_result run = {.end = SUBPROCESS_NOT_STARTED};
	struct error err = {""};
	subprocess_run(path, argv, environment, input, strlen(input), OUTPUT_MAX, job->deadline + 2000,
		       job->integration->context->stopping, &run, &err);
	judge(&run, &err, result);
	memset(input, 0, strlen(input)); /* the password was in it */
	free(input);
	free(run.output);
	json_decref(object);
	g_free(path);
}

static void send_job(void *data)
{
	struct job *job = data;
	const struct email *email = job->integration->data;
	struct arena *arena = arena_new();
	struct message *message = message_new(job->notification, arena);
	struct mail_parts parts = {email->from ? email->from : email->smtp->from, job->recipient};
	struct error err = {""};
	bool failed = !custom_run(&email->custom, message, &err);
	char fault[sizeof err.text];
	g_strlcpy(fault, err.text, sizeof fault);
	if (failed) {
		error_prefix(&err, "Template failed");
		log_event(LOG_LEVEL_WARNING, "notifiers", "built-in text sent", "integration", job->integration->name,
			  "reason", err.text, NULL);
	}
	size_t length;
	char *mail = mail_build(message, &parts, failed ? err.text : NULL, &length);
	char *from = mailbox_address(parts.from);
	struct delivery_result result;
	run_helper(job, from, mail, length, &result);
	if (failed)
		delivery_built_in(&result, BUILT_IN_TEMPLATE_FAILED, fault);
	g_free(from);
	g_free(mail);
	message_release(message);
	arena_free(arena);
	finish(job, &result);
}

static void refuse_job(void *data)
{
	struct delivery_result result;
	delivery_result_init(&result, DELIVERY_RETRY);
	delivery_detail(&result, "not started: the pool is full or closing");
	finish(data, &result);
}

static void email_send(struct integration *integration, const struct delivery *delivery, delivery_done_fn *done,
		       void *ctx)
{
	struct job *job = g_new0(struct job, 1);
	*job = (struct job){.integration = integration,
			    .notification = delivery->notification,
			    .recipient = g_strdup(delivery->recipient),
			    .done = done,
			    .ctx = ctx,
			    .deadline = delivery->deadline > 0 ? delivery->deadline : integration->timeout};
	if (!job->recipient || !mail_address_valid(job->recipient)) {
		struct delivery_result result;
		delivery_result_init(&result, DELIVERY_PERMANENT);
		delivery_detail(&result, "no valid recipient");
		finish(job, &result);
	} else if (!executor_submit(integration->context->blocking, send_job, refuse_job, job)) {
		refuse_job(job);
	}
}

static const struct notifier_defaults defaults = {
	.rate = "5", .burst = "20", .concurrency = "2", .timeout = "60s", .give_up_after = "24h"};

const struct notifier_kind notifier_email = {
	.name = "email",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct email),
	.defaults = &defaults,
	.for_people = true,
	.check = email_check,
	.release = email_release,
	.target = email_target,
	.shown = email_target,
	.recipients = email_recipients,
	.send = email_send,
};
