/* effects: all that one dispatch_step wants made durable, in one transaction, before anything leaves. Retrying it
 * unchanged is harmless: rows are written by key. Built by the engine, written by a store, owned by the engine.
 * Its arena owns all texts; labels and alerts are references released by effects_free. */
#ifndef MODEL_EFFECTS_H
#define MODEL_EFFECTS_H

#include "base/arena.h"
#include "model/alert.h"
#include "model/event.h"
#include "model/instance.h"
#include "model/labels.h"

/* Stored state of one instance; deleted if state is ALERT_INACTIVE and it has no flap score. */
struct instance_row {
	const char *rule;
	struct labels *labels;
	struct instance_state state;
};

/* What a receiver's integration knows of an episode. */
enum told { TOLD_UNSENT, TOLD_MAYBE, TOLD_FIRING, TOLD_RESOLVED };
const char *told_name(enum told told);

struct told_row {
	char episode[ULID_SIZE];
	const char *integration;
	enum told told;
	enum severity severity; /* at the last message */
	double value;
	msec_t at;
	char incident[ULID_SIZE]; /* in which it was told and which owes the end; "" = not known */
	const char *heard; /* mail: addresses that heard it fires, or may have, a line each; NULL = not kept apart */
	bool deleted;
};

/* One group of one route node and receiver: which episodes are in it and when it flushes next. */
struct group_row {
	const char *key;        /* "{route path}:{labels}" */
	const char *receiver;
	const char *route;      /* stable path of the route node */
	struct labels *labels;
	uint32_t generation;    /* + 1 from empty to first firing */
	uint32_t flush;         /* number of the last flush */
	msec_t next_flush_at;   /* wall; 0 = none due */
	msec_t last_flush_at;
	msec_t first_at;        /* first firing of this generation */
	bool deleted;
};

struct member_row { /* an episode's membership in a group, written with the transition that made it */
	const char *group;
	char episode[ULID_SIZE];
	bool pending_worse;     /* must be told at once */
	bool ack_ended;         /* must be told: nobody has it any more */
	bool deleted;
};

/* (integration, group generation): root of threads, unit of order. */
struct incident_row {
	char root[ULID_SIZE];
	char name[8];           /* short */
	const char *integration;
	const char *group;
	uint32_t generation;
	uint32_t message;       /* number of the last message */
	const char *subject;    /* frozen */
	const char *told_times; /* JSON array of wall ms, at most 20 newest */
	msec_t last_at;
	msec_t opened_at, closed_at;
	enum severity severity; /* worst told */
};

enum outbox_state { OUTBOX_PENDING, OUTBOX_SENDING, OUTBOX_SENT, OUTBOX_RETRY, OUTBOX_AMBIGUOUS, OUTBOX_DEAD,
		    OUTBOX_CANCELLED };
const char *outbox_state_name(enum outbox_state state);
bool outbox_state_parse(const char *text, enum outbox_state *out);

struct outbox_row {
	char id[ULID_SIZE];
	char key[65];           /* UNIQUE idempotency key */
	const char *integration, *receiver, *kind; /* kind: "slack" */
	char incident[ULID_SIZE]; /* root */
	const char *recipient;  /* mail: one address a row; else "" */
	const char *episodes;   /* JSON array of ids in it */
	const char *type;       /* notification_type_name */
	enum reason reason;
	enum severity severity;
	char predecessor[ULID_SIZE]; /* the FIRING row a RESOLVED follows; "" = none */
	enum outbox_state state;
	uint32_t attempts;
	msec_t created_at, next_at, started_at, finished_at; /* wall */
	const char *payload;    /* notification JSON; NULL = unchanged */
	const char *result;     /* last answer or error, for people */
	enum reason dead_reason;
	bool fallback;          /* already handed to the fallback receiver */
};

struct meta_row { const char *key, *value; };

#define EFFECTS_ARRAY(type, name) type *name; size_t name##_count, name##_capacity

struct effects {
	uint32_t shard;
	uint64_t fence;
	struct now at;
	EFFECTS_ARRAY(struct instance_row, instances);
	EFFECTS_ARRAY(struct alert *, alerts);   /* episode versions to store: references */
	EFFECTS_ARRAY(struct event, events);     /* ascending seq */
	EFFECTS_ARRAY(struct told_row, told);
	EFFECTS_ARRAY(struct group_row, groups);
	EFFECTS_ARRAY(struct member_row, members);
	EFFECTS_ARRAY(struct incident_row, incidents);
	EFFECTS_ARRAY(struct outbox_row, outbox);
	EFFECTS_ARRAY(struct meta_row, meta);    /* seeds, epoch, small counters */
	struct arena *arena;
};

struct effects *effects_new(void);
void effects_free(struct effects *effects);
bool effects_empty(const struct effects *effects);
/* Append zeroed entries; returned pointers are valid until the next append to the same array. */
struct instance_row *effects_add_instance(struct effects *effects);
void effects_add_alert(struct effects *effects, struct alert *alert); /* takes a reference of its own */
struct event *effects_add_event(struct effects *effects);
struct told_row *effects_add_told(struct effects *effects);
struct group_row *effects_add_group(struct effects *effects);
struct member_row *effects_add_member(struct effects *effects);
struct incident_row *effects_add_incident(struct effects *effects);
struct outbox_row *effects_add_outbox(struct effects *effects);
struct meta_row *effects_add_meta(struct effects *effects);

#endif
