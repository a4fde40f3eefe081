/* Canned structs hold literals where the real ones own their texts. */
#pragma GCC diagnostic ignored "-Wdiscarded-qualifiers"
#include "tests/api/fake_app.h"

#include "base/json.h"
#include "engine/receiver_test.h"
#include <glib.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct app {
	struct clock *clock;
	const struct settings_global *settings;
	struct settings *config;
	GPtrArray *alerts; /* open ones, then the closed one; as made */
	/* under bus_lock, which is taken first: a listener locks, and reads under its lock */
	pthread_mutex_t bus_lock;
	struct bus_listener *listener;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t one_more_held;
	GArray *log; /* of struct event */
	uint64_t seq, oldest;
	struct said {
		const char *by, *comment; /* interned */
		msec_t until;
	} said;
	bool hold, full;
	GQueue held; /* commands */
};

static struct alert *make_alert(const char *id, const char *connector, enum severity severity, enum alert_state state,
				msec_t started)
{
	struct alert *alert = alert_new();
	struct label labels[] = {{"alertname", "ErrorRate"}, {"cluster", "prod"}, {"connector", connector}};
	g_strlcpy(alert->id, id, sizeof alert->id);
	alert->rule.name = g_strdup("ErrorRate");
	alert->rule.kind = g_strdup("error_rate");
	alert->rule.place = g_strdup("conf.d/errors.conf:12");
	alert->rule.unit = UNIT_RATIO;
	alert->levels[0] = (struct alert_level){SEVERITY_WARNING, 0.01, 0.005};
	alert->level_count = 1;
	alert->labels = labels_new(labels, G_N_ELEMENTS(labels));
	alert->annotations = labels_new(NULL, 0);
	alert->fact = g_strdup("5 % of records fail");
	alert->state = state;
	alert->severity = severity;
	alert->value = 0.05;
	alert->started_at = alert->updated_at = started;
	alert->ended_at = state == ALERT_RESOLVED ? started + 60000 : 0;
	return alert;
}

static const char config[] =
	"receivers = ( { name = \"oncall\";\n"
	"  slack = ( { name = \"team\"; url = \"http://user:PASSWORD@hooks.example.com:8443/services/SECRET\"; } );\n"
	"  webhook = ( { url = \"https://example.com/SECRET\"; } ); },\n"
	"  { name = \"web\"; toast = ( {} ); } );\n"
	"rules = (\n"
	"  { name = \"ErrorRate\"; kind = \"error_rate\"; match = \"cluster='prod'\"; window = \"5m\"; for = \"1m\";\n"
	"    levels = ( { severity = \"warning\"; raise = 0.01; clear = 0.005; },\n"
	"               { severity = \"critical\"; raise = 0.05; clear = 0.02; for = \"0s\"; } );\n"
	"    labels = { team = \"streams\"; };\n"
	"    annotations = { runbook = \"https://runbooks.example.com/{{connector}}\"; }; } );\n"
	"route = { receiver = \"web\"; routes = ( { match = \"cluster=~'prod.*'\"; receiver = \"oncall\"; } ); };\n";

static struct settings *load_config(void)
{
	struct notifier_context context = {0};
	struct config_report report = {0};
	struct settings *settings = settings_load("tocsin.conf", config, &context, &report);
	char *text = config_report_text(&report);
	if (!settings)
		g_error("%s", text);
	free(text);
	config_report_release(&report);
	return settings;
}

