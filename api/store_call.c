#include "api/store_call.h"

#include "base/json.h"

static void free_page(void *page)
{
	store_page_free(page);
}

void store_call_done(void *ctx, struct store_page *page)
{
	struct request *request = ctx;
	request->state = page;
	request->free_state = free_page;
	request_resume(request);
}

bool store_call_fine(struct request *request, const struct store_page *page)
{
	if (page->bad_cursor)
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "cursor", "%s", page->error.text);
	else if (page->error.text[0])
		request_fail(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "store", NULL, "%s", page->error.text);
	return !page->error.text[0];
}

const struct store_page *store_call_page(struct request *request)
{
	const struct store_page *page = request->state;
	if (!page) {
		request_busy(request);
		return NULL;
	}
	return store_call_fine(request, page) ? page : NULL;
}

void store_call_answer(struct request *request, json_t *items, const char *next)
{
	request_answer(request, MHD_HTTP_OK, json_pack("{s:o, s:o}", "items", items, "next", json_text_value(next)));
}
