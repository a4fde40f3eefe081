/* notification: everything one message needs to be written, frozen when its group was flushed. Stored as JSON
 * in the outbox row, so that a restart or a reload changes nothing in it. Notifiers only read it. */
#ifndef MODEL_NOTIFICATION_H
#define MODEL_NOTIFICATION_H

#include "base/clock.h"
#include "base/error.h"
#include "model/alert.h"
#include <jansson.h>

enum notification_type {
	NOTIFICATION_FIRING,        /* first message of an incident, or new alerts in it */
	NOTIFICATION_WORSE,
	NOTIFICATION_STILL,         /* repeat, or the end of an acknowledgement */
	NOTIFICATION_PART_RESOLVED,
	NOTIFICATION_RESOLVED,      /* the incident is over (also gone, expired, no_data: "Closed") */
	NOTIFICATION_FLAPPING,
	NOTIFICATION_NO_DATA,
	NOTIFICATION_TEST,
};

const char *notification_type_name(enum notification_type type);

/* One alert in it: the episode at flush time, and what this receiver was told of it before. */
struct notification_alert {
	struct alert *alert;         /* one reference */
	bool resolved_now;           /* newly resolved in this message */
	bool new_now;                /* first told in this message */
	enum severity told_severity; /* at the last message to this receiver; NONE = never told */
	double told_value;           /* value in that message; NaN = none */
	msec_t told_at;
};

/* Of the alerts that are left out of the list, so that a message counts all. */
struct notification_rest {
	uint32_t severities[SEVERITY_CRITICAL + 1]; /* of the open ones; when all is over, the worst each reached */
	uint32_t resolved, fresh, worse, taken;     /* taken: acknowledged and open */
	uint32_t objects;                           /* that no alert of the list names; open ones, unless all is over */
	uint32_t elsewhere;                         /* of another place than the first of the list */
	uint32_t other_rules;                       /* of another rule than the first of the list */
};

struct notification {
	enum notification_type type;
	enum reason reason;          /* why this send, now */
	char key[65];                /* idempotency key, hex: H(incident, flush, kind, step, recipient) */
	char incident[8];            /* "K7Q4": short, unique among recent ones */
	char root[ULID_SIZE];        /* of the incident: root of threads */
	uint32_t message;            /* 1 = first of the incident */
	char *subject;               /* frozen at the first message: "orders-jdbc-sink on prod-eu: records fail [K7Q4]" */
	char *receiver;              /* name */
	char *integration;           /* stable name: "streams-oncall/slack/0f3a…" */
	char *group_key;             /* Alertmanager's form: {route}:{labels} */
	struct labels *group_labels, *common_labels, *common_annotations;
	char *route;                 /* "team=streams" or "the default route" */
	char *route_place;           /* "tocsin.conf:41"; of a digest: its receiver's */
	char *digest;                /* receiver that is told in it what would be too many messages; NULL = an ordinary group */
	int64_t digest_above;        /* incidents a minute that were too many; 0 = not known */
	char *external_url;          /* with trailing slash */
	char *timezone;              /* IANA name of the receiver, "" = UTC */
	msec_t at;                   /* wall, of the flush */
	msec_t since;                /* wall, of the earliest alert */
	msec_t last_at;              /* wall, of the last message of this incident to this receiver; 0 = none */
	msec_t repeat_at;            /* wall, next reminder; 0 = none */
	msec_t ack_ended_at;         /* an acknowledgement that ended and by whom, 0/NULL = none */
	char *ack_ended_by;
	uint32_t truncated;          /* alerts left out of the list */
	struct notification_rest rest;
	struct notification_alert *alerts; /* worst first */
	uint32_t alert_count;
	msec_t *told_times;          /* earlier messages of the incident, for "you were told it fired (02:42, 04:00)" */
	uint32_t told_time_count;
	char *note;                  /* test: who sent it; fallback: which receiver failed; NULL = none */
};

struct notification *notification_new(void);
void notification_free(struct notification *notification);
char *notification_text(const struct notification *notification); /* JSON; caller frees with g_free */
struct notification *notification_from_json(const json_t *object, struct error *err);

#endif