struct app *fake_app_new(struct clock *clock, const struct settings_global *settings)
{
	struct app *app = g_new0(struct app, 1);
	msec_t now = clock->read(clock).wall;
	app->clock = clock;
	app->settings = settings;
	app->config = load_config();
	app->log = g_array_new(FALSE, TRUE, sizeof(struct event));
	app->alerts = g_ptr_array_new();
	app->oldest = 1;
	g_queue_init(&app->held);
	pthread_mutex_init(&app->bus_lock, NULL);
	pthread_mutex_init(&app->lock, NULL);
	pthread_cond_init(&app->one_more_held, NULL);
	g_ptr_array_add(app->alerts, make_alert(FAKE_FIRING, "orders", SEVERITY_CRITICAL, ALERT_FIRING, now - 60000));
	g_ptr_array_add(app->alerts,
			make_alert(FAKE_ACKED, "evil\x1b[31m<script>", SEVERITY_WARNING, ALERT_FIRING, now - 30000));
	struct alert *acked = app->alerts->pdata[1];
	acked->ack = (struct ack){.by = g_strdup("ada"), .at = now};
	acked->suppressed = SUPPRESSED_ACKNOWLEDGED;
	acked->peak_severity = SEVERITY_CRITICAL;
	labels_unref(acked->annotations);
	acked->annotations = labels_new((const struct label[]){{"trace", "java.lang.IllegalStateException: no\n\tat A.b(A.java:1)"},
							       {"worker", "connect-2:8083"}},
					2);
	g_ptr_array_add(app->alerts, make_alert(FAKE_CLOSED, "old", SEVERITY_WARNING, ALERT_RESOLVED, now - 3600000));
	return app;
}

void fake_app_free(struct app *app)
{
	for (guint i = 0; i < app->alerts->len; i++)
		alert_unref(app->alerts->pdata[i]);
	for (guint i = 0; i < app->log->len; i++)
		g_free((char *)g_array_index(app->log, struct event, i).data);
	g_ptr_array_free(app->alerts, TRUE);
	g_array_free(app->log, TRUE);
	settings_unref(app->config);
	pthread_cond_destroy(&app->one_more_held);
	pthread_mutex_destroy(&app->lock);
	pthread_mutex_destroy(&app->bus_lock);
	g_free(app);
}

void fake_app_burst(struct app *app, enum event_kind kind, const char *episode, const char *data, size_t count)
{
	struct event *events = g_new0(struct event, count);
	msec_t now = app->clock->read(app->clock).wall;
	pthread_mutex_lock(&app->bus_lock);
	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < count; i++) {
		events[i] = (struct event){.seq = ++app->seq, .at = now, .kind = kind, .data = g_strdup(data)};
		g_strlcpy(events[i].episode, episode, sizeof events[i].episode);
		g_array_append_val(app->log, events[i]);
	}
	pthread_mutex_unlock(&app->lock);
	if (app->listener)
		app->listener->events(app->listener, events, count);
	pthread_mutex_unlock(&app->bus_lock);
	g_free(events);
}

void fake_app_event(struct app *app, enum event_kind kind, const char *episode, const char *data)
{
	fake_app_burst(app, kind, episode, data, 1);
}

void fake_app_forget(struct app *app, uint64_t seq)
{
	pthread_mutex_lock(&app->lock);
	app->oldest = seq + 1;
	pthread_mutex_unlock(&app->lock);
}

static struct said last(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	struct said said = app->said;
	pthread_mutex_unlock(&app->lock);
	return said;
}

static void keep_said(struct app *app, const char *by, const char *comment, msec_t until)
{
	pthread_mutex_lock(&app->lock);
	app->said = (struct said){g_intern_string(by), g_intern_string(comment), until};
	pthread_mutex_unlock(&app->lock);
}

const char *fake_app_last_by(struct app *app)
{
	return last(app).by;
}

const char *fake_app_last_comment(struct app *app)
{
	return last(app).comment;
}

msec_t fake_app_last_until(struct app *app)
{
	return last(app).until;
}

static struct alert *find(struct app *app, const char *id)
{
	for (guint i = 0; i < app->alerts->len; i++)
		if (strcmp(((struct alert *)app->alerts->pdata[i])->id, id) == 0)
			return app->alerts->pdata[i];
	return NULL;
}

