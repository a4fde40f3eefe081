/* routes: the one table of everything the daemon serves: method, path, role, handler. A path's {…} takes one segment;
 * literal segments win over them. Nothing is served without an entry. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/request.h"

struct endpoint {
	const char *method;
	const char *path;
	enum role role; /* ROLE_NONE: everybody */
	void (*handle)(struct request *request);
	const char *query; /* parameters it takes, blank-separated; NULL = none, "*" = whatever: not read */
	bool any_host; /* probes: no Host check */
};

extern const struct endpoint routes[]; /* sorted by path, then method; ends with a NULL method */

/* The route of a raw (undecoded) path, or NULL. allow collects the methods of the path ("DELETE, POST"). params get the
 * decoded {…}, g_free'd by the caller; a segment that does not decode matches nothing. */
const struct endpoint *routes_find(const char *method, const char *path, char *params[REQUEST_PARAMS_MAX],
				   GString *allow);

void handle_ack(struct request *request);
void handle_ack_many(struct request *request);
void handle_alert(struct request *request);
void handle_alerts(struct request *request);
void handle_asset(struct request *request);
void handle_clusters(struct request *request);
void handle_collector_connectors(struct request *request);
void handle_collector_metrics(struct request *request);
void handle_collector_summary(struct request *request);
void handle_comment(struct request *request);
void handle_connectors(struct request *request);
void handle_events(struct request *request);
void handle_healthy(struct request *request);
void handle_history(struct request *request);
void handle_history_counts(struct request *request);
void handle_metrics(struct request *request);
void handle_notifications(struct request *request);
void handle_page(struct request *request);
void handle_points(struct request *request);
void handle_ready(struct request *request);
void handle_receiver_test(struct request *request);
void handle_receivers(struct request *request);
void handle_reload(struct request *request);
void handle_retry(struct request *request);
void handle_rules(struct request *request);
void handle_session(struct request *request);
void handle_sign_in(struct request *request);
void handle_sign_out(struct request *request);
void handle_status(struct request *request);
void handle_stream(struct request *request);
void handle_unack(struct request *request);
void handle_unack_many(struct request *request);

#endif
