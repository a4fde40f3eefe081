/* sign_in: the page's session: POST shows a token once and gets a cookie, GET says who is here, DELETE ends it. */
#include "api/address.h"
#include "api/context.h"
#include "api/guard.h"
#include "api/routes.h"
#include "base/json.h"
#include <string.h>

static void set_cookie(struct request *request, const char *id, bool clear)
{
	char *cookie = g_strdup_printf("%s=%s; Path=%s; HttpOnly; SameSite=Strict%s%s", SESSION_COOKIE, id,
				       page_prefix(request->api->page), guard_secure(request) ? "; Secure" : "", clear ? "; Max-Age=0" : "");
	request_add_header(request, MHD_HTTP_HEADER_SET_COOKIE, cookie);
	g_free(cookie);
}

/* left: how long a session lasts, which this request has just used; 0: a token has no end of its own. */
static void answer_who(struct request *request, const struct identity *who, bool known, msec_t left)
{
	request_answer(request, MHD_HTTP_OK,
		       json_pack("{s:b, s:s?, s:s, s:b, s:o}", "authenticated", known, "name",
				 known ? who->name : NULL, "role", role_name(who->role), "tokens",
				 request->api->tokens != NULL, "expires_at",
				 json_time_value(left ? request->now.wall + left : 0)));
}

static enum MHD_Result keep_last(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	const char **last = cls;
	(void)kind;
	if (g_ascii_strcasecmp(name, "X-Forwarded-For") == 0)
		*last = value;
	return MHD_YES;
}

/* A trusted proxy says last from where it was asked: at the end of the header, or in one more of the name. */
static char *client_address(const struct request *request)
{
	const char *peer = connection_address(request->peer), *chain = NULL;
	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, keep_last, &chain);
	if (!chain || !address_in(peer, request->api->settings->trusted_proxies))
		return g_strdup(peer);
	const char *comma = strrchr(chain, ',');
	return g_strstrip(g_strndup(comma ? comma + 1 : chain, ADDRESS_SIZE));
}

static bool may_try(struct request *request)
{
	msec_t wait;
	char *address = client_address(request);
	bool may = attempts_take(request->api->attempts, address, request->now.mono, &wait);
	g_free(address);
	if (may)
		return true;
	request_add_retry_after(request, wait);
	request_fail(request, MHD_HTTP_TOO_MANY_REQUESTS, "too_many", NULL, "too many tries to sign in: wait %lld s",
		     (long long)(wait + 999) / 1000);
	return false;
}

void handle_session(struct request *request)
{
	bool session = request->credential[0] == 's';
	msec_t left = session ? sessions_left(request->api->sessions, request->credential + 1, request->now.mono) : 0;
	answer_who(request, &request->who, request->signed_in, left);
}

void handle_sign_in(struct request *request)
{
	struct api *api = request->api;
	json_t *body = request_json(request, "token");
	const char *token = json_get_text(body, "token", NULL);
	char id[SESSION_ID_SIZE];
	struct identity who = {0};
	if (!body)
		return;
	if (!api->sessions)
		request_fail(request, MHD_HTTP_CONFLICT, "no_tokens", NULL,
			     "this daemon has no tokens: no sign-in is needed");
	else if (!token || !*token)
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_field", "token", "a token is needed");
	else if (!may_try(request)) {
		json_decref(body);
		return;
	} else if (!sessions_open(api->sessions, token, request->now.mono, id, &who))
		request_fail(request, MHD_HTTP_UNAUTHORIZED, "unauthorized", "token", "this token is not known");
	else {
		set_cookie(request, id, false);
		answer_who(request, &who, true, SESSION_IDLE);
	}
	json_decref(body);
}

void handle_sign_out(struct request *request)
{
	struct api *api = request->api;
	const char *cookie = MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, SESSION_COOKIE);
	if (cookie && api->sessions)
		sessions_close(api->sessions, cookie);
	if (api->sessions)
		guard_end_streams(api);
	set_cookie(request, "", true);
	answer_who(request, &(struct identity){0}, false, 0);
}
