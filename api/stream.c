/* stream: GET /api/v1/stream: server-sent events. */
#include "api/context.h"
#include "api/routes.h"

void handle_stream(struct request *request)
{
	const char *last_id = request_header(request, "Last-Event-ID");
	if (!last_id || !*last_id)
		last_id = request_param(request, "last_event_id");
	if (last_id && !*last_id)
		last_id = NULL;
	struct stream_join join = {.last_id = last_id, .topics = TOPIC_ALERTS | TOPIC_TOASTS};
	const char *topics = request_param(request, "topics");
	if (topics && !stream_topics_parse(topics, &join.topics)) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "topics",
			     "alerts, toasts, delivery, rules, silences, connectors, comma-separated");
		return;
	}
	join.credential = request->credential[0] ? request->credential : NULL;
	if (request->head) {
		request_answer_static(request, "text/event-stream", "", 0);
		return;
	}
	struct MHD_Response *response = stream_hub_join(request->api->hub, request->connection, &join);
	if (!response) {
		request_busy(request);
		return;
	}
	request_active(request, false); /* its end is the hub's business */
	request_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
	request_add_header(request, "X-Accel-Buffering", "no");
	request_add_header(request, MHD_HTTP_HEADER_CONNECTION, "close"); /* what comes after a stream is a new one */
	request_answer_response(request, MHD_HTTP_OK, response);
}
