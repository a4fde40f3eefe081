/* web_assets: the built page's files as bytes of the program, each in the encodings that were worth it. The table is made
 * by api/embed.sh when building; it is empty without the page (--without-web). */
#ifndef API_WEB_ASSETS_H
#define API_WEB_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

enum web_coding { WEB_BROTLI, WEB_GZIP, WEB_IDENTITY, WEB_CODINGS }; /* best first */

struct web_bytes {
	const unsigned char *data; /* NULL: not in this encoding; an identity without it is made from gzip */
	size_t size;
	const char *etag; /* quoted, as the header has it */
};

struct web_asset {
	const char *path; /* "index.html", "assets/main-4F2A.js" */
	const char *type;
	bool immutable; /* the name says what is in it */
	struct web_bytes as[WEB_CODINGS]; /* WEB_IDENTITY always has size and tag, and data or gzip's */
};

extern const struct web_asset web_assets[]; /* ends with a NULL path */

#endif
