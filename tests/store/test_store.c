#include "base/json.h"
#include "store/store.h"
#include "tests/store/commits.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *directory;

static void set_up(void)
{
	json_setup();
	directory = g_dir_make_tmp("tocsin-store-XXXXXX", NULL);
}

static void tear_down(void)
{
	static const char *const names[] = {"tocsin.db", "tocsin.db-wal", "tocsin.db-shm", "tocsin.lock", "ballast",
					     "tocsin.db.before-migration"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(directory, names[i], NULL);
		g_unlink(path);
		g_free(path);
	}
	g_rmdir(directory);
	g_free(directory);
}

static struct store *open_store(struct error *err)
{
	struct store_options options = {.directory = directory};
	return store_open(&options, err);
}

static struct store *must_open(void)
{
	struct error err = {""};
	struct store *store = open_store(&err);
	cr_assert_not_null(store, "%s", err.text);
	return store;
}

/* One answer that a test waits for. */
struct answer {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool there;
	enum store_outcome outcome;
	struct error err;
	struct store_page *page;
};
#define ANSWER {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER}

static void answer_give(struct answer *answer)
{
	pthread_mutex_lock(&answer->mutex);
	answer->there = true;
	pthread_cond_signal(&answer->cond);
	pthread_mutex_unlock(&answer->mutex);
}

static void answer_await(struct answer *answer)
{
	pthread_mutex_lock(&answer->mutex);
	while (!answer->there)
		pthread_cond_wait(&answer->cond, &answer->mutex);
	pthread_mutex_unlock(&answer->mutex);
}

static void on_commit(void *ctx, enum store_outcome outcome, const struct error *err)
{
	struct answer *answer = ctx;
	answer->outcome = outcome;
	answer->err = *err;
	answer_give(answer);
}

static void on_page(void *ctx, struct store_page *page)
{
	struct answer *answer = ctx;
	answer->page = page;
	answer_give(answer);
}

static enum store_outcome commit(struct store *store, const struct effects *effects)
{
	struct answer answer = ANSWER;
	store_commit(store, effects, on_commit, &answer);
	answer_await(&answer);
	return answer.outcome;
}

static const char id_a[] = "01K0A7QF5M0000000000000001", id_b[] = "01K0A7QF5M0000000000000002";

static struct alert *make_alert(const char *id, msec_t started, msec_t ended)
{
	struct alert *alert = alert_new();
	const struct label labels[] = {{"alertname", "TaskFailed"}, {"connector", "a\"b"}};
	g_strlcpy(alert->id, id, ULID_SIZE);
	alert->rule.name = g_strdup("TaskFailed");
	alert->rule.kind = g_strdup("state");
	alert->state = ended ? ALERT_RESOLVED : ALERT_FIRING;
	alert->severity = SEVERITY_CRITICAL;
	alert->labels = labels_new(labels, 2);
	alert->annotations = labels_new(NULL, 0);
	alert->value = 0.25;
	alert->started_at = started;
	alert->ended_at = ended;
	return alert;
}

static void add_alert(struct effects *effects, const char *id, msec_t started, msec_t ended)
{
	struct alert *alert = make_alert(id, started, ended);
	effects_add_alert(effects, alert);
	alert_unref(alert);
}

static void add_event(struct effects *effects, uint64_t seq, msec_t at, const char *episode)
{
	struct event *event = effects_add_event(effects);
	event->seq = seq;
	event->at = at;
	event->kind = EVENT_TRANSITION;
	g_strlcpy(event->episode, episode, ULID_SIZE);
	event->data = "{\"x\":1}";
}

