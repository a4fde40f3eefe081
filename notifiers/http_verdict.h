/* http_verdict: what an HTTP answer means for a delivery, the part that all HTTP channels share. Pure. */
#ifndef NOTIFIERS_HTTP_VERDICT_H
#define NOTIFIERS_HTTP_VERDICT_H

#include "notifiers/notifiers.h"

/* 2xx sent; 408 425 429 5xx retry (429 is no failure); 410 and other 4xx permanent; not sent: retry; sent in part:
 * ambiguous. Fills all of out but toast. */
void http_verdict(const struct http_answer *answer, struct delivery_result *out);
void delivery_result_init(struct delivery_result *result, enum delivery_verdict verdict);
/* The built-in text was sent, and why; goes in front of the detail. */
void delivery_built_in(struct delivery_result *result, enum built_in_text which, const char *why);
/* Cleans and cuts what the other side said. */
void delivery_detail(struct delivery_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "hooks.example.com:8443" of an address: its path and its user may be secrets. g_free. */
char *http_host_shown(const char *url);

#endif
