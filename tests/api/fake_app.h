/* fake_app: engine/app.h and the store's reads with canned data, so that the server is tested without an engine. */
#ifndef TESTS_API_FAKE_APP_H
#define TESTS_API_FAKE_APP_H

#include "engine/app.h"

struct app *fake_app_new(struct clock *clock, const struct settings_global *settings);
void fake_app_free(struct app *app);
/* Appends to the log and tells the bus. */
void fake_app_event(struct app *app, enum event_kind kind, const char *episode, const char *data);
/* So many of them in one commit: the bus hears of them at once. */
void fake_app_burst(struct app *app, enum event_kind kind, const char *episode, const char *data, size_t count);
/* Forgets the log up to and with seq. */
void fake_app_forget(struct app *app, uint64_t seq);
/* What the last command said. */
const char *fake_app_last_by(struct app *app);
const char *fake_app_last_comment(struct app *app);
msec_t fake_app_last_until(struct app *app);
/* Each alert says so much. Before it is asked for. */
void fake_app_fatten(struct app *app, size_t bytes);
/* Commands are kept unanswered until released (for the end of a server with open requests). */
void fake_app_hold(struct app *app, bool hold);
void fake_app_await_held(struct app *app); /* one at least */
void fake_app_full(struct app *app, bool full); /* mailbox full */

#define FAKE_FIRING "01HZZZZZZZZZZZZZZZZZZZZZZ1"
#define FAKE_ACKED "01HZZZZZZZZZZZZZZZZZZZZZZ2"
#define FAKE_CLOSED "01HZZZZZZZZZZZZZZZZZZZZZZ3"
#define FAKE_PENDING "pending:00000000000000aa"
#define FAKE_LOST "lost" /* a cursor with which reading fails; any other is a bad one */
#define FAKE_EPOCH "01HZZZZZZZZZZZZZZZZZZZZZZE"

#endif
