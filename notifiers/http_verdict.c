#include "notifiers/http_verdict.h"
#include "base/utf8.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

void delivery_result_init(struct delivery_result *result, enum delivery_verdict verdict)
{
	*result = (struct delivery_result){.verdict = verdict, .retry_after = -1};
}

void delivery_detail(struct delivery_result *result, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	char *raw = g_strdup_vprintf(format, list);
	va_end(list);
	char *clean = utf8_clean(raw, strlen(raw), false);
	size_t room = sizeof result->detail - 1, length = strlen(clean);
	if (length > room) {
		length = room;
		while (length > 0 && ((unsigned char)clean[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(result->detail, clean, length);
	result->detail[length] = '\0';
	free(clean);
	g_free(raw);
}

void delivery_built_in(struct delivery_result *result, enum built_in_text which, const char *why)
{
	static const char *const words[] = {[BUILT_IN_UNUSED] = "",
					    [BUILT_IN_TEMPLATE_FAILED] = "template failed, built-in text instead: ",
					    [BUILT_IN_BLOCKS_REFUSED] = "blocks refused, built-in text instead: "};
	if (which == BUILT_IN_UNUSED)
		return;
	char answer[sizeof result->detail];
	g_strlcpy(answer, result->detail, sizeof answer);
	result->built_in = which;
	delivery_detail(result, "%s%.120s; %s", words[which], why, answer);
}

static enum delivery_verdict status_verdict(int status)
{
	if (status >= 200 && status < 300)
		return DELIVERY_SENT;
	if (status == 408 || status == 425 || status == 429 || status >= 500)
		return DELIVERY_RETRY;
	return DELIVERY_PERMANENT;
}

void http_verdict(const struct http_answer *answer, struct delivery_result *out)
{
	delivery_result_init(out, DELIVERY_RETRY);
	out->status = answer->status;
	out->retry_after = answer->retry_after;
	switch (answer->outcome) {
	case HTTP_ANSWERED:
		out->verdict = status_verdict(answer->status);
		out->rate_limited = answer->status == 429;
		delivery_detail(out, "HTTP %d %.200s", answer->status, answer->body ? answer->body : "");
		return;
	case HTTP_TOO_LARGE: /* it answered; the status counts, the long body does not matter */
		out->verdict = answer->status ? status_verdict(answer->status) : DELIVERY_AMBIGUOUS;
		delivery_detail(out, "HTTP %d, answer too long", answer->status);
		return;
	case HTTP_NOT_SENT:
		delivery_detail(out, "%s", answer->error.text);
		return;
	case HTTP_AMBIGUOUS:
	case HTTP_CANCELLED:
		out->verdict = DELIVERY_AMBIGUOUS;
		delivery_detail(out, "%s", answer->error.text);
		return;
	}
}

char *http_host_shown(const char *url)
{
	const char *host = strstr(url, "://");
	host = host ? host + 3 : url;
	size_t length = strcspn(host, "/?#");
	const char *user = g_strrstr_len(host, (gssize)length, "@");
	if (!user)
		return g_strndup(host, length);
	return g_strndup(user + 1, length - (size_t)(user + 1 - host));
}
