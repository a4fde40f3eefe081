#include "engine/scenario.h"
#include "base/duration.h"
#include "engine/scenario_parse.h"
#include "engine/scenario_world.h"
#include "model/connect_state.h"
#include "model/value.h"
#include <stdlib.h>
#include <string.h>

#define SEED 20250701
#define TIME_MAX ((msec_t)400 * 24 * 3600 * 1000)

struct run {
	struct scenario_world *world;
	const struct scenario_statement *statement;
	bool configured;
};

typedef bool statement_fn(struct run *run, struct error *err);

static const char *word(const struct run *run, unsigned i)
{
	return i < run->statement->count ? run->statement->words[i] : "";
}

/* The word after this keyword; NULL if the keyword is not there. */
static const char *after(const struct run *run, const char *keyword)
{
	for (unsigned i = 1; i + 1 < run->statement->count; i++)
		if (strcmp(run->statement->words[i], keyword) == 0)
			return run->statement->words[i + 1];
	return NULL;
}

static bool has(const struct run *run, const char *keyword)
{
	for (unsigned i = 1; i < run->statement->count; i++)
		if (strcmp(run->statement->words[i], keyword) == 0)
			return true;
	return false;
}

static bool number_of(const char *text, double *out, struct error *err)
{
	char *end;
	*out = g_ascii_strtod(text, &end);
	return (text[0] && !*end) || error_set(err, "'%s' is no number", text);
}

static bool count_of(const char *text, uint32_t *out, struct error *err)
{
	double number;
	if (!number_of(text, &number, err))
		return false;
	if (number < 0 || number > 1e6 || number != (double)(uint32_t)number)
		return error_set(err, "'%s' is no count", text);
	*out = (uint32_t)number;
	return true;
}

static bool duration_after(const struct run *run, const char *keyword, msec_t *out, struct error *err)
{
	const char *text = after(run, keyword);
	return !text || duration_parse(text, out, err);
}

/* ---- the world ---- */

static bool do_config(struct run *run, struct error *err)
{
	if (!run->statement->block)
		return error_set(err, "'%s <<END' needs a block", word(run, 0));
	bool reload = strcmp(word(run, 0), "reload") == 0;
	if (reload != run->configured)
		return error_set(err, reload ? "'reload' before 'config'" : "'config' stands once; use 'reload'");
	run->configured = true;
	bool refused = has(run, "refused");
	bool fine = scenario_world_configure(run->world, "config", run->statement->block, err);
	if (refused && fine)
		return error_set(err, "expected the configuration to be refused, but it was taken");
	return refused || fine;
}

static bool do_every(struct run *run, struct error *err)
{
	msec_t interval;
	if (!duration_parse(word(run, 1), &interval, err))
		return false;
	if (interval < 100)
		return error_set(err, "polls at most every 100ms");
	scenario_world_every(run->world, interval);
	return true;
}

static uint32_t target_of(const struct run *run)
{
	const char *name = after(run, "on");
	return scenario_world_target(run->world, name ? name : "main");
}

static bool value_of(const char *text, double *out, struct error *err)
{
	if (connect_state_known(text)) {
		*out = (double)connect_state_parse(text);
		return true;
	}
	return number_of(text, out, err);
}

static bool write_series(struct run *run, double value, double per_second, struct error *err)
{
	struct labels *series = scenario_parse_series(word(run, 1), err);
	if (!series)
		return false;
	scenario_world_set(run->world, target_of(run), series, value, per_second);
	labels_unref(series);
	return true;
}

static bool do_series(struct run *run, struct error *err)
{
	double value;
	return value_of(word(run, 2), &value, err) && write_series(run, value, 0, err);
}

static bool do_ramp(struct run *run, struct error *err)
{
	double from = 0, by = 0;
	if (after(run, "from") && !number_of(after(run, "from"), &from, err))
		return false;
	if (!after(run, "by"))
		return error_set(err, "ramp SERIES [from NUMBER] by NUMBER (a second)");
	return number_of(after(run, "by"), &by, err) && write_series(run, from, by, err);
}

