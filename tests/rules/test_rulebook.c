#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static bool has_line(const char *report, const char *start)
{
	for (const char *line = report; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, start, strlen(start)) == 0)
			return true;
	}
	return false;
}

#define LEVELS "levels = ( { severity = \"warning\"; raise = 2; clear = 1; } );"
#define LAG(rest) "rules = (\n{ name = \"A\"; kind = \"lag\";\n" rest " } );"

Test(rulebook, errors_say_where_and_what)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{"rules = (\n{ name = \"A\"; } );", "t.conf:2: error: rule: needs a text 'kind'"},
		{"rules = (\n{ name = \"A\"; kind = \"lagg\"; } );",
		 "t.conf:2: error: unknown kind 'lagg' of rule; did you mean 'lag'?; there are absent, error_rate, "
		 "lag, stall, "
		 "state, threshold, throughput_drop"},
		{"rules = ( { kind = \"lag\"; " LEVELS " } );", "t.conf:1: error: "},
		{LAG(LEVELS "\nmach = \"x=1\";"), "t.conf:4: error: unknown key 'mach' in rule; did you mean 'match'?"},
		{LAG(LEVELS "\nmatch = \"x\";"), "t.conf:4: error: rule 'A': match: column 2: expected one of"},
		{LAG(""), "t.conf:2: error: rule 'A': needs 'levels'"},
		{LAG("levels = ( );"), "t.conf:3: error: rule 'A': 'levels' is empty"},
		{LAG("levels = ( 5 );"), "t.conf:3: error: 'levels' holds groups { … } only"},
		{LAG("levels = ( { severity = \"warning\"; } );"),
		 "t.conf:3: error: rule 'A': level 'warning' needs 'raise'"},
		{LAG("levels = ( { severity = \"none\"; raise = 1; } );"),
		 "t.conf:3: error: "},
		{LAG("levels = ( { severity = \"warning\"; raise = 1; clear = 2; } );"),
		 "t.conf:3: error: rule 'A': level 'warning': clear 2 is on the wrong side of raise 1; higher is worse "
		 "here"},
		{LAG("levels = ( { severity = \"warning\"; raise = 1; },\n{ severity = \"warning\"; raise = 2; } );"),
		 "t.conf:4: error: rule 'A': two levels have the severity 'warning'"},
		{LAG("levels = ( { severity = \"warning\"; raise = 3; }, { severity = \"critical\"; raise = 2; } );"),
		 "t.conf:3: error: rule 'A': level 'warning' can never be told from 'critical'"},
		{LAG("levels = ( { severity = \"warning\"; raise = 2; }, { severity = \"critical\"; raise = 2; } );"),
		 "t.conf:3: error: rule 'A': level 'warning' can never be told from 'critical': it is reached no sooner"},
		{"rules = ( { name = \"A\"; kind = \"stall\";\nlevels = ( { severity = \"info\"; for = \"5m\"; }, "
		 "{ severity = \"critical\"; for = \"5m\"; } ); } );",
		 "t.conf:2: error: rule 'A': level 'info' can never be told from 'critical': it is reached no sooner"},
		{"rules = ( { name = \"A\"; kind = \"state\";\nlevels = ( { severity = \"info\"; for = \"5m\"; }, "
		 "{ severity = \"critical\"; raise = [ \"FAILED\", \"PAUSED\" ]; } ); } );",
		 "t.conf:2: error: rule 'A': level 'info' can never be told from 'critical': it is reached no sooner"},
		{LAG(LEVELS "\nseverity = \"info\";"),
		 "t.conf:4: error: rule 'A': 'severity' stands in each of the 'levels'"},
		{LAG(LEVELS "\noverrides = ( { match = \"connector='x'\";\nlevels = ( { severity = \"info\"; raise = "
			    "1; } ); } );"),
		 "t.conf:5: error: an override of rule 'A': names the level 'info', which the rule does not have"},
		{LAG(LEVELS "\noverrides = ( 5 );"), "t.conf:4: error: 'overrides' holds groups { … } only"},
		{LAG(LEVELS "\nannotations = { summary = \"{{conector}}\"; };"),
		 "t.conf:4: error: rule 'A': annotation summary:1:3: unknown name 'conector'; did you mean "
		 "'connector'?"},
		{LAG(LEVELS "\nlabels = { alertname = \"x\"; };"),
		 "t.conf:4: error: rule 'A': the label 'alertname' is Tocsin's own"},
		{LAG(LEVELS "\nby = [ \"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\" ];"),
		 "t.conf:4: error: rule 'A': 'by' names one to 8 labels"},
		{LAG(LEVELS "\nby = [ ];"), "t.conf:4: error: rule 'A': 'by' names one to 8 labels"},
		{LAG(LEVELS "} ,\n{ name = \"A\"; kind = \"lag\"; " LEVELS),
		 "t.conf:4: error: rule 'A' is there twice; the first stands at t.conf:2"},
		{"rules = ( { name = \"A\"; kind = \"threshold\";\nmetric = \"\"; " LEVELS " } );",
		 "t.conf:2: error: 'metric' must not be empty"},
		{"rules = ( { name = \"A\"; kind = \"throughput_drop\";\nlevels = ( { severity = \"info\"; raise = 40; clear = 70; } "
		 "); } );",
		 "t.conf:2: error: rule 'A': level 'info': 'raise' and 'clear' are ratios from 0 to 1"},
		{"rules = {};", "t.conf:1: error: 'rules' is a list of groups"},
		{"rules = ( 5 );", "t.conf:1: error: a rule is a group"},
		{"rules = ( { name = \"A\"; kind = \"threshold\"; metric = \"m\";\nop = \"<\"; levels = ( { severity = "
		 "\"info\"; raise = 2; "
		 "clear = 1; } ); } );",
		 "t.conf:2: error: rule 'A': level 'info': clear 1 is on the wrong side of raise 2; lower is worse "
		 "here"},
		{"rules = ( { name = \"A\"; kind = \"threshold\"; metric = \"m\";\nunit = \"second\"; " LEVELS " } );",
		 "t.conf:2: error: rule 'A': unknown unit 'second'; did you mean 'seconds'?"},
		{"rules = ( { name = \"A\"; kind = \"threshold\"; metric = \"m\";\naggregate = \"max\"; " LEVELS
		 " } );",
		 "t.conf:2: error: rule 'A': 'aggregate' without 'by'"},
		{"rules = ( { name = \"A\"; kind = \"throughput_drop\";\nagainst = \"yesterday\"; levels = ( { "
		 "severity = \"info\"; "
		 "raise = 0.4; clear = 0.7; } ); } );",
		 "t.conf:2: error: rule 'A': against = \"yesterday\" is not available yet; use \"baseline\" or "
		 "\"floor\""},
		{"rules = ( { name = \"A\"; kind = \"throughput_drop\";\nmin_windows = 9; windows = 3; levels = ( { "
		 "severity = \"info\"; "
		 "raise = 0.4; clear = 0.7; } ); } );",
		 "t.conf:2: error: rule 'A': min_windows 9 is more than windows 3"},
		{"rules = ( { name = \"A\"; kind = \"state\";\nlevels = ( { severity = \"info\"; raise = [ \"FAILD\" "
		 "]; } ); } );",
		 "t.conf:2: error: rule 'A': unknown state 'FAILD'; did you mean 'FAILED'?"},
		{"rules = ( { name = \"A\"; kind = \"state\";\nlevels = ( { severity = \"info\"; raise = [ \"RUNNING\" "
		 "]; } ); } );",
		 "t.conf:2: error: rule 'A': level 'info': a state stands in both"},
		{"rules = ( { name = \"A\"; kind = \"stall\";\nlevels = ( { severity = \"info\"; raise = 1; } ); } );",
		 "t.conf:2: error: rule 'A': this kind of rule has no limits"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rulebook *book = NULL;
		char *report = rules_report(cases[i].text, &book);
		cr_assert(book == NULL, "%s", cases[i].text);
		cr_assert(has_line(report, cases[i].line), "wanted: %s\ngot: %s", cases[i].line, report);
		free(report);
	}
}

