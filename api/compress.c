#include "api/compress.h"

#include "api/content_coding.h"
#include <assert.h>
#include <string.h>
#include <zlib.h>

enum { LEVEL = 1, GZIP_HEADER = 16, MEMORY = 8 }; /* lists shrink to a tenth at any level */

static bool accepts_gzip(const struct request *request)
{
	static const struct web_bytes offered[WEB_CODINGS] = {[WEB_GZIP] = {.etag = ""}, [WEB_IDENTITY] = {.etag = ""}};
	const char *accepted = request_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	return content_coding_choose(accepted, offered) == WEB_GZIP;
}

static char *deflate_all(const char *text, size_t length, size_t *out_length)
{
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)text, .avail_in = (uInt)length};
	int opened = deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_HEADER + MAX_WBITS, MEMORY, Z_DEFAULT_STRATEGY);
	assert(opened == Z_OK); /* else out of memory */
	uLong bound = deflateBound(&stream, (uLong)length);
	char *out = g_malloc(bound);
	stream.next_out = (unsigned char *)out;
	stream.avail_out = (uInt)bound;
	int ended = deflate(&stream, Z_FINISH);
	assert(ended == Z_STREAM_END);
	*out_length = stream.total_out;
	deflateEnd(&stream);
	return g_realloc(out, *out_length);
}

char *compress_answer(struct request *request, const char *text, size_t length, size_t *out_length)
{
	if (length < COMPRESS_LEAST || length > COMPRESS_MOST)
		return NULL;
	request_add_header(request, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
	if (!accepts_gzip(request))
		return NULL;
	request_add_header(request, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	return deflate_all(text, length, out_length);
}
