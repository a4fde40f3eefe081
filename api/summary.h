/* summary: GET /api/{cluster}/summary: one cluster in numbers, kept for ten seconds. */
#ifndef API_SUMMARY_H
#define API_SUMMARY_H

#include <glib.h>

/* cluster -> its rendered summary; used under the api's lock. */
GHashTable *summaries_new(void);

#endif