Test(rulebook, a_level_may_be_the_same_limit_held_longer)
{
	static const char *const texts[] = {
		LAG("levels = ( { severity = \"warning\"; raise = 2; }, { severity = \"critical\"; raise = 2; for = \"1h\"; } );"),
		"rules = ( { name = \"A\"; kind = \"stall\"; levels = ( { severity = \"info\"; }, "
		"{ severity = \"critical\"; for = \"5m\"; } ); } );",
		"rules = ( { name = \"A\"; kind = \"state\"; levels = ( { severity = \"info\"; raise = [ \"FAILED\", "
		"\"PAUSED\" ]; }, { severity = \"critical\"; } ); } );",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct rulebook *book = NULL;
		char *report = rules_report(texts[i], &book);
		cr_expect(book != NULL, "%s", report);
		free(report);
		rulebook_unref(book);
	}
}

Test(rulebook, all_errors_come_at_once)
{
	char *report = rules_report("rules = ( { name = \"A\"; kind = \"nix\"; },\n"
				    "{ name = \"B\"; kind = \"lag\"; },\n"
				    "{ name = \"C\"; kind = \"lag\"; match = \"'\"; " LEVELS " } );",
				    NULL);
	cr_assert(has_line(report, "t.conf:1: error: unknown kind"));
	cr_assert(has_line(report, "t.conf:2: error: rule 'B': needs 'levels'"));
	cr_assert(has_line(report, "t.conf:3: error: rule 'C': match: column 1"));
	free(report);
	report = rules_report("rules = ( { name = \"A\"; kind = \"threshold\"; mach = \"\"; op = \"=<\"; window = 5;\n"
			      "match = \"x=~'('\";\n"
			      "levels = ( { severity = \"warnin\"; raise = 1; },\n"
			      "{ severity = \"critical\"; raise = 1; clear = 2; for = \"1x\"; } );\n"
			      "overrides = ( { match = \"a=\";\n levels = ( { severity = \"info\"; } ); } );\n"
			      "labels = { severity = \"x\"; }; }, { name = \"B\"; kind = \"lag\"; windo = \"5m\"; " LEVELS
			      "\nannotations = { summary = \"{{valu}}\"; }; } );",
			      NULL);
	static const char *const lines[] = {
		"t.conf:1: error: rule needs 'metric'",
		"t.conf:1: error: unknown key 'mach'",
		"t.conf:1: error: 'op' must be one of",
		"t.conf:1: error: 'window' must be a duration",
		"t.conf:2: error: rule 'A': match: ",
		"t.conf:3: error: 'severity' must be one of",
		"t.conf:4: error: 'for': '1x'",
		"t.conf:5: error: rule 'A': match: ",
		"t.conf:6: error: an override of rule 'A': level 'info' needs 'raise'",
		"t.conf:7: error: rule 'A': the label 'severity'",
		"t.conf:7: error: unknown key 'windo'",
		"t.conf:8: error: rule 'B': annotation summary",
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		cr_expect(has_line(report, lines[i]), "wanted: %s\ngot: %s", lines[i], report);
	cr_expect(not(has_line(report, "t.conf:4: error: rule 'A': level 'critical': clear 2")),
		  "which side is worse is not known");
	free(report);
}

Test(rulebook, warns_of_what_can_never_match)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{LAG(LEVELS "\nmatch = \"cluster='a', cluster='b'\";"),
		 "t.conf:4: warning: rule 'A': this can never match: cluster cannot be both 'a' and 'b'"},
		{LAG(LEVELS "\nmatch = \"cluster='dev', cluster=~'prod-.*'\";"),
		 "t.conf:4: warning: rule 'A': this can never match: 'dev' does not pass the other test of cluster"},
		{LAG(LEVELS "\noverrides = ( { match = \"task!='0', task='0'\"; levels = ( { severity = \"warning\";"
			    " raise = 3; } ); } );"),
		 "t.conf:4: warning: rule 'A': this can never match: '0' does not pass the other test of task"},
		{LAG(LEVELS "\nmatch = \"conector='a'\";"), "t.conf:4: warning: rule 'A': no source gives a label "
							    "'conector' by itself; did you mean 'connector'?"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rulebook *book = NULL;
		char *report = rules_report(cases[i].text, &book);
		cr_assert(book != NULL && has_line(report, cases[i].line), "wanted: %s\ngot: %s", cases[i].line,
			  report);
		free(report);
		rulebook_unref(book);
	}
}

