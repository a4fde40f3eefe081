/* An evaluator against a plain list: made-up polls, failures, series that come and go, steps left out, edits, reloads and
 * restarts, and after each step every instance must be where the lifecycle alone, applied to each series for itself, would
 * have it: without spans, heaps of timers, or rows that come back. 60 stories, with TOCSIN_LONG=1 three thousand;
 * `random_evaluator SEED [COUNT]` plays those from this seed on. Prints TAP. */
#include "tests/engine/lab.h"
#include "tests/engine/twin.h"
#include <stdio.h>
#include <stdlib.h>

enum { SERIES = 5, TARGETS = 2, RULES = 2, EDITIONS = 3, SLOTS_MAX = 48, TURNS = 1500 };
enum { BATCHES = 10, STORIES = 60, STORIES_LONG = 3000 };

struct source {
	uint64_t generation;
	uint32_t slots;
	msec_t next; /* poll, monotonic */
	bool fails, read;
	/* of the newest batch that no step has seen */
	bool fresh, failed;
	msec_t fresh_since;
	struct now at;
};

struct series {
	uint32_t target, slot;
	bool there, announced;
	double value, polled;
};

struct story {
	uint64_t seed;
	struct rng rng;
	struct lab lab;
	struct lab_book editions[EDITIONS];
	uint32_t edition;
	struct twin twins[RULES][SERIES];
	struct source sources[TARGETS];
	struct series series[SERIES];
	bool failing; /* some target, at the last step */
	GHashTable *rows;   /* "rule task" -> struct effects with one row */
	GHashTable *alerts; /* episode -> struct alert */
	char *fault;
};

static uint32_t below(struct story *story, uint32_t n)
{
	return (uint32_t)rng_below(&story->rng, n);
}

static const struct rule *rule_of(const struct story *story, uint32_t r)
{
	return story->editions[story->edition].rules[r];
}

static void pass(struct story *story, msec_t until)
{
	if (until > story->lab.now.mono)
		lab_pass(&story->lab, until - story->lab.now.mono);
}

/* ---- the list ---- */

static void step_list(struct story *story)
{
	struct now now = story->lab.now;
	bool failing = false, settled = true;
	msec_t polled = 0;
	for (uint32_t t = 0; t < TARGETS; t++) {
		failing |= story->sources[t].failed;
		settled &= story->sources[t].read;
		polled = story->sources[t].fresh ? MAX(polled, story->sources[t].at.mono) : polled;
	}
	for (uint32_t i = 0; i < RULES * SERIES; i++) {
		const struct rule *rule = rule_of(story, i / SERIES);
		const struct series *series = &story->series[i % SERIES];
		struct twin *twin = &story->twins[i / SERIES][i % SERIES];
		const struct source *source = &story->sources[series->target];
		if (twin->fed && source->fresh)
			twin_poll(twin, rule,
				  &(struct twin_poll){series->polled, source->at, source->fresh_since, source->failed});
		else
			twin_pass(twin, rule, polled - 1, now);
		twin->lost |= twin->alive && !twin->fed && failing != story->failing;
		if (twin->lost && !twin->fed && settled)
			twin_miss(twin, rule, now, failing);
		twin_pass(twin, rule, now.mono, now);
	}
	story->failing = failing;
}

/* ---- what a store would have ---- */

static void free_effects(void *effects)
{
	effects_free(effects);
}

static void free_alert(void *alert)
{
	alert_unref(alert);
}

static const struct instance_row *row_of(const struct story *story, const char *rule, const char *task)
{
	char *key = g_strdup_printf("%s %s", rule, task);
	const struct effects *effects = g_hash_table_lookup(story->rows, key);
	g_free(key);
	return effects ? &effects->instances[0] : NULL;
}

static void copy_row(struct effects *to, const char *rule, struct labels *labels, const struct instance_state *state)
{
	struct instance_row *row = effects_add_instance(to);
	row->rule = arena_strdup(to->arena, rule);
	row->labels = labels_ref(labels);
	row->state = *state;
}

static void commit(struct story *story)
{
	for (size_t i = 0; i < story->lab.out.count; i++) {
		const struct transition *from = &story->lab.out.items[i];
		char *key = g_strdup_printf("%s %s", from->rule, labels_get_or_empty(from->labels, "task"));
		struct effects *row = effects_new();
		if (from->alert)
			g_hash_table_replace(story->alerts, g_strdup(from->alert->id), alert_ref(from->alert));
		copy_row(row, from->rule, from->labels, &from->state);
		g_hash_table_remove(story->rows, key);
		if (from->state.state != ALERT_INACTIVE || from->state.flap_score > 0)
			g_hash_table_insert(story->rows, key, row);
		else {
			effects_free(row);
			g_free(key);
		}
	}
}