static bool do_vanish(struct run *run, struct error *err)
{
	return write_series(run, VALUE_UNKNOWN, 0, err);
}
static bool do_gone(struct run *run, struct error *err)
{
	return write_series(run, VALUE_GONE, 0, err);
}

static bool do_poll(struct run *run, struct error *err)
{
	bool fails = strcmp(word(run, 1), "fails") == 0;
	if (strcmp(word(run, 1), "hangs") == 0) {
		scenario_world_hang_polls(run->world, target_of(run));
		return true;
	}
	if (!fails && strcmp(word(run, 1), "works") != 0)
		return error_set(err, "poll fails|hangs|works [on TARGET]");
	scenario_world_fail_polls(run->world, target_of(run), fails ? "connection refused" : NULL);
	return true;
}

/* ---- trouble ---- */

static bool fault_of(const struct run *run, struct scenario_fault *fault, struct error *err)
{
	struct delivery_result *result = &fault->result;
	*result = (struct delivery_result){.verdict = DELIVERY_RETRY, .retry_after = -1, .status = 500};
	if (has(run, "permanent"))
		*result = (struct delivery_result){.verdict = DELIVERY_PERMANENT, .retry_after = -1, .status = 404};
	else if (has(run, "ambiguous"))
		result->verdict = DELIVERY_AMBIGUOUS;
	else if (has(run, "429"))
		*result = (struct delivery_result){
			.verdict = DELIVERY_RETRY, .retry_after = -1, .rate_limited = true, .status = 429};
	else if (!has(run, "500"))
		return error_set(err, "say how it fails: 429 [retry-after TIME], 500, permanent or ambiguous");
	g_snprintf(result->detail, sizeof result->detail, "%d", result->status);
	return duration_after(run, "retry-after", &result->retry_after, err);
}

static bool do_fail(struct run *run, struct error *err)
{
	struct scenario_fault fault = {.to = run->statement->words[2]};
	if (strcmp(word(run, 1), "notifier") != 0 || strcmp(word(run, 4), "times") != 0)
		return error_set(err, "fail notifier NAME COUNT times HOW");
	if (!count_of(word(run, 3), &fault.times, err) || !fault_of(run, &fault, err))
		return false;
	if (!fault.times)
		return error_set(err, "0 times is never");
	scenario_world_fail(run->world, &fault);
	return true;
}

static bool do_hold(struct run *run, struct error *err)
{
	scenario_world_hold(run->world, word(run, 1));
	return true;
}

static bool do_release(struct run *run, struct error *err)
{
	scenario_world_hold(run->world, NULL);
	return true;
}

static bool do_restart(struct run *run, struct error *err)
{
	msec_t away = 0;
	if (!duration_after(run, "for", &away, err))
		return false;
	bool crash = strcmp(word(run, 0), "crash") == 0;
	scenario_world_restart(run->world, away, !crash, has(run, "delivered"));
	return true;
}

static bool do_jump(struct run *run, struct error *err)
{
	const char *text = word(run, 2);
	msec_t by;
	if (strcmp(word(run, 1), "clock") != 0 || (text[0] != '+' && text[0] != '-'))
		return error_set(err, "jump clock +TIME or -TIME");
	if (!duration_parse(text + 1, &by, err))
		return false;
	scenario_world_jump(run->world, text[0] == '+' ? by : -by);
	return true;
}

static bool do_suppress(struct run *run, struct error *err)
{
	bool on = strcmp(word(run, 1), "on") == 0;
	if (!on && strcmp(word(run, 1), "off") != 0)
		return error_set(err, "suppress on|off");
	scenario_world_suppress(run->world, on);
	return true;
}

/* ---- people ---- */

static bool alert_id(struct run *run, const char *subject, char id[ULID_SIZE], struct error *err)
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