static void add_outbox(struct effects *effects, const char *id, const char *key, enum outbox_state state)
{
	struct outbox_row *row = effects_add_outbox(effects);
	g_strlcpy(row->id, id, ULID_SIZE);
	g_strlcpy(row->key, key, sizeof row->key);
	row->integration = "oncall/slack/x";
	row->receiver = "oncall";
	row->kind = "slack";
	row->episodes = "[\"01K0A7QF5M0000000000000001\"]";
	row->type = "firing";
	row->reason = REASON_FIRST;
	row->severity = SEVERITY_CRITICAL;
	row->state = state;
	row->payload = "{\"frozen\":true}";
	row->created_at = row->next_at = 1000;
	if (state == OUTBOX_SENT)
		row->finished_at = 2000;
}

/* One row of every kind. */
static struct effects *make_effects(void)
{
	struct effects *effects = effects_new();
	const struct label labels[] = {{"connector", "a"}};
	struct instance_row *instance = effects_add_instance(effects);
	instance->rule = "TaskFailed";
	instance->labels = labels_new(labels, 1);
	instance->state = (struct instance_state){.state = ALERT_RECOVERING,
						  .level_severity = SEVERITY_WARNING,
						  .since = 5,
						  .accrued = {1, 2, 3, 4},
						  .down_accrued = 6,
						  .clear_accrued = 7,
						  .unknown_accrued = 8,
						  .vanished_accrued = 9,
						  .flap_score = 1.5,
						  .flap_at = 10,
						  .flapping = true,
						  .flap_starts = {0, 0, 0, 0, 8, 9},
						  .episode_started = 11,
						  .value = 0.5,
						  .value_at = 12,
						  .peak = 0.75, .kept = 13};
	g_strlcpy(instance->state.episode, id_a, ULID_SIZE);
	add_alert(effects, id_a, 100, 0);
	add_event(effects, 1, 100, id_a);
	add_event(effects, 2, 101, "");
	struct told_row *told = effects_add_told(effects);
	*told = (struct told_row){.integration = "oncall/slack/x",
				  .told = TOLD_FIRING,
				  .severity = SEVERITY_WARNING,
				  .value = 0.1,
				  .at = 7,
				  .heard = "a@example.com\nb@example.com"};
	g_strlcpy(told->episode, id_a, ULID_SIZE);
	g_strlcpy(told->incident, id_b, ULID_SIZE);
	struct group_row *group = effects_add_group(effects);
	*group = (struct group_row){.key = "{}:{}",
				    .receiver = "oncall",
				    .route = "{}",
				    .labels = labels_new(labels, 1),
				    .generation = 2,
				    .flush = 3,
				    .next_flush_at = 4,
				    .last_flush_at = 5,
				    .first_at = 6};
	struct member_row *member = effects_add_member(effects);
	*member = (struct member_row){.group = "{}:{}", .pending_worse = true, .ack_ended = true};
	g_strlcpy(member->episode, id_a, ULID_SIZE);
	struct incident_row *incident = effects_add_incident(effects);
	*incident = (struct incident_row){.integration = "oncall/slack/x",
					  .group = "{}:{}",
					  .generation = 2,
					  .message = 3,
					  .subject = "a on b: c [K7Q4]",
					  .told_times = "[1,2]",
					  .last_at = 2,
					  .opened_at = 1};
	g_strlcpy(incident->root, id_b, ULID_SIZE);
	g_strlcpy(incident->name, "K7Q4", sizeof incident->name);
	add_outbox(effects, id_b, "key-1", OUTBOX_PENDING);
	struct meta_row *meta = effects_add_meta(effects);
	*meta = (struct meta_row){"colour", "violet"};
	return effects;
}

static void recover(struct store *store, struct recovered *out)
{
	struct error err = {""};
	cr_assert(store_recover(store, out, &err), "%s", err.text);
}

