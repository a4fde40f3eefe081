/* receiver_test: one marked test message through every integration of a receiver, past routes, outbox and limits: what
 * --test-receiver and the API do. Each attempt has its integration's own deadline. */
#ifndef ENGINE_RECEIVER_TEST_H
#define ENGINE_RECEIVER_TEST_H

#include "notifiers/notifiers.h"

struct receiver_test_result {
	char *integration, *kind;
	char *recipient; /* "" = the one row of its kind */
	struct delivery_result delivery; /* toast: the taker's, if it steals it */
	struct receiver_test *test;
	struct notification *notification;
};

struct receiver_test {
	struct receivers *receivers; /* one reference */
	struct receiver_test_result *results;
	size_t count;
	_Atomic size_t waiting;
	void (*done)(void *ctx, struct receiver_test *test);
	void *ctx;
};

struct receiver_test_request {
	struct receivers *receivers;
	const char *receiver; /* of receivers; must exist */
	const char *external_url;
	const char *by; /* who asked */
	struct clock *clock;
};

/* Sends to all at once; done when the last has answered, once, on any thread, perhaps before this returns. The test is
 * then its taker's. */
void receiver_test_run(const struct receiver_test_request *request,
		       void (*done)(void *ctx, struct receiver_test *test), void *ctx);
void receiver_test_free(struct receiver_test *test);
/* "delivered (200): ok" for people; g_free. */
char *receiver_test_text(const struct receiver_test_result *result);

#endif
