/* lab: an evaluator under hand-made rules and batches, in time that only the test moves. Included by one test each. */
#ifndef TESTS_ENGINE_LAB_H
#define TESTS_ENGINE_LAB_H

#include "engine/evaluator.h"
#include "model/template.h"
#include "rules/rule_parts.h"
#include <glib.h>
#include <stdarg.h>

struct lab {
	struct evaluator *evaluator;
	struct now now;
	struct arena *arena;
	struct transitions out; /* of the last step */
	uint64_t generation;
};

static bool lab_selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	*role = 0;
	const char *only = rule->topic ? rule->topic : "m";
	return strcmp(labels_get_or_empty(series, "__name__"), only) == 0 && !labels_get(series, "unselected");
}

static struct labels *lab_identity(const struct rule *rule, const struct labels *series)
{
	static const char *const name[] = {"__name__"};
	return labels_without(series, name, 1);
}

/* One instance a cluster: the sum. */
static struct labels *lab_identity_sum(const struct rule *rule, const struct labels *series)
{
	static const char *const name[] = {"cluster"};
	return labels_pick(series, name, 1);
}

static struct labels *lab_identity_absent(const struct rule *rule, const struct labels *series)
{
	return labels_new(&(struct label){"job", "j"}, 1);
}

static void lab_sum(const struct rule *rule, const struct span *span, msec_t now, double *out)
{
	for (uint32_t i = 0; i < span->count; i++) {
		out[i] = 0;
		for (uint32_t r = span->starts[i]; r < span->starts[i + 1]; r++)
			out[i] += span->refs[r].columns->values[span->refs[r].slot];
		if (!value_is_number(out[i]))
			out[i] = VALUE_UNKNOWN;
	}
}

static void lab_average(const struct rule *rule, const struct span *span, msec_t now, double *out)
{
	for (uint32_t i = 0; i < span->count; i++) {
		const struct series_ref *ref = &span->refs[span->starts[i]];
		out[i] = ring_avg(ref->columns->rings[ref->slot], rule->window, now);
	}
}

static void lab_absent(const struct rule *rule, const struct span *span, msec_t now, double *out)
{
	for (uint32_t i = 0; i < span->count; i++)
		out[i] = span->starts[i] == span->starts[i + 1] ? 100 : 0;
}

static const struct wording lab_wording = {
	.topic = "m is high", .fact = "{{value}}", .resolved = "{{value}}", .unknown = "m unknown"};
static const struct rule_kind lab_plain = {.name = "plain",
					   .wording = &lab_wording,
					   .selects = lab_selects,
					   .identity = lab_identity,
					   .manner = {.needs_levels = true, .plain_last = true}};
__attribute__((unused)) static const struct rule_kind lab_kind_sum = {.name = "sum",
								      .wording = &lab_wording,
								      .selects = lab_selects,
								      .identity = lab_identity_sum,
								      .values = lab_sum,
								      .manner = {.needs_levels = true}};
__attribute__((unused)) static const struct rule_kind lab_kind_average = {
	.name = "average",
	.wording = &lab_wording,
	.selects = lab_selects,
	.identity = lab_identity,
	.values = lab_average,
	.manner = {.needs_levels = true, .windowed = true}};
__attribute__((unused)) static const struct rule_kind lab_kind_absent = {.name = "absent",
									 .wording = &lab_wording,
									 .selects = lab_selects,
									 .identity = lab_identity_absent,
									 .values = lab_absent,
									 .always_there = true,
									 .manner = {.needs_levels = true}};

/* warning over 10, clear under 5, for 10 s; kept firing for 20 s; critical over 100, clear under 50, at once. */
static struct rule *lab_rule(const char *name, const struct rule_kind *kind)
{
	struct rule *rule = g_new0(struct rule, 1);
	rule->name = g_strdup(name);
	rule->kind = kind;
	rule->manner = kind->manner;
	rule->wording = *kind->wording;
	rule_compile_wording(rule);
	rule->file = g_strdup("test.conf");
	rule->line = 7;
	rule->levels[0] = (struct level){SEVERITY_WARNING, 10, 5, 0, 0, 10000};
	rule->levels[1] = (struct level){SEVERITY_CRITICAL, 100, 50, 0, 0, 0};
	rule->level_count = 2;
	rule->keep_firing_for = 20000;
	rule->interval = 15000;
	rule->window = 60000;
	rule->no_data_after = 60000;
	rule->expire_after = 3600000;
	rule->no_data_severity = SEVERITY_WARNING;
	return rule;
}