static struct effects *read_rows(const struct story *story)
{
	struct effects *rows = effects_new();
	GHashTableIter iter;
	gpointer each;
	g_hash_table_iter_init(&iter, story->rows);
	while (g_hash_table_iter_next(&iter, NULL, &each)) {
		const struct instance_row *row = &((struct effects *)each)->instances[0];
		struct alert *alert = g_hash_table_lookup(story->alerts, row->state.episode);
		copy_row(rows, row->rule, row->labels, &row->state);
		if (alert)
			effects_add_alert(rows, alert);
	}
	return rows;
}

/* ---- comparing ---- */

static void complain(struct story *story, uint32_t r, uint32_t s, const char *what)
{
	if (!story->fault)
		story->fault = g_strdup_printf("rule %s, task %u: %s", rule_of(story, r)->name, s, what);
}

static const struct instance_row *row_at(const struct story *story, uint32_t r, uint32_t s)
{
	char task[4];
	g_snprintf(task, sizeof task, "%u", s);
	return row_of(story, rule_of(story, r)->name, task);
}

static void compare_row(struct story *story, uint32_t r, uint32_t s)
{
	const struct instance_row *row = row_at(story, r, s);
	const struct instance_state *should = &story->twins[r][s].state;
	if ((row ? row->state.state : ALERT_INACTIVE) != should->state)
		complain(story, r, s, "another state");
	else if (should->state == ALERT_INACTIVE && (row != NULL) != (should->flap_score > 0))
		complain(story, r, s, "another flap score");
	else if (should->state >= ALERT_FIRING && row->state.level_severity != should->level_severity)
		complain(story, r, s, "another severity");
	else if (should->state >= ALERT_FIRING && row->state.flapping != should->flapping)
		complain(story, r, s, "flapping");
	else if (row && (should->state >= ALERT_FIRING) != (row->state.episode[0] != '\0'))
		complain(story, r, s, "an episode and no alert, or the other way round");
}

static void compare_health(struct story *story, uint32_t r)
{
	struct rule_health health;
	uint32_t counts[ALERT_RESOLVED + 1] = {0};
	evaluator_rule_health(story->lab.evaluator, r, &health);
	for (uint32_t s = 0; s < SERIES; s++)
		counts[story->twins[r][s].state.state]++;
	if (health.pending != counts[ALERT_PENDING] || health.firing != counts[ALERT_FIRING] ||
	    health.recovering != counts[ALERT_RECOVERING] || health.no_data != counts[ALERT_NO_DATA])
		complain(story, r, 0, "other counts");
}

static void compare(struct story *story)
{
	for (uint32_t r = 0; r < RULES; r++) {
		for (uint32_t s = 0; s < SERIES; s++)
			compare_row(story, r, s);
		compare_health(story, r);
	}
}

/* After an orderly stop nothing that accrued is lost. */
static void compare_accruals(struct story *story)
{
	for (uint32_t i = 0; i < RULES * SERIES; i++) {
		const struct instance_row *row = row_at(story, i / SERIES, i % SERIES);
		const struct instance_state *should = &story->twins[i / SERIES][i % SERIES].state;
		if (row && (memcmp(row->state.accrued, should->accrued, sizeof should->accrued) != 0 ||
			    row->state.down_accrued != should->down_accrued ||
			    row->state.clear_accrued != should->clear_accrued ||
			    row->state.unknown_accrued != should->unknown_accrued))
			complain(story, i / SERIES, i % SERIES, "accruals were not saved");
	}
}

/* ---- what happens ---- */

static void announce_anew(struct story *story, uint32_t target)
{
	story->sources[target].generation++;
	story->sources[target].slots = 0;
	for (uint32_t s = 0; s < SERIES; s++) {
		if (story->series[s].target != target || !story->series[s].announced)
			continue;
		story->series[s].announced = false;
		for (uint32_t r = 0; r < RULES; r++)
			twin_unfeed(&story->twins[r][s]);
	}
}

static void fill(struct story *story, uint32_t target, struct batch *batch)
{
	struct source *source = &story->sources[target];
	batch->generation = source->generation;
	batch->values = malloc((SLOTS_MAX + SERIES) * sizeof *batch->values);
	for (uint32_t s = 0; s < SERIES; s++) {
		struct series *series = &story->series[s];
		char task[4];
		if (series->target != target || series->announced || !series->there)
			continue;
		g_snprintf(task, sizeof task, "%u", s);
		series->slot = source->slots++;
		series->announced = true;
		lab_announce(batch, series->slot, "m", task);
		for (uint32_t r = 0; r < RULES; r++) {
			story->twins[r][s].fed = true;
			story->twins[r][s].lost = false;
		}
	}
	batch->slot_count = source->slots;
	for (uint32_t slot = 0; slot < source->slots; slot++)
		batch->values[slot] = VALUE_GONE;
	for (uint32_t s = 0; s < SERIES; s++) {
		struct series *series = &story->series[s];
		if (series->target == target && series->announced)
			batch->values[series->slot] = source->fails ? VALUE_UNKNOWN : series->there ? series->value : VALUE_GONE;
	}
}

