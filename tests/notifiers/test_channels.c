/* Each channel's send, with the network replaced: what goes out, and what becomes of each answer. */
#include "base/executor.h"
#include "base/http_client.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/subprocess.h"
#include "notifiers/kinds.h"
#include "notifiers/smtp_settings.h"
#include "notifiers/webhook_sign.h"
#include "tests/notifiers/sample.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* ---- the other side ---- */

static struct {
	int status;
	enum http_outcome outcome;
	const char *body;
} answers[4];
static unsigned requests;
static char *bodies[4];
static GPtrArray *headers;
static unsigned problems;

void http_client_submit(struct http_client *client, const struct http_request *request, http_done_fn *done, void *ctx)
{
	struct http_answer answer = {
		.outcome = answers[requests].outcome, .status = answers[requests].status, .retry_after = -1};
	answer.body = strdup(answers[requests].body ? answers[requests].body : "");
	answer.body_length = strlen(answer.body);
	bodies[requests++] = g_strndup(request->body, request->body_length);
	for (size_t i = 0; i < request->header_count; i++)
		g_ptr_array_add(headers,
				g_strdup_printf("%s: %s", request->headers[i].name, request->headers[i].value));
	done(ctx, &answer);
	free(answer.body);
}

static struct subprocess_result helper;
static char *helper_input;

void subprocess_run(const char *path, char *const argv[], char *const environment[], const void *input,
		    size_t input_length, size_t output_limit, msec_t deadline, const atomic_bool *stop,
		    struct subprocess_result *out, struct error *err)
{
	cr_expect(g_str_has_suffix(path, "/tocsin-smtp"));
	helper_input = g_strndup(input, input_length);
	*out = helper;
	out->output = helper.output ? strdup(helper.output) : NULL;
}

void config_problem(struct config_report *report, enum config_severity severity, const config_setting_t *at,
		    const char *format, ...)
{
	problems++;
	report->errors += severity == CONFIG_ERROR;
}

const char *config_nearest(const char *word, const char *const *candidates)
{
	return NULL;
}

/* ---- an integration without a configuration file ---- */

static struct notifier_context context = {.libexec_directory = "/usr/libexec"};

static void *place(struct integration *integration, const char *key)
{
	for (size_t i = 0; i < integration->kind->key_count; i++)
		if (!strcmp(integration->kind->keys[i].name, key))
			return (char *)integration->data + integration->kind->keys[i].offset;
	cr_assert_fail("no key '%s'", key);
	return NULL;
}

static struct integration *integration_new(const struct notifier_kind *kind)
{
	struct integration *integration = g_new0(struct integration, 1);
	integration->kind = kind;
	integration->name = g_strdup("test");
	integration->data = g_malloc0(kind->data_size);
	integration->timeout = 5000;
	integration->context = &context;
	headers = g_ptr_array_new_with_free_func(g_free);
	return integration;
}

static bool check(struct integration *integration)
{
	struct config_report report = {0};
	config_t config;
	config_init(&config);
	bool good = integration->kind->check(integration, config_root_setting(&config), &report);
	config_destroy(&config);
	return good;
}

static void integration_done(struct integration *integration)
{
	if (integration->kind->release)
		integration->kind->release(integration);
	for (; requests; requests--)
		g_clear_pointer(&bodies[requests - 1], g_free);
	g_ptr_array_free(headers, TRUE);
	g_free(integration->data);
	g_free(integration->name);
	g_free(integration);
}

static struct delivery_result last;
static unsigned done_count;

static void on_done(void *ctx, const struct delivery_result *result)
{
	last = *result;
	done_count++;
}

static void send_sample(struct integration *integration, enum sample sample)
{
	struct notification *notification = sample_new(sample);
	struct delivery delivery = {.notification = notification,
				    .recipient = "oncall@example.com",
				    .attempt = 1,
				    .deadline = 5000,
				    .now = {0, INT64_C(1784162530000)}};
	done_count = 0;
	integration->kind->send(integration, &delivery, on_done, NULL);
	cr_expect_eq(done_count, 1, "done is called exactly once");
	notification_free(notification);
}

