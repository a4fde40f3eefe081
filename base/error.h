/* error: one human-readable reason why something did not work.
 * Caller's memory, no heap; written only on failure. Any thread. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

enum { ERROR_TEXT_MAX = 512 };

struct error {
	char text[ERROR_TEXT_MAX]; /* UTF-8, no trailing newline; "" = none */
};

/* Sets the text and returns false, so that `return error_set(err, …)` reads well. err may be NULL. */
bool error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Puts "context: " in front of what is there. Returns false. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