/* A slot that was called gone is free; a generation ends before its slots run out. */
static void poll(struct story *story, uint32_t target)
{
	struct source *source = &story->sources[target];
	struct batch *batch = batch_new(target);
	batch->at = story->lab.now;
	batch->failed = source->fails;
	if (!source->fails && (source->slots > SLOTS_MAX - SERIES || below(story, 60) == 0))
		announce_anew(story, target);
	if (!source->fails || below(story, 2))
		fill(story, target, batch);
	for (uint32_t s = 0; s < SERIES; s++)
		if (story->series[s].target == target && story->series[s].announced)
			story->series[s].polled = batch->values ? batch->values[story->series[s].slot] : VALUE_UNKNOWN;
	if (!source->fresh)
		source->fresh_since = batch->at.mono;
	source->fresh = source->read = true;
	source->failed = batch->failed;
	source->at = batch->at;
	source->next = batch->at.mono + 1000 * (msec_t)(1 + below(story, 12));
	evaluator_ingest(story->lab.evaluator, batch);
}

static void step(struct story *story)
{
	lab_step(&story->lab);
	step_list(story);
	for (uint32_t s = 0; s < SERIES; s++)
		if (story->sources[story->series[s].target].fresh && value_is_gone(story->series[s].polled))
			story->series[s].announced = false;
	for (uint32_t t = 0; t < TARGETS; t++)
		story->sources[t].fresh = false;
	commit(story);
	compare(story);
}

static void start_sources(struct story *story)
{
	for (uint32_t t = 0; t < TARGETS; t++) {
		struct source *source = &story->sources[t];
		*source = (struct source){.generation = source->generation + 1, .fails = source->fails};
		source->next = story->lab.now.mono + below(story, 3000);
	}
	for (uint32_t s = 0; s < SERIES; s++)
		story->series[s].announced = false;
}

static void use_edition(struct story *story, uint32_t edition, bool new_sources)
{
	story->edition = edition;
	evaluator_set_rules(story->lab.evaluator, &story->editions[edition].book);
	if (!new_sources)
		return;
	evaluator_set_targets(story->lab.evaluator, TARGETS, (const msec_t[TARGETS]){5000, 5000});
	start_sources(story);
}

static void reload(struct story *story)
{
	bool new_sources = below(story, 2);
	for (uint32_t i = 0; i < RULES * SERIES; i++) {
		struct twin *twin = &story->twins[i / SERIES][i % SERIES];
		if (!twin->fed)
			continue;
		twin_unfeed(twin);
		twin->fed = !new_sources;
		twin->lost &= new_sources;
	}
	use_edition(story, below(story, EDITIONS), new_sources);
}

static void recall(struct story *story, uint32_t r, uint32_t s)
{
	const struct instance_row *row = row_at(story, r, s);
	struct twin *twin = &story->twins[r][s];
	const struct alert *alert = row ? g_hash_table_lookup(story->alerts, row->state.episode) : NULL;
	twin->fed = false;
	twin_forget(twin);
	if (row)
		twin_recall(twin, &row->state, alert && alert->no_data);
}

static void restart(struct story *story)
{
	struct evaluator_options options = {.seed = rng_next(&story->rng)};
	if (below(story, 2)) {
		transitions_release(&story->lab.out);
		evaluator_checkpoint(story->lab.evaluator, story->lab.now, &story->lab.out);
		commit(story);
		compare_accruals(story);
	}
	evaluator_free(story->lab.evaluator);
	story->lab.now.wall += below(story, 100000);
	story->lab.now.mono = 1000 + below(story, 5000);
	story->lab.evaluator = evaluator_new(&options);
	struct effects *rows = read_rows(story);
	evaluator_restore(story->lab.evaluator, rows);
	effects_free(rows);
	story->failing = false;
	use_edition(story, below(story, EDITIONS), true);
	for (uint32_t i = 0; i < RULES * SERIES; i++)
		recall(story, i / SERIES, i % SERIES);
}

/* ---- a story ---- */

static double some_value(struct story *story)
{
	const double values[] = {1, 1, 2, 5, 7, 7, 10, 20, 20, 60, 100, 120, 200, VALUE_UNKNOWN, VALUE_HOLD, (double)NAN};
	return values[below(story, G_N_ELEMENTS(values))];
}

