#include "api/guard.h"

#include "api/address.h"
#include "api/context.h"
#include "api/routes.h"
#include <arpa/inet.h>
#include <string.h>

static bool refuse(struct request *request, unsigned status, const char *code, const char *message)
{
	request_fail(request, status, code, NULL, "%s", message);
	return false;
}

char *guard_url_host(const char *url)
{
	if (!url)
		return NULL;
	bool tls = g_ascii_strncasecmp(url, "https://", 8) == 0;
	if (!tls && g_ascii_strncasecmp(url, "http://", 7) != 0)
		return NULL;
	const char *start = url + (tls ? 8 : 7);
	char *host = g_ascii_strdown(start, (gssize)strcspn(start, "/?#"));
	const char *port = tls ? ":443" : ":80";
	if (g_str_has_suffix(host, port))
		host[strlen(host) - strlen(port)] = '\0';
	return host;
}

/* The name without port and brackets. */
static void host_name(const char *host, char out[256])
{
	size_t length = host[0] == '[' ? strcspn(host + 1, "]") : strcspn(host, ":");
	g_strlcpy(out, host + (host[0] == '['), MIN(length + 1, 256));
	if (length > 0 && length < 256 && out[length - 1] == '.')
		out[length - 1] = '\0';
}

static bool is_address(const char *name)
{
	struct in6_addr bytes;
	return inet_pton(AF_INET, name, &bytes) == 1 || inet_pton(AF_INET6, name, &bytes) == 1;
}

static bool same_name(const char *name, const char *other)
{
	return other && *other && g_ascii_strcasecmp(name, other) == 0;
}

bool guard_host_known(const char *host, const char *listen_host, const char *machine, const char *external_url)
{
	char name[256], external[256] = "";
	host_name(host, name);
	char *url_host = guard_url_host(external_url);
	if (url_host)
		host_name(url_host, external);
	g_free(url_host);
	return is_address(name) || same_name(name, "localhost") || same_name(name, listen_host) ||
	       same_name(name, machine) || same_name(name, external);
}

static bool check_host(struct request *request)
{
	const char *host = request_header(request, MHD_HTTP_HEADER_HOST);
	const struct api *api = request->api;
	if (!host || !*host)
		return refuse(request, MHD_HTTP_BAD_REQUEST, "no_host", "the Host header is missing");
	if (guard_host_known(host, api->host, api->machine, api->settings->external_url))
		return true;
	return refuse(request, 421, "foreign_host",
		      "this name is not one of the daemon's: use its address, or set external_url to this name");
}

static bool listed(char *const *list, const char *text)
{
	for (; list && *list; list++)
		if (g_ascii_strcasecmp(*list, text) == 0)
			return true;
	return false;
}

/* Origin's host must be the Host that was asked for, or the configured one. */
static bool check_origin(struct request *request)
{
	const char *origin = request_header(request, MHD_HTTP_HEADER_ORIGIN);
	const char *site = request_header(request, "Sec-Fetch-Site");
	if (!origin) {
		if (!site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0)
			return true;
		return refuse(request, MHD_HTTP_FORBIDDEN, "foreign_origin", "another site may not make changes");
	}
	const struct settings_global *settings = request->api->settings;
	if (listed(settings->cors_origins, origin))
		return true;
	const char *asked = request_header(request, MHD_HTTP_HEADER_HOST);
	char *from = guard_url_host(origin), *external = guard_url_host(settings->external_url);
	char *as_url =
		g_strconcat(g_str_has_prefix(origin, "https") ? "https://" : "http://", asked ? asked : "", NULL);
	char *here = guard_url_host(as_url);
	bool same = from && *from && (g_strcmp0(from, here) == 0 || g_strcmp0(from, external) == 0);
	g_free(from);
	g_free(external);
	g_free(as_url);
	g_free(here);
	return same || refuse(request, MHD_HTTP_FORBIDDEN, "foreign_origin", "another site may not make changes");
}

static bool check_content_type(struct request *request)
{
	const char *type = request_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
	size_t length = type ? strcspn(type, "; \t") : 0;
	if (length == strlen("application/json") && g_ascii_strncasecmp(type, "application/json", length) == 0)
		return true;
	return refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "content_type",
		      "changes need the header Content-Type: application/json");
}

static int known(struct request *request, char kind, const char *secret, bool good)
{
	if (!good)
		return -1;
	request->credential[0] = kind;
	token_hash(secret, request->credential + 1);
	return 1;
}

