/* page: the embedded page: its files, the headers it lives under, and the path prefix that external_url gives it. Made
 * and freed by the server; read by its threads. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/request.h"
#include "engine/settings.h"

struct page;

struct page *page_new(const struct settings_global *settings);
void page_free(struct page *page);
/* The path of external_url: "/" or "/x/y/". */
const char *page_prefix(const struct page *page);
/* A path under the prefix as seen without it; the same pointer if it is not under it. "/x/y" counts as "/x/y/". */
const char *page_strip_prefix(const struct page *page, const char *path);
/* Is this a place within the page: a path that the API does not own, asked for by a browser? */
bool page_has_place(const struct request *request, const char *path);

#endif
