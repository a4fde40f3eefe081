#include "base/json.h"
#include "base/log.h"
#include "store/store.h"
#include "tests/store/commits.h"
#include <criterion/criterion.h>
#include <glib.h>

static struct store *must_open(const char *directory)
{
	struct store_options options = {.directory = directory};
	struct error err = {""};
	struct store *store = store_open(&options, &err);
	cr_assert(store, "%s", err.text);
	return store;
}

static struct effects *firing(const char *const *values, size_t count)
{
	struct effects *effects = effects_new();
	for (size_t i = 0; i < count; i++) {
		struct label pair = {"connector", values[i]};
		struct instance_row *row = effects_add_instance(effects);
		row->rule = "R";
		row->labels = labels_new(&pair, 1);
		row->state = (struct instance_state){.state = ALERT_FIRING, .value = (double)i};
	}
	return effects;
}

/* A name may hold what no text of ours shows (a mark of direction, a control character): it is the same name after a restart,
 * and not that of another. */
Test(store_labels, an_instance_is_known_again_by_any_label)
{
	static const char *const values[] = {"ab", "a\u200eb", "a\x7f" "b", "a\rb", "a\x01\"\\b", "\xc3\xa4\n"};
	struct recovered recovered;
	struct error err = {""};
	json_setup();
	log_configure(LOG_LEVEL_ERROR, LOG_SINK_NONE);
	char *directory = store_folder_new();
	struct store *store = must_open(directory);
	struct effects *effects = firing(values, G_N_ELEMENTS(values));
	cr_assert_eq(commit_effects(store, effects, &err), STORE_COMMITTED, "%s", err.text);
	store_close(store);
	store = must_open(directory);
	cr_assert(store_recover(store, &recovered, &err), "%s", err.text);
	cr_assert_eq(recovered.rows->instances_count, G_N_ELEMENTS(values));
	for (size_t i = 0; i < recovered.rows->instances_count; i++) {
		const struct instance_row *row = &recovered.rows->instances[i];
		cr_expect(labels_equal(row->labels, effects->instances[(size_t)row->state.value].labels), "%zu", i);
	}
	recovered_release(&recovered);
	store_close(store);
	effects_free(effects);
	store_folder_remove(directory);
}
