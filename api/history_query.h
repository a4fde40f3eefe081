/* history_query: which episodes a request of /api/v1/history asks for, and the page of them that the store gave. The
 * request's state; its page is read again and again for a long answer. */
#ifndef API_HISTORY_QUERY_H
#define API_HISTORY_QUERY_H

#include "api/alert_filter.h"
#include "store/store.h"

struct history_query {
	struct request *request;
	struct alert_filter filter; /* but for severities */
	uint32_t severities; /* the worst it reached, as its counts have it */
	struct store_query_alerts query;
	struct store_page *page; /* NULL: too busy */
	/* of a CSV answer */
	GString *csv;
	size_t rows, pages;
	char *cursor;
	bool truncated;
};

/* Becomes the request's state. NULL when a 400 was answered. */
struct history_query *history_query_new(struct request *request);
/* Is there a page? False when 400, 500 or 503 was answered. Server's thread. */
bool history_query_page(struct request *request, const struct history_query *it);

/* One episode with what happened around it. now: of the request, or the time that was asked for. */
struct history_item {
	const struct alert *alert;
	const struct store_facts *facts;
	enum severity max_severity;
	msec_t duration, acknowledged_at, time_to_ack; /* time_to_ack -1 = not acknowledged */
	const char *acknowledged_by; /* NULL = nobody */
	bool open;
};
struct history_item history_item_of(const struct store_page *page, size_t i, msec_t now);

/* The whole time as one text, page by page. */
void history_csv_answer(struct request *request, struct history_query *it);
/* One field, RFC 4180; what a spreadsheet would take for a formula gets an apostrophe. */
void csv_append(GString *out, const char *text);

#endif
