/* store_call: a store read on behalf of a request: its page becomes request->state, the request goes on. */
#ifndef API_STORE_CALL_H
#define API_STORE_CALL_H

#include "api/request.h"
#include "store/store.h"

/* A store_page_fn; ctx is the suspended request. */
void store_call_done(void *ctx, struct store_page *page);
/* False when 400 or 500 was answered. */
bool store_call_fine(struct request *request, const struct store_page *page);
/* In finish: the page, or NULL when 503, 500 or 400 was answered. */
const struct store_page *store_call_page(struct request *request);
/* {"items", "next"}; takes items. */
void store_call_answer(struct request *request, json_t *items, const char *next);

#endif
