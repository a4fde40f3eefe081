/* notifiers: how people hear of it; one file per channel behind a vtable. A receiver is a named set of
 * integrations; an integration is one configured channel with a stable name. Notifiers write and send; when, how
 * often and in which order is the engine's business. */
#ifndef NOTIFIERS_NOTIFIERS_H
#define NOTIFIERS_NOTIFIERS_H

#include "base/config.h"
#include "base/executor.h"
#include "base/http_client.h"
#include "model/notification.h"
#include <stdatomic.h>

enum delivery_verdict {
	DELIVERY_SENT,
	DELIVERY_RETRY, /* not delivered; may be tried again (retry_after if the other side named a time) */
	DELIVERY_AMBIGUOUS, /* may have been delivered: will be tried again with the same key */
	DELIVERY_PERMANENT, /* will never work: dead letter */
};

enum built_in_text { BUILT_IN_UNUSED, BUILT_IN_TEMPLATE_FAILED, BUILT_IN_BLOCKS_REFUSED };

struct delivery_result {
	enum delivery_verdict verdict;
	msec_t retry_after; /* -1 = not named */
	bool rate_limited; /* 429: does not count as a failure */
	bool one_recipient; /* only this address was put off or refused: the way there works */
	enum built_in_text built_in; /* why the built-in text went out; said in detail too */
	int status; /* HTTP or SMTP code, 0 = none */
	char detail[256]; /* what the other side said, for people; no secrets */
	char *toast; /* toast only: JSON of the toast event; malloc'ed, taken by the receiver of the result */
};

typedef void delivery_done_fn(void *ctx, const struct delivery_result *result);

struct delivery {
	const struct notification *notification; /* alive until done */
	const char *recipient; /* mail: the one address */
	uint32_t attempt; /* 1 = first */
	bool maybe_repeat; /* an earlier attempt was ambiguous */
	msec_t deadline; /* duration of the attempt */
	struct now now;
};

/* Threads for channels that block, and how many of them one integration may hold: those that hang leave the others
 * enough. */
enum { BLOCKING_THREADS = 16, BLOCKING_AT_ONCE = 4 };

struct notifier_context {
	struct clock *clock;
	struct http_client *http;
	struct executor *blocking; /* for channels that block (mail helper) */
	const char *libexec_directory;
	const atomic_bool *stopping; /* helpers end at once when it becomes true; NULL: they never need to */
};

struct integration;

/* Of the common keys, as they would be written. */
struct notifier_defaults {
	const char *rate, *burst, *concurrency, *timeout, *give_up_after;
};

struct notifier_kind {
	const char *name; /* "email" "slack" "toast" "webhook" */
	const struct config_key *keys;
	size_t key_count, data_size;
	const struct notifier_defaults *defaults;
	bool for_people; /* each message is somebody's interruption: a storm of incidents is told to it as one */
	/* Further checks; opens files, compiles templates. Loading thread. */
	bool (*check)(struct integration *integration, const config_setting_t *setting, struct config_report *report);
	void (*release)(struct integration *integration);
	/* What its stable name is a hash of when none is given (its target, never its index). Caller frees. */
	char *(*target)(const struct integration *integration);
	/* The target for people, without secrets: a host, a channel, addresses. NULL slot: nothing to show. Caller frees. */
	char *(*shown)(const struct integration *integration);
	/* Recipients that get a row each, NULL-terminated; NULL = one row. */
	const char *const *(*recipients)(const struct integration *integration);
	/* Writes and sends; must not block (hands blocking work to context->blocking); done exactly once, any thread. */
	void (*send)(struct integration *integration, const struct delivery *delivery, delivery_done_fn *done,
		     void *ctx);
};

struct integration {
	const struct notifier_kind *kind;
	char *name; /* stable: "receiver/kind/name-or-hash" */
	bool named; /* by the configuration; else by a hash */
	char *receiver;
	char *file;
	int line;
	void *data; /* data_size bytes, filled by keys */
	/* common keys of every channel */
	double rate; /* messages a second, token bucket */
	int64_t burst;
	int64_t concurrency; /* sends in flight */
	msec_t timeout; /* of one attempt */
	msec_t give_up_after;
	char *fallback; /* receiver that gets what cannot be delivered; NULL = none */
	bool send_resolved;
	const struct notifier_context *context;
};

struct receiver {
	char *name;
	char *timezone;
	int64_t digest_above; /* incidents a minute that its people are told one by one; 0 = all */
	char *file;
	int line;
	struct integration **integrations;
	uint32_t integration_count;
};

/* Immutable after load, shared by reference counting: deliveries in flight keep the set they started with. */
struct receivers {
	_Atomic uint32_t references;
	struct receiver **receivers;
	uint32_t count;
	void *shared; /* smtp settings */
};

/* All trees' `receivers` and the one `smtp` group. With errors in the report: what could be read of them, for checking what
 * names them, and for nothing else. */
struct receivers *receivers_load(const struct config_tree *tree, const struct notifier_context *context,
				 struct config_report *report);
struct receivers *receivers_ref(struct receivers *receivers);
void receivers_unref(struct receivers *receivers);
struct receiver *receivers_find(const struct receivers *receivers, const char *name);
struct integration *receivers_integration(const struct receivers *receivers, const char *stable_name);

/* Its target for people, or NULL. g_free. */
char *integration_shown(const struct integration *integration);

extern const struct notifier_kind *const notifier_kinds[]; /* sorted, NULL-terminated */

/* The one-line form of MESSAGES.md (c), without link, for toasts, tails and logs. Caller frees. */
char *notification_one_line(const struct notification *notification);

/* Markdown of all keys of receivers, channels and smtp, from the tables. Caller g_frees. */
char *receivers_reference(void);

#endif
