/* What history is asked: who took an episode, how it was at a time, how many there were and for how long. */
#include "base/json.h"
#include "store/store.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <pthread.h>
#include <string.h>

static const char id_a[] = "01K0A7QF5M0000000000000001", id_b[] = "01K0A7QF5M0000000000000002",
		  id_c[] = "01K0A7QF5M0000000000000003";

struct answer {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool there;
	enum store_outcome outcome;
	struct store_page *page;
};

static void give(struct answer *answer)
{
	pthread_mutex_lock(&answer->mutex);
	answer->there = true;
	pthread_cond_signal(&answer->cond);
	pthread_mutex_unlock(&answer->mutex);
}

static void await(struct answer *answer)
{
	pthread_mutex_lock(&answer->mutex);
	while (!answer->there)
		pthread_cond_wait(&answer->cond, &answer->mutex);
	pthread_mutex_unlock(&answer->mutex);
}

static void on_commit(void *ctx, enum store_outcome outcome, const struct error *err)
{
	struct answer *answer = ctx;
	(void)err;
	answer->outcome = outcome;
	give(answer);
}

static void on_page(void *ctx, struct store_page *page)
{
	struct answer *answer = ctx;
	answer->page = page;
	give(answer);
}

static struct answer new_answer(void)
{
	struct answer answer = {0};
	pthread_mutex_init(&answer.mutex, NULL);
	pthread_cond_init(&answer.cond, NULL);
	return answer;
}

static struct alert *make_alert(const char *id, enum alert_state state, enum severity severity, msec_t started,
				msec_t ended)
{
	struct alert *alert = alert_new();
	const struct label labels[] = {{"alertname", "Lag"}, {"connector", strcmp(id, id_b) == 0 ? "b" : "a"}};
	g_strlcpy(alert->id, id, ULID_SIZE);
	alert->rule.name = g_strdup("Lag");
	alert->rule.kind = g_strdup("lag");
	alert->state = state;
	alert->severity = alert->peak_severity = severity;
	alert->labels = labels_new(labels, 2);
	alert->annotations = labels_new(NULL, 0);
	alert->started_at = started;
	alert->ended_at = ended;
	return alert;
}

static void add_event(struct effects *effects, enum event_kind kind, msec_t at, const char *by, struct alert *alert)
{
	struct event *event = effects_add_event(effects);
	json_t *data = json_pack("{s:o}", "alert", alert_to_json(alert));
	char *text = json_text(data);
	event->seq = effects->events_count;
	event->at = at;
	event->kind = kind;
	event->by = by;
	g_strlcpy(event->episode, alert->id, ULID_SIZE);
	event->data = arena_strdup(effects->arena, text);
	free(text);
	json_decref(data);
}

static void note(struct effects *effects, enum event_kind kind, msec_t at, const char *by, enum alert_state state,
		 enum severity severity)
{
	struct alert *alert = make_alert(id_a, state, severity, 1000, 0);
	if (by)
		alert->ack = (struct ack){.by = g_strdup(by), .at = at};
	add_event(effects, kind, at, by, alert);
	alert_unref(alert);
}

static void add_alert(struct effects *effects, struct alert *alert)
{
	effects_add_alert(effects, alert);
	alert_unref(alert);
}

static void add_message(struct effects *effects, const char *id, const char *key, enum outbox_state state)
{
	struct outbox_row *row = effects_add_outbox(effects);
	g_strlcpy(row->id, id, ULID_SIZE);
	g_strlcpy(row->key, key, sizeof row->key);
	row->integration = "oncall/slack/x";
	row->episodes = "[\"01K0A7QF5M0000000000000001\"]";
	row->state = state;
	row->payload = "{}";
	row->finished_at = state == OUTBOX_SENT ? 1500 : 0;
}