static bool do_ack(struct run *run, struct error *err)
{
	bool un = strcmp(word(run, 0), "unack") == 0;
	char id[ULID_SIZE];
	msec_t lasts = 0;
	if (!alert_id(run, word(run, 1), id, err) || !duration_after(run, "for", &lasts, err))
		return false;
	struct command *command = command_new(un ? COMMAND_UNACK : COMMAND_ACK);
	const char *by = after(run, "by");
	g_strlcpy(command->id, id, ULID_SIZE);
	command->by = g_strdup(by ? by : "somebody");
	command->sticky = has(run, "sticky");
	command->until = lasts ? scenario_world_wall(run->world) + lasts : 0;
	scenario_world_command(run->world, command);
	return true;
}

static bool do_retry(struct run *run, struct error *err)
{
	char **dead = scenario_store_dead(scenario_world_store(run->world));
	for (char **id = dead; *id; id++) {
		struct command *command = command_new(COMMAND_RETRY);
		g_strlcpy(command->id, *id, ULID_SIZE);
		scenario_world_command(run->world, command);
	}
	bool any = dead[0] != NULL;
	g_strfreev(dead);
	return any || error_set(err, "there is no dead letter");
}

/* ---- expectations ---- */

static bool expect_state(struct run *run, struct error *err)
{
	enum alert_state wanted, is;
	enum severity severity, at_least;
	char *rule;
	struct labels *labels;
	if (!alert_state_parse(word(run, 1), &wanted))
		return error_set(err, "'%s' is no state, and nothing else that can be expected", word(run, 1));
	if (!scenario_parse_subject(word(run, 2), &rule, &labels, err))
		return false;
	scenario_store_state(scenario_world_store(run->world), rule, labels, &is, &severity);
	bool fine = is == wanted || (wanted == ALERT_INACTIVE && is == ALERT_RESOLVED);
	if (!fine)
		error_set(err, "expected %s to be %s, but it is %s", word(run, 2), alert_state_name(wanted),
			  alert_state_name(is));
	else if (severity_parse(word(run, 3), &at_least) && at_least != severity)
		fine = error_set(err, "expected %s to be %s, but it is %s", word(run, 2), word(run, 3),
				 severity_name(severity));
	labels_unref(labels);
	g_free(rule);
	return fine;
}

static bool same(const char *wanted, const char *is)
{
	return !wanted || strcmp(wanted, is) == 0;
}

static bool is_to(const struct scenario_message *message, const char *to)
{
	return !to || strcmp(to, message->receiver) == 0 || strcmp(to, message->kind) == 0 ||
	       strcmp(to, message->integration) == 0;
}

static void describe(GPtrArray *messages, const char *to, GString *out)
{
	for (guint i = 0; i < messages->len; i++) {
		const struct scenario_message *message = messages->pdata[i];
		if (message->counted || !is_to(message, to))
			continue;
		char at[64];
		duration_format_exact(message->at, at, sizeof at);
		g_string_append_printf(out, "; at %s %s (%s) to %s", at, message->type, message->reason,
				       message->integration);
	}
}

static uint32_t count_new(GPtrArray *messages, const char *to, const char *type, const char *reason)
{
	uint32_t count = 0;
	for (guint i = 0; i < messages->len; i++) {
		const struct scenario_message *message = messages->pdata[i];
		count += !message->counted && is_to(message, to) && same(type, message->type) &&
			 same(reason, message->reason);
	}
	return count;
}

static void mark_counted(GPtrArray *messages, const char *to, const char *type, const char *reason)
{
	for (guint i = 0; i < messages->len; i++) {
		struct scenario_message *message = messages->pdata[i];
		if (is_to(message, to) && same(type, message->type) && same(reason, message->reason))
			message->counted = true;
	}
}

static bool expect_count(struct run *run, uint32_t wanted, struct error *err)
{
	GPtrArray *messages = scenario_world_messages(run->world);
	const char *to = after(run, "to"), *type = after(run, "type"), *reason = after(run, "reason");
	uint32_t count = count_new(messages, to, type, reason);
	if (count == wanted) {
		mark_counted(messages, to, type, reason);
		return true;
	}
	GString *list = g_string_new(NULL);
	describe(messages, to, list);
	error_set(err, "expected %u new message%s, but there %s %u%.300s", wanted, wanted == 1 ? "" : "s",
		  count == 1 ? "is" : "are", count, list->str);
	g_string_free(list, TRUE);
	return false;
}

