#include "base/failpoint.h"
#include "base/json.h"
#include "base/log.h"
#include "store/store.h"
#include "tests/store/commits.h"
#include "tests/store/fail_vfs.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

static char *directory;

static void set_up(void)
{
	json_setup();
	log_configure(LOG_LEVEL_ERROR, LOG_SINK_NONE);
	fail_vfs_install();
	directory = store_folder_new();
}

static void tear_down(void)
{
	store_folder_remove(directory);
}

static struct store *must_open(int64_t free_space_least)
{
	struct store_options options = {.directory = directory, .free_space_least = free_space_least};
	struct error err = {""};
	struct store *store = store_open(&options, &err);
	cr_assert_not_null(store, "%s", err.text);
	return store;
}

/* Commits three numbers while the plan is armed, then looks at what a new start finds. False when nothing failed. */
static bool check_fault(enum fail_call call, unsigned n, int code, bool for_good)
{
	enum store_outcome outcomes[4];
	struct error err;
	struct store *store = must_open(0);
	fail_vfs_arm(call, n, code, for_good);
	for (uint64_t number = 1; number <= 3; number++) {
		struct effects *effects = numbered(number);
		outcomes[number] = commit_effects(store, effects, &err);
		cr_assert(outcomes[number] == STORE_COMMITTED || err.text[0], "a failure says why");
		effects_free(effects);
		if (outcomes[number] == STORE_UNKNOWN) {
			for (; number < 3; number++)
				outcomes[number + 1] = STORE_REFUSED;
			break;
		}
	}
	store_close(store);
	bool failed = fail_vfs_calls(call) >= n;
	fail_vfs_arm(call, 0, 0, false);
	store = must_open(0);
	struct recovered recovered;
	cr_assert(store_recover(store, &recovered, &err), "%s", err.text);
	uint64_t newest = 0;
	for (uint64_t number = 1; number <= 3; number++) {
		bool there = has_number(&recovered, number);
		newest = there ? number : newest;
		cr_assert(outcomes[number] != STORE_COMMITTED || there,
			  "call %d at %u: %llu was acknowledged and is lost", call, n, (unsigned long long)number);
		cr_assert(outcomes[number] != STORE_REFUSED || !there, "call %d at %u: %llu was refused and is there",
			  call, n, (unsigned long long)number);
	}
	cr_assert_eq(recovered.last_seq, newest, "event and row come together");
	recovered_release(&recovered);
	store_close(store);
	store_folder_empty(directory);
	return failed;
}

static void check_each(enum fail_call call, int code, bool for_good)
{
	unsigned n = 1;
	while (check_fault(call, n, code, for_good))
		n++;
	cr_assert_gt(n, 3, "the three commits write and sync");
}

Test(store_faults, at_every_write_and_sync_an_answer_is_true, .init = set_up, .fini = tear_down, .timeout = 300)
{
	static const struct {
		enum fail_call call;
		int code;
	} faults[] = {{FAIL_WRITE, SQLITE_IOERR_WRITE}, {FAIL_WRITE, SQLITE_FULL}, {FAIL_SYNC, SQLITE_IOERR_FSYNC}};
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		check_each(faults[i].call, faults[i].code, false);
		check_each(faults[i].call, faults[i].code, true);
	}
}

Test(store_faults, after_a_failed_sync_nobody_knows, .init = set_up, .fini = tear_down, .timeout = 60)
{
	struct store *store = must_open(0);
	struct error err;
	fail_vfs_arm(FAIL_SYNC, 1, SQLITE_IOERR_FSYNC, false);
	cr_assert_eq(commit_number(store, 1, &err), STORE_UNKNOWN);
	cr_assert(strstr(err.text, "commit"), "%s", err.text);
	fail_vfs_arm(FAIL_SYNC, 0, 0, false);
	store_close(store);
}