static void run(struct app *app, struct command *command)
{
	struct alert *alert = find(app, command->id);
	keep_said(app, command->by, command->comment, command->until);
	bool taken = alert && command->if_unacknowledged && alert->ack.by && strcmp(alert->ack.by, command->by) != 0;
	command->outcome = !alert                                    ? COMMAND_NOT_FOUND
			   : alert->state == ALERT_RESOLVED || taken ? COMMAND_CONFLICT
								     : COMMAND_DONE;
	if (command->outcome != COMMAND_NOT_FOUND && command->kind != COMMAND_RETRY)
		command->alert = alert_ref(alert);
	if (command->done)
		command->done(command->ctx, command);
	command_free(command);
}

void fake_app_fatten(struct app *app, size_t bytes)
{
	for (guint i = 0; i < app->alerts->len; i++) {
		struct alert *alert = app->alerts->pdata[i];
		g_free(alert->fact);
		alert->fact = g_strnfill(bytes, 'x');
	}
}

void fake_app_hold(struct app *app, bool hold)
{
	GQueue held = G_QUEUE_INIT;
	pthread_mutex_lock(&app->lock);
	app->hold = hold;
	if (!hold) {
		held = app->held;
		g_queue_init(&app->held);
	}
	pthread_mutex_unlock(&app->lock);
	for (struct command *command; (command = g_queue_pop_head(&held));)
		run(app, command);
}

void fake_app_await_held(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	while (app->held.length == 0)
		pthread_cond_wait(&app->one_more_held, &app->lock);
	pthread_mutex_unlock(&app->lock);
}

void fake_app_full(struct app *app, bool full)
{
	pthread_mutex_lock(&app->lock);
	app->full = full;
	pthread_mutex_unlock(&app->lock);
}

static bool is_full(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	bool full = app->full;
	pthread_mutex_unlock(&app->lock);
	return full;
}

/* Is it kept unanswered? */
static bool keep(struct app *app, struct command *command)
{
	pthread_mutex_lock(&app->lock);
	bool held = app->hold;
	if (held)
		g_queue_push_tail(&app->held, command);
	pthread_cond_broadcast(&app->one_more_held);
	pthread_mutex_unlock(&app->lock);
	return held;
}

/* ---- engine/app.h ---- */

struct clock *app_clock(struct app *app)
{
	return app->clock;
}

const struct settings_global *app_settings(struct app *app)
{
	return app->settings;
}

struct store *app_store(struct app *app)
{
	return (struct store *)app;
}

bool app_post_all(struct app *app, struct command *const *commands, size_t count)
{
	if (is_full(app))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!keep(app, commands[i]))
			run(app, commands[i]);
	return true;
}

bool app_post(struct app *app, struct command *command)
{
	return app_post_all(app, &command, 1);
}

static void listen_to(struct app *app, struct bus_listener *listener)
{
	pthread_mutex_lock(&app->bus_lock);
	app->listener = listener;
	pthread_mutex_unlock(&app->bus_lock);
}

void app_subscribe(struct app *app, struct bus_listener *listener)
{
	listen_to(app, listener);
}

void app_unsubscribe(struct app *app, struct bus_listener *listener)
{
	(void)listener;
	listen_to(app, NULL);
}

bool app_reload(struct app *app, void (*done)(void *ctx, bool ok, const char *text), void *ctx)
{
	(void)app;
	done(ctx, false, "tocsin.conf:3: error: unknown key 'intervall'");
	return true;
}

bool app_healthy(struct app *app)
{
	(void)app;
	return true;
}

static uint64_t newest(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	uint64_t seq = app->seq;
	pthread_mutex_unlock(&app->lock);
	return seq;
}

bool app_ready(struct app *app)
{
	return newest(app) > 0;
}

