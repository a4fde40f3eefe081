#include "tests/scenarios/random_story.h"
#include "base/duration.h"
#include "base/rng.h"
#include <math.h>
#include <string.h>

const char *const story_integrations[STORY_INTEGRATIONS] = {
	"oncall/email/mail", "oncall/slack/chat", "oncall/webhook/hook", "spare/webhook/hook", "team/slack/chat"};
const char *const story_addresses[STORY_ADDRESSES] = {"a@example.com", "b@example.com"};

enum integration { MAIL, CHAT, HOOK, SPARE, TEAM };

static const struct {
	const char *rule, *metric, *cluster, *connector;
} series[STORY_SERIES] = {
	{"Lag", "lag", "p", "x"},       {"Lag", "lag", "p", "y"},       {"Lag", "lag", "q", "z"},
	{"Errors", "errors", "p", "x"}, {"Errors", "errors", "q", "y"}, {"Errors", "errors", "q", "z"},
};

/* Clear in every version of the rules, between the limits of some, and over the limits of all. */
#define VALUE_CLEAR 4
#define VALUE_BETWEEN 13
#define VALUE_WARNING 40
#define VALUE_CRITICAL 400
#define POLLS_EVERY_MOST ((msec_t)10 * 1000)

struct choices { /* one version of the configuration */
	bool has[STORY_INTEGRATIONS], tells_end[STORY_INTEGRATIONS], gives_up[STORY_INTEGRATIONS];
	bool has_address[STORY_ADDRESSES], has_rule[STORY_RULES];
	bool fallback, child_continues;
	unsigned children, child_receiver, grouping, child_grouping, wait, interval, repeat;
	unsigned strict, no_data, hold_time, keep_time;
};

struct teller {
	struct random_story *story;
	struct rng rng;
	struct choices now;
	msec_t at;
	bool spoke; /* the time stands before the next statement only if it passed */
	unsigned temper; /* how much of the configuration changes */
	unsigned versions;
};

static unsigned pick(struct teller *teller, unsigned limit)
{
	return (unsigned)rng_below(&teller->rng, limit);
}

static bool chance(struct teller *teller, unsigned percent)
{
	return pick(teller, 100) < percent;
}

static const char *one_of(struct teller *teller, const char *const *words, unsigned count)
{
	return words[pick(teller, count)];
}
#define ONE_OF(teller, ...)                                                                                            \
	one_of(teller, (const char *const[]){__VA_ARGS__}, G_N_ELEMENTS(((const char *const[]){__VA_ARGS__})))

/* ---- the configuration ---- */

static void choose_receivers(struct teller *teller)
{
	struct choices *now = &teller->now;
	for (unsigned i = 0; i < STORY_INTEGRATIONS; i++) {
		now->has[i] = i == HOOK || i == SPARE || !chance(teller, teller->temper);
		now->tells_end[i] = !chance(teller, teller->temper / 4);
		now->gives_up[i] = chance(teller, 30);
	}
	for (unsigned i = 0; i < STORY_ADDRESSES; i++)
		now->has_address[i] = i == 0 || !chance(teller, teller->temper);
	now->fallback = chance(teller, 30);
}

static void choose_routes(struct teller *teller)
{
	struct choices *now = &teller->now;
	now->children = pick(teller, 3);
	now->child_receiver = pick(teller, 3);
	now->child_continues = chance(teller, 50);
	now->grouping = pick(teller, 4);
	now->child_grouping = pick(teller, 4);
	now->wait = pick(teller, 3);
	now->interval = pick(teller, 3);
	now->repeat = pick(teller, 3);
}

static void choose_rules(struct teller *teller)
{
	struct choices *now = &teller->now;
	for (unsigned i = 0; i < STORY_RULES; i++)
		now->has_rule[i] = i == 0 || !chance(teller, teller->temper / 2);
	now->strict = pick(teller, 2);
	now->no_data = pick(teller, 5);
	now->hold_time = pick(teller, 2);
	now->keep_time = pick(teller, 3);
}

static void note(struct teller *teller, enum story_note note, unsigned which, double value)
{
	struct story_fact fact = {.at = teller->at, .note = note, .series = which, .value = value};
	g_array_append_val(teller->story->facts, fact);
}