#define RULE(keys) "rules = ( { name = \"A\"; " keys " } );"
#define DROP(keys) RULE("kind = \"throughput_drop\"; " keys " levels = ( { severity = \"warning\"; raise = 0.1; clear = 0.2; } );")

Test(rulebook, warns_of_keys_that_do_nothing)
{
	static const struct {
		const char *text, *what; /* NULL: no warning */
	} cases[] = {
		{RULE("kind = \"threshold\"; metric = \"m\"; window = \"5m\"; " LEVELS), "'window' is not used with what looks at"},
		{RULE("kind = \"threshold\"; metric = \"m\"; function = \"avg\"; window = \"5m\"; " LEVELS), NULL},
		{RULE("kind = \"threshold\"; metric = \"m\"; function = \"max\"; quantile = 0.9; " LEVELS), "'quantile' is not used"},
		{RULE("kind = \"threshold\"; metric = \"m\"; function = \"quantile\"; quantile = 0.9; " LEVELS), NULL},
		{RULE("kind = \"lag\"; window = \"5m\"; " LEVELS), "'window' is not used"},
		{RULE("kind = \"lag\"; test = \"slope\"; window = \"5m\"; " LEVELS), NULL},
		{RULE("kind = \"lag\"; test = \"stop\"; unit = \"seconds\";"), "'unit' is not used"},
		{RULE("kind = \"stall\"; when = \"always\"; min_lag = 5;"), "'min_lag' is not used with when = \"always\""},
		{RULE("kind = \"stall\"; min_lag = 5; window = \"5m\";"), NULL},
		{DROP("against = \"floor\"; min_usual = 5;"), "'min_usual' is not used with against = \"floor\""},
		{DROP("min_usual = 5; windows = 5;"), NULL},
		{RULE("kind = \"lag\"; no_data_severity = \"info\"; " LEVELS), "'no_data_severity' is not used"},
		{RULE("kind = \"lag\"; no_data = \"alert\"; no_data_severity = \"info\"; " LEVELS), NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rulebook *book = NULL;
		char *report = rules_report(cases[i].text, &book);
		cr_expect(book != NULL, "%s: %s", cases[i].text, report);
		if (cases[i].what)
			cr_expect(strstr(report, cases[i].what) != NULL, "%s: %s", cases[i].text, report);
		else
			cr_expect(report[0] == '\0', "%s: %s", cases[i].text, report);
		free(report);
		rulebook_unref(book);
	}
}

Test(rulebook, without_rules_the_builtin_ones_apply)
{
	static const char *const names[] = {
		"TaskFailed",   "ConnectorFailed",     "ConnectorErrorRate", "ConnectorThroughputDrop",
		"ConnectorLag", "ConnectorLagRecords", "SourceDown"};
	struct rulebook *book = NULL;
	char *report = rules_report("listen = \"127.0.0.1:0\";", &book);
	cr_assert(book != NULL, "%s", report);
	cr_assert(eq(str, report, (char *)""));
	cr_assert(eq(u32, book->count, sizeof names / sizeof *names));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		cr_assert(rulebook_find(book, names[i]) != NULL, "%s", names[i]);
	cr_assert(eq(i64, book->window_longest, 5 * 60 * 1000));
	const struct rule *errors = rulebook_find(book, "ConnectorErrorRate");
	cr_assert(eq(str, errors->condition, (char *)"over 1\xc2\xa0% for 1 m, critical over 5\xc2\xa0%"));
	cr_assert(eq(i64, errors->levels[1].for_time, 0));
	free(report);
	rulebook_ref(book);
	rulebook_unref(book);
	rulebook_unref(book);
}

Test(rulebook, an_empty_list_means_no_rules)
{
	struct rulebook *book = NULL;
	char *report = rules_report("rules = ( );", &book);
	cr_assert(book != NULL && book->count == 0, "%s", report);
	free(report);
	rulebook_unref(book);
}

Test(rulebook, the_first_override_that_matches_holds)
{
	struct rig rig;
	rig_init(
		&rig,
		"kind = \"lag\"; for = \"1m\";"
		"levels = ( { severity = \"critical\"; raise = 20; for = \"5s\"; }, { severity = \"warning\"; raise = "
		"10; } );"
		"overrides = ( { match = \"connector='a'\"; levels = ( { severity = \"warning\"; raise = 15; } ); },"
		"              { match = \"cluster='c'\"; levels = ( { severity = \"critical\"; raise = 99; } ); } );");
	static const struct {
		const char *connector, *cluster;
		double warning, critical;
	} cases[] = {{"a", "c", 15, 20}, {"b", "c", 10, 99}, {"b", "d", 10, 20}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct level levels[LEVELS_MAX];
		uint32_t count;
		struct labels *labels = labels_new(
			(struct label[]){{"connector", cases[i].connector}, {"cluster", cases[i].cluster}}, 2);
		rule_levels(rig.rule, labels, levels, &count);
		cr_assert(eq(u32, count, 2));
		cr_assert(eq(int, (int)levels[0].severity, SEVERITY_WARNING));
		cr_assert(eq(dbl, levels[0].raise, cases[i].warning));
		cr_assert(eq(dbl, levels[1].raise, cases[i].critical));
		cr_assert(eq(i64, levels[0].for_time, 60000));
		labels_unref(labels);
	}
	rig_release(&rig);
}