static void check_rows(const struct effects *rows)
{
	cr_assert_eq(rows->instances_count, 1);
	const struct instance_state *state = &rows->instances[0].state;
	cr_assert_eq(state->state, ALERT_RECOVERING);
	cr_assert_eq(state->level_severity, SEVERITY_WARNING);
	cr_assert(state->since == 5 && state->accrued[0] == 1 && state->accrued[3] == 4 && state->down_accrued == 6);
	cr_assert(state->clear_accrued == 7 && state->unknown_accrued == 8 && state->vanished_accrued == 9);
	cr_assert(state->flap_starts[0] == 0 && state->flap_starts[4] == 8 && state->flap_starts[5] == 9);
	cr_assert(state->flap_score == 1.5 && state->flap_at == 10 && state->flapping && state->episode_started == 11);
	cr_assert(state->value == 0.5 && state->value_at == 12 && state->peak == 0.75 && state->kept == 13);
	cr_assert_str_eq(state->episode, id_a);
	cr_assert_str_eq(labels_get(rows->instances[0].labels, "connector"), "a");
	cr_assert_eq(rows->alerts_count, 1);
	cr_assert_str_eq(labels_get(rows->alerts[0]->labels, "connector"), "a\"b");
	cr_assert(rows->told_count == 1 && rows->told[0].told == TOLD_FIRING && rows->told[0].value == 0.1);
	cr_assert_str_eq(rows->told[0].heard, "a@example.com\nb@example.com");
	cr_assert_str_eq(rows->told[0].incident, id_b);
	cr_assert(rows->groups_count == 1 && rows->groups[0].flush == 3 && rows->groups[0].first_at == 6);
	cr_assert(rows->members_count == 1 && rows->members[0].pending_worse && rows->members[0].ack_ended);
	cr_assert(rows->incidents_count == 1 && rows->incidents[0].message == 3);
	cr_assert_str_eq(rows->incidents[0].told_times, "[1,2]");
	cr_assert(rows->outbox_count == 1 && rows->outbox[0].state == OUTBOX_PENDING);
	cr_assert_str_eq(rows->outbox[0].payload, "{\"frozen\":true}");
}

Test(store, every_kind_of_row_comes_back_after_a_restart, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = make_effects();
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	store_close(store);
	store = must_open();
	struct recovered recovered;
	recover(store, &recovered);
	check_rows(recovered.rows);
	cr_assert_eq(recovered.last_seq, 2);
	cr_assert_not(recovered.unclean);
	cr_assert(ulid_valid(recovered.epoch));
	recovered_release(&recovered);
	store_close(store);
	effects_free(effects);
}

Test(store, writing_the_same_effects_again_changes_nothing, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = make_effects();
	for (int i = 0; i < 3; i++)
		cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	effects->outbox[0].payload = NULL; /* what a message says stands */
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	struct recovered recovered;
	recover(store, &recovered);
	check_rows(recovered.rows);
	recovered_release(&recovered);
	store_close(store);
	effects_free(effects);
}

Test(store, an_incident_that_is_over_comes_back_while_its_message_is_on_its_way, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = effects_new();
	static const char *const roots[] = {id_a, id_b};
	for (size_t i = 0; i < 2; i++) {
		struct incident_row *incident = effects_add_incident(effects);
		*incident = (struct incident_row){.integration = "oncall/slack/x", .opened_at = 1, .closed_at = 2};
		g_strlcpy(incident->root, roots[i], ULID_SIZE);
		add_outbox(effects, roots[i], roots[i], i == 0 ? OUTBOX_SENDING : OUTBOX_SENT);
		g_strlcpy(effects->outbox[i].incident, roots[i], ULID_SIZE);
	}
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	struct recovered recovered;
	recover(store, &recovered);
	cr_assert_eq(recovered.rows->incidents_count, 1);
	cr_assert_str_eq(recovered.rows->incidents[0].root, id_a);
	recovered_release(&recovered);
	store_close(store);
	effects_free(effects);
}

/* What its recipient never heard begin is not told: the end waits with the dead letter, in its line, for a retry. */
static void keep_end(struct store *store, const char *id, const char *key, enum reason reason)
{
	struct effects *effects = effects_new();
	add_outbox(effects, id, key, OUTBOX_PENDING);
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	struct outbox_row *row = &effects->outbox[0];
	row->state = OUTBOX_CANCELLED;
	row->dead_reason = reason;
	row->payload = NULL;
	row->episodes = "[]";
	g_strlcpy(row->predecessor, id_a, ULID_SIZE);
	g_strlcpy(row->incident, id_a, ULID_SIZE);
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	effects_free(effects);
}

