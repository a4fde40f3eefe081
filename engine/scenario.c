#include "engine/scenario.h"
#include "base/duration.h"
#include "engine/scenario_expect.h"
#include "engine/scenario_run.h"
#include "model/connect_state.h"
#include "model/value.h"
#include <stdlib.h>
#include <string.h>

#define TIME_MAX ((msec_t)400 * 24 * 3600 * 1000)

typedef bool statement_fn(struct scenario_run *run, struct error *err);

/* ---- the world ---- */

static bool do_config(struct scenario_run *run, struct error *err)
{
	if (!run->statement->block)
		return error_set(err, "'%s <<END' needs a block", run_word(run, 0));
	bool reload = strcmp(run_word(run, 0), "reload") == 0;
	if (reload != run->configured)
		return error_set(err, reload ? "'reload' before 'config'" : "'config' stands once; use 'reload'");
	run->configured = true;
	bool refused = run_has(run, "refused");
	bool fine = scenario_world_configure(run->world, "config", run->statement->block, err);
	if (refused && fine)
		return error_set(err, "expected the configuration to be refused, but it was taken");
	return refused || fine;
}

static bool do_every(struct scenario_run *run, struct error *err)
{
	msec_t interval;
	if (!duration_parse(run_word(run, 1), &interval, err))
		return false;
	if (interval < 100)
		return error_set(err, "polls at most every 100ms");
	scenario_world_every(run->world, interval);
	return true;
}

static uint32_t target_of(const struct scenario_run *run)
{
	const char *name = run_after(run, "on");
	return scenario_world_target(run->world, name ? name : "main");
}

static bool value_of(const char *text, double *out, struct error *err)
{
	if (connect_state_known(text)) {
		*out = (double)connect_state_parse(text);
		return true;
	}
	return run_number(text, out, err);
}

static bool write_series(struct scenario_run *run, double value, double per_second, struct error *err)
{
	struct labels *series = scenario_parse_series(run_word(run, 1), err);
	if (!series)
		return false;
	scenario_world_set(run->world, target_of(run), series, value, per_second);
	labels_unref(series);
	return true;
}

static bool do_series(struct scenario_run *run, struct error *err)
{
	double value;
	return value_of(run_word(run, 2), &value, err) && write_series(run, value, 0, err);
}

static bool do_ramp(struct scenario_run *run, struct error *err)
{
	double from = 0, by = 0;
	if (run_after(run, "from") && !run_number(run_after(run, "from"), &from, err))
		return false;
	if (!run_after(run, "by"))
		return error_set(err, "ramp SERIES [from NUMBER] by NUMBER (a second)");
	return run_number(run_after(run, "by"), &by, err) && write_series(run, from, by, err);
}

static bool do_vanish(struct scenario_run *run, struct error *err)
{
	return write_series(run, VALUE_UNKNOWN, 0, err);
}

static bool do_gone(struct scenario_run *run, struct error *err)
{
	return write_series(run, VALUE_GONE, 0, err);
}

static bool do_poll(struct scenario_run *run, struct error *err)
{
	bool fails = strcmp(run_word(run, 1), "fails") == 0;
	if (strcmp(run_word(run, 1), "hangs") == 0) {
		scenario_world_hang_polls(run->world, target_of(run));
		return true;
	}
	if (!fails && strcmp(run_word(run, 1), "works") != 0)
		return error_set(err, "poll fails|hangs|works [on TARGET]");
	scenario_world_fail_polls(run->world, target_of(run), fails ? "connection refused" : NULL);
	return true;
}

/* ---- trouble ---- */