static void remember(struct teller *teller)
{
	const struct choices *now = &teller->now;
	struct random_story *story = teller->story;
	for (unsigned i = 0; i < STORY_INTEGRATIONS; i++)
		story->absent[i] |= !now->has[i] || !now->tells_end[i];
	for (unsigned i = 0; i < STORY_ADDRESSES; i++)
		story->address_absent[i] |= !now->has_address[i];
	for (unsigned i = 0; i < STORY_RULES; i++)
		story->rule_absent[i] |= !now->has_rule[i];
	story->no_data_resolves |= now->no_data == 2;
}

static void write_integration(struct teller *teller, unsigned which, const char *name, const char *target)
{
	const struct choices *now = &teller->now;
	GString *text = teller->story->text;
	g_string_append_printf(text, "{ name = \"%s\"; %s", name, target);
	if (!now->tells_end[which])
		g_string_append(text, " send_resolved = false;");
	if (now->gives_up[which])
		g_string_append(text, " give_up_after = \"2m\";");
	if (which == HOOK && now->fallback)
		g_string_append(text, " fallback = \"spare\";");
	g_string_append(text, " }");
}

/* Every other story has a storm at once; in some of them the limit comes and goes. It is no matter of chance, so that a
 * seed tells the same story with and without it. */
static void write_limit(struct teller *teller)
{
	uint64_t seed = teller->story->seed;
	bool off = seed % 8 == 1 && teller->versions % 2;
	if (seed % 2)
		g_string_append_printf(teller->story->text, " digest_above = %u;", off ? 0 : 1 + (unsigned)(seed / 2 % 2));
}

static void write_oncall(struct teller *teller)
{
	const struct choices *now = &teller->now;
	GString *text = teller->story->text;
	g_string_append(text, "  { name = \"oncall\";");
	write_limit(teller);
	g_string_append(text, " webhook = ( ");
	write_integration(teller, HOOK, "hook", "url = \"http://hooks.invalid/a\";");
	g_string_append(text, " );");
	if (now->has[MAIL]) {
		g_string_append(text, "\n    email = ( ");
		write_integration(teller, MAIL, "mail",
				  now->has_address[1] ? "to = [ \"a@example.com\", \"b@example.com\" ];"
						      : "to = [ \"a@example.com\" ];");
		g_string_append(text, " );");
	}
	if (now->has[CHAT]) {
		g_string_append(text, "\n    slack = ( ");
		write_integration(teller, CHAT, "chat", "url = \"http://hooks.invalid/c\";");
		g_string_append(text, " );");
	}
	g_string_append(text, " },\n");
}

static void write_receivers(struct teller *teller)
{
	GString *text = teller->story->text;
	g_string_append(text, "receivers = (\n");
	write_oncall(teller);
	g_string_append(text, "  { name = \"spare\"; webhook = ( ");
	write_integration(teller, SPARE, "hook", "url = \"http://hooks.invalid/b\";");
	g_string_append(text, " ); },\n  { name = \"team\";");
	write_limit(teller);
	g_string_append(text, " slack = ( ");
	if (teller->now.has[TEAM])
		write_integration(teller, TEAM, "chat", "url = \"http://hooks.invalid/d\";");
	else
		g_string_append(text, "{ name = \"other\"; url = \"http://hooks.invalid/e\"; }");
	g_string_append(text, " ); } );\n");
}

static const char *const groupings[] = {"[]", "[ \"cluster\" ]", "[ \"alertname\" ]", "[ \"...\" ]"};

static void write_child(struct teller *teller, unsigned which)
{
	static const char *const matches[] = {"connector='x'", "alertname='Errors'"};
	static const char *const receivers[] = {"team", "spare", "oncall"};
	const struct choices *now = &teller->now;
	g_string_append_printf(teller->story->text,
			       "%s{ match = \"%s\"; receiver = \"%s\"; continue = %s; group_by = %s; }",
			       which ? ",\n    " : "\n  routes = ( ", matches[which],
			       receivers[(now->child_receiver + which) % 3], now->child_continues ? "true" : "false",
			       groupings[now->child_grouping]);
}