/* a: 1 s to 9 s, warning, critical from 3 s, taken by ann at 4 s and bob at 5 s; b: 2 s to 6 s, nobody's; c: open. */
static struct store *make_store(void)
{
	struct error err = {""};
	struct effects *effects = effects_new();
	struct answer answer = new_answer();
	json_setup();
	struct store *store = store_open(&(struct store_options){.directory = ":memory:"}, &err);
	cr_assert_not_null(store, "%s", err.text);
	add_alert(effects, make_alert(id_a, ALERT_RESOLVED, SEVERITY_CRITICAL, 1000, 9000));
	add_alert(effects, make_alert(id_b, ALERT_RESOLVED, SEVERITY_WARNING, 2000, 6000));
	add_alert(effects, make_alert(id_c, ALERT_FIRING, SEVERITY_INFO, 7500, 0));
	note(effects, EVENT_TRANSITION, 1000, NULL, ALERT_FIRING, SEVERITY_WARNING);
	note(effects, EVENT_TRANSITION, 3000, NULL, ALERT_FIRING, SEVERITY_CRITICAL);
	note(effects, EVENT_ACK, 4000, "ann", ALERT_FIRING, SEVERITY_CRITICAL);
	note(effects, EVENT_ACK, 5000, "bob", ALERT_FIRING, SEVERITY_CRITICAL);
	note(effects, EVENT_TRANSITION, 8000, "bob", ALERT_RECOVERING, SEVERITY_CRITICAL);
	add_message(effects, "01K0A7QF5M0000000000000004", "k1", OUTBOX_SENT);
	add_message(effects, "01K0A7QF5M0000000000000005", "k2", OUTBOX_DEAD);
	store_commit(store, effects, on_commit, &answer);
	await(&answer);
	cr_assert_eq(answer.outcome, STORE_COMMITTED);
	effects_free(effects);
	return store;
}

static struct store_page *read_alerts(struct store *store, struct store_query_alerts query)
{
	struct answer answer = new_answer();
	cr_assert(store_read_alerts(store, &query, on_page, &answer));
	await(&answer);
	cr_assert_str_empty(answer.page->error.text);
	return answer.page;
}

static struct store_page *read_counts(struct store *store, struct store_query_counts query)
{
	struct answer answer = new_answer();
	cr_assert(store_read_counts(store, &query, on_page, &answer));
	await(&answer);
	cr_assert_str_empty(answer.page->error.text);
	return answer.page;
}

Test(history, an_episode_with_who_was_first_and_what_was_sent)
{
	struct store *store = make_store();
	struct store_page *page =
		read_alerts(store, (struct store_query_alerts){.open = true, .closed = true, .facts = true});
	cr_assert_eq(page->alert_count, 3);
	cr_assert_str_eq(page->alerts[2]->id, id_a);
	cr_expect_eq(page->facts[2].acknowledged_at, 4000);
	cr_expect_str_eq(page->facts[2].acknowledged_by, "ann");
	cr_expect_eq(page->facts[2].messages, 1, "a dead letter was not sent");
	cr_expect_eq(page->facts[1].acknowledged_at, 0);
	cr_expect_eq(page->facts[1].messages, 0);
	store_page_free(page);
	store_close(store);
}

Test(history, the_board_as_it_was)
{
	static const struct {
		msec_t at;
		size_t count;
		enum alert_state state;
		enum severity severity;
		const char *by;
	} cases[] = {
		{999, 0, 0, 0, NULL},
		{1000, 1, ALERT_FIRING, SEVERITY_WARNING, NULL},
		{3500, 2, ALERT_FIRING, SEVERITY_CRITICAL, NULL},
		{4500, 2, ALERT_FIRING, SEVERITY_CRITICAL, "ann"},
		{6000, 1, ALERT_FIRING, SEVERITY_CRITICAL, "bob"},
		{8500, 2, ALERT_RECOVERING, SEVERITY_CRITICAL, "bob"},
		{9000, 1, 0, 0, NULL},
	};
	struct store *store = make_store();
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct store_page *page =
			read_alerts(store, (struct store_query_alerts){.at = cases[i].at, .facts = true});
		cr_assert_eq(page->alert_count, cases[i].count, "at %lld: %zu", (long long)cases[i].at,
			     page->alert_count);
		const struct alert *oldest = page->alert_count ? page->alerts[page->alert_count - 1] : NULL;
		if (cases[i].state) {
			cr_expect_str_eq(oldest->id, id_a);
			cr_expect_eq(oldest->state, cases[i].state, "case %zu", i);
			cr_expect_eq(oldest->severity, cases[i].severity, "case %zu", i);
			cr_expect_eq(g_strcmp0(oldest->ack.by, cases[i].by), 0, "case %zu", i);
			cr_expect_eq(oldest->ended_at, 0, "open then");
		}
		if (cases[i].at < 4000 && page->alert_count)
			cr_expect_eq(page->facts[page->alert_count - 1].acknowledged_at, 0, "not yet");
		for (size_t k = 0; k < page->alert_count; k++) /* b left no log: it was open all the same */
			cr_expect_neq(page->alerts[k]->state, ALERT_RESOLVED);
		store_page_free(page);
	}
	store_close(store);
}

