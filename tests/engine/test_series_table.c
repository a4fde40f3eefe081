#include "engine/series_table.h"
#include <criterion/criterion.h>
#include <glib.h>

static struct batch *batch_of(uint32_t target, uint64_t generation, uint32_t count, double value)
{
	struct batch *batch = batch_new(target);
	batch->generation = generation;
	batch->slot_count = count;
	batch->values = malloc((count + 1) * sizeof(double));
	for (uint32_t i = 0; i < count; i++)
		batch->values[i] = value;
	return batch;
}

static void announce(struct batch *batch, uint32_t first, uint32_t count, const char *name)
{
	if (!batch->arena)
		batch->arena = arena_new();
	batch->added = arena_alloc(batch->arena, count * sizeof *batch->added);
	batch->added_count = count;
	for (uint32_t i = 0; i < count; i++) {
		char number[16];
		g_snprintf(number, sizeof number, "%u", first + i);
		const struct label pairs[] = {{"__name__", name}, {"n", number}};
		batch->added[i] = (struct batch_series){first + i, METRIC_COUNTER, labels_new(pairs, 2)};
	}
}

static void ingest(struct series_table *table, struct batch *batch)
{
	series_table_ingest(table, batch);
	batch_free(batch);
}

static unsigned changes(struct series_table *table, enum series_change_kind kind)
{
	const struct series_change *list;
	size_t count = series_table_changes(table, &list);
	unsigned found = 0;
	for (size_t i = 0; i < count; i++)
		found += list[i].kind == kind;
	return found;
}

static struct series_table *table_of(uint32_t targets, uint32_t per_target, uint32_t total)
{
	struct series_limits limits = {per_target, total};
	struct series_table *table = series_table_new(&limits);
	series_table_set_targets(table, targets, NULL);
	return table;
}

Test(series_table, values_move_and_slots_keep_their_labels)
{
	struct series_table *table = table_of(1, 0, 0);
	cr_expect_not(series_table_settled(table, 0));
	struct batch *batch = batch_of(0, 1, 3, 5);
	announce(batch, 0, 3, "a");
	ingest(table, batch);
	cr_expect(series_table_settled(table, 0));
	cr_expect_eq(changes(table, SERIES_ADDED), 3);
	cr_expect_eq(series_table_columns(table, 0)->values[2], 5.0);
	cr_expect_str_eq(labels_get(series_table_labels(table, 0, 2), "n"), "2");
	cr_expect_eq(series_table_type(table, 0, 2), METRIC_COUNTER);
	series_table_changes_clear(table);
	ingest(table, batch_of(0, 1, 3, 6));
	cr_expect_eq(changes(table, SERIES_ADDED), 0);
	cr_expect_eq(series_table_columns(table, 0)->values[0], 6.0);
	series_table_free(table);
}

Test(series_table, a_failed_poll_makes_all_unknown_and_keeps_the_series)
{
	struct series_table *table = table_of(1, 0, 0);
	struct batch *batch = batch_of(0, 1, 2, 5);
	announce(batch, 0, 2, "a");
	ingest(table, batch);
	batch = batch_new(0);
	batch->failed = true;
	ingest(table, batch);
	cr_expect(value_is_unknown(series_table_columns(table, 0)->values[1]));
	cr_expect_eq(series_table_count(table), 2);
	cr_expect(series_table_failed(table, 0));
	ingest(table, batch_of(0, 1, 1, 7)); /* says nothing of slot 1 */
	cr_expect_eq(series_table_columns(table, 0)->values[0], 7.0);
	cr_expect(value_is_unknown(series_table_columns(table, 0)->values[1]));
	series_table_free(table);
}

Test(series_table, a_new_generation_loses_all_and_starts_anew)
{
	struct series_table *table = table_of(1, 0, 0);
	struct batch *batch = batch_of(0, 1, 3, 5);
	announce(batch, 0, 3, "a");
	ingest(table, batch);
	series_table_changes_clear(table);
	batch = batch_of(0, 2, 1, 5);
	announce(batch, 0, 1, "b");
	ingest(table, batch);
	cr_expect_eq(changes(table, SERIES_LOST), 3);
	cr_expect_eq(changes(table, SERIES_ADDED), 1);
	cr_expect_eq(series_table_count(table), 1);
	series_table_free(table);
}