struct snapshot *app_snapshot(struct app *app)
{
	struct snapshot *snapshot = g_new0(struct snapshot, 1);
	snapshot->references = 1;
	snapshot->seq = newest(app);
	g_strlcpy(snapshot->epoch, FAKE_EPOCH, sizeof snapshot->epoch);
	snapshot->at = snapshot->started_at = snapshot->last_step_at = app->clock->read(app->clock).wall;
	snapshot->alert_count = 2;
	snapshot->alerts = (struct alert **)app->alerts->pdata;
	snapshot->settled = snapshot->store_accepts = true;
	snapshot->rule_count = snapshot->target_count = snapshot->integration_count = 1;
	snapshot->settings = settings_ref(app->config);
	snapshot->rules = g_new0(struct snapshot_rule, 1);
	snapshot->rules[0] = (struct snapshot_rule){
		.rule = app->config->rulebook->rules[0], .instances = 3, .firing = 2, .last_evaluation = snapshot->at};
	static struct snapshot_target target = {
		.source = "prod", .kind = "connect", .instance = "connect-1:8083", .up = true};
	static struct snapshot_integration integration = {
		.name = "oncall/slack/team", .receiver = "oncall", .kind = "slack", .sent = 7, .queued = 3, .template_failures = 3,
		.breaker = "open", .breaker_until = 1764123456789, .last_error = "503 busy", .last_failed_at = 1764123450000};
	snapshot->targets = &target;
	snapshot->integrations = &integration;
	return snapshot;
}

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	snapshot->references++;
	return snapshot;
}

void snapshot_unref(struct snapshot *snapshot)
{
	if (!snapshot || --snapshot->references > 0)
		return;
	settings_unref(snapshot->settings);
	g_free(snapshot->rules);
	g_free(snapshot);
}

struct connector_view *connector_view_ref(struct connector_view *view)
{
	return view;
}

void connector_view_unref(struct connector_view *view)
{
	(void)view;
}

static void take_route(void *ctx, const struct route *route)
{
	struct app_routes *found = ctx;
	found->routes[found->count++] = route;
}

bool app_routes(struct app *app, struct labels *labels, void (*done)(void *ctx, struct app_routes *routes), void *ctx)
{
	struct app_routes *found = g_new0(struct app_routes, 1);
	found->settings = settings_ref(app->config);
	route_match(app->config->route, labels, take_route, found);
	done(ctx, found);
	return true;
}

void app_routes_free(struct app_routes *found)
{
	if (found)
		settings_unref(found->settings);
	g_free(found);
}

bool app_pending(struct app *app, app_pending_fn *done, void *ctx)
{
	msec_t now = app->clock->read(app->clock).wall;
	if (is_full(app))
		return false;
	GPtrArray *list = g_ptr_array_new();
	struct alert *alert = make_alert(FAKE_FIRING, "payments", SEVERITY_WARNING, ALERT_PENDING, now - 20000);
	alert_pending_key(0xaa, alert->id);
	alert->pending_since = alert->started_at;
	g_ptr_array_add(list, alert);
	done(ctx, alert_list_new(list), 7);
	return true;
}

/* 120 points a second apart: a peak at the 50th, unknown at the 60th and at the last. */
bool app_trails(struct app *app, struct app_trails *trails, void (*done)(void *ctx, struct app_trails *trails), void *ctx)
{
	if (is_full(app))
		return false;
	for (size_t i = 0; i < trails->count; i++) {
		struct alert *asked = trails->items[i].alert;
		if (strcmp(asked->id, FAKE_PENDING) == 0) {
			trails->items[i].alert = make_alert(FAKE_FIRING, "payments", SEVERITY_WARNING, ALERT_PENDING, 1000);
			alert_pending_key(0xaa, trails->items[i].alert->id);
			alert_unref(asked);
		} else if (alert_id_pending(asked->id)) {
			continue;
		}
		trails->items[i].count = TRAIL_POINTS;
		for (int k = 0; k < TRAIL_POINTS; k++)
			trails->items[i].points[k] = (struct trail_point){
				1764123456789 + k * 1000, k == 60 || k == TRAIL_POINTS - 1 ? NAN : k == 50 ? 0.5 : 0.05};
	}
	done(ctx, trails);
	return true;
}

