#include "base/http_request.h"
#include <assert.h>
#include <ctype.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEADER_BYTES_MAX = 64 << 10,
	HEADER_COUNT_MAX = 200,
	BODY_CAP = 16 << 20,
	TIMEOUT = 5000,
	CONNECT_TIMEOUT = 2000,
	RETRY_AFTER_MAX = 3600000,
	CONNECTION_LIFETIME_SECONDS = 300,
};

/* ---- checking and copying ---- */

/* A CR or LF would become a header of its own (libcurl passes it on). */
static bool is_header_text(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 ? *text != '\t' : *text == 0x7f)
			return false;
	return true;
}

static bool is_header_name(const char *name)
{
	if (!*name)
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("!#$%&'*+-.^_`|~", *name))
			return false;
	return true;
}

static void add_header(struct http_job *job, const char *name, const char *value)
{
	/* "Name;" is how libcurl is told to send a header with an empty value. */
	char *line = *value ? g_strdup_printf("%s: %s", name, value) : g_strdup_printf("%s;", name);
	job->headers = curl_slist_append(job->headers, line);
	g_free(line);
}

static bool take_headers(struct http_job *job, const struct http_request *request)
{
	bool typed = false;
	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_header *header = &request->headers[i];
		if (!is_header_name(header->name) || !is_header_text(header->value))
			return error_set(&job->refused, "%s: a header has a character that must not stand there",
					 job->host);
		add_header(job, header->name, header->value);
		typed = typed || !g_ascii_strcasecmp(header->name, "Content-Type");
	}
	if (!typed && request->body)
		add_header(job, "Content-Type", "application/octet-stream");
	/* Bodies over 1 MB would wait a second for "100 Continue". */
	job->headers = curl_slist_append(job->headers, "Expect:");
	return true;
}

/* Scheme, host and port: what may be shown of a URL. Tokens stand in its user part, path and query. NULL if it is not
 * one of http or https. */
static char *shown_url(const char *url)
{
	char *scheme = NULL, *host = NULL, *port = NULL, *shown = NULL;
	CURLU *parts = curl_url();
	bool ok = is_header_text(url) && !strchr(url, ' ') && !curl_url_set(parts, CURLUPART_URL, url, 0) &&
		  !curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) && !curl_url_get(parts, CURLUPART_HOST, &host, 0);
	ok = ok && (!strcmp(scheme, "http") || !strcmp(scheme, "https"));
	if (ok) {
		curl_url_get(parts, CURLUPART_PORT, &port, 0);
		shown = g_strdup_printf("%s://%s%s%s", scheme, host, port ? ":" : "", port ? port : "");
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
	return shown;
}

bool http_url_valid(const char *url)
{
	char *shown = shown_url(url);
	g_free(shown);
	return shown != NULL;
}

static bool take_url(struct http_job *job, const char *url)
{
	job->host = shown_url(url);
	return job->host || error_set(&job->refused, "the URL is no http or https URL");
}

struct http_job *http_job_new(struct clock *clock, const struct http_request *request, http_done_fn *done, void *ctx)
{
	assert(!strcmp(request->method, "GET") || !strcmp(request->method, "POST"));
	struct http_job *job = g_new0(struct http_job, 1);
	job->clock = clock;
	job->peer = request->peer;
	job->done = done;
	job->ctx = ctx;
	job->retry_after = -1;
	job->submitted = clock->read(clock).mono;
	job->method = g_strdup(request->method);
	job->url = g_strdup(request->url);
	job->body_length = request->body_length;
	job->body = g_malloc(request->body_length + 1);
	if (request->body_length)
		memcpy(job->body, request->body, request->body_length);
	if (take_url(job, request->url))
		take_headers(job, request);
	return job;
}

bool http_job_refused(const struct http_job *job)
{
	return job->refused.text[0] != '\0';
}

void http_job_free(struct http_job *job)
{
	if (!job)
		return;
	assert(!job->easy);
	curl_slist_free_all(job->headers);
	g_free(job->method);
	if (job->url)
		explicit_bzero(job->url, strlen(job->url));
	g_free(job->url);
	g_free(job->host);
	g_free(job->body);
	free(job->received);
	g_free(job);
}

/* ---- the answer as it comes ---- */

static size_t body_cap(const struct http_job *job)
{
	return job->peer->body_cap ? job->peer->body_cap : BODY_CAP;
}

/* Called with decompressed bytes. */
static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct http_job *job = context;
	size_t n = size * count;
	if (n > body_cap(job) - job->received_length) {
		job->too_large = true;
		return 0;
	}
	if (job->received_capacity - job->received_length < n + 1) {
		job->received_capacity = MAX(job->received_capacity * 2, job->received_length + n + 1);
		job->received = g_realloc(job->received, job->received_capacity);
	}
	memcpy(job->received + job->received_length, data, n);
	job->received_length += n;
	job->received[job->received_length] = '\0';
	return n;
}

/* Value of the header line if it has this name, trimmed, in out. */
static bool header_value(const char *line, size_t length, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	if (length <= n || line[n] != ':' || g_ascii_strncasecmp(line, name, n) != 0)
		return false;
	g_snprintf(out, size, "%.*s", (int)(length - n - 1), line + n + 1);
	g_strstrip(out);
	return true;
}