Test(series_table, limits_shed_new_series_and_let_them_in_when_there_is_room)
{
	struct series_table *table = table_of(2, 10, 15);
	struct batch *batch = batch_of(0, 1, 12, 5);
	announce(batch, 0, 12, "a");
	ingest(table, batch);
	cr_expect_eq(series_table_count(table), 10);
	cr_expect_eq(series_table_dropped(table), 2);
	batch = batch_of(1, 1, 8, 5);
	announce(batch, 0, 8, "b");
	ingest(table, batch);
	cr_expect_eq(series_table_count(table), 15);
	cr_expect_eq(series_table_dropped(table), 5);
	batch = batch_of(0, 1, 12, 5);
	for (int i = 0; i < 4; i++)
		batch->values[i] = VALUE_GONE;
	ingest(table, batch);
	series_table_drop_gone(table, 0);
	cr_expect_eq(series_table_count(table), 15);
	cr_expect_eq(series_table_target_count(table, 0), 8);
	cr_expect_eq(series_table_target_count(table, 1), 7);
	cr_expect_eq(series_table_dropped(table), 1);
	cr_expect_str_eq(labels_get(series_table_labels(table, 0, 11), "n"), "11");
	series_table_free(table);
}

Test(series_table, two_targets_one_series_the_one_with_a_number_holds_it)
{
	struct series_table *table = table_of(2, 0, 0);
	for (uint32_t target = 0; target < 2; target++) {
		struct batch *batch = batch_of(target, 1, 1, 5);
		announce(batch, 0, 1, "a");
		ingest(table, batch);
	}
	cr_expect(series_table_holds(table, 0, 0));
	cr_expect_not(series_table_holds(table, 1, 0));
	series_table_want_ring(table, 0, 0, 60000, false);
	series_table_changes_clear(table);
	ingest(table, batch_of(0, 1, 1, VALUE_UNKNOWN));
	cr_expect(series_table_holds(table, 1, 0));
	cr_expect_eq(changes(table, SERIES_LOST), 1);
	cr_expect_eq(changes(table, SERIES_ADDED), 1);
	cr_expect_not_null(series_table_columns(table, 1)->rings[0], "its past comes along");
	ingest(table, batch_of(1, 1, 1, VALUE_UNKNOWN));
	cr_expect(series_table_holds(table, 1, 0), "nobody has a number: it stays");
	ingest(table, batch_of(0, 1, 1, 5));
	cr_expect(series_table_holds(table, 0, 0));
	ingest(table, batch_of(0, 1, 1, VALUE_GONE));
	series_table_drop_gone(table, 0);
	cr_expect(series_table_holds(table, 1, 0));
	cr_expect_eq(series_table_count(table), 1);
	series_table_free(table);
}

Test(series_table, rings_grow_with_the_window_and_go_when_nobody_wants_them)
{
	struct series_table *table = table_of(1, 0, 0);
	struct batch *batch = batch_of(0, 1, 2, 1);
	batch->at.wall = 1000000;
	announce(batch, 0, 2, "a");
	ingest(table, batch);
	series_table_want_ring(table, 0, 0, 60000, false);
	for (int i = 1; i <= 12; i++) {
		batch = batch_of(0, 1, 2, 1 + i);
		batch->at.wall = 1000000 + i * 5000;
		ingest(table, batch);
	}
	const struct ring *ring = series_table_columns(table, 0)->rings[0];
	cr_assert_eq(ring->count, 13);
	series_table_want_ring(table, 0, 0, 3600000, false);
	ring = series_table_columns(table, 0)->rings[0];
	cr_expect_eq(ring->count, 13);
	cr_expect_geq(ring->capacity, 720);
	cr_expect_eq(ring_at(ring, 0).value, 13.0);
	cr_expect_eq(ring_at(ring, 12).value, 1.0);
	series_table_rings_begin(table);
	series_table_rings_end(table);
	cr_expect_null(series_table_columns(table, 0)->rings[0]);
	series_table_free(table);
}

Test(series_table, notes_stay_beside_the_number)
{
	struct series_table *table = table_of(1, 0, 0);
	struct batch *batch = batch_of(0, 1, 1, 1);
	announce(batch, 0, 1, "a");
	batch->notes = arena_alloc(batch->arena, sizeof *batch->notes);
	batch->notes[0] = (struct batch_note){0, "w1:8083", "java.lang.Exception"};
	batch->note_count = 1;
	ingest(table, batch);
	cr_expect_str_eq(series_table_worker(table, 0, 0), "w1:8083");
	cr_expect_str_eq(series_table_trace(table, 0, 0), "java.lang.Exception");
	series_table_free(table);
}
