/* guard: who may do what: the Host that was asked for, the bearer token or session, the role, and for changes the
 * Origin and Content-Type, so that no foreign page can act in somebody's name. */
#ifndef API_GUARD_H
#define API_GUARD_H

#include "api/request.h"

/* Fills request->who. False when an answer (400, 401, 403, 415, 421) was given. */
bool guard_admit(struct request *request);
/* Is this Host header one of ours (an address, localhost, the configured names)? Pure part, for tests. */
bool guard_host_known(const char *host, const char *listen_host, const char *machine, const char *external_url);
/* "https://a.example:8443/x" -> "a.example:8443" without a default port. Caller frees; NULL if it is no http(s) URL. */
char *guard_url_host(const char *url);
/* Ends the streams of those whose session or token is gone. Any thread. */
void guard_end_streams(struct api *api);
/* What a browser asks before it lets a page of another origin make a request. False when a 403 was answered. */
bool guard_preflight(struct request *request, const char *methods);
/* Adds CORS headers where the configuration names the Origin. No credentials: a cookie is SameSite=Strict anyhow. */
void guard_cors(struct request *request);
/* Did the client come by https (external_url, or a trusted proxy says so)? */
bool guard_secure(const struct request *request);

#endif