static bool fault_of(const struct scenario_run *run, struct scenario_fault *fault, struct error *err)
{
	struct delivery_result *result = &fault->result;
	*result = (struct delivery_result){.verdict = DELIVERY_RETRY, .retry_after = -1, .status = 500};
	if (run_has(run, "permanent"))
		*result = (struct delivery_result){.verdict = DELIVERY_PERMANENT, .retry_after = -1, .status = 404};
	else if (run_has(run, "ambiguous"))
		result->verdict = DELIVERY_AMBIGUOUS;
	else if (run_has(run, "429"))
		*result = (struct delivery_result){
			.verdict = DELIVERY_RETRY, .retry_after = -1, .rate_limited = true, .status = 429};
	else if (run_has(run, "451"))
		*result = (struct delivery_result){
			.verdict = DELIVERY_RETRY, .retry_after = -1, .one_recipient = true, .status = 451};
	else if (!run_has(run, "500"))
		return error_set(err, "say how it fails: 429 [retry-after TIME], 451, 500, permanent or ambiguous");
	g_snprintf(result->detail, sizeof result->detail, "%d", result->status);
	return run_duration(run, "retry-after", &result->retry_after, err);
}

static bool do_fail(struct scenario_run *run, struct error *err)
{
	struct scenario_fault fault = {.to = run->statement->words[2]};
	if (strcmp(run_word(run, 1), "notifier") != 0 || strcmp(run_word(run, 4), "times") != 0)
		return error_set(err, "fail notifier NAME COUNT times HOW");
	if (!run_count(run_word(run, 3), &fault.times, err) || !fault_of(run, &fault, err))
		return false;
	if (!fault.times)
		return error_set(err, "0 times is never");
	scenario_world_fail(run->world, &fault);
	return true;
}

static bool do_hold(struct scenario_run *run, struct error *err)
{
	scenario_world_hold(run->world, run_word(run, 1));
	return true;
}

static bool do_release(struct scenario_run *run, struct error *err)
{
	scenario_world_hold(run->world, NULL);
	return true;
}

static bool do_restart(struct scenario_run *run, struct error *err)
{
	msec_t away = 0;
	if (!run_duration(run, "for", &away, err))
		return false;
	bool crash = strcmp(run_word(run, 0), "crash") == 0;
	scenario_world_restart(run->world, away, !crash, run_has(run, "delivered"));
	return true;
}

static bool do_jump(struct scenario_run *run, struct error *err)
{
	const char *text = run_word(run, 2);
	msec_t by;
	if (strcmp(run_word(run, 1), "clock") != 0 || (text[0] != '+' && text[0] != '-'))
		return error_set(err, "jump clock +TIME or -TIME");
	if (!duration_parse(text + 1, &by, err))
		return false;
	scenario_world_jump(run->world, text[0] == '+' ? by : -by);
	return true;
}

static bool do_suppress(struct scenario_run *run, struct error *err)
{
	bool on = strcmp(run_word(run, 1), "on") == 0;
	if (!on && strcmp(run_word(run, 1), "off") != 0)
		return error_set(err, "suppress on|off");
	scenario_world_suppress(run->world, on);
	return true;
}

/* ---- people ---- */

static bool alert_id(struct scenario_run *run, const char *subject, char id[ULID_SIZE], struct error *err)
{
	char *rule;
	struct labels *labels;
	if (!scenario_parse_subject(subject, &rule, &labels, err))
		return false;
	const struct alert *alert = scenario_store_alert(scenario_world_store(run->world), rule, labels);
	if (alert)
		g_strlcpy(id, alert->id, ULID_SIZE);
	else
		error_set(err, "there is no alert %s", subject);
	labels_unref(labels);
	g_free(rule);
	return alert != NULL;
}

static bool do_ack(struct scenario_run *run, struct error *err)
{
	bool un = strcmp(run_word(run, 0), "unack") == 0;
	char id[ULID_SIZE];
	msec_t lasts = 0;
	if (!run_duration(run, "for", &lasts, err))
		return false;
	if (!alert_id(run, run_word(run, 1), id, err))
		return run_has(run, "if-any");
	struct command *command = command_new(un ? COMMAND_UNACK : COMMAND_ACK);
	const char *by = run_after(run, "by");
	g_strlcpy(command->id, id, ULID_SIZE);
	command->by = g_strdup(by ? by : "somebody");
	command->sticky = run_has(run, "sticky");
	command->until = lasts ? scenario_world_wall(run->world) + lasts : 0;
	scenario_world_command(run->world, command);
	return true;
}

