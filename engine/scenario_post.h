/* scenario_post: the receivers of a story: they take notes of what reaches them, fail as they are told to, and keep
 * deliveries in flight when asked. One owner, one thread. */
#ifndef ENGINE_SCENARIO_POST_H
#define ENGINE_SCENARIO_POST_H

#include "base/error.h"
#include "engine/claim.h"
#include "engine/command.h"
#include "model/notification.h"
#include <glib.h>

struct scenario_message { /* one that reached its receiver, or may have */
	msec_t at; /* since the start */
	char *integration, *receiver, *kind, *recipient, *type, *reason, *key;
	char *line; /* as people read it */
	GPtrArray *firing, *resolved; /* episode ids */
	bool counted;
};

struct scenario_fault { /* what happens to the next deliveries of an integration */
	char *to; /* receiver, kind, stable name or recipient */
	uint32_t times;
	struct delivery_result result;
};

struct scenario_post {
	GPtrArray *messages; /* struct scenario_message, as they arrived */
	GPtrArray *answers;  /* struct command: results for the next step, owned */
	GArray *faults;      /* struct scenario_fault */
	GArray *flying;      /* claims without an answer */
	char *held;          /* whose deliveries stay in flight; NULL: nobody's */
};

bool scenario_message_is_to(const struct scenario_message *message, const char *to);
void scenario_post_init(struct scenario_post *post);
void scenario_post_release(struct scenario_post *post);
/* at: since the start. */
void scenario_post_deliver(struct scenario_post *post, const struct claim *claims, size_t count,
			   const struct receivers *receivers, msec_t at);
void scenario_post_fail(struct scenario_post *post, const struct scenario_fault *fault); /* copies */
void scenario_post_hold(struct scenario_post *post, const char *to);                     /* NULL: answers all */
/* The engine is gone: what is in flight arrived or not, and nobody hears of either. */
void scenario_post_cut(struct scenario_post *post, bool arrived);

#endif
