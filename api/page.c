#include "api/page.h"

#include "api/content_coding.h"
#include "api/context.h"
#include "api/routes.h"
#include "base/gzip.h"
#include <assert.h>
#include <string.h>

struct page {
	char *prefix; /* begins and ends with a slash */
	char *policy; /* Content-Security-Policy */
	GString *html; /* index.html where the prefix is written in; NULL: as embedded */
	char *etag; /* of html */
	struct web_asset index; /* path NULL: built without the page */
};

static const char base_at_root[] = "<base href=\"/\">";

static const char note[] = "Tocsin is running. This build has no page in it (--without-web).\n"
			   "The API is at api/v1/, metrics are at metrics; tocsinctl shows alerts on a terminal.\n";

static const struct web_asset *find_asset(const char *path)
{
	for (const struct web_asset *asset = web_assets; asset->path; asset++)
		if (strcmp(asset->path, path) == 0)
			return asset;
	return NULL;
}

static char *url_path(const char *url)
{
	const char *host = url ? strstr(url, "://") : NULL;
	const char *path = host ? strchr(host + 3, '/') : NULL;
	return g_strdup(path ? path : "/");
}

static char *security_policy(char *const *ancestors)
{
	g_autofree char *frames = ancestors && *ancestors ? g_strjoinv(" ", (char **)(uintptr_t)ancestors) : NULL;
	return g_strdup_printf("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
			       "img-src 'self' data:; worker-src 'self'; base-uri 'self'; form-action 'self'; "
			       "frame-ancestors %s; require-trusted-types-for 'script'; trusted-types tocsin",
			       frames ? frames : "'none'");
}

/* The page's links are relative: the one <base> says what to. */
static void write_prefix(struct page *page)
{
	struct web_bytes *plain = &page->index.as[WEB_IDENTITY];
	g_autofree char *base = g_markup_printf_escaped("<base href=\"%s\">", page->prefix);
	page->html = g_string_new_len((const char *)plain->data, (gssize)plain->size);
	guint written = g_string_replace(page->html, base_at_root, base, 1);
	assert(written == 1); /* web/build.mjs sees to it */
	g_autofree char *hash =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)page->html->str, page->html->len);
	page->etag = g_strdup_printf("\"%.16s\"", hash);
	memset(page->index.as, 0, sizeof page->index.as);
	*plain = (struct web_bytes){(const unsigned char *)page->html->str, page->html->len, page->etag};
}

struct page *page_new(const struct settings_global *settings)
{
	struct page *page = g_new0(struct page, 1);
	const struct web_asset *index = find_asset("index.html");
	page->prefix = url_path(settings->external_url);
	page->policy = security_policy(settings->frame_ancestors);
	if (index)
		page->index = *index;
	if (index && strcmp(page->prefix, "/") != 0)
		write_prefix(page);
	return page;
}

void page_free(struct page *page)
{
	if (!page)
		return;
	if (page->html)
		g_string_free(page->html, TRUE);
	g_free(page->etag);
	g_free(page->policy);
	g_free(page->prefix);
	g_free(page);
}

const char *page_prefix(const struct page *page)
{
	return page->prefix;
}

const char *page_strip_prefix(const struct page *page, const char *path)
{
	size_t length = strlen(page->prefix) - 1; /* without its last slash */
	if (strncmp(path, page->prefix, length) != 0)
		return path;
	if (path[length] == '\0')
		return "/";
	return path[length] == '/' ? path + length : path;
}

bool page_has_place(const struct request *request, const char *path)
{
	static const char *const owned[] = {"/-/", "/api", "/api/", "/assets/", "/metrics", "/metrics/", "/prometheus/"};
	if (!accept_names(request_header(request, MHD_HTTP_HEADER_ACCEPT), "text/html"))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(owned); i++) {
		bool folder = g_str_has_suffix(owned[i], "/");
		if (folder ? g_str_has_prefix(path, owned[i]) : strcmp(path, owned[i]) == 0)
			return false;
	}
	return true;
}

/* On every file of it: a shared worker lives under the policy that came with its own script. */
static void add_page_headers(struct request *request)
{
	static const char *const headers[][2] = {
		{"Referrer-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
	};
	request_add_header(request, "Content-Security-Policy", request->api->page->policy);
	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++)
		request_add_header(request, headers[i][0], headers[i][1]);
}

/* A file that is embedded in gzip alone. */
static void answer_unpacked(struct request *request, const struct web_asset *asset)
{
	const struct web_bytes *from = &asset->as[WEB_GZIP];
	size_t size = asset->as[WEB_IDENTITY].size;
	char *data = gzip_unpack(from->data, from->size, size);
	request_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, asset->type);
	request_answer_response(request, MHD_HTTP_OK,
				MHD_create_response_from_buffer_with_free_callback(size, data, g_free));
}

static void answer_bytes(struct request *request, const struct web_asset *asset, enum web_coding coding)
{
	const struct web_bytes *bytes = &asset->as[coding];
	const char *encoding = content_coding_name(coding);
	if (encoding)
		request_add_header(request, MHD_HTTP_HEADER_CONTENT_ENCODING, encoding);
	if (bytes->data)
		request_answer_static(request, asset->type, (const char *)bytes->data, bytes->size);
	else
		answer_unpacked(request, asset);
}

static void answer_asset(struct request *request, const struct web_asset *asset)
{
	enum web_coding coding =
		content_coding_choose(request_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING), asset->as);
	const char *etag = asset->as[coding].etag;
	request_add_header(request, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
	request_add_header(request, MHD_HTTP_HEADER_ETAG, etag);
	request_add_header(request, MHD_HTTP_HEADER_CACHE_CONTROL,
			   asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	if (etag_listed(request_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH), etag))
		request_answer_response(request, MHD_HTTP_NOT_MODIFIED,
					MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
	else
		answer_bytes(request, asset, coding);
}

void handle_page(struct request *request)
{
	const struct page *page = request->api->page;
	add_page_headers(request);
	if (page->index.path)
		answer_asset(request, &page->index);
	else
		request_answer_static(request, "text/plain; charset=utf-8", note, strlen(note));
}

void handle_asset(struct request *request)
{
	g_autofree char *path = g_strconcat("assets/", request->params[0], NULL);
	const struct web_asset *asset = find_asset(path);
	add_page_headers(request);
	if (asset)
		answer_asset(request, asset);
	else
		request_fail(request, MHD_HTTP_NOT_FOUND, "not_found", NULL, "there is no such file");
}
