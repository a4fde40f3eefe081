/* gzip: a whole text packed and unpacked (RFC 1952). Any thread. */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include <stddef.h>

/* Fast rather than small. g_free. */
char *gzip_pack(const char *text, size_t length, size_t *out_length);
/* What a build of ours packed, so that its unpacked size is known: anything else is a bug. g_free. */
char *gzip_unpack(const void *packed, size_t length, size_t unpacked_length);

#endif
