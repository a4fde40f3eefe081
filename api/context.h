/* context: what the handlers of one server share. Made and freed by the server. */
#ifndef API_CONTEXT_H
#define API_CONTEXT_H

#include "api/attempts.h"
#include "api/connections.h"
#include "api/page.h"
#include "api/session.h"
#include "api/stream_hub.h"
#include "api/test_pace.h"
#include "api/tokens.h"
#include "engine/app.h"
#include <glib.h>
#include <pthread.h>

struct api {
	struct app *app;
	struct clock *clock;
	const struct settings_global *settings;
	struct tokens *tokens; /* NULL: nobody needs one */
	struct sessions *sessions; /* NULL without tokens */
	struct attempts *attempts; /* to sign in; NULL without tokens */
	struct test_pace *tests; /* of receivers */
	struct connections *connections;
	struct stream_hub *hub;
	struct page *page;
	char *host; /* name or address we were told to listen on */
	char *machine; /* this machine's name */
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t changed; /* active became 0 */
	size_t active; /* requests that were read and are not answered to their last byte; without streams */
	GQueue waiting; /* suspended requests */
	bool stopping; /* each connection ends with its answer */
	bool abandoned; /* the end: whoever suspends now gets 503 at once */
	size_t owed; /* suspensions whose request_resume has not come */
	GHashTable *answers; /* of answer_cache */
	uint64_t requests[6]; /* by status class */
	uint64_t refused_tokens;
};

#endif