Test(store, an_end_kept_with_a_dead_letter_comes_back_with_it, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = effects_new();
	add_outbox(effects, id_a, "begins", OUTBOX_DEAD);
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	keep_end(store, id_b, "ends", REASON_PREDECESSOR_DEAD);
	keep_end(store, "01K0A7QF5M0000000000000003", "merged", REASON_MERGED);
	struct recovered recovered;
	recover(store, &recovered);
	cr_assert_eq(recovered.rows->outbox_count, 2);
	const struct outbox_row *kept = &recovered.rows->outbox[1];
	cr_assert_str_eq(kept->id, id_b);
	cr_assert_str_eq(kept->predecessor, id_a);
	cr_assert_str_eq(kept->incident, id_a);
	cr_assert_str_eq(kept->episodes, "[]");
	cr_assert_str_eq(kept->payload, "{\"frozen\":true}");
	recovered_release(&recovered);
	store_close(store);
	effects_free(effects);
}

Test(store, two_messages_never_share_an_idempotency_key, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = effects_new();
	add_outbox(effects, id_a, "same", OUTBOX_PENDING);
	add_outbox(effects, id_b, "same", OUTBOX_PENDING);
	cr_assert_eq(commit(store, effects), STORE_REFUSED);
	struct recovered recovered;
	recover(store, &recovered);
	cr_assert_eq(recovered.rows->outbox_count, 0, "a refused batch leaves nothing behind");
	recovered_release(&recovered);
	store_close(store);
	effects_free(effects);
}

Test(store, a_second_daemon_is_refused, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct error err = {""};
	cr_assert_null(open_store(&err));
	cr_assert_not_null(strstr(err.text, "another tocsind"), "%s", err.text);
	store_close(store);
	store_close(must_open());
}

static int64_t count_rows(const char *query)
{
	char *path = g_build_filename(directory, "tocsin.db", NULL);
	sqlite3 *handle;
	sqlite3_stmt *row;
	cr_assert_eq(sqlite3_open(path, &handle), SQLITE_OK);
	cr_assert_eq(sqlite3_prepare_v2(handle, query, -1, &row, NULL), SQLITE_OK, "%s", sqlite3_errmsg(handle));
	cr_assert_eq(sqlite3_step(row), SQLITE_ROW);
	int64_t count = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	sqlite3_close(handle);
	g_free(path);
	return count;
}

