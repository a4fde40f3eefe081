/* json: jansson under house rules: duplicates refused, memory budget per parse, control of NaN.
 * Any thread; a json_t belongs to one thread at a time. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/clock.h"
#include "base/error.h"
#include <jansson.h>
#include <stddef.h>

/* Once, before threads: installs the budgeted allocator and seeds the hash. */
void json_setup(void);

/* Parses a whole document; allocations of this thread during the parse are limited to
 * budget_bytes (0 = 64 MiB). err: "line 3, column 14: …". NULL on failure. Caller json_decref's. */
json_t *json_parse(const char *text, size_t length, size_t budget_bytes, struct error *err);

/* Compact text, sorted by insertion, 15 digits; caller frees with free(). */
char *json_text(const json_t *value);

/* json_string() of any bytes: invalid UTF-8 and NUL become U+FFFD, never NULL. NULL text -> json null. */
json_t *json_text_value(const char *text);
/* A finite number, else json null. */
json_t *json_finite(double value);
/* RFC 3339 string, or null for 0. */
json_t *json_time_value(msec_t wall);

/* Typed reads; fallback if missing or of another type. Strings point into the object. */
const char *json_get_text(const json_t *object, const char *key, const char *fallback);
double json_get_number(const json_t *object, const char *key, double fallback); /* int or real */
int64_t json_get_int(const json_t *object, const char *key, int64_t fallback);
bool json_get_bool(const json_t *object, const char *key, bool fallback);

#endif
