/* Databases of other versions; that nothing of an older one is lost is told in test_store. */
#include "base/json.h"
#include "tests/store/commits.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <sqlite3.h>
#include <string.h>

static char *directory;

static void set_up(void)
{
	json_setup();
	directory = store_folder_new();
}

static void tear_down(void)
{
	store_folder_remove(directory);
}

static struct store *open_with(int64_t free_space_least, struct error *err)
{
	struct store_options options = {.directory = directory, .free_space_least = free_space_least};
	return store_open(&options, err);
}

static void open_and_close(int64_t free_space_least)
{
	struct error err = {""};
	struct store *store = open_with(free_space_least, &err);
	cr_assert_not_null(store, "%s", err.text);
	store_close(store);
}

static sqlite3 *open_file(const char *file)
{
	sqlite3 *handle;
	char *path = g_build_filename(directory, file, NULL);
	cr_assert_eq(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK, "%s", path);
	g_free(path);
	return handle;
}

static void edit(const char *statements)
{
	sqlite3 *handle = open_file("tocsin.db");
	cr_assert_eq(sqlite3_exec(handle, statements, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(handle));
	sqlite3_close(handle);
}

static int64_t number_in(const char *file, const char *query)
{
	sqlite3 *handle = open_file(file);
	sqlite3_stmt *row;
	cr_assert_eq(sqlite3_prepare_v2(handle, query, -1, &row, NULL), SQLITE_OK, "%s", sqlite3_errmsg(handle));
	cr_assert_eq(sqlite3_step(row), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	sqlite3_close(handle);
	return number;
}

static const char copy[] = "tocsin.db.before-migration";

static bool copy_is_there(void)
{
	char *path = g_build_filename(directory, copy, NULL);
	bool there = g_file_test(path, G_FILE_TEST_EXISTS);
	g_free(path);
	return there;
}

Test(store_versions, an_older_one_is_kept_as_it_was_for_who_goes_back, .init = set_up, .fini = tear_down)
{
	struct error err = {""};
	struct store *store = open_with(0, &err);
	cr_assert_not_null(store, "%s", err.text);
	cr_assert_eq(commit_number(store, 1, &err), STORE_COMMITTED, "%s", err.text);
	store_close(store);
	edit(store_to_version_1);
	open_and_close(0);
	cr_assert(copy_is_there());
	cr_expect_eq(number_in(copy, "PRAGMA user_version"), 1);
	cr_expect_eq(number_in(copy, "SELECT count(*) FROM event"), 1);
	cr_expect_gt(number_in("tocsin.db", "PRAGMA user_version"), 1);
	edit(store_to_version_1);
	open_and_close(0); /* in place of the copy before */
	cr_expect_eq(number_in(copy, "PRAGMA user_version"), 1);
}

Test(store_versions, one_of_this_version_is_not_copied, .init = set_up, .fini = tear_down)
{
	open_and_close(0);
	open_and_close(0);
	cr_expect_not(copy_is_there());
}

Test(store_versions, without_room_for_a_copy_it_is_brought_up_all_the_same, .init = set_up, .fini = tear_down)
{
	open_and_close(0);
	edit(store_to_version_1);
	open_and_close(INT64_MAX / 2);
	cr_expect_gt(number_in("tocsin.db", "PRAGMA user_version"), 1);
	cr_expect_not(copy_is_there());
}

Test(store_versions, a_newer_one_is_refused_and_left_alone, .init = set_up, .fini = tear_down)
{
	open_and_close(0);
	edit("PRAGMA user_version=9999");
	struct error err = {""};
	cr_assert_null(open_with(0, &err));
	cr_assert_not_null(strstr(err.text, "9999"), "%s", err.text);
	cr_expect_not(copy_is_there());
}
