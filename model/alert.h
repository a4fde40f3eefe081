/* alert: one episode as people see it: immutable once published, shared by reference counting (atomic), read
 * by any thread. A change makes a new version. */
#ifndef MODEL_ALERT_H
#define MODEL_ALERT_H

#include "base/clock.h"
#include "base/json_out.h"
#include "base/ulid.h"
#include "model/labels.h"
#include "model/reason.h"
#include "model/severity.h"
#include "model/unit.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { LEVELS_MAX = 4, FLAP_STARTS_MAX = 6 };

enum alert_state { ALERT_INACTIVE, ALERT_PENDING, ALERT_FIRING, ALERT_RECOVERING, ALERT_NO_DATA, ALERT_RESOLVED };

const char *alert_state_name(enum alert_state state); /* "inactive" "pending" "firing" "recovering" "no_data" "resolved" */
bool alert_state_parse(const char *text, enum alert_state *out);

/* Which stages hold it back; ids of what does in suppressed_by. */
enum suppression { SUPPRESSED_INHIBITED = 1, SUPPRESSED_SILENCED = 2, SUPPRESSED_MUTED = 4, SUPPRESSED_ACKNOWLEDGED = 8,
		   SUPPRESSED_SETTLING = 16 };

struct ack {
	char *by, *comment; /* by NULL = not acknowledged */
	msec_t at;          /* wall */
	msec_t until;       /* wall; 0 = no end */
	bool sticky;        /* true: until resolved; false: also ends when it gets worse */
	enum severity severity; /* when acknowledged */
};

/* Facts of the rule that words and "why" need; copied, so that they outlive the rulebook. */
struct alert_rule {
	char *name, *kind;
	char *place;     /* "conf.d/errors.conf:12" */
	char *topic;     /* "records fail" */
	char *condition; /* "over 1 % for 1 m" */
	char *unknown;   /* "error rate unknown" */
	enum unit unit;
	bool lower_is_worse;
};

/* One level of the rule as it holds for this alert; only those with a number. */
struct alert_level {
	enum severity severity;
	double raise, clear;
};

/* Why it is kept as one. */
struct alert_flap {
	double score, steady_under; /* as of this version; under which it is steady again */
	msec_t starts[FLAP_STARTS_MAX]; /* wall, of the episodes before this one, oldest first */
	uint32_t start_count;
};

struct alert {
	_Atomic uint32_t references;
	uint32_t version;
	char id[ULID_SIZE];      /* the episode's */
	struct alert_rule rule;
	enum alert_state state;
	enum severity severity;  /* of the level it is at */
	enum severity was;       /* before the last change of severity; NONE = none */
	enum severity peak_severity;
	struct labels *labels;   /* with alertname and severity's absence: identity */
	struct labels *annotations; /* rendered: summary, runbook, …; worker and trace among them when known */
	char *fact;              /* "5.2 % of records fail": rendered sentence of the kind or the rule's summary */
	double value;            /* NaN = unknown */
	double last_known;       /* and when, for no data */
	msec_t last_known_at;
	double raise, clear;     /* of the level it is at; NaN where there is none */
	double peak;             /* worst value of the episode; NaN unknown */
	struct alert_level levels[LEVELS_MAX]; /* mildest first */
	uint32_t level_count;
	enum reason reason;      /* of the last transition */
	bool flapping, no_data;
	struct alert_flap flap;  /* while flapping; else zero */
	uint32_t suppressed;     /* bitmask of enum suppression */
	char *suppressed_by;     /* ids, comma separated, or NULL */
	msec_t started_at;       /* the episode opened */
	msec_t pending_since;    /* the condition began */
	msec_t updated_at, ended_at; /* ended_at 0 = open */
	struct ack ack;
};

/* What is pending has no episode yet: "pending:<fingerprint of its labels>" stands where the id would. */
void alert_pending_key(uint64_t fingerprint, char out[ULID_SIZE]);
bool alert_id_pending(const char *id);

struct alert *alert_new(void);                      /* zeroed, one reference, NaNs set */
struct alert *alert_copy(const struct alert *alert); /* deep, one reference, version + 1 */
struct alert *alert_ref(struct alert *alert);
void alert_unref(struct alert *alert);
/* The public JSON shape, as one value. */
void alert_write_json(const struct alert *alert, struct json_out *out, const char *key);
/* With its trace in short (model/trace.h): for lists, the event log and the stream. */
void alert_write_brief(const struct alert *alert, struct json_out *out, const char *key);
/* The same as a tree, for who edits it. */
json_t *alert_to_json(const struct alert *alert);
json_t *alert_to_brief(const struct alert *alert);
/* Back from it (the store keeps this text). */
struct alert *alert_from_json(const json_t *object, struct error *err);

#endif