/* The first channel takes it, the others do not. */
bool app_receiver_test(struct app *app, struct settings *settings, const char *receiver, const char *by,
		       void (*done)(void *ctx, struct receiver_test *test), void *ctx)
{
	if (is_full(app))
		return false;
	keep_said(app, by, NULL, 0);
	const struct receiver *it = receivers_find(settings->receivers, receiver);
	struct receiver_test *test = g_new0(struct receiver_test, 1);
	test->receivers = receivers_ref(settings->receivers);
	test->count = it->integration_count;
	test->results = g_new0(struct receiver_test_result, test->count + 1);
	for (size_t i = 0; i < test->count; i++) {
		struct receiver_test_result *result = &test->results[i];
		result->integration = g_strdup(it->integrations[i]->name);
		result->kind = g_strdup(it->integrations[i]->kind->name);
		result->recipient = g_strdup("");
		result->delivery.verdict = i ? DELIVERY_PERMANENT : DELIVERY_SENT;
		result->delivery.status = i ? 404 : 200;
		g_strlcpy(result->delivery.detail, i ? "no_service" : "ok", sizeof result->delivery.detail);
	}
	done(ctx, test);
	return true;
}

bool app_connectors(struct app *app, void (*done)(void *ctx, struct connector_view *view), void *ctx)
{
	(void)app;
	static struct view_task tasks[] = {
		{.id = "0", .state = CONNECT_STATE_RUNNING, .worker = "connect-1:8083", .records = 100, .bytes = NAN},
		{.id = "1",
		 .state = CONNECT_STATE_FAILED,
		 .worker = "connect-2:8083",
		 .trace = "org.apache.kafka.connect.errors.ConnectException: Exiting\n\tat x\nCaused by: Other: a\n"
			  "\tat y\nCaused by: PSQLException: deadlock\n\tat z\n",
		 .records = NAN,
		 .bytes = NAN,
		 .errors = NAN,
		 .records_per_second = NAN},
		{.id = "2", .state = CONNECT_STATE_UNASSIGNED, .worker = "connect-3:8083", .errors = NAN},
	};
	static struct view_worker workers[] = {
		{.cluster = "prod",
		 .name = "connect-1:8778",
		 .up = VIEW_UP,
		 .cpu_percent = 12.5,
		 .memory_used = 1000,
		 .memory_total = NAN,
		 .threads = 80,
		 .gc_msec_per_second = 4,
		 .since = 1000},
		{.cluster = "prod", .name = "idle-1:8778", .up = VIEW_UP},
		{.cluster = "prod", .name = "idle-2:8778", .up = VIEW_DOWN},
		{.cluster = "prod", .name = "idle-3:8778", .up = VIEW_UP_UNKNOWN},
	};
	static struct view_point trend[] = {
		{.at = 1000, .records_per_second = 5, .lag = NAN},
		{.at = 6000, .records_per_second = 7, .lag = 12, .error_rate = 0.25, .failed_tasks = 1}};
	static struct view_connector connectors[] = {
		{.cluster = "prod",
		 .name = "orders/eu",
		 .type = "sink",
		 .class = "io.confluent.connect.jdbc.JdbcSinkConnector",
		 .state = CONNECT_STATE_RUNNING,
		 .records_per_second = 7.5,
		 .total_records = 100,
		 .lag_total = NAN,
		 .lag_max = NAN,
		 .lag_average = NAN,
		 .cpu_percent = NAN,
		 .tasks = tasks,
		 .task_count = 3,
		 .trend = trend,
		 .trend_count = 2,
		 .updated_at = 6000,
		 .elapsed = 12},
	};
	static char *clusters[] = {"prod"}, *versions[] = {"3.9.1"};
	static struct view_warning warnings[] = {{"prod", "Jolokia is away on connect-1:8778", "prod", 2000}};
	static struct connector_view view = {.references = 1,
					     .connectors = connectors,
					     .connector_count = 1,
					     .workers = workers,
					     .worker_count = 4,
					     .clusters = clusters,
					     .versions = versions,
					     .cluster_count = 1,
					     .warnings = warnings,
					     .warning_count = 1};
	done(ctx, &view);
	return true;
}

