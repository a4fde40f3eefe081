#include "notifiers/http_verdict.h"
#include "notifiers/webhook_sign.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

Test(verdicts, every_http_answer_has_its_class)
{
	static const struct {
		enum http_outcome outcome;
		int status;
		enum delivery_verdict verdict;
		bool limited;
	} table[] = {
		{HTTP_ANSWERED, 200, DELIVERY_SENT, false},      {HTTP_ANSWERED, 202, DELIVERY_SENT, false},
		{HTTP_ANSWERED, 204, DELIVERY_SENT, false},      {HTTP_ANSWERED, 301, DELIVERY_PERMANENT, false},
		{HTTP_ANSWERED, 400, DELIVERY_PERMANENT, false}, {HTTP_ANSWERED, 403, DELIVERY_PERMANENT, false},
		{HTTP_ANSWERED, 404, DELIVERY_PERMANENT, false}, {HTTP_ANSWERED, 408, DELIVERY_RETRY, false},
		{HTTP_ANSWERED, 410, DELIVERY_PERMANENT, false}, {HTTP_ANSWERED, 425, DELIVERY_RETRY, false},
		{HTTP_ANSWERED, 429, DELIVERY_RETRY, true},      {HTTP_ANSWERED, 500, DELIVERY_RETRY, false},
		{HTTP_ANSWERED, 503, DELIVERY_RETRY, false},     {HTTP_NOT_SENT, 0, DELIVERY_RETRY, false},
		{HTTP_AMBIGUOUS, 0, DELIVERY_AMBIGUOUS, false},  {HTTP_CANCELLED, 0, DELIVERY_AMBIGUOUS, false},
		{HTTP_TOO_LARGE, 200, DELIVERY_SENT, false},     {HTTP_TOO_LARGE, 0, DELIVERY_AMBIGUOUS, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct http_answer answer = {
			.outcome = table[i].outcome, .status = table[i].status, .retry_after = 7000};
		struct delivery_result result;
		http_verdict(&answer, &result);
		cr_expect_eq(result.verdict, table[i].verdict, "outcome %d status %d", table[i].outcome,
			     table[i].status);
		cr_expect_eq(result.rate_limited, table[i].limited);
		cr_expect_eq(result.retry_after, 7000);
	}
}

Test(verdicts, a_detail_is_clean_and_never_cut_inside_a_character)
{
	struct delivery_result result;
	GString *long_text = g_string_new("\x1b[31m\r\n");
	for (int i = 0; i < 400; i++)
		g_string_append(long_text, "ä");
	delivery_result_init(&result, DELIVERY_RETRY);
	delivery_detail(&result, "%s", long_text->str);
	cr_expect(g_utf8_validate(result.detail, -1, NULL));
	cr_expect_null(strpbrk(result.detail, "\r\n\x1b"));
	cr_expect_gt(strlen(result.detail), 250u);
	g_string_free(long_text, TRUE);
}

/* The example of the specification's reference libraries. */
Test(verdicts, signature_is_that_of_standard_webhooks)
{
	static const char body[] = "{\"test\": 2432232314}";
	char *signature = webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
					    1614265330, body, strlen(body));
	cr_expect_str_eq(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	g_free(signature);
}