static void write_routes(struct teller *teller)
{
	static const char *const waits[] = {"0s", "1s", "30s"}, *const intervals[] = {"5s", "1m", "5m"},
				 *const repeats[] = {"2m", "10m", "4h"};
	const struct choices *now = &teller->now;
	GString *text = teller->story->text;
	g_string_append_printf(text,
			       "route = { receiver = \"oncall\"; group_by = %s; group_wait = \"%s\"; group_interval = \"%s\"; "
			       "repeat_interval = \"%s\";",
			       groupings[now->grouping], waits[now->wait], intervals[now->interval],
			       repeats[now->repeat]);
	for (unsigned i = 0; i < now->children; i++)
		write_child(teller, i);
	g_string_append(text, now->children ? " ); };\n" : " };\n");
}

static void write_rule(struct teller *teller, const char *name, const char *metric)
{
	static const char *const no_data[] = {"keep", "alert", "resolve", "keep", "keep"};
	const struct choices *now = &teller->now;
	g_string_append_printf(
		teller->story->text,
		"  { name = \"%s\"; kind = \"threshold\"; metric = \"%s\"; op = \">\"; for = \"%s\"; keep_firing_for = \"%s\";\n"
		"    no_data = \"%s\"; no_data_after = \"1m\";\n"
		"    levels = ( { severity = \"warning\"; raise = %d; clear = %d; }, { severity = \"critical\"; raise = %d; "
		"clear = %d; } ); }",
		name, metric, now->hold_time ? "20s" : "0s", now->keep_time ? now->keep_time == 1 ? "20s" : "1m" : "0s",
		no_data[now->no_data], now->strict ? 10 : 20, now->strict ? 5 : 15, now->strict ? 100 : 200,
		now->strict ? 50 : 150);
}

static void write_version(struct teller *teller)
{
	GString *text = teller->story->text;
	g_string_append(text,
			" <<END\nsmtp = { host = \"127.0.0.1\"; port = 25; tls = \"none\"; from = \"T <t@example.com>\"; };\n");
	write_receivers(teller);
	write_routes(teller);
	g_string_append(text, "rules = (\n");
	write_rule(teller, "Lag", "lag");
	if (teller->now.has_rule[1]) {
		g_string_append(text, ",\n");
		write_rule(teller, "Errors", "errors");
	}
	g_string_append(text, " );\nEND\n");
	teller->versions++;
	remember(teller);
}

/* ---- what happens ---- */

/* The beginning of a statement: with the time if it passed since the one before. */
static GString *statement(struct teller *teller)
{
	GString *text = teller->story->text;
	char at[64];
	duration_format_exact(teller->at, at, sizeof at);
	if (!teller->spoke)
		g_string_append_printf(text, "at %s ", at);
	teller->spoke = true;
	return text;
}

static void name_series(GString *text, const char *name, unsigned which)
{
	g_string_append_printf(text, "%s{cluster=\"%s\",connector=\"%s\"}", name, series[which].cluster,
			       series[which].connector);
}

static void set_value(struct teller *teller, unsigned which, int value)
{
	GString *text = statement(teller);
	g_string_append(text, "set ");
	name_series(text, series[which].metric, which);
	g_string_append_printf(text, " %d\n", value);
	note(teller, NOTE_VALUE, which, value);
}

static void tell_values(struct teller *teller)
{
	static const int values[] = {VALUE_CLEAR, VALUE_CLEAR, VALUE_BETWEEN, VALUE_WARNING, VALUE_WARNING, VALUE_CRITICAL};
	unsigned first = pick(teller, STORY_SERIES), count = chance(teller, 60) ? 1 : 1 + pick(teller, STORY_SERIES);
	int value = values[pick(teller, G_N_ELEMENTS(values))];
	for (unsigned i = 0; i < count; i++)
		set_value(teller, (first + i) % STORY_SERIES, value);
}

static void tell_absence(struct teller *teller)
{
	unsigned which = pick(teller, STORY_SERIES);
	bool gone = chance(teller, 50);
	GString *text = statement(teller);
	g_string_append(text, gone ? "gone " : "vanish ");
	name_series(text, series[which].metric, which);
	g_string_append_c(text, '\n');
	note(teller, gone ? NOTE_GONE : NOTE_VANISHED, which, 0);
}

static void tell_polls(struct teller *teller)
{
	bool work = chance(teller, 60);
	bool hang = !work && chance(teller, 50);
	g_string_append_printf(statement(teller), "poll %s\n", work ? "works" : hang ? "hangs" : "fails");
	note(teller, work ? NOTE_POLLS_WORK : hang ? NOTE_POLLS_HANG : NOTE_POLLS_FAIL, 0, 0);
}