void app_series_list_free(struct app_series_list *list)
{
	for (size_t i = 0; list && i < list->count; i++)
		labels_unref(list->items[i].labels);
	if (list)
		g_free(list->items);
	g_free(list);
}

bool app_model_series(struct app *app, void (*done)(void *ctx, struct app_series_list *list), void *ctx)
{
	(void)app;
	struct app_series_list *list = g_new0(struct app_series_list, 1);
	struct label a[] = {{"__name__", "connector_records_total"}, {"connector", "b\"\\x"}};
	struct label b[] = {{"__name__", "connector_lag"}, {"connector", "a"}};
	struct label c[] = {{"__name__", "connector_records_total"}, {"connector", "a"}};
	list->items = g_new0(struct app_series, 4);
	list->count = 4;
	list->items[0] = (struct app_series){labels_new(a, 2), METRIC_COUNTER, 5};
	list->items[1] = (struct app_series){labels_new(b, 2), METRIC_GAUGE, 1.5};
	list->items[2] = (struct app_series){labels_new(c, 2), METRIC_COUNTER, NAN};
	list->items[3] = (struct app_series){labels_new(a, 2), METRIC_COUNTER, 5}; /* the same again */
	done(ctx, list);
	return true;
}

/* ---- store/store.h, the reads ---- */

static struct store_page *new_page(void)
{
	struct store_page *page = g_new0(struct store_page, 1);
	page->arena = arena_new();
	return page;
}

static struct store_page *new_page_after(const char *cursor)
{
	struct store_page *page = new_page();
	page->bad_cursor = cursor && strcmp(cursor, FAKE_LOST) != 0;
	if (cursor)
		error_set(&page->error, "%s", page->bad_cursor ? "not a cursor" : "the disk is gone");
	return page;
}

void store_page_free(struct store_page *page)
{
	if (!page)
		return;
	for (size_t i = 0; i < page->alert_count; i++)
		alert_unref(page->alerts[i]);
	arena_free(page->arena);
	g_free(page);
}

bool store_read_events(struct store *store, const struct store_query_events *query, store_page_fn *done, void *ctx)
{
	struct app *app = (struct app *)store;
	struct store_page *page = new_page();
	pthread_mutex_lock(&app->lock);
	page->events = arena_alloc(page->arena, (query->limit + 1) * sizeof *page->events);
	page->oldest_seq = app->oldest;
	page->newest_seq = app->seq;
	for (guint i = 0; i < app->log->len && page->event_count < query->limit; i++) {
		struct event *event = &g_array_index(app->log, struct event, i);
		if (event->seq <= query->after_seq || event->seq < app->oldest ||
		    (query->episode && strcmp(query->episode, event->episode) != 0))
			continue;
		struct event *copy = &page->events[page->event_count++];
		*copy = *event;
		copy->data = arena_strdup(page->arena, event->data);
	}
	pthread_mutex_unlock(&app->lock);
	done(ctx, page);
	return true;
}

static bool asked_for(const struct store_query_alerts *query, const struct alert *alert)
{
	if (query->at > 0)
		return alert->started_at <= query->at && (!alert->ended_at || alert->ended_at > query->at);
	return (alert->state == ALERT_RESOLVED ? query->closed : query->open) && alert->started_at >= query->from;
}

bool store_read_alerts(struct store *store, const struct store_query_alerts *query, store_page_fn *done, void *ctx)
{
	struct app *app = (struct app *)store;
	struct store_page *page = new_page_after(query->cursor);
	page->alerts = arena_alloc(page->arena, 8 * sizeof *page->alerts);
	page->facts = arena_alloc(page->arena, 8 * sizeof *page->facts);
	for (guint i = 0; i < app->alerts->len; i++) {
		struct alert *alert = app->alerts->pdata[i];
		if (!asked_for(query, alert) || (query->accept && !query->accept(query->accept_ctx, alert)))
			continue;
		if (alert->ack.by)
			page->facts[page->alert_count] =
				(struct store_facts){alert->started_at + 5000, alert->ack.by, 2};
		page->alerts[page->alert_count++] = alert_ref(alert);
	}
	done(ctx, page);
	return true;
}

