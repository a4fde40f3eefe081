/* app: the running daemon: engine thread, commit protocol, delivery, reload. The API talks to it through this header:
 * it reads snapshots and posts commands. All functions: any thread, never block for I/O. */
#ifndef ENGINE_APP_H
#define ENGINE_APP_H

#include "engine/command.h"
#include "engine/connector_view.h"
#include "engine/settings.h"
#include "engine/snapshot.h"
#include "engine/trail.h"
#include "store/store.h"

struct app;

struct app_options {
	const char *config_path;   /* NULL = built-in demo text */
	const char *listen, *state; /* override the file; NULL = as there */
	bool demo, insecure;
	struct clock *clock;
	const char *libexec_directory;
};

/* Loads, opens the store, recovers, starts. NULL with err and the report's text in it on failure. */
struct app *app_start(const struct app_options *options, struct config_report *report, struct error *err);
/* Orderly: stop polling, finish deliveries in flight (bounded), checkpoint, close. */
void app_stop(struct app *app);

struct snapshot *app_snapshot(struct app *app);               /* one reference */
struct store *app_store(struct app *app);                     /* for reads */
const struct settings_global *app_settings(struct app *app);  /* those of the start: listen, tokens, limits */
struct clock *app_clock(struct app *app);                     /* of the options */
bool app_post(struct app *app, struct command *command);      /* false = mailbox full: 503, caller keeps it */
/* As one: all are taken in one step and kept by one commit, or all are busy. false: the caller keeps them. */
bool app_post_all(struct app *app, struct command *const *commands, size_t count);

/* Called with the newest view (one reference) on the engine thread, at once if the cache is fresh. */
bool app_connectors(struct app *app, void (*done)(void *ctx, struct connector_view *view), void *ctx);

/* Which routes take these labels now, in order. Called on the engine thread; the answer is the caller's. */
enum { APP_ROUTES_MAX = 32 };
struct app_routes {
	struct settings *settings; /* one reference: the routes are its own */
	const struct route *routes[APP_ROUTES_MAX];
	size_t count;
};
bool app_routes(struct app *app, struct labels *labels, void (*done)(void *ctx, struct app_routes *routes), void *ctx);
void app_routes_free(struct app_routes *routes);

/* The trails of alerts: the caller fills alert, the engine the points. Of what is pending only the id: the engine fills in the
 * rest, or leaves it without labels. On false the caller keeps it. */
struct app_trail {
	struct alert *alert; /* one reference */
	struct trail_point points[TRAIL_POINTS]; /* oldest first */
	size_t count;
};
struct app_trails {
	struct app_trail *items;
	size_t count;
};
bool app_trails(struct app *app, struct app_trails *trails, void (*done)(void *ctx, struct app_trails *trails), void *ctx);
struct app_trails *app_trails_new(size_t count);
void app_trails_free(struct app_trails *trails);

/* What is pending, at most a second old, and how many were left off (engine/pending.h). Called on the engine thread; the
 * list is the caller's. */
typedef void app_pending_fn(void *ctx, struct alert_list *pending, size_t left_off);
bool app_pending(struct app *app, app_pending_fn *done, void *ctx);

/* Sends a marked test through every integration of this receiver, which must exist. done on any thread, with the test
 * (its taker's), or NULL if the daemon ends first. */
struct receiver_test;
bool app_receiver_test(struct app *app, struct settings *settings, const char *receiver, const char *by,
		       void (*done)(void *ctx, struct receiver_test *test), void *ctx);

/* The bus: called on the engine thread after each commit with its events in order; must only copy and hand over. */
struct bus_listener {
	void (*events)(struct bus_listener *listener, const struct event *events, size_t count);
};
void app_subscribe(struct app *app, struct bus_listener *listener); /* before the API serves */
void app_unsubscribe(struct app *app, struct bus_listener *listener);

/* Reads the configuration again. done on the engine thread: ok, or the report's text. */
bool app_reload(struct app *app, void (*done)(void *ctx, bool ok, const char *text), void *ctx);
bool app_healthy(struct app *app); /* engine loop alive, store writable */
bool app_ready(struct app *app);   /* settled */
/* A list of (labels, type, value), references held. */
struct app_series { struct labels *labels; enum metric_type type; double value; };
struct app_series_list { struct app_series *items; size_t count; };
void app_series_list_free(struct app_series_list *list);

/* Series for /metrics: a copy of the connector model's newest values (raw series excluded), made on the engine thread. */
bool app_model_series(struct app *app, void (*done)(void *ctx, struct app_series_list *list), void *ctx);

/* --test-receiver: sends a marked test to every integration of the receiver, prints what came back; 0 = all took it. */
int app_test_receiver(const struct app_options *options, const char *receiver);

#endif
