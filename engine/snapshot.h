/* snapshot: what readers see: immutable, published after each commit, shared by reference counting. Any thread. */
#ifndef ENGINE_SNAPSHOT_H
#define ENGINE_SNAPSHOT_H

#include "engine/dispatcher.h"
#include "engine/evaluator.h"
#include "engine/settings.h"

struct snapshot_rule {
	const struct rule *rule; /* of the settings' rulebook */
	uint32_t instances, pending, firing, recovering, no_data, errors;
	uint64_t evaluations;
	msec_t last_evaluation;
	char *last_error;
};
struct snapshot_target {
	char *source, *kind, *instance;
	bool up, settled;
	msec_t last_poll_at, elapsed;
	uint32_t series, dropped;
	char *failure;
};
struct snapshot_integration {
	char *name, *receiver, *kind, *last_error, *breaker;
	uint64_t sent, failed, retried, dead, rate_limited, template_failures;
	uint32_t queued, sending, dead_letters;
	msec_t oldest_queued_at, last_sent_at, last_failed_at;
	msec_t breaker_until;          /* wall; 0 = closed */
};

struct snapshot {
	_Atomic uint32_t references;
	uint64_t seq;
	char epoch[ULID_SIZE];
	msec_t at;                     /* wall */
	struct settings *settings;     /* one reference */
	struct alert_list *list;
	struct alert **alerts;         /* open episodes, by id: the list's */
	size_t alert_count;
	struct snapshot_rule *rules; size_t rule_count;
	struct snapshot_target *targets; size_t target_count;
	struct snapshot_integration *integrations; size_t integration_count;
	uint64_t trails, trails_refused;
	uint64_t series, series_dropped, instances, evaluations, commits;
	bool settled, store_accepts;
	uint64_t config_generation;
	msec_t config_loaded_at, started_at, last_step_at;
	char *reload_error;            /* of the last reload, or NULL */
	msec_t reload_at;              /* the last reload; 0 = none yet */
	bool reload_ok;
	char *reload_text;             /* its report, or NULL */
	msec_t step_elapsed;           /* of the last evaluation */
};
/* Alerts, rules and integrations as they stand under these settings; the caller adds the rest. Engine thread. */
struct snapshot *snapshot_new(const struct evaluator *evaluator, struct dispatcher *dispatcher,
			      struct settings *settings);
struct snapshot *snapshot_ref(struct snapshot *snapshot);
void snapshot_unref(struct snapshot *snapshot);

#endif