Test(store_faults, a_full_disk_refuses_and_the_same_effects_pass_later, .init = set_up, .fini = tear_down,
     .timeout = 60)
{
	struct store *store = must_open(0);
	struct effects *effects = numbered(1);
	struct error err;
	fail_vfs_arm(FAIL_WRITE, 1, SQLITE_FULL, true);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(commit_effects(store, effects, &err), STORE_REFUSED);
	cr_assert(strstr(err.text, "full"), "%s", err.text);
	struct store_health health;
	store_health(store, &health);
	cr_assert(strstr(health.problem, "full"), "the status says so: '%s'", health.problem);
	fail_vfs_arm(FAIL_WRITE, 0, 0, false);
	cr_assert_eq(commit_effects(store, effects, &err), STORE_COMMITTED, "%s", err.text);
	store_health(store, &health);
	cr_assert_str_eq(health.problem, "");
	store_close(store);
	effects_free(effects);
}

Test(store_faults, failpoints_give_each_outcome, .init = set_up, .fini = tear_down, .timeout = 60)
{
	static const struct {
		const char *point;
		enum store_outcome outcome;
		bool there;
	} rows[] = {
		{"store.begin=error@once", STORE_REFUSED, false},
		{"store.commit=error@once", STORE_REFUSED, false},
		{"store.committed=error@once", STORE_UNKNOWN, true},
	};
	struct error err;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store *store = must_open(0);
		struct effects *effects = numbered(i + 1);
		cr_assert(failpoint_configure(rows[i].point, &err), "%s", err.text);
		cr_assert_eq(commit_effects(store, effects, &err), rows[i].outcome);
		struct recovered recovered;
		cr_assert(store_recover(store, &recovered, &err));
		cr_assert_eq(has_number(&recovered, i + 1), rows[i].there);
		recovered_release(&recovered);
		cr_assert_eq(commit_effects(store, effects, &err), STORE_COMMITTED, "again, unchanged: %s", err.text);
		effects_free(effects);
		store_close(store);
	}
	failpoint_configure(NULL, NULL);
}

Test(store_faults, without_room_checkpoints_are_shed_and_what_is_owed_is_written, .init = set_up, .fini = tear_down,
     .timeout = 60)
{
	struct store *store = must_open(INT64_MAX / 2);
	struct effects *owed = numbered(1), *checkpoint = effects_new();
	struct instance_row *instance = effects_add_instance(checkpoint);
	instance->rule = "r";
	instance->labels = labels_new(NULL, 0);
	instance->state = (struct instance_state){.state = ALERT_PENDING};
	struct error err;
	cr_assert_eq(commit_effects(store, owed, &err), STORE_COMMITTED, "%s", err.text);
	cr_assert_eq(commit_effects(store, checkpoint, &err), STORE_COMMITTED);
	struct store_health health;
	store_health(store, &health);
	cr_assert(!health.accepts && health.problem[0]);
	struct recovered recovered;
	cr_assert(store_recover(store, &recovered, &err));
	cr_assert(has_number(&recovered, 1));
	cr_assert_eq(recovered.rows->instances_count, 0);
	recovered_release(&recovered);
	store_close(store);
	effects_free(owed);
	effects_free(checkpoint);
}

/* A reader that answers stays where it is until the gate is opened. */
struct gate {
	pthread_mutex_t mutex;
	unsigned answers;
};

static void answer_at_gate(void *ctx, struct store_page *page)
{
	struct gate *gate = ctx;
	store_page_free(page);
	pthread_mutex_lock(&gate->mutex);
	gate->answers++;
	pthread_mutex_unlock(&gate->mutex);
}

Test(store_faults, questions_that_wait_have_a_bound, .init = set_up, .fini = tear_down, .timeout = 60)
{
	struct error err = {""};
	struct store *store = store_open(&(struct store_options){.directory = directory}, &err);
	cr_assert_not_null(store, "%s", err.text);
	struct gate gate = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	struct store_query_events query = {.limit = 1};
	unsigned taken = 0;
	pthread_mutex_lock(&gate.mutex);
	while (taken < 5000 && store_read_events(store, &query, answer_at_gate, &gate))
		taken++;
	pthread_mutex_unlock(&gate.mutex);
	cr_assert_lt(taken, 1000, "%u questions were taken while none was answered", taken);
	store_close(store);
	cr_assert_eq(gate.answers, taken, "what was taken is answered");
}
