/* content_coding: which format and encoding a client gets (Accept and Accept-Encoding, RFC 9110 12.5), and whether it has
 * the thing already (If-None-Match, 13.1.2). Pure functions of the headers' texts. */
#ifndef API_CONTENT_CODING_H
#define API_CONTENT_CODING_H

#include "api/web_assets.h"

/* Does Accept name this type, by itself and not as "anything"? header NULL: no. */
bool accept_names(const char *header, const char *type);
/* Likewise, and with at least the quality of the other, which it would get without being asked? */
bool accept_prefers(const char *header, const char *type, const char *other);

/* The best of those that are there and the client takes; WEB_IDENTITY if it takes none of them, or header is NULL. */
enum web_coding content_coding_choose(const char *header, const struct web_bytes as[WEB_CODINGS]);
const char *content_coding_name(enum web_coding coding); /* NULL for WEB_IDENTITY */
/* Does If-None-Match name this tag (compared weakly), or any ("*")? */
bool etag_listed(const char *header, const char *etag);

#endif
