/* answer_cache: whole answers that cost something and may be some seconds old, shared by all who ask. */
#ifndef API_ANSWER_CACHE_H
#define API_ANSWER_CACHE_H

#include "api/request.h"

/* Key -> answer; used under the api's lock. */
GHashTable *answer_cache_new(void);
/* Answers 200 from the cache; false: there is none, or it is too old. */
bool answer_from_cache(struct request *request, const char *key);
/* Answers 200 and keeps the answer so long. Keys are few: of things that exist. Takes body. */
void answer_and_keep(struct request *request, const char *key, msec_t lasts, json_t *body);

#endif
