/* dispatch: the way of one request: from its headers to its route, its handler and what resumes it, and its answer with
 * the headers that every answer has. Server's thread. */
#ifndef API_DISPATCH_H
#define API_DISPATCH_H

#include "api/request.h"

/* The headers are there: everything that can be refused is refused before the body. */
void dispatch_begin(struct request *request, const char *method);
/* The next piece of the body. */
void dispatch_body(struct request *request, const char *data, size_t size);
/* The body is there, or a suspension is over: runs the handler, then what it left to finish. */
void dispatch_proceed(struct request *request);
/* Sends what was answered. */
enum MHD_Result dispatch_answer(struct request *request);

#endif
