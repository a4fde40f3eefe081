/* page: the small first page and its two files, embedded. */
#include "api/page_assets.h"
#include "api/routes.h"
#include <string.h>

static const struct page_file {
	const char *path, *type;
	const unsigned char *data;
	const unsigned *length;
} files[] = {
	{"/", "text/html; charset=utf-8", page_html, &page_html_length},
	{"/page.css", "text/css; charset=utf-8", page_css, &page_css_length},
	{"/page.js", "text/javascript; charset=utf-8", page_js, &page_js_length},
};

void handle_page(struct request *request)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		if (strcmp(files[i].path, request->route->path) == 0)
			request_answer_static(request, files[i].type, (const char *)files[i].data, *files[i].length);
}
