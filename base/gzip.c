#include "base/gzip.h"

#include <assert.h>
#include <glib.h>
#include <stdint.h>
#include <zlib.h>

enum { LEVEL = 1, GZIP_HEADER = 16, MEMORY = 8 }; /* lists shrink to a tenth at any level */

char *gzip_pack(const char *text, size_t length, size_t *out_length)
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

char *gzip_unpack(const void *packed, size_t length, size_t unpacked_length)
{
	char *out = g_malloc(unpacked_length);
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed, .avail_in = (uInt)length,
			   .next_out = (unsigned char *)out, .avail_out = (uInt)unpacked_length};
	int opened = inflateInit2(&stream, GZIP_HEADER + MAX_WBITS);
	int ended = opened == Z_OK ? inflate(&stream, Z_FINISH) : opened;
	assert(ended == Z_STREAM_END && stream.avail_out == 0);
	inflateEnd(&stream);
	return out;
}