static bool expect_sent(struct run *run, struct error *err)
{
	uint32_t wanted;
	return count_of(word(run, 2), &wanted, err) && expect_count(run, wanted, err);
}

static bool expect_logged(struct run *run, struct error *err)
{
	struct scenario_store *store = scenario_world_store(run->world);
	enum reason reason;
	if (!reason_parse(word(run, 2), &reason))
		return error_set(err, "'%s' is no reason", word(run, 2));
	if (scenario_store_logged(store, word(run, 2)))
		return true;
	return error_set(err, "expected the log to give the reason %s, but it does not", word(run, 2));
}

static bool do_expect(struct run *run, struct error *err)
{
	if (strcmp(word(run, 1), "sent") == 0)
		return expect_sent(run, err);
	if (strcmp(word(run, 1), "no") == 0 && g_str_has_prefix(word(run, 2), "message"))
		return expect_count(run, 0, err);
	if (strcmp(word(run, 1), "logged") == 0)
		return expect_logged(run, err);
	return expect_state(run, err);
}

/* ---- the table ---- */

static const struct statement_kind {
	const char *name;
	unsigned words;
	bool before_config;
	statement_fn *run;
	const char *usage;
} kinds[] = {
	{"ack", 2, false, do_ack, "ack RULE{…} [by NAME] [for TIME] [sticky]"},
	{"config", 1, true, do_config, "config <<END"},
	{"crash", 1, false, do_restart, "crash [for TIME] [delivered]"},
	{"every", 2, true, do_every, "every TIME"},
	{"expect", 3, false, do_expect, "expect STATE RULE{…} | sent COUNT … | no message … | logged REASON"},
	{"fail", 6, false, do_fail, "fail notifier NAME COUNT times HOW"},
	{"gone", 2, false, do_gone, "gone SERIES{…} [on TARGET]"},
	{"hold", 2, false, do_hold, "hold RECEIVER"},
	{"jump", 3, false, do_jump, "jump clock +TIME"},
	{"poll", 2, false, do_poll, "poll fails|hangs|works [on TARGET]"},
	{"ramp", 4, true, do_ramp, "ramp SERIES{…} [from NUMBER] by NUMBER [on TARGET]"},
	{"release", 1, false, do_release, "release"},
	{"reload", 1, false, do_config, "reload [refused] <<END"},
	{"restart", 1, false, do_restart, "restart [for TIME]"},
	{"retry", 1, false, do_retry, "retry"},
	{"series", 3, true, do_series, "series SERIES{…} NUMBER|STATE [on TARGET]"},
	{"set", 3, true, do_series, "set SERIES{…} NUMBER|STATE [on TARGET]"},
	{"suppress", 2, false, do_suppress, "suppress on|off"},
	{"unack", 2, false, do_ack, "unack RULE{…} [by NAME]"},
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

static bool play_until(struct run *run, msec_t at, struct error *err)
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

static bool play(struct run *run, struct error *err)
{
	const struct statement_kind *kind = find_kind(word(run, 0));
	if (!kind)
		return error_set(err, "unknown statement '%s'", word(run, 0));
	if (run->statement->count < kind->words)
		return error_set(err, "%s", kind->usage);
	if (!run->configured && !kind->before_config)
		return error_set(err, "'%s' before 'config'", kind->name);
	return play_until(run, run->statement->at, err) && (!kind->run || kind->run(run, err));
}

bool scenario_run(const struct scenario *scenario, struct error *err)
{
	struct run run = {.world = scenario_world_new(SEED)};
	bool fine = true;
	for (guint i = 0; fine && i < scenario->statements->len; i++) {
		run.statement = &g_array_index(scenario->statements, struct scenario_statement, i);
		fine = play(&run, err);
		if (!fine)
			error_prefix(err, "%s:%u", scenario->name, run.statement->line);
	}
	if (fine && !scenario_world_check(run.world, err))
		fine = error_prefix(err, "%s: at the end", scenario->name);
	scenario_world_free(run.world);
	return fine;
}
