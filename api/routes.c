#include "api/routes.h"

#include <string.h>

/* clang-format off */
const struct endpoint routes[] = {
	{"GET",    "/",                                       ROLE_NONE,      handle_page,                 "*", false},
	{"GET",    "/-/healthy",                              ROLE_NONE,      handle_healthy,              NULL, true},
	{"GET",    "/-/ready",                                ROLE_NONE,      handle_ready,                NULL, true},
	{"POST",   "/-/reload",                               ROLE_ADMIN,     handle_reload,               NULL, false},
	{"GET",    "/api/v1/alerts",                          ROLE_VIEWER,    handle_alerts,               "state severity match acknowledged sort limit cursor", false},
	{"DELETE", "/api/v1/alerts/ack",                      ROLE_RESPONDER, handle_unack_many,           NULL, false},
	{"POST",   "/api/v1/alerts/ack",                      ROLE_RESPONDER, handle_ack_many,             NULL, false},
	{"GET",    "/api/v1/alerts/{id}",                     ROLE_VIEWER,    handle_alert,                NULL, false},
	{"DELETE", "/api/v1/alerts/{id}/ack",                 ROLE_RESPONDER, handle_unack,                NULL, false},
	{"POST",   "/api/v1/alerts/{id}/ack",                 ROLE_RESPONDER, handle_ack,                  NULL, false},
	{"POST",   "/api/v1/alerts/{id}/comments",            ROLE_RESPONDER, handle_comment,              NULL, false},
	{"GET",    "/api/v1/clusters",                        ROLE_VIEWER,    handle_clusters,             NULL, false},
	{"GET",    "/api/v1/connectors",                      ROLE_VIEWER,    handle_connectors,           "cluster", false},
	{"GET",    "/api/v1/events",                          ROLE_VIEWER,    handle_events,               "after limit", false},
	{"GET",    "/api/v1/history",                         ROLE_VIEWER,    handle_history,              "from to at state severity match limit cursor", false},
	{"GET",    "/api/v1/history/counts",                  ROLE_VIEWER,    handle_history_counts,       "from to buckets state severity match", false},
	{"GET",    "/api/v1/notifications",                   ROLE_VIEWER,    handle_notifications,        "state integration alert limit cursor", false},
	{"POST",   "/api/v1/notifications/{id}/retry",        ROLE_RESPONDER, handle_retry,                NULL, false},
	{"GET",    "/api/v1/points",                          ROLE_VIEWER,    handle_points,               "alert cluster connector max", false},
	{"GET",    "/api/v1/receivers",                       ROLE_VIEWER,    handle_receivers,            NULL, false},
	{"POST",   "/api/v1/receivers/{name}/test",           ROLE_RESPONDER, handle_receiver_test,        NULL, false},
	{"GET",    "/api/v1/rules",                           ROLE_VIEWER,    handle_rules,                NULL, false},
	{"DELETE", "/api/v1/session",                         ROLE_NONE,      handle_sign_out,             NULL, false},
	{"GET",    "/api/v1/session",                         ROLE_NONE,      handle_session,              NULL, false},
	{"POST",   "/api/v1/session",                         ROLE_NONE,      handle_sign_in,              NULL, false},
	{"GET",    "/api/v1/status",                          ROLE_VIEWER,    handle_status,               NULL, false},
	{"GET",    "/api/v1/stream",                          ROLE_VIEWER,    handle_stream,               "topics last_event_id", false},
	{"GET",    "/api/{cluster}/connectors",               ROLE_VIEWER,    handle_collector_connectors, NULL, false},
	{"GET",    "/api/{cluster}/connectors/{name}/metrics", ROLE_VIEWER,   handle_collector_metrics,    NULL, false},
	{"GET",    "/api/{cluster}/summary",                  ROLE_VIEWER,    handle_collector_summary,    NULL, false},
	{"GET",    "/assets/{file}",                          ROLE_NONE,      handle_asset,                NULL, false},
	{"GET",    "/metrics",                                ROLE_VIEWER,    handle_metrics,              NULL, false},
	{NULL, NULL, ROLE_NONE, NULL, NULL, false},
};
/* clang-format on */

static void clear(char *params[REQUEST_PARAMS_MAX])
{
	for (size_t i = 0; i < REQUEST_PARAMS_MAX; i++)
		g_clear_pointer(&params[i], g_free);
}

static bool reserved(const char *pattern, size_t length, const char *value)
{
	return length == strlen("{cluster}") && memcmp(pattern, "{cluster}", length) == 0 &&
	       (strcmp(value, "v1") == 0 || strcmp(value, "v2") == 0);
}

static bool take_param(const char *pattern, size_t pattern_length, const char *path, size_t length, char **out)
{
	*out = length > 0 ? percent_decode(path, length, false, NULL) : NULL;
	return *out && !reserved(pattern, pattern_length, *out);
}

static bool path_matches(const char *pattern, const char *path, char *params[REQUEST_PARAMS_MAX])
{
	size_t taken = 0;
	while (*pattern == '/' && *path == '/') {
		size_t a = strcspn(++pattern, "/"), b = strcspn(++path, "/");
		if (*pattern == '{') {
			if (!take_param(pattern, a, path, b, &params[taken++]))
				return false;
		} else if (a != b || memcmp(pattern, path, a) != 0) {
			return false;
		}
		pattern += a;
		path += b;
	}
	return *pattern == '\0' && *path == '\0';
}

const struct endpoint *routes_find(const char *method, const char *path, char *params[REQUEST_PARAMS_MAX],
				   GString *allow)
{
	const char *pattern = NULL;
	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (const struct endpoint *route = routes; route->method; route++) {
		if (pattern && strcmp(pattern, route->path) != 0)
			break; /* a literal path wins, also for "method not allowed" */
		clear(params);
		if (!path_matches(route->path, path, params))
			continue;
		if (strcmp(route->method, method) == 0)
			return route;
		pattern = route->path;
		g_string_append_printf(allow, "%s%s%s", allow->len ? ", " : "", route->method,
				       strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
	}
	clear(params);
	return NULL;
}
