/* dispatch_state: what the files of the dispatcher share: its nouns and who owns them. The dispatcher owns everything
 * here; entries that changed in a step are put on the `changed_*` lists and written out once, at its end
 * (dispatch_emit). Times named *_mono are this process's; all others are wall and stored. Engine thread only. */
#ifndef ENGINE_DISPATCH_STATE_H
#define ENGINE_DISPATCH_STATE_H

#include "base/timers.h"
#include "engine/breaker.h"
#include "engine/dispatcher.h"
#include "engine/integration_health.h"
#include "engine/token_bucket.h"
#include <glib.h>

enum { MESSAGE_ALERTS_MAX = 100, TOLD_TIMES_MAX = 20, DEAD_LETTERS_MAX = 1000, SUPPRESSORS_MAX = 16, LANES = 3 };

enum wake_kind { WAKE_SUPPRESSION, WAKE_FLUSH, WAKE_RETRY };

/* First member of everything that waits. */
struct wake {
	struct timer timer;
	enum wake_kind kind;
};

/* What the newest message says that was queued for a receiver; `told` follows when it is delivered. */
enum said { SAID_NOTHING, SAID_FIRING, SAID_RESOLVED };

struct told_entry { /* one (episode, integration) */
	char *integration;
	enum told told;
	enum severity severity; /* at the last delivered message */
	double value;
	msec_t at;
	GPtrArray *heard; /* recipients that heard it fires, or may have; NULL: the channel has one, or all did */
	enum said said;
	enum severity said_severity;
	double said_value;
	msec_t said_at;
	char said_row[ULID_SIZE]; /* the last FIRING row */
	char dead_row[ULID_SIZE]; /* a FIRING row that died: a RESOLVED waits for its retry */
	char incident[ULID_SIZE]; /* in which it was said and which owes the RESOLVED; "" = not known */
	bool explained; /* why nothing was said is in the log */
	enum reason held; /* last logged reason of holding back */
	bool changed;
};

struct episode {
	struct wake wake; /* a suppression may end by time */
	char id[ULID_SIZE];
	struct alert *alert; /* newest version; NULL: known from stored rows only, over */
	GPtrArray *members; /* struct member, borrowed from their groups */
	GPtrArray *told; /* struct told_entry, owned */
	uint32_t rows; /* outbox rows not yet final that speak of it */
	msec_t ack_ended_at; /* 0: somebody has it again */
	char *ack_ended_by;
	bool changed, touched;
};

struct member {
	struct group *group;
	struct episode *episode;
	bool pending_worse, ack_ended; /* until its group said so; stored */
	bool released; /* a suppression ended: say so with the message */
	bool routed; /* the configuration still sends it to this receiver */
	bool changed, deleted;
};

struct group {
	struct wake wake;
	char *key, *receiver, *path;
	struct labels *labels;
	const struct route *route; /* NULL: vanished; flushes what it owes */
	msec_t wait, interval, repeat;
	uint32_t generation, flush;
	msec_t next_flush_at, last_flush_at, first_at;
	msec_t last_flush_mono, first_mono;
	GPtrArray *members; /* struct member, owned */
	GPtrArray *incidents; /* struct incident, borrowed */
	bool digest; /* not of a route: what its receiver is told as one (engine/digest) */
	bool counted; /* among those that opened an incident for people (engine/storm) */
	bool changed, deleted;
};

struct storm;

struct incident {
	char root[ULID_SIZE], name[8];
	char *integration, *group_key, *subject;
	struct group *group; /* NULL: closed */
	uint32_t generation, message;
	uint32_t delivered; /* the newest message of which a copy arrived, or may have */
	GArray *told_times; /* msec_t, wall, oldest first */
	msec_t last_at, last_mono, opened_at, closed_at;
	enum severity severity;
	GPtrArray *rows; /* struct row not final, oldest first, borrowed */
	uint32_t dead; /* dead letters, and rows kept with one, that still know it */
	bool changed;
};

struct row_alert {
	char episode[ULID_SIZE];
	bool resolved;
	bool fresh; /* no message before it told this recipient of it */
	bool newly_heard; /* claimed for a recipient that had not heard of it */
	enum severity severity;
	double value;
};

struct row {
	struct wake wake;
	struct outbox_row stored; /* its texts are owned */
	struct incident *incident;
	struct queue *queue;
	GArray *alerts; /* struct row_alert */
	uint32_t message;
	msec_t created_mono; /* since when its recipient waits for news: it may replace older rows */
	bool maybe; /* an attempt may have arrived */
	bool ready; /* in its lane */
	bool final, changed;
	bool fresh; /* the payload is not stored yet */
	bool kept; /* final, but a dead letter holds it */
	GList link;
	GPtrArray *followers; /* cancelled RESOLVED rows of a dead letter, owned: a retry revives them */
};

/* All rows of one integration: what is ready, by urgency, and how the other side behaves. */
struct queue {
	char *name, *receiver, *kind;
	struct integration *integration; /* NULL: not configured any more */
	GQueue lanes[LANES];
	GPtrArray *rows; /* not final, borrowed */
	GQueue dead; /* struct row, owned, oldest first */
	struct token_bucket bucket;
	struct breaker breaker;
	uint32_t sending;
	struct integration_health health;
};

struct suppression_stage {
	const struct suppressor *suppressor;
	void *state;
};

struct dispatcher {
	struct dispatcher_options options;
	char *external_url;
	struct rng rng;
	struct timers *timers; /* ends of suppressions, retries */
	struct timers *flush_timers; /* of groups; they stand still until settled */
	uint64_t seq;
	struct now now; /* of the running step */
	struct effects *effects;
	bool started, settled, settle_now, rebind;
	msec_t settle_until;
	const struct route *root;
	struct receivers *receivers;
	struct suppression_stage stages[SUPPRESSORS_MAX];
	size_t stage_count;
	GHashTable *episodes; /* id -> struct episode, owned */
	GHashTable *groups; /* key -> struct group, owned */
	GHashTable *incidents; /* root -> struct incident, owned */
	GHashTable *rows; /* id -> struct row, owned; dead letters too */
	GHashTable *queue_index; /* name -> struct queue */
	GPtrArray *queues; /* owned, in the order met */
	GHashTable *names; /* incident names in use */
	GHashTable *storms; /* receiver -> struct storm, owned */
	GPtrArray *touched; /* episodes */
	GPtrArray *changed_groups, *changed_members, *changed_incidents, *changed_rows;
	struct alert_list *listed; /* as last asked for; NULL: something changed since */
	GPtrArray *recent; /* alerts that closed in the last step: references */
	GArray *claims; /* struct claim */
	GString *text; /* of the event being written */
	uint32_t sending, queue_turn;
};

#endif