static void edit_database(const char *statements)
{
	char *path = g_build_filename(directory, "tocsin.db", NULL);
	sqlite3 *handle;
	cr_assert_eq(sqlite3_open(path, &handle), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(handle, statements, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(handle));
	sqlite3_close(handle);
	g_free(path);
}

Test(store, an_older_database_is_brought_up_and_loses_nothing, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = make_effects();
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	effects_free(effects);
	store_close(store);
	edit_database(store_to_version_1);
	store = must_open();
	struct recovered found = {0};
	recover(store, &found);
	cr_assert_eq(found.rows->instances_count, 1);
	cr_expect_eq(found.rows->instances[0].state.flap_score, 1.5);
	cr_expect_eq(found.rows->instances[0].state.flap_starts[FLAP_STARTS_MAX - 1], 0);
	cr_expect(found.rows->told_count == 1 && !found.rows->told[0].heard && !found.rows->told[0].incident[0]);
	cr_expect(found.rows->members_count == 1 && !found.rows->members[0].ack_ended);
	cr_assert_eq(found.rows->outbox_count, 1);
	cr_expect_str_eq(found.rows->outbox[0].payload, "{\"frozen\":true}");
	recovered_release(&found);
	store_close(store);
}

/* In a child that is killed: commits until told to stop, reports each acknowledged number through the pipe. */
static void commit_until_killed(int out)
{
	struct store *store = must_open();
	for (uint64_t seq = 1; seq < 1000000; seq++) {
		struct effects *effects = effects_new();
		add_event(effects, seq, (msec_t)seq, "");
		if (commit(store, effects) != STORE_COMMITTED || write(out, &seq, sizeof seq) != (ssize_t)sizeof seq)
			_exit(1);
		effects_free(effects);
	}
	_exit(0);
}

Test(store, kill_9_loses_no_acknowledged_commit, .init = set_up, .fini = tear_down, .timeout = 60)
{
	uint64_t last = 0;
	for (int round = 0; round < 5; round++) {
		int ends[2];
		cr_assert_eq(pipe(ends), 0);
		pid_t child = fork();
		if (child == 0)
			commit_until_killed(ends[1]);
		close(ends[1]);
		uint64_t seen = 0, stop = 20 + (uint64_t)round * 13;
		while (seen < stop && read(ends[0], &seen, sizeof seen) == (ssize_t)sizeof seen)
			continue;
		kill(child, SIGKILL);
		while (read(ends[0], &seen, sizeof seen) == (ssize_t)sizeof seen)
			continue;
		close(ends[0]);
		waitpid(child, NULL, 0);
		last = MAX(last, seen);
		struct store *store = must_open();
		struct recovered recovered;
		recover(store, &recovered);
		cr_assert(recovered.unclean, "the mark of a stop that was not orderly");
		cr_assert_geq(recovered.last_seq, last, "acknowledged %llu, found %llu", (unsigned long long)last,
			      (unsigned long long)recovered.last_seq);
		recovered_release(&recovered);
		store_close(store);
	}
}

static struct store_page *read_alerts(struct store *store, struct store_query_alerts query)
{
	struct answer answer = ANSWER;
	cr_assert(store_read_alerts(store, &query, on_page, &answer));
	answer_await(&answer);
	cr_assert_str_eq(answer.page->error.text, "");
	return answer.page;
}

Test(store, history_is_paged_newest_first_without_gap_or_double, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = effects_new();
	struct rng rng;
	rng_seed(&rng, 7);
	for (int i = 0; i < 25; i++) {
		char id[ULID_SIZE];
		ulid_make(1000 + i / 3, &rng, id);
		add_alert(effects, id, 1000 + i / 3, i % 2 ? 2000 : 0);
	}
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	char *cursor = NULL;
	msec_t before = INT64_MAX;
	do {
		struct store_page *page = read_alerts(
			store, (struct store_query_alerts){.open = true, .closed = true, .limit = 4, .cursor = cursor});
		for (size_t i = 0; i < page->alert_count; i++) {
			cr_assert_leq(page->alerts[i]->started_at, before);
			before = page->alerts[i]->started_at;
			cr_assert(g_hash_table_add(seen, g_strdup(page->alerts[i]->id)), "twice");
		}
		g_free(cursor);
		cursor = g_strdup(page->next);
		store_page_free(page);
	} while (cursor);
	cr_assert_eq(g_hash_table_size(seen), 25);
	g_hash_table_destroy(seen);
	struct store_page *open = read_alerts(store, (struct store_query_alerts){.open = true, .limit = 100});
	cr_assert_eq(open->alert_count, 13);
	store_page_free(open);
	store_close(store);
	effects_free(effects);
}

static struct store_page *read_outbox(struct store *store, struct store_query_outbox query)
{
	struct answer answer = ANSWER;
	cr_assert(store_read_outbox(store, &query, on_page, &answer));
	answer_await(&answer);
	return answer.page;
}

static struct store_page *read_events(struct store *store, struct store_query_events query)
{
	struct answer answer = ANSWER;
	cr_assert(store_read_events(store, &query, on_page, &answer));
	answer_await(&answer);
	return answer.page;
}

Test(store, a_foreign_cursor_is_an_error_not_a_crash, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct answer answer = ANSWER;
	struct store_query_alerts query = {.open = true, .cursor = "'; DROP TABLE alert"};
	cr_assert(store_read_alerts(store, &query, on_page, &answer));
	answer_await(&answer);
	cr_assert(answer.page->bad_cursor && strstr(answer.page->error.text, "cursor"));
	store_page_free(answer.page);
	struct store_page *rows = read_outbox(store, (struct store_query_outbox){.state = -1, .cursor = "zzz"});
	cr_assert(rows->bad_cursor && rows->error.text[0]);
	store_page_free(rows);
	store_close(store);
}

Test(store, events_are_read_after_a_number_and_by_episode, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = effects_new();
	for (uint64_t seq = 1; seq <= 10; seq++)
		add_event(effects, seq, (msec_t)seq, seq % 2 ? id_a : "");
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	struct store_page *all = read_events(store, (struct store_query_events){.after_seq = 4, .limit = 3});
	struct store_page *one = read_events(store, (struct store_query_events){.episode = id_a});
	struct store_page *newest = read_events(store, (struct store_query_events){.episode = id_a, .limit = 2});
	cr_assert(all->event_count == 3 && all->events[0].seq == 5 && all->events[2].seq == 7);
	cr_assert(all->oldest_seq == 1 && all->newest_seq == 10);
	cr_assert_eq(one->event_count, 5);
	cr_assert(newest->event_count == 2 && newest->events[0].seq == 7 && newest->events[1].seq == 9);
	store_page_free(all);
	store_page_free(one);
	store_page_free(newest);
	store_close(store);
	effects_free(effects);
}

Test(store, outbox_rows_are_found_by_episode_and_state, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = effects_new();
	add_outbox(effects, id_a, "k1", OUTBOX_DEAD);
	add_outbox(effects, id_b, "k2", OUTBOX_SENT);
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	struct store_page *of_episode = read_outbox(store, (struct store_query_outbox){.episode = id_a, .state = -1});
	struct store_page *dead = read_outbox(store, (struct store_query_outbox){.state = OUTBOX_DEAD});
	struct store_page *first = read_outbox(store, (struct store_query_outbox){.state = -1, .limit = 1});
	struct store_page *last = read_outbox(store, (struct store_query_outbox){.state = -1, .limit = 1, .cursor = first->next});
	cr_assert_eq(of_episode->outbox_count, 2);
	cr_assert(dead->outbox_count == 1 && strcmp(dead->outbox[0].id, id_a) == 0);
	cr_assert(first->outbox_count == 1 && last->outbox_count == 1 && strcmp(last->outbox[0].id, id_a) == 0);
	cr_assert_null(last->next, "there is no page after the last row");
	struct store_page *pages[] = {of_episode, dead, first, last};
	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
		store_page_free(pages[i]);
	store_close(store);
	effects_free(effects);
}

Test(store, pruning_lets_old_history_go_but_nothing_open_or_owed, .init = set_up, .fini = tear_down, .timeout = 60)
{
	struct clock *clock = clock_virtual_new((msec_t)1000 * 24 * 3600 * 1000);
	struct store_options options = {.directory = directory, .retention = 24 * 3600 * 1000, .clock = clock};
	struct error err = {""};
	struct store *store = store_open(&options, &err);
	cr_assert_not_null(store, "%s", err.text);
	struct effects *effects = effects_new();
	add_alert(effects, id_a, 100, 0); /* open, however old */
	add_alert(effects, id_b, 100, 200); /* ended long ago */
	add_event(effects, 1, 100, id_a);
	add_event(effects, 2, 100, id_b);
	add_event(effects, 3, 100, ""); /* the newest number stays */
	add_outbox(effects, id_a, "owed", OUTBOX_RETRY);
	add_outbox(effects, id_b, "done", OUTBOX_SENT);
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	size_t left = 2;
	while (left > 1) { /* the writer gets to it in its own time; the timeout ends a wait for nothing */
		clock_virtual_advance(clock, 60001);
		struct store_page *page = read_alerts(store, (struct store_query_alerts){.open = true, .closed = true});
		left = page->alert_count;
		if (left == 1)
			cr_assert_str_eq(page->alerts[0]->id, id_a);
		store_page_free(page);
	}
	cr_assert_eq(left, 1);
	struct store_page *events = read_events(store, (struct store_query_events){0});
	struct store_page *outbox = read_outbox(store, (struct store_query_outbox){.state = -1});
	cr_assert(events->event_count == 2 && events->events[0].seq == 1 && events->events[1].seq == 3);
	cr_assert(outbox->outbox_count == 1 && outbox->outbox[0].state == OUTBOX_RETRY);
	store_page_free(events);
	store_page_free(outbox);
	store_close(store);
	cr_expect_eq(count_rows("SELECT count(*) FROM payload"), 1, "it goes with its message");
	effects_free(effects);
	clock_virtual_free(clock);
}

/* A limit that follows the wall clock at once would take all that is closed. */
Test(store, a_wall_clock_that_jumps_ahead_does_not_take_the_history, .init = set_up, .fini = tear_down, .timeout = 60)
{
	const msec_t day = 24 * 3600 * 1000, today = 20000 * day;
	struct clock *clock = clock_virtual_new(today);
	struct store_options options = {.directory = directory, .retention = 90 * day, .clock = clock};
	struct error err = {""};
	struct store *store = store_open(&options, &err);
	cr_assert_not_null(store, "%s", err.text);
	struct effects *effects = effects_new();
	add_alert(effects, id_a, today - 80 * day, today - 79 * day);
	add_alert(effects, id_b, today - 3 * day, today - 2 * day);
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	clock_virtual_jump_wall(clock, 3650 * day);
	size_t left = 2;
	while (left == 2) { /* the oldest goes soon: then it was looked at; the timeout ends a wait for nothing */
		clock_virtual_advance(clock, 60001);
		struct store_page *page = read_alerts(store, (struct store_query_alerts){.open = true, .closed = true});
		left = page->alert_count;
		cr_assert(left == 2 || (left == 1 && strcmp(page->alerts[0]->id, id_b) == 0), "%zu are left", left);
		store_page_free(page);
	}
	store_close(store);
	effects_free(effects);
	clock_virtual_free(clock);
}

/* However long an alert is open, and whatever is still owed: the rest gives way to the size limit. */
/* Under these limits history goes, oldest first, though it is younger than the retention. */
static void check_history_goes(int64_t size_limit, int64_t free_space_least)
{
	const msec_t day = 24 * 3600 * 1000;
	struct clock *clock = clock_virtual_new(1000 * day);
	struct store_options options = {.directory = directory,
					.retention = 2000 * day,
					.size_limit = size_limit,
					.free_space_least = free_space_least,
					.clock = clock};
	struct error err = {""};
	struct store *store = store_open(&options, &err);
	cr_assert_not_null(store, "%s", err.text);
	struct effects *effects = effects_new();
	add_alert(effects, id_a, 1 * day, 0);
	add_event(effects, 1, 1 * day, id_a);
	add_alert(effects, id_b, 900 * day, 901 * day);
	add_event(effects, 2, 900 * day, id_b);
	add_event(effects, 3, 990 * day, "");
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	size_t left = 2;
	while (left > 1) { /* the timeout ends a wait for nothing */
		clock_virtual_advance(clock, 60001);
		struct store_page *page = read_alerts(store, (struct store_query_alerts){.open = true, .closed = true});
		left = page->alert_count;
		store_page_free(page);
	}
	struct answer events = ANSWER;
	cr_assert(store_read_events(store, &(struct store_query_events){0}, on_page, &events));
	answer_await(&events);
	cr_expect(events.page->event_count == 2 && events.page->events[0].seq == 1 && events.page->events[1].seq == 3);
	store_page_free(events.page);
	store_close(store);
	effects_free(effects);
	clock_virtual_free(clock);
}

Test(store, an_old_open_alert_does_not_hold_up_the_size_limit, .init = set_up, .fini = tear_down, .timeout = 60)
{
	check_history_goes(1, 0);
}

Test(store, without_room_on_the_disk_history_goes, .init = set_up, .fini = tear_down, .timeout = 60)
{
	check_history_goes(0, INT64_MAX / 2);
}

Test(store, rules_are_counted_by_when_they_fired, .init = set_up, .fini = tear_down)
{
	struct store *store = must_open();
	struct effects *effects = effects_new();
	add_alert(effects, "01K0A7QF5M0000000000000011", 1000, 1500);
	add_alert(effects, "01K0A7QF5M0000000000000012", 5000, 0);
	add_alert(effects, "01K0A7QF5M0000000000000013", 6000, 7000);
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	effects_free(effects);
	struct answer answer = ANSWER;
	cr_assert(store_read_rule_counts(store, 5000, on_page, &answer));
	answer_await(&answer);
	cr_expect_str_empty(answer.page->error.text);
	cr_assert_eq(answer.page->rule_count_count, 1);
	cr_expect_str_eq(answer.page->rule_counts[0].rule, "TaskFailed");
	cr_expect_eq(answer.page->rule_counts[0].fired, 2);
	cr_expect_eq(answer.page->rule_counts[0].last_fired, 6000);
	store_page_free(answer.page);
	store_close(store);
}

/* A row that is over: when it ended, after how many attempts. */
static void add_ended(struct effects *effects, int number, enum outbox_state state, msec_t ended, uint32_t attempts)
{
	char id[ULID_SIZE], key[16];
	g_snprintf(id, sizeof id, "01K0A7QF5M00000000000001%02d", number);
	g_snprintf(key, sizeof key, "key%d", number);
	add_outbox(effects, id, key, state);
	struct outbox_row *row = &effects->outbox[effects->outbox_count - 1];
	row->created_at = ended - 100 * number;
	row->attempts = attempts;
	if (state == OUTBOX_RETRY)
		row->started_at = ended;
	else
		row->finished_at = ended;
}

Test(store, deliveries_are_counted_by_the_hour, .init = set_up, .fini = tear_down)
{
	enum { HOUR = 3600000 };
	const msec_t since = 1700000000000;
	struct store *store = must_open();
	struct effects *effects = effects_new();
	add_ended(effects, 1, OUTBOX_SENT, since - 1, 1); /* too old */
	add_ended(effects, 2, OUTBOX_SENT, since, 1);
	add_ended(effects, 3, OUTBOX_SENT, since + HOUR, 3); /* two attempts failed */
	add_ended(effects, 4, OUTBOX_SENT, since + 24 * HOUR - 1, 1);
	add_ended(effects, 5, OUTBOX_DEAD, since + 23 * HOUR, 4);
	add_ended(effects, 6, OUTBOX_CANCELLED, since + 23 * HOUR, 0);
	add_ended(effects, 7, OUTBOX_RETRY, since + 2 * HOUR, 2); /* under way */
	cr_assert_eq(commit(store, effects), STORE_COMMITTED);
	effects_free(effects);
	struct answer answer = ANSWER;
	cr_assert(store_read_deliveries(store, since, on_page, &answer));
	answer_await(&answer);
	cr_expect_str_empty(answer.page->error.text);
	cr_assert_eq(answer.page->delivery_count, 1);
	const struct store_delivery_count *it = &answer.page->deliveries[0];
	cr_expect_str_eq(it->integration, "oncall/slack/x");
	cr_expect(it->sent[0] == 1 && it->sent[1] == 1 && it->sent[23] == 1);
	cr_expect(it->failed[0] == 0 && it->failed[1] == 2 && it->failed[2] == 2 && it->failed[23] == 4);
	cr_expect_eq(it->latency_p50, 300, "of 200, 300, 400 msec");
	cr_expect_eq(it->latency_p95, 400);
	cr_expect_eq(it->last_sent_at, since + 24 * HOUR - 1);
	store_page_free(answer.page);
	store_close(store);
}
