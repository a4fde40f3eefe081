/* app_state: what the parts of the running daemon share; private to engine/app*.c. Fields say whose they are. */
#ifndef ENGINE_APP_STATE_H
#define ENGINE_APP_STATE_H

#include "base/executor.h"
#include "base/mailbox.h"
#include "engine/app.h"
#include "engine/cluster_watch.h"
#include "engine/delivery.h"
#include "engine/dispatcher.h"
#include "engine/evaluator.h"
#include <glib.h>
#include <pthread.h>

/* One entry of the mailbox. */
struct app_message {
	enum message_kind { MESSAGE_BATCH, MESSAGE_COMMAND, MESSAGE_COMMANDS, MESSAGE_VIEW,
			    MESSAGE_SERIES, MESSAGE_ROUTES, MESSAGE_TRAILS, MESSAGE_PENDING, MESSAGE_RELOAD, MESSAGE_SETTINGS } kind;
	struct batch *batch;
	struct command *command;
	GPtrArray *commands; /* MESSAGE_COMMANDS: struct command *, owned */
	void (*view_done)(void *ctx, struct connector_view *view);
	void (*series_done)(void *ctx, struct app_series_list *list);
	void (*routes_done)(void *ctx, struct app_routes *routes);
	void (*trails_done)(void *ctx, struct app_trails *trails);
	app_pending_fn *pending_done;
	void (*reload_done)(void *ctx, bool ok, const char *text);
	void *ctx;
	struct labels *labels;     /* MESSAGE_ROUTES: one reference */
	struct app_trails *trails; /* MESSAGE_TRAILS */
	struct settings *settings; /* MESSAGE_SETTINGS: NULL if text says why not */
	char *text;
};

/* What the engine knows of a target, for status. */
struct target_status {
	bool up, settled;
	msec_t last_poll_at, elapsed;
	msec_t failing_since; /* 0 = fine */
	uint32_t dropped;
	char failure[256];
};

enum { APP_INBOX = 8192, APP_COMMANDS_WAITING = 2048, APP_SETTINGS_WAITING = 4, APP_TAKE = 256, EXIT_STORE_UNKNOWN = 74 };

struct app {
	struct sink sink; /* first: a sink is an app */
	struct clock *clock;
	char *config_path, *config_text, *listen, *state, *libexec_directory;
	bool insecure;
	struct mailbox *inbox;
	struct http_client *http;
	struct executor *parsers, *senders, *blocking, *chores;
	struct notifier_context notifier_context;
	struct store *store;
	struct delivery_runner *delivery;
	struct settings *first_settings; /* those of the start: listen, tokens, limits */
	pthread_t thread;
	bool running; /* the engine thread was started */
	atomic_bool stopping, helpers_stop;
	_Atomic msec_t alive_at; /* monotonic: the loop's last turn */

	/* under lock */
	pthread_mutex_t lock;
	struct snapshot *snapshot;
	enum { COMMIT_NONE, COMMIT_ANSWERED } commit_answer;
	enum store_outcome commit_outcome;
	struct error commit_error;

	/* under bus_lock; a lock of its own, because listeners read snapshots under locks of theirs */
	pthread_mutex_t bus_lock;
	GPtrArray *listeners;

	/* engine thread only */
	struct settings *settings;
	struct evaluator *evaluator;
	struct dispatcher *dispatcher;
	struct arena *step_arena;
	struct effects *in_flight; /* committed or being committed */
	bool commit_asked;         /* the store has it */
	msec_t retry_at;           /* mono: refused effects are tried again */
	msec_t retry_delay;
	GPtrArray *waiting;        /* commands for the next step */
	GPtrArray *answering;      /* commands of the step in flight */
	GQueue settings_waiting;   /* struct app_message *, MESSAGE_SETTINGS: after the commit */
	struct target_status *targets;
	uint32_t target_count;
	uint64_t config_generation;
	msec_t config_loaded_at, started_at, last_step_at, last_snapshot_mono;
	char epoch[ULID_SIZE];
	char *reload_error, *reload_text;
	msec_t reload_at, step_elapsed;
	bool reload_ok;
	uint64_t commits;
	bool settled, finishing, checkpointed;
	msec_t finish_by;
	struct now last_now;
	struct connector_trends *trends;
	struct connector_view *view;
	msec_t view_at; /* mono */
	struct alert_list *pending;
	size_t pending_left_off;
	msec_t pending_at; /* mono */
	struct cluster_watch *clusters;
};

void *app_loop(void *ctx);                                       /* engine thread's main */
void app_publish(struct app *app, struct now now);               /* a new snapshot; engine thread */
void app_answer_view(struct app *app, struct app_message *message, struct now now);
void app_answer_routes(struct app *app, struct app_message *message);
void app_answer_pending(struct app *app, struct app_message *message, struct now now);
void app_answer_trails(struct app *app, struct app_message *message);
void app_answer_series(struct app *app, struct app_message *message);
void app_read_settings(struct app *app, struct app_message *message); /* on a chore thread: answers with MESSAGE_SETTINGS */
void app_keep_settings(struct app *app, struct app_message *message); /* until the commit; answers what is too many */
void app_use_settings(struct app *app, struct app_message *message, struct now now);
/* Their batches name the configuration's generation; those of another one are dropped. */
void app_override(const struct app *app, struct settings *settings); /* by the command line; before they are shared */
bool app_start_sources(struct app *app, struct settings *settings, uint64_t generation, struct error *err);
void app_use_targets(struct app *app); /* the evaluator hears of them */
void app_note(struct app *app, int event_kind, json_t *data);    /* an event of our own; takes data; engine thread */
bool app_post_message(struct app *app, struct app_message message); /* false: full, message stays the caller's */
bool app_sink_accept(struct sink *sink, struct batch *batch);
void app_message_free(void *message);

#endif