/* Seconds, or a date (RFC 9110, 10.2.3) seen from our wall clock. */
static msec_t parse_retry_after(const char *text, msec_t wall)
{
	msec_t wait = 0;
	if (!*text)
		return -1;
	if (strspn(text, "0123456789") == strlen(text)) {
		wait = strlen(text) > 9 ? RETRY_AFTER_MAX : (msec_t)g_ascii_strtoull(text, NULL, 10) * 1000;
	} else {
		time_t date = curl_getdate(text, NULL);
		if (date == (time_t)-1)
			return -1;
		wait = (msec_t)date * 1000 - wall;
	}
	return CLAMP(wait, 0, RETRY_AFTER_MAX);
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
	struct http_job *job = context;
	size_t n = size * count;
	char value[128];
	job->header_bytes += n;
	if (job->header_bytes > HEADER_BYTES_MAX || ++job->header_count > HEADER_COUNT_MAX) {
		job->headers_too_large = true;
		return 0;
	}
	if (header_value(line, n, "Content-Type", value, sizeof value))
		g_strlcpy(job->content_type, value, sizeof job->content_type);
	else if (header_value(line, n, "Retry-After", value, sizeof value))
		job->retry_after = parse_retry_after(value, job->clock->read(job->clock).wall);
	return n;
}

/* ---- options ---- */

static void set_safety(CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a hanging name lookup must not hold the loop */
	curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, (long)CONNECTION_LIFETIME_SECONDS);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ""); /* safe with the cap after decompression */
	curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "tocsin");
}

static void set_peer(CURL *easy, const struct http_peer *peer)
{
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(peer->timeout > 0 ? peer->timeout : TIMEOUT));
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(peer->connect_timeout > 0 ? peer->connect_timeout : CONNECT_TIMEOUT));
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, peer->insecure_tls ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, peer->insecure_tls ? 0L : 2L);
	if (peer->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, peer->ca_file);
	if (peer->cert_file)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, peer->cert_file);
	if (peer->key_file)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, peer->key_file);
	if (peer->bearer) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, peer->bearer);
	} else if (peer->user) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, peer->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, peer->password ? peer->password : "");
	}
}

void http_job_prepare(struct http_job *job, CURL *easy)
{
	job->easy = easy;
	set_safety(easy);
	set_peer(easy, job->peer);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, job);
	curl_easy_setopt(easy, CURLOPT_URL, job->url);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, job->curl_error);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, job->headers);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, job);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, job);
	if (!strcmp(job->method, "POST")) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)job->body_length);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, job->body);
	} else {
		curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	}
}

/* ---- judgement ---- */

/* Bytes of the request that left: header bytes libcurl counts as they go out, and the body's. */
static bool anything_sent(CURL *easy)
{
	long request = 0;
	curl_off_t uploaded = 0;
	curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request);
	curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
	return request > 0 || uploaded > 0;
}

static enum http_outcome outcome_of(const struct http_job *job, CURLcode code)
{
	if (code == CURLE_OK)
		return HTTP_ANSWERED;
	if (job->too_large || job->headers_too_large)
		return HTTP_TOO_LARGE;
	return anything_sent(job->easy) ? HTTP_AMBIGUOUS : HTTP_NOT_SENT;
}

/* A server that turns our certificate down (TLS 1.3: after the handshake) may close so soon that libcurl trips over the
 * lost socket and tells of that instead of the alert. */
static bool closed_unheard(const struct http_job *job, CURLcode code)
{
	return (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR) && g_str_has_prefix(job->host, "https:") &&
	       job->header_bytes == 0 && !strstr(job->curl_error, "alert");
}

/* libcurl's own texts may quote the URL; only those about the connection are shown in full. */
static const char *reason_of(const struct http_job *job, CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		if (closed_unheard(job, code))
			return "closed before any answer, as servers do that want another client certificate";
		return job->curl_error[0] ? job->curl_error : curl_easy_strerror(code);
	default:
		return curl_easy_strerror(code);
	}
}

static void explain(const struct http_job *job, CURLcode code, struct error *err)
{
	if (job->too_large)
		error_set(err, "%s: the answer is larger than %zu bytes", job->host, body_cap(job));
	else if (job->headers_too_large)
		error_set(err, "%s: the answer has too many headers", job->host);
	else
		error_set(err, "%s: %s", job->host, reason_of(job, code));
}

static void answer(struct http_job *job, struct http_answer *answer)
{
	answer->elapsed = job->clock->read(job->clock).mono - job->submitted;
	answer->retry_after = job->retry_after;
	job->done(job->ctx, answer);
	free(answer->body);
	http_job_free(job);
}

static char *take_body(struct http_job *job)
{
	char *body = job->received ? job->received : g_strdup("");
	job->received = NULL;
	return body;
}

void http_job_finish(struct http_job *job, CURLcode code)
{
	struct http_answer result = {.outcome = outcome_of(job, code)};
	long status = 0;
	curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
	result.status = (int)status;
	g_strlcpy(result.content_type, job->content_type, sizeof result.content_type);
	if (result.outcome == HTTP_ANSWERED) {
		result.body_length = job->received_length;
		result.body = take_body(job);
	} else {
		explain(job, code, &result.error);
	}
	job->easy = NULL;
	answer(job, &result);
}

void http_job_cancel(struct http_job *job)
{
	struct http_answer result = {.outcome = HTTP_CANCELLED};
	if (http_job_refused(job)) {
		result.outcome = HTTP_NOT_SENT;
		result.error = job->refused;
	} else {
		error_set(&result.error, "%s: cancelled", job->host);
	}
	job->easy = NULL;
	answer(job, &result);
}