/* Its count of references never falls to zero: the test frees the rules. */
struct lab_book {
	struct rulebook book;
	struct rule *rules[8];
};

static struct rulebook *lab_rules(struct lab_book *out, uint32_t count, ...)
{
	va_list list;
	*out = (struct lab_book){
		.book = {.references = 1000, .rules = out->rules, .count = count, .window_longest = 60000}};
	va_start(list, count);
	for (uint32_t i = 0; i < count; i++) {
		out->rules[i] = va_arg(list, struct rule *);
		out->rules[i]->index = i;
	}
	va_end(list);
	return &out->book;
}

static void lab_book_free(struct lab_book *book)
{
	for (uint32_t i = 0; i < book->book.count; i++) {
		labels_unref(book->rules[i]->labels);
		template_free(book->rules[i]->fact);
		template_free(book->rules[i]->resolved);
		g_free(book->rules[i]->name);
		g_free(book->rules[i]->file);
		g_free(book->rules[i]);
	}
}

static struct lab lab_start(uint32_t targets, struct rulebook *rules)
{
	struct lab lab = {.now = {.mono = 50000, .wall = 1700000000000}, .generation = 1, .arena = arena_new()};
	struct evaluator_options options = {.seed = 42};
	lab.evaluator = evaluator_new(&options);
	transitions_init(&lab.out, lab.arena);
	if (rules)
		evaluator_set_rules(lab.evaluator, rules);
	const msec_t intervals[8] = {5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000};
	evaluator_set_targets(lab.evaluator, targets, intervals);
	return lab;
}

static void lab_stop(struct lab *lab)
{
	transitions_release(&lab->out);
	evaluator_free(lab->evaluator);
	arena_free(lab->arena);
}

static void lab_step(struct lab *lab)
{
	transitions_release(&lab->out);
	evaluate_step(lab->evaluator, lab->now, &lab->out);
}

static void lab_pass(struct lab *lab, msec_t time)
{
	lab->now.mono += time;
	lab->now.wall += time;
}

__attribute__((unused)) static struct batch *lab_batch(struct lab *lab, uint32_t target, uint32_t count, ...)
{
	va_list list;
	struct batch *batch = batch_new(target);
	batch->at = lab->now;
	batch->generation = lab->generation;
	batch->slot_count = count;
	batch->values = malloc((count ? count : 1) * sizeof(double));
	va_start(list, count);
	for (uint32_t i = 0; i < count; i++)
		batch->values[i] = va_arg(list, double);
	va_end(list);
	return batch;
}

/* slot is announced as name{cluster="c",task="<task>"}. */
static struct batch *lab_announce(struct batch *batch, uint32_t slot, const char *name, const char *task)
{
	if (!batch->arena)
		batch->arena = arena_new();
	struct batch_series *added = arena_alloc(batch->arena, (batch->added_count + 1) * sizeof *added);
	if (batch->added_count)
		memcpy(added, batch->added, batch->added_count * sizeof *added);
	const struct label pairs[] = {{"__name__", name}, {"cluster", "c"}, {"task", task}};
	added[batch->added_count] = (struct batch_series){slot, METRIC_GAUGE, labels_new(pairs, 3)};
	batch->added = added;
	batch->added_count++;
	return batch;
}

static void lab_poll(struct lab *lab, struct batch *batch)
{
	evaluator_ingest(lab->evaluator, batch);
	lab_step(lab);
}

__attribute__((unused)) static void lab_fail(struct lab *lab, uint32_t target)
{
	struct batch *batch = batch_new(target);
	batch->at = lab->now;
	batch->generation = lab->generation;
	batch->failed = true;
	lab_poll(lab, batch);
}

__attribute__((unused)) static const struct transition *lab_find(const struct lab *lab, enum transition_kind kind)
{
	for (size_t i = 0; i < lab->out.count; i++)
		if (lab->out.items[i].kind == kind)
			return &lab->out.items[i];
	return NULL;
}

__attribute__((unused)) static unsigned lab_count(const struct lab *lab, enum transition_kind kind)
{
	unsigned count = 0;
	for (size_t i = 0; i < lab->out.count; i++)
		count += lab->out.items[i].kind == kind;
	return count;
}

#endif