static const char *somebody(struct teller *teller)
{
	if (chance(teller, 30))
		return story_addresses[pick(teller, STORY_ADDRESSES)];
	return story_integrations[pick(teller, STORY_INTEGRATIONS)];
}

static void tell_failure(struct teller *teller)
{
	const char *who = somebody(teller);
	const char *how = ONE_OF(teller, "500", "500", "permanent", "ambiguous", "429", "429 retry-after 40s",
				 strchr(who, '@') ? "451" : "500");
	g_string_append_printf(statement(teller), "fail notifier %s %u times %s\n", who, 1 + pick(teller, 3), how);
}

static void tell_slowness(struct teller *teller)
{
	if (chance(teller, 50))
		g_string_append_printf(statement(teller), "hold %s\n", somebody(teller));
	else
		g_string_append(statement(teller), "release\n");
}

static void tell_people(struct teller *teller)
{
	unsigned which = pick(teller, STORY_SERIES), what = pick(teller, 10);
	GString *text = statement(teller);
	if (what == 0) {
		g_string_append(text, "retry if-any\n");
		return;
	}
	if (what <= 3) {
		g_string_append_printf(text, "suppress %s\n", what == 1 ? "on" : "off");
		return;
	}
	bool ack = what <= 7;
	g_string_append(text, ack ? "ack " : "unack ");
	name_series(text, series[which].rule, which);
	g_string_append(text, ack ? ONE_OF(teller, "", " sticky", " for 5m") : "");
	g_string_append(text, " if-any\n");
}

static void tell_end_of_process(struct teller *teller)
{
	GString *text = statement(teller);
	const char *how = ONE_OF(teller, "restart", "restart for 3m", "crash", "crash for 3m", "crash delivered");
	g_string_append_printf(text, "%s\n", how);
	if (strstr(how, "3m"))
		teller->at += 3 * 60 * 1000;
}

static void tell_clock(struct teller *teller)
{
	teller->story->clock_jumps = true;
	g_string_append_printf(statement(teller), "jump clock %s\n", ONE_OF(teller, "+1h", "-1h", "+20s", "-20s"));
}

static void tell_reload(struct teller *teller)
{
	if (chance(teller, 40))
		choose_receivers(teller);
	if (chance(teller, 60))
		choose_routes(teller);
	if (chance(teller, 30))
		choose_rules(teller);
	g_string_append(statement(teller), "reload");
	write_version(teller);
}

static const struct {
	unsigned weight;
	void (*tell)(struct teller *);
} happenings[] = {
	{40, tell_values}, {6, tell_absence},        {6, tell_polls}, {14, tell_failure}, {8, tell_slowness},
	{10, tell_people}, {7, tell_end_of_process}, {2, tell_clock}, {7, tell_reload},
};

static void tell_something(struct teller *teller)
{
	unsigned total = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(happenings); i++)
		total += happenings[i].weight;
	unsigned turn = pick(teller, total);
	size_t which = 0;
	while (turn >= happenings[which].weight)
		turn -= happenings[which++].weight;
	happenings[which].tell(teller);
}

static void pass(struct teller *teller)
{
	static const msec_t most[] = {500, 7000, 30000, 200000};
	if (chance(teller, 25))
		return;
	teller->at += 1 + (msec_t)rng_below(&teller->rng, (uint64_t)most[pick(teller, 4)]);
	teller->spoke = false;
}

static void begin(struct teller *teller)
{
	teller->temper = chance(teller, 50) ? 0 : 30;
	g_string_append_printf(teller->story->text, "# Made up from seed %" G_GUINT64_FORMAT ".\n\nconfig",
			       teller->story->seed);
	choose_receivers(teller);
	choose_routes(teller);
	choose_rules(teller);
	write_version(teller);
	g_string_append_printf(teller->story->text, "every %s\n", ONE_OF(teller, "5s", "10s"));
	teller->spoke = true;
	for (unsigned i = 0; i < STORY_SERIES; i++)
		set_value(teller, i, VALUE_CLEAR);
}

