/* stream_answer: a client's response, as the HTTP server reads it: sends, suspends when there is nothing, ends. */
#ifndef API_STREAM_ANSWER_H
#define API_STREAM_ANSWER_H

#include "api/stream_client.h"

/* Takes the client's first reference. */
struct MHD_Response *stream_answer_new(struct stream_client *client);

#endif
