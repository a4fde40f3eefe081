/* What a polled URL may be, and the `instance` it stands for. */
#include "sources/source.h"
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static bool url_part(CURLU *url, CURLUPart part, unsigned flags, char *out, size_t size)
{
	char *text = NULL;
	if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
		return false;
	int length = snprintf(out, size, "%s", text);
	curl_free(text);
	return length >= 0 && (size_t)length < size;
}

static const char *url_refusal(CURLU *url, const char *text, char *instance, size_t size)
{
	char scheme[16], host[512], port[8], unused[8];
	if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK)
		return "is not a URL such as \"http://host:8083\"";
	if (!url_part(url, CURLUPART_SCHEME, 0, scheme, sizeof scheme) ||
	    (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
		return "must begin with http:// or https://";
	if (url_part(url, CURLUPART_USER, 0, unused, sizeof unused) || strchr(text, '@'))
		return "must not carry a user or password: use user and password_file";
	if (url_part(url, CURLUPART_FRAGMENT, 0, unused, sizeof unused) || strchr(text, '#'))
		return "must not carry a fragment";
	if (!url_part(url, CURLUPART_HOST, 0, host, sizeof host) || !*host ||
	    !url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port))
		return "names no host";
	int length = snprintf(instance, size, "%s:%s", host, port);
	return length >= 0 && (size_t)length < size ? NULL : "has too long a host name";
}

bool source_check_url(const char *url, const config_setting_t *setting, struct config_report *report, char *instance,
		      size_t size)
{
	CURLU *handle = curl_url();
	const char *refusal = url_refusal(handle, url, instance, size);
	curl_url_cleanup(handle);
	if (!refusal)
		return true;
	/* What stands before an @ may be a password: it is not repeated. */
	if (strchr(url, '@'))
		config_problem(report, CONFIG_ERROR, setting, "the URL %s", refusal);
	else
		config_problem(report, CONFIG_ERROR, setting, "the URL \"%s\" %s", url, refusal);
	return false;
}

void http_answer_failure(const struct http_answer *answer, char *out, size_t size)
{
	switch (answer->outcome) {
	case HTTP_ANSWERED:
		snprintf(out, size, "HTTP %d", answer->status);
		return;
	case HTTP_CANCELLED:
		snprintf(out, size, "cancelled");
		return;
	case HTTP_NOT_SENT:
	case HTTP_AMBIGUOUS:
	case HTTP_TOO_LARGE:
		snprintf(out, size, "%s", answer->error.text[0] ? answer->error.text : "no answer");
	}
}
