#include "engine/scenario_expect.h"
#include "base/duration.h"
#include <string.h>

static bool expect_state(struct scenario_run *run, struct error *err)
{
	enum alert_state wanted, is;
	enum severity severity, at_least;
	char *rule;
	struct labels *labels;
	if (!alert_state_parse(run_word(run, 1), &wanted))
		return error_set(err, "'%s' is no state, and nothing else that can be expected", run_word(run, 1));
	if (!scenario_parse_subject(run_word(run, 2), &rule, &labels, err))
		return false;
	scenario_store_state(scenario_world_store(run->world), rule, labels, &is, &severity);
	bool fine = is == wanted || (wanted == ALERT_INACTIVE && is == ALERT_RESOLVED);
	if (!fine)
		error_set(err, "expected %s to be %s, but it is %s", run_word(run, 2), alert_state_name(wanted),
			  alert_state_name(is));
	else if (severity_parse(run_word(run, 3), &at_least) && at_least != severity)
		fine = error_set(err, "expected %s to be %s, but it is %s", run_word(run, 2), run_word(run, 3),
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
	return !to || scenario_message_is_to(message, to);
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

static bool expect_count(struct scenario_run *run, uint32_t wanted, struct error *err)
{
	GPtrArray *messages = scenario_world_messages(run->world);
	const char *to = run_after(run, "to"), *type = run_after(run, "type"), *reason = run_after(run, "reason");
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

static bool expect_sent(struct scenario_run *run, struct error *err)
{
	uint32_t wanted;
	return run_count(run_word(run, 2), &wanted, err) && expect_count(run, wanted, err);
}

static bool expect_logged(struct scenario_run *run, struct error *err)
{
	struct scenario_store *store = scenario_world_store(run->world);
	bool wanted = strcmp(run_word(run, 1), "unlogged") != 0;
	enum reason reason;
	if (!reason_parse(run_word(run, 2), &reason))
		return error_set(err, "'%s' is no reason", run_word(run, 2));
	if ((scenario_store_logged(store, run_word(run, 2)) > 0) == wanted)
		return true;
	return error_set(err, wanted ? "expected the log to give the reason %s, but it does not"
				     : "expected the log never to give the reason %s, but it does",
			 run_word(run, 2));
}

static bool expect_said(struct scenario_run *run, struct error *err)
{
	GPtrArray *messages = scenario_world_messages(run->world);
	const struct scenario_message *newest = NULL;
	for (guint i = 0; i < messages->len; i++)
		if (is_to(messages->pdata[i], run_after(run, "to")))
			newest = messages->pdata[i];
	if (newest && strstr(newest->line, run_word(run, 2)))
		return true;
	return error_set(err, "expected the newest message to say '%.100s', but it says '%.300s'", run_word(run, 2),
			 newest ? newest->line : "");
}

bool scenario_expect(struct scenario_run *run, struct error *err)
{
	if (strcmp(run_word(run, 1), "sent") == 0)
		return expect_sent(run, err);
	if (strcmp(run_word(run, 1), "no") == 0 && g_str_has_prefix(run_word(run, 2), "message"))
		return expect_count(run, 0, err);
	if (strcmp(run_word(run, 1), "logged") == 0 || strcmp(run_word(run, 1), "unlogged") == 0)
		return expect_logged(run, err);
	if (strcmp(run_word(run, 1), "said") == 0)
		return expect_said(run, err);
	return expect_state(run, err);
}