/* All is well, for long enough that whatever is owed can be said. */
static void end(struct teller *teller)
{
	teller->at += 1000;
	teller->spoke = false;
	g_string_append(statement(teller), "suppress off\nrelease\npoll works\n");
	note(teller, NOTE_POLLS_WORK, 0, 0);
	for (unsigned i = 0; i < STORY_SERIES; i++)
		set_value(teller, i, VALUE_CLEAR);
	teller->at += 2 * 3600 * 1000;
	for (unsigned i = 0; i < STORY_SERIES; i++) {
		teller->spoke = i > 0;
		g_string_append(statement(teller), "expect inactive ");
		name_series(teller->story->text, series[i].rule, i);
		g_string_append_c(teller->story->text, '\n');
	}
}

struct random_story *random_story_new(uint64_t seed)
{
	struct random_story *story = g_new0(struct random_story, 1);
	struct teller teller = {.story = story};
	story->seed = seed;
	story->text = g_string_new(NULL);
	story->facts = g_array_new(FALSE, TRUE, sizeof(struct story_fact));
	rng_seed(&teller.rng, seed);
	begin(&teller);
	for (unsigned count = 10 + pick(&teller, 40); count > 0; count--) {
		pass(&teller);
		tell_something(&teller);
	}
	end(&teller);
	return story;
}

void random_story_free(struct random_story *story)
{
	if (!story)
		return;
	g_string_free(story->text, TRUE);
	g_array_free(story->facts, TRUE);
	g_free(story);
}

/* ---- what was true ---- */

unsigned story_series(const char *rule, const char *cluster, const char *connector)
{
	unsigned i = 0;
	while (i < STORY_SERIES && (strcmp(series[i].rule, rule) != 0 || strcmp(series[i].cluster, cluster) != 0 ||
				    strcmp(series[i].connector, connector) != 0))
		i++;
	return i;
}

bool story_rule_absent(const struct random_story *story, unsigned which)
{
	return story->rule_absent[strcmp(series[which].rule, "Errors") == 0];
}

struct seen { /* what polls show of one series */
	bool works, fails, clear, shown, shown_before;
	msec_t changed_at, hangs_since;
};

static void show(struct seen *seen, msec_t at)
{
	if (seen->shown != seen->clear) {
		seen->shown_before = seen->shown;
		seen->changed_at = at;
	}
	seen->shown = seen->clear;
}

/* What was written last before may not have been shown by any poll. */
static void hang(struct seen *seen, msec_t at)
{
	seen->hangs_since = at;
	seen->shown |= seen->shown_before && at - seen->changed_at <= POLLS_EVERY_MOST;
}

static void see(struct seen *seen, const struct story_fact *fact, unsigned which)
{
	bool of_polls = fact->note >= NOTE_POLLS_WORK;
	if (of_polls && fact->note == NOTE_POLLS_HANG && seen->works)
		hang(seen, fact->at);
	if (of_polls)
		seen->works = fact->note == NOTE_POLLS_WORK;
	if (of_polls)
		seen->fails = fact->note == NOTE_POLLS_FAIL || (seen->fails && !seen->works);
	else if (fact->series == which)
		seen->clear = fact->note == NOTE_VALUE && fact->value <= VALUE_BETWEEN;
	if (seen->works)
		show(seen, fact->at);
}

/* A poll that hangs counts as the one before for three polls and thirty seconds. */
static bool seen_clear(const struct seen *seen, msec_t at)
{
	bool hangs = !seen->works && !seen->fails;
	return !seen->fails && seen->shown && (!hangs || at - seen->hangs_since <= 61 * 1000);
}

bool story_was_clear(const struct random_story *story, unsigned which, msec_t from, msec_t to)
{
	struct seen seen = {.works = true};
	for (guint i = 0; i < story->facts->len; i++) {
		const struct story_fact *fact = &g_array_index(story->facts, struct story_fact, i);
		if (fact->at > to)
			break;
		if (fact->at >= from && seen_clear(&seen, from))
			return true;
		see(&seen, fact, which);
	}
	return seen_clear(&seen, to);
}

bool story_was_gone(const struct random_story *story, unsigned which, msec_t from, msec_t to)
{
	bool gone = false;
	for (guint i = 0; i < story->facts->len; i++) {
		const struct story_fact *fact = &g_array_index(story->facts, struct story_fact, i);
		if (fact->at > to)
			break;
		if (fact->at >= from && gone)
			return true;
		if (fact->note <= NOTE_GONE && fact->series == which)
			gone = fact->note == NOTE_GONE;
	}
	return gone;
}
