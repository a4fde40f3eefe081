#include "sources/slots.h"
#include <criterion/criterion.h>
#include <stdio.h>

static struct labels *series(const char *name, const char *connector)
{
	struct label pairs[] = {{"__name__", name}, {"connector", connector}};
	return labels_new(pairs, 2);
}

static uint32_t put(struct slots *slots, const char *connector, double value)
{
	struct labels *labels = series("m", connector);
	uint32_t slot = slots_of(slots, labels, METRIC_GAUGE);
	slots_set(slots, slot, value);
	labels_unref(labels);
	return slot;
}

static struct batch *fill(struct slots *slots)
{
	struct batch *batch = batch_new(0);
	batch->at = (struct now){1000, 5000};
	slots_fill(slots, batch, 1000);
	return batch;
}

static bool is_not_a(const void *context, const struct labels *labels)
{
	return strcmp(labels_get_or_empty(labels, "connector"), "a") != 0;
}

static bool announces(const struct batch *batch, uint32_t slot, const char *connector)
{
	for (uint32_t i = 0; i < batch->added_count; i++)
		if (batch->added[i].slot == slot &&
		    strcmp(labels_get_or_empty(batch->added[i].labels, "connector"), connector) == 0)
			return true;
	return false;
}

Test(slots, announces_until_taken)
{
	struct slots *slots = slots_new(10);
	slots_begin(slots);
	uint32_t a = put(slots, "a", 1);
	struct batch *refused = fill(slots);
	cr_assert(announces(refused, a, "a"));
	batch_free(refused);

	slots_begin(slots);
	uint32_t b = put(slots, "b", 2);
	struct batch *taken = fill(slots);
	cr_assert(announces(taken, a, "a"), "the refused announcement is not lost");
	cr_assert(announces(taken, b, "b"));
	cr_assert(value_is_unknown(taken->values[a]), "what was not set is unknown");
	cr_assert_eq(taken->values[b], 2);
	slots_taken(slots);
	batch_free(taken);

	slots_begin(slots);
	put(slots, "a", 3);
	struct batch *third = fill(slots);
	cr_assert_eq(third->added_count, 0);
	batch_free(third);
	slots_free(slots);
}

Test(slots, a_gone_slot_is_used_again_only_after_it_was_told)
{
	struct slots *slots = slots_new(10);
	slots_begin(slots);
	uint32_t a = put(slots, "a", 1), b = put(slots, "b", 2);
	batch_free(fill(slots));
	slots_taken(slots);

	slots_begin(slots);
	put(slots, "a", 1);
	slots_sweep(slots, is_not_a, NULL);
	struct batch *refused = fill(slots);
	cr_assert(value_is_gone(refused->values[b]));
	batch_free(refused);

	slots_begin(slots);
	put(slots, "a", 1);
	uint32_t c = put(slots, "c", 3);
	cr_assert_neq(c, b, "nobody knows yet that b is gone");
	struct batch *told = fill(slots);
	cr_assert(value_is_gone(told->values[b]), "it stays gone until a batch that says so was taken");
	cr_assert_eq(told->values[a], 1);
	slots_taken(slots);
	batch_free(told);

	uint64_t epoch = slots_epoch(slots);
	slots_begin(slots);
	uint32_t d = put(slots, "d", 4);
	cr_assert_eq(d, b);
	cr_assert_neq(slots_epoch(slots), epoch, "caches must learn of it");
	struct batch *again = fill(slots);
	cr_assert(announces(again, d, "d"));
	batch_free(again);
	slots_free(slots);
}

Test(slots, an_object_that_comes_back_keeps_its_slot)
{
	struct slots *slots = slots_new(10);
	slots_begin(slots);
	uint32_t b = put(slots, "b", 2);
	batch_free(fill(slots));
	slots_taken(slots);
	slots_begin(slots);
	slots_sweep(slots, is_not_a, NULL);
	batch_free(fill(slots)); /* refused */
	slots_begin(slots);
	cr_assert_eq(put(slots, "b", 5), b);
	struct batch *batch = fill(slots);
	cr_assert_eq(batch->values[b], 5);
	cr_assert(announces(batch, b, "b"));
	slots_taken(slots);
	cr_assert_eq(slots_live(slots), 1);
	batch_free(batch);
	slots_free(slots);
}

Test(slots, a_failed_poll_is_unknown_and_never_zero)
{
	struct slots *slots = slots_new(10);
	slots_begin(slots);
	uint32_t a = put(slots, "a", 1), b = put(slots, "b", 1);
	batch_free(fill(slots));
	slots_taken(slots);
	slots_begin(slots);
	put(slots, "a", 7);
	slots_sweep(slots, is_not_a, NULL);
	batch_free(fill(slots));
	slots_begin(slots);
	put(slots, "a", 9);
	struct batch *batch = batch_new(0);
	slots_fill_failed(slots, batch);
	cr_assert(value_is_unknown(batch->values[a]));
	cr_assert(value_is_gone(batch->values[b]), "what is gone stays gone");
	batch_free(batch);
	slots_free(slots);
}

Test(slots, the_bound_drops_what_is_new)
{
	struct slots *slots = slots_new(2);
	slots_begin(slots);
	put(slots, "a", 1);
	put(slots, "b", 1);
	cr_assert_eq(put(slots, "c", 1), SLOT_NONE);
	struct batch *batch = fill(slots);
	cr_assert_eq(batch->slot_count, 2);
	cr_assert_eq(batch->dropped, 1);
	batch_free(batch);
	slots_free(slots);
}

Test(slots, times_and_notes_travel)
{
	struct slots *slots = slots_new(4);
	slots_begin(slots);
	uint32_t a = put(slots, "a", 1), b = put(slots, "b", 1);
	slots_set_at(slots, a, 4, 4711);
	slots_note(slots, b, "worker-1:8083", "java.lang.Boom\n\tat\x1b[31m x", "org.example.Sink");
	slots_set_version(slots, "3.9.1");
	struct batch *batch = fill(slots);
	cr_assert_eq(batch->times[a], 4711);
	cr_assert_eq(batch->times[b], 5000, "no time of its own: the poll's");
	cr_assert_eq(batch->note_count, 1);
	cr_assert_str_eq(batch->notes[0].worker, "worker-1:8083");
	cr_assert_str_eq(batch->notes[0].trace, "java.lang.Boom\n\tat x");
	cr_assert_str_eq(batch->notes[0].class, "org.example.Sink");
	cr_assert_str_eq(batch->version, "3.9.1");
	batch_free(batch);
	slots_free(slots);
}

Test(slots, churn_is_forgotten_by_a_new_generation)
{
	struct slots *slots = slots_new(100);
	for (int pod = 0; pod < 40; pod++) {
		char name[16];
		snprintf(name, sizeof name, "pod-%d", pod);
		slots_begin(slots);
		put(slots, name, 1);
		struct batch *batch = batch_new(0);
		slots_fill(slots, batch, pod * 1000);
		slots_taken(slots);
		batch_free(batch);
	}
	slots_begin(slots);
	slots_compact(slots, 40000, 10000);
	cr_assert_eq(slots_live(slots), 10);
	uint32_t last = put(slots, "pod-39", 1);
	struct batch *batch = fill(slots);
	cr_assert_eq(batch->generation, 2);
	cr_assert_eq(batch->added_count, 10, "a new generation announces every slot anew");
	cr_assert(announces(batch, last, "pod-39"));
	batch_free(batch);
	slots_free(slots);
}