bool store_read_counts(struct store *store, const struct store_query_counts *query, store_page_fn *done, void *ctx)
{
	(void)store;
	struct store_page *page = new_page();
	struct store_counts *counts = page->counts = arena_alloc(page->arena, sizeof *counts);
	counts->buckets = arena_alloc(page->arena, query->buckets * sizeof *counts->buckets);
	counts->bucket_count = query->buckets;
	counts->bucket = (query->to - query->from) / query->buckets;
	for (unsigned i = 0; i < query->buckets; i++)
		counts->buckets[i].at = query->from + i * counts->bucket;
	counts->buckets[0].opened[SEVERITY_CRITICAL] = 3;
	counts->buckets[0].open[SEVERITY_WARNING] = query->severities ? 0 : 2;
	counts->episodes = 5;
	counts->median_duration = 60000;
	counts->median_time_to_ack_critical = -1;
	done(ctx, page);
	return true;
}

bool store_read_alert(struct store *store, const char *id, store_page_fn *done, void *ctx)
{
	struct store_page *page = new_page();
	struct alert *alert = find((struct app *)store, id);
	page->alerts = arena_alloc(page->arena, sizeof *page->alerts);
	if (alert)
		page->alerts[page->alert_count++] = alert_ref(alert);
	done(ctx, page);
	return true;
}

bool store_read_outbox(struct store *store, const struct store_query_outbox *query, store_page_fn *done, void *ctx)
{
	(void)store;
	struct store_page *page = new_page_after(query->cursor);
	page->outbox = arena_alloc(page->arena, sizeof *page->outbox);
	if (query->state < 0 || query->state == OUTBOX_DEAD) {
		page->outbox[0] = (struct outbox_row){.id = FAKE_FIRING,
						      .integration = "oncall/slack/team",
						      .receiver = "oncall",
						      .kind = "slack",
						      .type = "firing",
						      .state = OUTBOX_DEAD,
						      .attempts = 3,
						      .episodes = "[\"" FAKE_FIRING "\"]",
						      .result = "404 no_service",
						      .dead_reason = REASON_PERMANENT};
		page->outbox_count = 1;
	}
	done(ctx, page);
	return true;
}

bool store_read_rule_counts(struct store *store, msec_t since, store_page_fn *done, void *ctx)
{
	(void)store;
	struct store_page *page = new_page();
	page->rule_counts = arena_alloc(page->arena, sizeof *page->rule_counts);
	*page->rule_counts = (struct store_rule_count){.rule = "ErrorRate", .fired = 4, .last_fired = since + 1000};
	page->rule_count_count = 1;
	done(ctx, page);
	return true;
}

bool store_read_deliveries(struct store *store, msec_t since, store_page_fn *done, void *ctx)
{
	(void)store;
	struct store_page *page = new_page();
	page->deliveries = arena_alloc(page->arena, sizeof *page->deliveries);
	*page->deliveries = (struct store_delivery_count){.integration = "oncall/slack/team",
							   .sent = {[0] = 2, [23] = 5},
							   .failed = {[23] = 1},
							   .latency_p50 = 120,
							   .latency_p95 = 900,
							   .last_sent_at = since + 86000000};
	page->delivery_count = 1;
	done(ctx, page);
	return true;
}

const char *store_path(const struct store *store)
{
	(void)store;
	return "/state/tocsin.db";
}

void store_health(struct store *store, struct store_health *out)
{
	(void)store;
	*out = (struct store_health){.accepts = true, .bytes = 4096};
}
