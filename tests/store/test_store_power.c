/* The power goes at every write, truncation, sync and removal of a workload: each commit that was acknowledged is there afterwards,
 * each that was refused is not, and none is there by half. */
#include "base/json.h"
#include "base/log.h"
#include "store/store.h"
#include "tests/store/commits.h"
#include "tests/store/fail_vfs.h"
#include "tests/store/power.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <sqlite3.h>

enum { COMMITS = 7, FIRST_LIFE = 5, TORN = 3 /* seeds a cut */ };

static char *directory;
static int pages_until_checkpoint;

/* A checkpoint every few pages, where the daemon has one every thousand. */
static int checkpoint_often(sqlite3 *handle, char **message, const struct sqlite3_api_routines *api)
{
	return pages_until_checkpoint ? sqlite3_wal_autocheckpoint(handle, pages_until_checkpoint) : SQLITE_OK;
}

static void set_up(void)
{
	json_setup();
	log_configure(LOG_LEVEL_ERROR, LOG_SINK_NONE);
	fail_vfs_install();
	sqlite3_auto_extension((void (*)(void))checkpoint_often);
	directory = store_folder_new();
}

static void tear_down(void)
{
	store_folder_remove(directory);
}

static void run_life(uint64_t from, uint64_t to, enum store_outcome *outcomes)
{
	struct store_options options = {.directory = directory};
	struct error err = {""};
	struct store *store = store_open(&options, &err);
	cr_assert(store || power_is_cut(), "%s", err.text);
	for (uint64_t number = from; store && number <= to && outcomes[number - 1] == STORE_COMMITTED; number++)
		outcomes[number] = commit_number(store, number, &err);
	store_close(store);
}

/* outcomes[0] stands for the state before the first. What was not tried counts as refused. */
static void run_workload(unsigned cut_at, enum store_outcome *outcomes)
{
	for (unsigned number = 1; number <= COMMITS; number++)
		outcomes[number] = STORE_REFUSED;
	outcomes[0] = STORE_COMMITTED;
	power_on(cut_at);
	run_life(1, FIRST_LIFE, outcomes);
	if (!power_is_cut())
		run_life(FIRST_LIFE + 1, COMMITS, outcomes);
}

static void check_after(unsigned cut_at, const char *how, const enum store_outcome *outcomes)
{
	struct store_options options = {.directory = directory};
	struct error err = {""};
	struct recovered recovered;
	power_on(0);
	struct store *store = store_open(&options, &err);
	cr_assert_not_null(store, "cut at %u, %s: %s", cut_at, how, err.text);
	cr_assert(store_recover(store, &recovered, &err), "cut at %u, %s: %s", cut_at, how, err.text);
	uint64_t newest = 0;
	for (uint64_t number = 1; number <= COMMITS; number++) {
		bool there = has_number(&recovered, number);
		newest = there ? number : newest;
		cr_assert(outcomes[number] != STORE_COMMITTED || there, "cut at %u, %s: %u was acknowledged and is lost",
			  cut_at, how, (unsigned)number);
		cr_assert(outcomes[number] != STORE_REFUSED || !there, "cut at %u, %s: %u was refused and is there",
			  cut_at, how, (unsigned)number);
	}
	cr_assert_eq(recovered.last_seq, newest, "cut at %u, %s: a commit is there by half", cut_at, how);
	recovered_release(&recovered);
	cr_assert_eq(commit_number(store, COMMITS + 1, &err), STORE_COMMITTED, "cut at %u, %s: it goes on: %s", cut_at, how,
		     err.text);
	store_close(store);
}

/* Returns false when the workload ends before the cut. */
static bool check_cut(unsigned cut_at, enum power_loss loss, uint32_t seed, const char *how)
{
	enum store_outcome outcomes[COMMITS + 1];
	run_workload(cut_at, outcomes);
	bool was_cut = power_is_cut();
	power_restore(loss, seed);
	check_after(cut_at, how, outcomes);
	for (unsigned number = 1; number <= COMMITS && !was_cut; number++)
		cr_assert_eq(outcomes[number], STORE_COMMITTED, "%u", number);
	power_forget();
	store_folder_empty(directory);
	return was_cut;
}

static void check_every_cut(void)
{
	unsigned cuts = 0;
	while (check_cut(cuts + 1, POWER_LOSES_ALL, 0, "all unsynced is lost")) {
		cuts++;
		check_cut(cuts, POWER_KEEPS_ALL, 0, "all is kept");
		for (uint32_t seed = 0; seed < TORN; seed++)
			check_cut(cuts, POWER_TEARS, cuts * TORN + seed, "torn");
	}
	cr_assert_gt(cuts, 40, "%u cuts", cuts);
}

Test(store_power, wherever_it_goes_an_acknowledged_commit_is_there, .init = set_up, .fini = tear_down, .timeout = 300)
{
	check_every_cut();
}

Test(store_power, in_a_checkpoint_too, .init = set_up, .fini = tear_down, .timeout = 300)
{
	pages_until_checkpoint = 6;
	check_every_cut();
}
