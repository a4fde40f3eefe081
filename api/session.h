/* session: people signed in from the page: a random cookie for a token they have shown, kept in memory, ended by
 * sign-out, idleness, age, a restart, or when their token leaves the file. Bounded. Any thread (a short lock). */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "api/tokens.h"
#include "base/clock.h"

enum { SESSION_ID_SIZE = TOKEN_SIZE, SESSIONS_MAX = 4096 };
#define SESSION_IDLE ((msec_t)12 * 60 * 60 * 1000)
/* However much it is used: a cookie that was taken away does not work for ever. A wall signs in once a month. */
#define SESSION_AGE ((msec_t)30 * 24 * 60 * 60 * 1000)
#define SESSION_COOKIE "tocsin_session"

struct sessions;

struct sessions *sessions_new(struct tokens *tokens);
void sessions_free(struct sessions *sessions);
/* False if the token is not known. At the bound the session idle for longest goes. */
bool sessions_open(struct sessions *sessions, const char *token, msec_t now_mono, char id[SESSION_ID_SIZE],
		   struct identity *who);
bool sessions_find(struct sessions *sessions, const char *id, msec_t now_mono, struct identity *who);
/* A stream is open under the session of this hash of an id: a use of it, however long it says nothing. False if the
 * session is too old, or it or its token is gone. */
bool sessions_keep(struct sessions *sessions, const char *hash, msec_t now_mono);
/* How long it lasts if it is not used again; 0 if it is over. */
msec_t sessions_left(struct sessions *sessions, const char *hash, msec_t now_mono);
void sessions_close(struct sessions *sessions, const char *id);
void sessions_expire(struct sessions *sessions, msec_t now_mono);

#endif
