/* json_out: JSON text written straight into a buffer, without a tree of values in between: for what is written often.
 * The same texts that json_text() of a tree would give. Keys are ours: plain ASCII, each once; key NULL inside an
 * array and at the top. Caller's memory; one thread. */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include "base/clock.h"
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct json_out {
	GString *text; /* what stands in it already is left alone */
	bool comma;    /* the next value needs one */
};

void json_out_init(struct json_out *out, GString *text);
void json_out_open(struct json_out *out, const char *key, char bracket);  /* '{' or '[' */
void json_out_close(struct json_out *out, char bracket);                  /* '}' or ']' */
/* Any bytes: invalid UTF-8 becomes U+FFFD. NULL becomes null. */
void json_out_text(struct json_out *out, const char *key, const char *text);
void json_out_number(struct json_out *out, const char *key, double value); /* null unless finite; 15 digits */
void json_out_int(struct json_out *out, const char *key, int64_t value);
void json_out_bool(struct json_out *out, const char *key, bool value);
void json_out_time(struct json_out *out, const char *key, msec_t wall);    /* RFC 3339, or null for 0 */
void json_out_raw(struct json_out *out, const char *key, const char *json); /* a whole JSON value */

void json_out_pair(struct json_out *out, const char *name, const char *text); /* a key of theirs: any valid UTF-8 */

/* Printable ASCII: needs neither cleaning nor a look at its encoding. */
bool json_out_plain(const char *text);

#endif
