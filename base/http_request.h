/* http_request: one request inside the client: checked, copied, turned into an easy handle, judged when it is over.
 * Private to http_client.c. */
#ifndef BASE_HTTP_REQUEST_H
#define BASE_HTTP_REQUEST_H

#include "base/http_client.h"
#include <curl/curl.h>

struct http_job {
	struct http_job *next; /* in the client's queue */
	const struct http_peer *peer;
	http_done_fn *done;
	void *ctx;
	CURL *easy; /* while it runs; taken from the client's spares */
	struct curl_slist *headers;
	char *method, *url, *host; /* host: "https://name:port", safe to show */
	char *body;
	size_t body_length;
	struct clock *clock;
	msec_t submitted; /* mono */
	bool cancelled; /* under the client's lock */
	/* the answer as it comes */
	char *received;
	size_t received_length, received_capacity;
	size_t header_bytes;
	unsigned header_count;
	bool too_large, headers_too_large;
	char content_type[128];
	msec_t retry_after;
	char curl_error[CURL_ERROR_SIZE];
	struct error refused; /* bad from the start: never runs */
};

/* Copies all that the caller keeps. A bad request yields a job with refused set. */
struct http_job *http_job_new(struct clock *clock, const struct http_request *request, http_done_fn *done, void *ctx);
void http_job_free(struct http_job *job);
/* Sets every option on a fresh or reset handle. */
void http_job_prepare(struct http_job *job, CURL *easy);
/* Calls done with what came of it, then frees the job. */
void http_job_finish(struct http_job *job, CURLcode code);
void http_job_cancel(struct http_job *job);
bool http_job_refused(const struct http_job *job);

#endif