static void expect_header(const char *text)
{
	for (guint i = 0; i < headers->len; i++)
		if (!strcmp(g_ptr_array_index(headers, i), text))
			return;
	cr_expect_fail("header '%s' is missing", text);
}

/* ---- slack ---- */

static struct integration *slack_new(const char *body_template)
{
	struct integration *integration = integration_new(&notifier_slack);
	*(struct secret **)place(integration, "url") = secret_new("https://hooks.example.com/services/T/B/X");
	*(const char **)place(integration, "body_template") = body_template;
	return integration;
}

static void slack_done(struct integration *integration)
{
	secret_free(*(struct secret **)place(integration, "url"));
	integration_done(integration);
}

Test(channels, slack_answers_have_their_classes)
{
	static const struct {
		int status;
		const char *body;
		enum delivery_verdict verdict;
		bool limited;
		unsigned sent;
	} table[] = {
		{200, "ok", DELIVERY_SENT, false, 1},
		{200, "{\"ok\":true,\"ts\":\"1.2\"}", DELIVERY_SENT, false, 1},
		{200, "{\"ok\":false,\"error\":\"channel_not_found\"}", DELIVERY_PERMANENT, false, 1},
		{200, "{\"ok\":false,\"error\":\"internal_error\"}", DELIVERY_RETRY, false, 1},
		{200, "{\"ok\":false,\"error\":\"ratelimited\"}", DELIVERY_RETRY, true, 1},
		{200, "<html>proxy</html>", DELIVERY_AMBIGUOUS, false, 1},
		{403, "invalid_token", DELIVERY_PERMANENT, false, 1},
		{404, "no_service", DELIVERY_PERMANENT, false, 1},
		{410, "channel_is_archived", DELIVERY_PERMANENT, false, 1},
		{429, "{\"retry_after\":1,\"ok\":false,\"error\":\"rate_limited\"}", DELIVERY_RETRY, true, 1},
		{500, "rollup_error", DELIVERY_RETRY, false, 1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct integration *integration = slack_new(NULL);
		cr_assert(check(integration));
		answers[0].status = table[i].status;
		answers[0].outcome = HTTP_ANSWERED;
		answers[0].body = table[i].body;
		send_sample(integration, SAMPLE_WORSE);
		cr_expect_eq(last.verdict, table[i].verdict, "%d %s", table[i].status, table[i].body);
		cr_expect_eq(last.rate_limited, table[i].limited, "%d %s", table[i].status, table[i].body);
		cr_expect_eq(requests, table[i].sent);
		cr_expect_eq(last.built_in, BUILT_IN_UNUSED);
		slack_done(integration);
	}
}

Test(channels, slack_refusing_blocks_gets_the_built_in_text_in_the_same_attempt)
{
	struct integration *integration = slack_new(NULL);
	cr_assert(check(integration));
	answers[0].status = 400;
	answers[0].body = "invalid_blocks";
	answers[1].status = 200;
	answers[1].body = "ok";
	answers[0].outcome = answers[1].outcome = HTTP_ANSWERED;
	send_sample(integration, SAMPLE_WORSE);
	cr_expect_eq(requests, 2u);
	cr_expect_eq(last.verdict, DELIVERY_SENT);
	cr_expect_eq(last.built_in, BUILT_IN_BLOCKS_REFUSED);
	cr_expect_str_eq(last.detail, "blocks refused, built-in text instead: invalid_blocks; HTTP 200 ok");
	cr_expect_not_null(strstr(bodies[0], "\"blocks\""));
	cr_expect_null(strstr(bodies[1], "\"blocks\""));
	cr_expect_not_null(strstr(bodies[1], "invalid_blocks"));
	slack_done(integration);

	integration = slack_new(NULL);
	cr_assert(check(integration));
	answers[1].status = 400;
	send_sample(integration, SAMPLE_WORSE);
	cr_expect_eq(requests, 2u, "once only");
	cr_expect_eq(last.verdict, DELIVERY_PERMANENT);
	slack_done(integration);
}

Test(channels, a_failing_template_never_loses_a_page)
{
	struct integration *integration = slack_new("{{connector|percent}}");
	cr_assert(check(integration));
	answers[0].status = 200;
	answers[0].outcome = HTTP_ANSWERED;
	answers[0].body = "ok";
	send_sample(integration, SAMPLE_WORSE);
	cr_expect_eq(last.verdict, DELIVERY_SENT);
	cr_expect_eq(last.built_in, BUILT_IN_TEMPLATE_FAILED);
	cr_expect(g_str_has_prefix(last.detail, "template failed, built-in text instead: "), "%s", last.detail);
	cr_expect_not_null(strstr(bodies[0], "Built-in text. Template failed"), "%s", bodies[0]);
	slack_done(integration);
}

/* The first line of what was sent with these templates. */
static char *headline_with(const char *summary, const char *body)
{
	struct integration *integration = slack_new(body);
	*(const char **)place(integration, "summary_template") = summary;
	cr_assert(check(integration));
	answers[0].status = 200;
	answers[0].outcome = HTTP_ANSWERED;
	answers[0].body = "ok";
	send_sample(integration, SAMPLE_WORSE);
	cr_expect_eq(last.built_in, BUILT_IN_UNUSED, "%s", last.detail);
	cr_expect_not_null(strstr(bodies[0], "Who has it"), "the facts stay: %s", bodies[0]);
	json_t *payload = json_parse(bodies[0], strlen(bodies[0]), 0, NULL);
	const json_t *head = json_array_get(json_object_get(payload, "blocks"), 0);
	char *text = g_strdup(json_get_text(json_object_get(head, "text"), "text", ""));
	json_decref(payload);
	slack_done(integration);
	return text;
}

Test(channels, a_template_that_gives_nothing_leaves_the_built_in_words)
{
	char *blank = headline_with(" {{annotations.nowhere}}\n", " ");
	cr_expect_str_eq(blank, "orders-jdbc-sink on prod-eu: 5.2\u00a0% of records fail");
	g_free(blank);
}

Test(channels, a_template_knows_the_unit_of_the_rule)
{
	char *number = headline_with("{{value|human}} of {{raise|human}}", NULL);
	cr_expect_str_eq(number, "5.2\u00a0% of 5\u00a0%");
	g_free(number);
}

Test(channels, an_unknown_name_in_a_template_is_refused_at_load)
{
	struct integration *integration = slack_new("{{conector}}");
	problems = 0;
	cr_expect_not(check(integration));
	cr_expect_eq(problems, 1u);
	slack_done(integration);
}

/* ---- webhook ---- */

Test(channels, webhook_sends_alertmanagers_body_and_signs_it)
{
	struct integration *integration = integration_new(&notifier_webhook);
	*(const char **)place(integration, "url") = "http://hooks.example.com/tocsin";
	*(struct secret **)place(integration, "secret") = secret_new("geheim");
	cr_assert(check(integration));
	answers[0].status = 204;
	answers[0].outcome = HTTP_ANSWERED;
	send_sample(integration, SAMPLE_PART_RESOLVED);
	cr_expect_eq(last.verdict, DELIVERY_SENT);
	json_t *body = json_parse(bodies[0], strlen(bodies[0]), 0, NULL);
	cr_assert_not_null(body);
	static const char *const keys[] = {"version",     "groupKey",    "truncatedAlerts", "status",
					   "receiver",    "groupLabels", "commonLabels",    "commonAnnotations",
					   "externalURL", "alerts",      "tocsin"};
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		cr_expect_not_null(json_object_get(body, keys[i]), "%s", keys[i]);
	cr_expect_eq(json_object_size(body), G_N_ELEMENTS(keys));
	cr_expect_str_eq(json_get_text(body, "version", ""), "4");
	cr_expect_str_eq(json_get_text(body, "status", ""), "firing");
	const json_t *alert = json_array_get(json_object_get(body, "alerts"), 4);
	cr_expect_str_eq(json_get_text(alert, "status", ""), "firing");
	cr_expect_str_eq(json_get_text(alert, "endsAt", ""), "0001-01-01T00:00:00Z");
	cr_expect_eq(strlen(json_get_text(alert, "fingerprint", "")), 16u);
	alert = json_array_get(json_object_get(body, "alerts"), 0);
	cr_expect_str_eq(json_get_text(alert, "status", ""), "resolved");
	struct notification *notification = sample_new(SAMPLE_PART_RESOLVED);
	char *signature = webhook_signature("geheim", notification->key, 1784162530, bodies[0], strlen(bodies[0]));
	char *signed_line = g_strdup_printf("webhook-signature: %s", signature);
	char *id = g_strdup_printf("webhook-id: %s", notification->key),
	     *key = g_strdup_printf("Idempotency-Key: %s", notification->key);
	expect_header(signed_line);
	expect_header(id);
	expect_header(key);
	expect_header("webhook-timestamp: 1784162530");
	g_free(key);
	g_free(id);
	g_free(signed_line);
	g_free(signature);
	notification_free(notification);
	json_decref(body);
	secret_free(*(struct secret **)place(integration, "secret"));
	integration_done(integration);
}

Test(channels, webhook_names_the_severity_that_all_have)
{
	static const struct {
		enum sample sample;
		const char *severity;
	} table[] = {{SAMPLE_FIRING, "warning"}, {SAMPLE_GROUP, ""}};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct integration *integration = integration_new(&notifier_webhook);
		*(const char **)place(integration, "url") = "http://hooks.example.com/tocsin";
		cr_assert(check(integration));
		answers[0].status = 204;
		answers[0].outcome = HTTP_ANSWERED;
		send_sample(integration, table[i].sample);
		json_t *body = json_parse(bodies[0], strlen(bodies[0]), 0, NULL);
		const json_t *common = json_object_get(body, "commonLabels");
		cr_expect_str_eq(json_get_text(common, "severity", ""), table[i].severity);
		cr_expect_str_eq(json_get_text(common, "cluster", ""), "prod-eu");
		json_decref(body);
		integration_done(integration);
	}
}