static bool do_retry(struct scenario_run *run, struct error *err)
{
	char **dead = scenario_store_dead(scenario_world_store(run->world));
	for (char **id = dead; *id; id++) {
		struct command *command = command_new(COMMAND_RETRY);
		g_strlcpy(command->id, *id, ULID_SIZE);
		scenario_world_command(run->world, command);
	}
	bool any = dead[0] != NULL;
	g_strfreev(dead);
	return any || run_has(run, "if-any") || error_set(err, "there is no dead letter");
}

/* ---- the table ---- */

static const struct statement_kind {
	const char *name;
	unsigned words;
	bool before_config;
	statement_fn *run;
	const char *usage;
} kinds[] = {
	{"ack", 2, false, do_ack, "ack RULE{…} [by NAME] [for TIME] [sticky] [if-any]"},
	{"config", 1, true, do_config, "config <<END"},
	{"crash", 1, false, do_restart, "crash [for TIME] [delivered]"},
	{"every", 2, true, do_every, "every TIME"},
	{"expect", 3, false, scenario_expect, "expect STATE RULE{…} | sent COUNT … | no message … | said TEXT … | logged REASON | unlogged REASON"},
	{"fail", 6, false, do_fail, "fail notifier NAME COUNT times HOW"},
	{"gone", 2, false, do_gone, "gone SERIES{…} [on TARGET]"},
	{"hold", 2, false, do_hold, "hold RECEIVER"},
	{"jump", 3, false, do_jump, "jump clock +TIME"},
	{"poll", 2, false, do_poll, "poll fails|hangs|works [on TARGET]"},
	{"ramp", 4, true, do_ramp, "ramp SERIES{…} [from NUMBER] by NUMBER [on TARGET]"},
	{"release", 1, false, do_release, "release"},
	{"reload", 1, false, do_config, "reload [refused] <<END"},
	{"restart", 1, false, do_restart, "restart [for TIME]"},
	{"retry", 1, false, do_retry, "retry [if-any]"},
	{"series", 3, true, do_series, "series SERIES{…} NUMBER|STATE [on TARGET]"},
	{"set", 3, true, do_series, "set SERIES{…} NUMBER|STATE [on TARGET]"},
	{"suppress", 2, false, do_suppress, "suppress on|off"},
	{"unack", 2, false, do_ack, "unack RULE{…} [by NAME] [if-any]"},
	{"vanish", 2, false, do_vanish, "vanish SERIES{…} [on TARGET]"},
	{"wait", 1, false, NULL, "at TIME wait"},
};

static const struct statement_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static bool play_until(struct scenario_run *run, msec_t at, struct error *err)
{
	if (at < 0)
		return true;
	if (at > TIME_MAX)
		return error_set(err, "a story lasts at most 400 days");
	if (at < scenario_world_elapsed(run->world))
		return error_set(err, "that time has passed: statements stand in the order of their times");
	if (!run->configured && at)
		return error_set(err, "time passes only after 'config'");
	if (run->configured)
		scenario_world_run(run->world, at);
	return true;
}

static bool play(struct scenario_run *run, struct error *err)
{
	const struct statement_kind *kind = find_kind(run_word(run, 0));
	if (!kind)
		return error_set(err, "unknown statement '%s'", run_word(run, 0));
	if (run->statement->count < kind->words)
		return error_set(err, "%s", kind->usage);
	if (!run->configured && !kind->before_config)
		return error_set(err, "'%s' before 'config'", kind->name);
	return play_until(run, run->statement->at, err) && (!kind->run || kind->run(run, err));
}

bool scenario_play(const struct scenario *scenario, struct scenario_world *world, struct error *err)
{
	struct scenario_run run = {.world = world};
	for (guint i = 0; i < scenario->statements->len; i++) {
		run.statement = &g_array_index(scenario->statements, struct scenario_statement, i);
		if (!play(&run, err))
			return error_prefix(err, "%s:%u", scenario->name, run.statement->line);
	}
	return true;
}

bool scenario_run(const struct scenario *scenario, struct error *err)
{
	struct scenario_world *world = scenario_world_new(SCENARIO_SEED);
	bool fine = scenario_play(scenario, world, err);
	if (fine && !scenario_world_check(world, err))
		fine = error_prefix(err, "%s: at the end", scenario->name);
	scenario_world_free(world);
	return fine;
}