static bool still_good(struct api *api, const char *credential, msec_t mono)
{
	struct identity who;
	return credential[0] == 's' ? sessions_keep(api->sessions, credential + 1, mono)
				    : tokens_find_hash(api->tokens, credential + 1, &who);
}

static bool good_now(void *ctx, const char *credential)
{
	struct api *api = ctx;
	return still_good(api, credential, api->clock->read(api->clock).mono);
}

void guard_end_streams(struct api *api)
{
	stream_hub_check(api->hub, good_now, api);
}

/* 1: identified; 0: nothing was shown; -1: what was shown is not known. */
static int identify(struct request *request, bool *bearer)
{
	struct api *api = request->api;
	const char *header = request_header(request, MHD_HTTP_HEADER_AUTHORIZATION);
	*bearer = header && g_ascii_strncasecmp(header, "Bearer ", 7) == 0; /* Basic is a proxy's, and not for us */
	if (*bearer)
		return known(request, 't', header + 7, tokens_find(api->tokens, header + 7, &request->who));
	const char *cookie = MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, SESSION_COOKIE);
	if (!cookie)
		return 0;
	return known(request, 's', cookie, sessions_find(api->sessions, cookie, request->now.mono, &request->who));
}

static bool check_role(struct request *request)
{
	if (request->who.role >= request->route->role)
		return true;
	if (!request->signed_in) {
		request_add_header(request, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"tocsin\"");
		return refuse(request, MHD_HTTP_UNAUTHORIZED, "unauthorized", "a valid token is needed");
	}
	request_fail(request, MHD_HTTP_FORBIDDEN, "forbidden", NULL, "this needs the role %s; yours is %s",
		     role_name(request->route->role), role_name(request->who.role));
	return false;
}

bool guard_admit(struct request *request)
{
	struct api *api = request->api;
	bool bearer = false;
	if (!api->tokens) {
		request->who.role = ROLE_ADMIN;
	} else {
		int known = identify(request, &bearer);
		request->signed_in = known == 1;
		if (known < 0) {
			pthread_mutex_lock(&api->lock);
			api->refused_tokens++;
			pthread_mutex_unlock(&api->lock);
		}
	}
	bool by_bearer = bearer && request->signed_in;
	bool change = strcmp(request->route->method, "GET") != 0;
	if (!by_bearer && !request->route->any_host && !check_host(request))
		return false;
	if (change && (!check_origin(request) || !check_content_type(request)))
		return false;
	return check_role(request);
}

static const char *allowed_origin(struct request *request)
{
	const char *origin = request_header(request, MHD_HTTP_HEADER_ORIGIN);
	return origin && listed(request->api->settings->cors_origins, origin) ? origin : NULL;
}

bool guard_preflight(struct request *request, const char *methods)
{
	if (!request_header(request, MHD_HTTP_HEADER_ORIGIN))
		return true;
	if (!allowed_origin(request))
		return refuse(request, MHD_HTTP_FORBIDDEN, "foreign_origin",
			      "pages of this origin may not use the API: see cors_origins");
	request_add_header(request, "Access-Control-Allow-Methods", methods);
	request_add_header(request, "Access-Control-Allow-Headers",
			   "Accept, Authorization, Content-Type, Last-Event-ID");
	request_add_header(request, "Access-Control-Max-Age", "600");
	return true;
}

void guard_cors(struct request *request)
{
	if (!request->api->settings->cors_origins || !*request->api->settings->cors_origins)
		return;
	request_add_header(request, MHD_HTTP_HEADER_VARY, "Origin");
	const char *origin = allowed_origin(request);
	if (!origin)
		return;
	request_add_header(request, "Access-Control-Allow-Origin", origin);
	request_add_header(request, "Access-Control-Expose-Headers",
			   "Content-Disposition, Retry-After, X-Epoch, X-Seq, X-Truncated");
}

bool guard_secure(const struct request *request)
{
	const struct settings_global *settings = request->api->settings;
	const char *proto = request_header(request, "X-Forwarded-Proto");
	if (settings->external_url && g_ascii_strncasecmp(settings->external_url, "https:", 6) == 0)
		return true;
	return proto && g_ascii_strcasecmp(proto, "https") == 0 &&
	       address_in(connection_address(request->peer), settings->trusted_proxies);
}