static bool only_b(void *ctx, const struct alert *alert)
{
	(void)ctx;
	return strcmp(labels_get_or_empty(alert->labels, "connector"), "b") == 0;
}

Test(history, counts_and_figures)
{
	struct store *store = make_store();
	struct store_query_counts query = {.from = 0, .to = 10000, .buckets = 10, .open = true, .closed = true};
	struct store_page *page = read_counts(store, query);
	const struct store_counts *it = page->counts;
	cr_assert_eq(it->bucket_count, 10);
	cr_expect_eq(it->bucket, 1000);
	cr_expect_eq(it->episodes, 3);
	cr_expect_eq(it->still_open, 1);
	cr_expect_eq(it->recovered_unacknowledged, 1);
	cr_expect_eq(it->median_duration, 4000);
	cr_expect_eq(it->median_time_to_ack_critical, 3000);
	cr_expect_eq(it->buckets[1].opened[SEVERITY_CRITICAL], 1);
	cr_expect_eq(it->buckets[7].opened[SEVERITY_INFO], 1);
	static const uint32_t critical[10] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 0}, info[10] = {0, 0, 0, 0, 0, 0, 0, 1, 1, 1};
	for (size_t i = 0; i < 10; i++) {
		cr_expect_eq(it->buckets[i].at, (msec_t)i * 1000);
		cr_expect_eq(it->buckets[i].open[SEVERITY_CRITICAL], critical[i], "bucket %zu", i);
		cr_expect_eq(it->buckets[i].open[SEVERITY_INFO], info[i], "bucket %zu", i);
	}
	store_page_free(page);
	query.from = 6500; /* a is open from before, b is over */
	query.to = 7500;
	query.buckets = 2;
	page = read_counts(store, query);
	cr_expect_eq(page->counts->episodes, 2);
	cr_expect_eq(page->counts->buckets[0].open[SEVERITY_CRITICAL], 1);
	cr_expect_eq(page->counts->buckets[0].opened[SEVERITY_CRITICAL], 0);
	cr_expect_eq(page->counts->buckets[1].opened[SEVERITY_INFO], 0, "it opened at the end, which is out");
	store_page_free(page);
	query.from = 20000; /* nothing */
	query.to = 30000;
	query.open = false;
	page = read_counts(store, query);
	cr_expect(page->counts->bucket_count == 2 && page->counts->episodes == 0 && page->counts->median_duration == -1);
	store_page_free(page);
	store_close(store);
}

Test(history, counts_of_some)
{
	struct store *store = make_store();
	struct store_query_counts query = {.from = 0, .to = 10000, .buckets = 1, .open = true, .closed = true};
	query.severities = 1U << SEVERITY_CRITICAL | 1U << SEVERITY_INFO;
	struct store_page *page = read_counts(store, query);
	cr_expect_eq(page->counts->episodes, 2);
	store_page_free(page);
	query.open = false;
	page = read_counts(store, query);
	cr_expect_eq(page->counts->episodes, 1);
	store_page_free(page);
	query.severities = 0;
	query.accept = only_b;
	page = read_counts(store, query);
	cr_expect_eq(page->counts->episodes, 1);
	cr_expect_eq(page->counts->median_time_to_ack_critical, -1);
	store_page_free(page);
	store_close(store);
}
