/* compress: an answer's text as gzip, for clients that accept it, where it is worth the work. Server's threads. */
#ifndef API_COMPRESS_H
#define API_COMPRESS_H

#include "api/request.h"

/* Shorter texts gain nothing; longer ones would take too long, and their copy too much memory. */
enum { COMPRESS_LEAST = 1024, COMPRESS_MOST = 8 << 20 };

/* The gzip of text, and the headers for it; NULL = send it as it is. g_free. */
char *compress_answer(struct request *request, const char *text, size_t length, size_t *out_length);

#endif
