/* secret: a text that must never be shown. Zeroed when freed; no printer exists. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/error.h"
#include <stddef.h>

struct secret;

struct secret *secret_new(const char *text);
/* First line of the file, without its end. Refuses files others can write; warns (log) if others can read. */
struct secret *secret_from_file(const char *path, struct error *err);
void secret_free(struct secret *secret);
const char *secret_text(const struct secret *secret); /* for the one place that sends it */
/* Constant-time comparison of two byte strings of equal length. */
bool secret_equal(const void *a, const void *b, size_t length);

#endif
