/* query: the query string of one request, read strictly: percent-decoding, valid UTF-8, no control characters, at most
 * QUERY_MAX parameters, none twice. Caller's memory; one owner. */
#ifndef API_QUERY_H
#define API_QUERY_H

#include "base/error.h"
#include <stddef.h>

enum { QUERY_MAX = 32 };

struct query {
	struct query_pair {
		char *name, *value;
	} pairs[QUERY_MAX];
	size_t count;
};

/* text: what follows the '?', or NULL. On failure query is empty. */
bool query_parse(struct query *query, const char *text, struct error *err);
void query_release(struct query *query);
const char *query_get(const struct query *query, const char *name); /* NULL = not given */
/* The first parameter that is not among allowed (words separated by blanks); NULL if all are. */
const char *query_unknown(const struct query *query, const char *allowed);

/* %XX decoded (and '+' to a blank if plus). NULL with err for a broken escape, NUL, control characters or
 * invalid UTF-8. Caller frees with g_free. */
char *percent_decode(const char *text, size_t length, bool plus, struct error *err);
/* Is word one of the blank-separated words? */
bool words_hold(const char *words, const char *word);

#endif
