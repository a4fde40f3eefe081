/* sign_in: the page's session: POST shows a token once and gets a cookie, GET says who is here, DELETE ends it. */
#include "api/context.h"
#include "api/guard.h"
#include "api/routes.h"
#include "base/json.h"

static void set_cookie(struct request *request, const char *id, bool clear)
{
	char *cookie = g_strdup_printf("%s=%s; Path=%s; HttpOnly; SameSite=Strict%s%s", SESSION_COOKIE, id,
				       page_prefix(request->api->page), guard_secure(request) ? "; Secure" : "", clear ? "; Max-Age=0" : "");
	request_add_header(request, MHD_HTTP_HEADER_SET_COOKIE, cookie);
	g_free(cookie);
}

static void answer_who(struct request *request, const struct identity *who, bool known)
{
	request_answer(request, MHD_HTTP_OK,
		       json_pack("{s:b, s:s?, s:s, s:b}", "signed_in", known, "name", known ? who->name : NULL, "role",
				 role_name(who->role), "tokens", request->api->tokens != NULL));
}

void handle_session(struct request *request)
{
	answer_who(request, &request->who, request->signed_in);
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
	else if (!sessions_open(api->sessions, token, request->now.mono, id, &who))
		request_fail(request, MHD_HTTP_UNAUTHORIZED, "unauthorized", "token", "this token is not known");
	else {
		set_cookie(request, id, false);
		answer_who(request, &who, true);
	}
	json_decref(body);
}

void handle_sign_out(struct request *request)
{
	struct api *api = request->api;
	const char *cookie = MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, SESSION_COOKIE);
	if (cookie && api->sessions)
		sessions_close(api->sessions, cookie);
	set_cookie(request, "", true);
	answer_who(request, &(struct identity){0}, false);
}