static msec_t some_time(struct story *story)
{
	static const msec_t times[] = {0, 0, 3000, 7000, 10000, 30000};
	return times[below(story, G_N_ELEMENTS(times))];
}

static struct rule *some_rule(struct story *story, const char *name)
{
	struct rule *rule = lab_rule(name, &lab_plain);
	rule->levels[0].for_time = some_time(story);
	rule->levels[1].for_time = some_time(story);
	rule->keep_firing_for = some_time(story);
	rule->no_data = (enum no_data_policy)below(story, 3);
	rule->no_data_after = 1000 * (msec_t)below(story, 90);
	rule->expire_after = 20000 + 1000 * (msec_t)below(story, 500);
	if (below(story, 3) == 0)
		rule->levels[0].raise = 50;
	if (below(story, 4) == 0)
		rule->level_count = 1;
	return rule;
}

static struct source *next_source(struct story *story)
{
	struct source *next = story->sources;
	for (uint32_t t = 1; t < TARGETS; t++)
		next = story->sources[t].next < next->next ? &story->sources[t] : next;
	return next;
}

static void change_the_world(struct story *story, struct source *source)
{
	for (uint32_t s = 0; s < SERIES; s++) {
		if (below(story, 6) == 0)
			story->series[s].value = some_value(story);
		if (below(story, 80) == 0)
			story->series[s].there = !story->series[s].there;
	}
	if (below(story, 20) == 0)
		source->fails = !source->fails;
}

static void poll_next(struct story *story)
{
	struct source *source = next_source(story);
	pass(story, source->next);
	change_the_world(story, source);
	poll(story, (uint32_t)(source - story->sources));
}

static void turn(struct story *story)
{
	msec_t due = evaluator_due(story->lab.evaluator);
	if (due < next_source(story)->next && below(story, 3)) {
		pass(story, due);
		step(story);
		return;
	}
	/* Now and then the store refuses for a while. */
	for (uint32_t left_out = below(story, 40) == 0 ? below(story, 12) : 0; left_out > 0; left_out--)
		poll_next(story);
	poll_next(story);
	step(story);
	if (below(story, 150) == 0)
		restart(story);
	else if (below(story, 100) == 0)
		reload(story);
}

static void begin(struct story *story, uint64_t seed)
{
	*story = (struct story){.seed = seed};
	rng_seed(&story->rng, seed);
	for (uint32_t e = 0; e < EDITIONS; e++)
		lab_rules(&story->editions[e], RULES, some_rule(story, "A"), some_rule(story, "B"));
	story->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_effects);
	story->alerts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_alert);
	story->lab = lab_start(TARGETS, &story->editions[0].book);
	for (uint32_t s = 0; s < SERIES; s++)
		story->series[s] = (struct series){.target = below(story, TARGETS), .there = below(story, 4), .value = 1};
	for (uint32_t i = 0; i < RULES * SERIES; i++)
		twin_forget(&story->twins[i / SERIES][i % SERIES]);
	start_sources(story);
}

static void end(struct story *story)
{
	lab_stop(&story->lab);
	for (uint32_t e = 0; e < EDITIONS; e++)
		lab_book_free(&story->editions[e]);
	g_hash_table_destroy(story->rows);
	g_hash_table_destroy(story->alerts);
	g_free(story->fault);
}

static bool play(uint64_t seed)
{
	struct story story;
	begin(&story, seed);
	unsigned turns = 0;
	while (!story.fault && turns < TURNS) {
		turn(&story);
		turns++;
	}
	bool fine = !story.fault;
	if (!fine)
		printf("# seed %llu, turn %u: %s\n", (unsigned long long)seed, turns, story.fault);
	end(&story);
	return fine;
}

static bool play_batch(unsigned number, uint64_t first, unsigned count)
{
	bool fine = true;
	for (unsigned i = 0; i < count; i++)
		fine = play(first + i) && fine;
	printf("%s %u - stories %llu to %llu\n", fine ? "ok" : "not ok", number, (unsigned long long)first,
	       (unsigned long long)(first + count - 1));
	return fine;
}

int main(int argc, char **argv)
{
	const char *longer = getenv("TOCSIN_LONG");
	unsigned each = (longer && strcmp(longer, "1") == 0 ? STORIES_LONG : STORIES) / BATCHES;
	bool fine = true;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1) {
		printf("1..1\n");
		return !play_batch(1, strtoull(argv[1], NULL, 10), argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1);
	}
	printf("1..%d\n", BATCHES);
	for (unsigned i = 0; i < BATCHES; i++)
		fine = play_batch(i + 1, 1 + i * each, each) && fine;
	return !fine;
}
