/* utf8: cleaning and cutting text that came from outside. Pure; any thread. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

bool utf8_valid(const char *text, size_t length);
/* A clean copy: invalid bytes and NUL become U+FFFD; ANSI escape sequences, C0/C1 controls (newline and
 * tab kept if keep_lines) and bidi overrides are dropped. Caller frees with free(). */
char *utf8_clean(const char *text, size_t length, bool keep_lines);
/* Code points. */
size_t utf8_length(const char *text);
/* Bytes of the longest prefix of at most n code points. */
size_t utf8_prefix(const char *text, size_t n);
/* Cut to at most n code points, at a word if one ends near, with "…" at the end. Caller frees. */
char *utf8_cut(const char *text, size_t n);
/* Cut in the middle: "orders-jdbc-…-eu-sink-7". Caller frees. */
char *utf8_cut_middle(const char *text, size_t n);

#endif