Test(channels, webhook_refuses_a_signing_secret_that_nobody_can_check)
{
	static const struct {
		const char *secret;
		bool good;
	} table[] = {
		{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true}, {"geheim", true},      {"whsec_", false},
		{"whsec_not base64!", false},                      {"whsec_YWJj", true}, {"whsec_YWJjZ", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct integration *integration = integration_new(&notifier_webhook);
		*(const char **)place(integration, "url") = "http://hooks.example.com/tocsin";
		*(struct secret **)place(integration, "secret") = secret_new(table[i].secret);
		cr_expect_eq(check(integration), table[i].good, "%s", table[i].secret);
		secret_free(*(struct secret **)place(integration, "secret"));
		integration_done(integration);
	}
}

/* ---- toast ---- */

Test(channels, toast_is_the_line_split_at_its_first_full_stop)
{
	struct integration *integration = integration_new(&notifier_toast);
	send_sample(integration, SAMPLE_WORSE);
	json_t *toast = json_parse(last.toast, strlen(last.toast), 0, NULL);
	cr_assert_not_null(toast);
	cr_expect_str_eq(json_get_text(toast, "title", ""), "orders-jdbc-sink on prod-eu: 5.2 % of records fail > 5 %");
	cr_expect_str_eq(json_get_text(toast, "body", ""), "Worse: warning to critical at 02:47. Nobody has it.");
	cr_expect_str_eq(json_get_text(toast, "severity", ""), "critical");
	cr_expect_str_eq(json_get_text(toast, "type", ""), "worse");
	cr_expect_eq(json_array_size(json_object_get(toast, "alerts")), 1u);
	json_decref(toast);
	free(last.toast);
	integration_done(integration);
}

/* ---- mail ---- */

Test(channels, mail_takes_the_helpers_word_and_judges_its_silence)
{
	static const struct {
		enum subprocess_end end;
		const char *output;
		enum delivery_verdict verdict;
		int status;
		bool one_recipient;
	} table[] = {
		{SUBPROCESS_EXITED,
		 "{\"stage\":\"recipient\"}\n{\"verdict\":\"retry\",\"status\":450,\"detail\":\"later\"}\n", DELIVERY_RETRY,
		 450, true},
		{SUBPROCESS_EXITED, "{\"stage\":\"data\"}\n{\"verdict\":\"sent\",\"status\":250,\"detail\":\"ok\"}\n",
		 DELIVERY_SENT, 250},
		{SUBPROCESS_EXITED, "{\"verdict\":\"permanent\",\"status\":550,\"detail\":\"no\"}\n",
		 DELIVERY_PERMANENT, 550},
		{SUBPROCESS_EXITED, "{\"verdict\":\"retry\",\"status\":451,\"detail\":\"later\"}\n", DELIVERY_RETRY,
		 451},
		{SUBPROCESS_EXITED, "{\"stage\":\"data\"}\n{\"verdict\":\"ambiguous\",\"status\":0,\"detail\":\"\"}\n",
		 DELIVERY_AMBIGUOUS, 0},
		{SUBPROCESS_SIGNALLED, "", DELIVERY_RETRY, 0},
		{SUBPROCESS_SIGNALLED, "{\"stage\":\"data\"}\n", DELIVERY_AMBIGUOUS, 0},
		{SUBPROCESS_TIMED_OUT, "", DELIVERY_RETRY, 0},
		{SUBPROCESS_TIMED_OUT, "{\"stage\":\"data\"}\n", DELIVERY_AMBIGUOUS, 0},
		{SUBPROCESS_EXITED, "", DELIVERY_RETRY, 0},
		{SUBPROCESS_EXITED, "rubbish\n{\"verdict\":\"perhaps\"}\n", DELIVERY_RETRY, 0},
		{SUBPROCESS_NOT_STARTED, NULL, DELIVERY_RETRY, 0},
	};
	struct smtp_settings smtp = {.host = (char *)"mail.example.com",
				     .port = 587,
				     .from = (char *)"Tocsin <t@example.com>",
				     .user = (char *)"tocsin",
				     .password = secret_new("s3cret")};
	context.blocking = executor_inline_new();
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct integration *integration = integration_new(&notifier_email);
		char *to[] = {(char *)"oncall@example.com", NULL};
		*(char ***)place(integration, "to") = to;
		email_use_smtp(integration, &smtp);
		cr_assert(check(integration));
		helper = (struct subprocess_result){.end = table[i].end, .output = (char *)table[i].output};
		send_sample(integration, SAMPLE_WORSE);
		cr_expect_eq(last.verdict, table[i].verdict, "case %zu: %s", i, last.detail);
		cr_expect_eq(last.status, table[i].status);
		cr_expect_eq(last.one_recipient, table[i].one_recipient, "case %zu", i);
		cr_expect_null(strstr(last.detail, "s3cret"));
		if (helper_input) {
			json_t *order = json_parse(helper_input, strlen(helper_input), 0, NULL);
			cr_assert_not_null(order);
			cr_expect_str_eq(json_get_text(order, "tls", ""), "starttls");
			cr_expect_str_eq(json_get_text(order, "from", ""), "t@example.com");
			cr_expect_not_null(strstr(json_get_text(order, "message", ""), "\r\nSubject: "));
			json_decref(order);
			g_clear_pointer(&helper_input, g_free);
		}
		integration_done(integration);
	}
	executor_free(context.blocking);
	secret_free(smtp.password);
}

Test(channels, mail_refuses_addresses_that_could_inject)
{
	static const char *const bad[] = {"",        "a",      "a@",        "@b",   "a b@c.d", "a@b\r\nRCPT TO:<c@d>",
					  "<a@b.c>", "a@b.c>", "\"a\"@b.c", "a@-b", "a@b c"};
	struct smtp_settings smtp = {.host = (char *)"mail.example.com", .port = 25, .from = (char *)"t@example.com"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct integration *integration = integration_new(&notifier_email);
		char *to[] = {(char *)bad[i], NULL};
		*(char ***)place(integration, "to") = to;
		email_use_smtp(integration, &smtp);
		cr_expect_not(check(integration), "'%s'", bad[i]);
		integration_done(integration);
	}
}
