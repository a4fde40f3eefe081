#include "model/alert.h"
#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <glib.h>

#define S "\xc2\xa0"
#define LEVELS "levels = ( { severity = \"warning\"; raise = 2; } );"
#define RATES "levels = ( { severity = \"warning\"; raise = 0.02; } );"

static struct alert *sample(double value, enum alert_state state, const char *task)
{
	struct alert *alert = alert_new();
	alert->labels = labels_new((struct label[]){{"cluster", "c"}, {"connector", "k"}, {"task", task}}, 3);
	alert->value = value;
	alert->state = state;
	alert->severity = SEVERITY_WARNING;
	return alert;
}

Test(rule_text, each_kind_has_its_sentences)
{
	static const struct {
		const char *keys, *task;
		double value;
		enum alert_state state;
		const char *fact;
	} cases[] = {
		{"kind = \"error_rate\"; " RATES, "", 0.052, ALERT_FIRING, "5.2" S "% of records fail"},
		{"kind = \"error_rate\"; " RATES, "", NAN, ALERT_FIRING, "error rate unknown"},
		{"kind = \"error_rate\"; " RATES, "", 0.003, ALERT_NO_DATA, "error rate unknown"},
		{"kind = \"error_rate\"; " RATES, "", 0.003, ALERT_RESOLVED, "0.3" S "% of records fail"},
		{"kind = \"throughput_drop\"; levels = ( { severity = \"info\"; raise = 0.4; } );", "", 0.34,
		 ALERT_FIRING, "34" S "% of usual"},
		{"kind = \"throughput_drop\"; against = \"floor\"; " LEVELS, "", 1.5, ALERT_FIRING, "throughput 1.5/s"},
		{"kind = \"lag\"; " LEVELS, "", 38100, ALERT_FIRING, "lag 38.1" S "k" S "records"},
		{"kind = \"lag\"; unit = \"seconds\"; " LEVELS, "", 720, ALERT_FIRING, "12" S "m behind"},
		{"kind = \"lag\"; test = \"stop\";", "", 1, ALERT_FIRING, "commits stopped while there is lag"},
		{"kind = \"lag\"; test = \"rewind\";", "", 0, ALERT_RESOLVED, "committed offset moves on"},
		{"kind = \"state\";", "1", 7, ALERT_FIRING, "task 1 failed"},
		{"kind = \"state\";", "", 7, ALERT_FIRING, "connector failed"},
		{"kind = \"state\";", "1", 1, ALERT_RESOLVED, "task 1 running"},
		{"kind = \"stall\";", "", 1, ALERT_FIRING, "no records move"},
		{"kind = \"absent\"; metric = \"up\";", "", 1, ALERT_FIRING, "up is missing"},
		{"kind = \"absent\"; metric = \"up\";", "", 0, ALERT_RESOLVED, "up is there again"},
		{"kind = \"threshold\"; metric = \"m\"; unit = \"bytes\"; " LEVELS, "", 2048, ALERT_FIRING,
		 "m 2" S "KiB"},
		{"kind = \"lag\"; annotations = { summary = \"{{connector}} has {{value|number}}\"; }; " LEVELS, "",
		 38100, ALERT_FIRING, "k has 38.1" S "k"},
		{"kind = \"lag\"; annotations = { summary = \"{{severity|percent}}\"; }; " LEVELS, "", 1, ALERT_FIRING,
		 "lag 1" S "record"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rig rig;
		rig_init(&rig, cases[i].keys);
		struct alert *alert = sample(cases[i].value, cases[i].state, cases[i].task);
		char *fact = rule_fact(rig.rule, alert, NULL);
		cr_assert(eq(str, fact, (char *)cases[i].fact), "%s", cases[i].keys);
		g_free(fact);
		struct arena *arena = arena_new();
		cr_assert(eq(str, rule_fact(rig.rule, alert, arena), (char *)cases[i].fact));
		arena_free(arena);
		alert_unref(alert);
		rig_release(&rig);
	}
}

Test(rule_text, conditions)
{
	static const struct {
		const char *keys, *condition;
	} cases[] = {
		{"kind = \"error_rate\"; for = \"1m\"; levels = ( { severity = \"warning\"; raise = \"1%\"; } );",
		 "over 1" S "% for 1 m"},
		{"kind = \"state\"; levels = ( { severity = \"info\"; raise = [ \"FAILED\", \"UNASSIGNED\" ]; for = "
		 "\"5m\"; } );",
		 "state UNASSIGNED or FAILED for 5 m"},
		{"kind = \"threshold\"; metric = \"m\"; op = \"<=\"; " LEVELS, "at most 2"},
		{"kind = \"stall\"; for = \"2m\";", "no progress for 2 m"},
		{"kind = \"lag\"; unit = \"seconds\"; levels = ( { severity = \"warning\"; raise = \"5m\"; },"
		 "{ severity = \"critical\"; raise = \"15m\"; } );",
		 "over 5" S "m, critical over 15" S "m"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rig rig;
		rig_init(&rig, cases[i].keys);
		cr_assert(eq(str, rig.rule->condition, (char *)cases[i].condition));
		rig_release(&rig);
	}
}

Test(rule_text, annotations_are_rendered_and_faults_counted)
{
	struct rig rig;
	rig_init(&rig,
		 "kind = \"lag\"; labels = { team = \"streams\"; }; " LEVELS
		 "annotations = { runbook = \"https://r/{{connector}}?{{team}}\"; bad = \"{{severity|percent}}\"; };");
	struct alert *alert = sample(5, ALERT_FIRING, "");
	struct labels *with_team = labels_with(alert->labels, "team", "streams");
	labels_unref(alert->labels);
	alert->labels = with_team;
	uint32_t errors = 0;
	struct labels *annotations = rule_annotations(rig.rule, alert, "w:8083", "Boom\033[0m\n at x", &errors);
	cr_assert(eq(u32, errors, 1));
	cr_assert(eq(sz, labels_count(annotations), 3));
	cr_assert(eq(str, (char *)labels_get(annotations, (char *)"runbook"), (char *)"https://r/k?streams"));
	cr_assert(eq(str, (char *)labels_get(annotations, (char *)"worker"), (char *)"w:8083"));
	cr_assert(eq(str, (char *)labels_get(annotations, (char *)"trace"), (char *)"Boom\n at x"));
	labels_unref(annotations);
	alert_unref(alert);
	rig_release(&rig);
}

Test(rule_text, the_topic_may_be_the_rules_own)
{
	struct rig rig;
	rig_init(&rig, "kind = \"lag\"; topic = \"falls behind\"; " LEVELS);
	cr_assert(eq(str, (char *)rig.rule->wording.topic, (char *)"falls behind"));
	rig_release(&rig);
	rig_init(&rig, "kind = \"threshold\"; metric = \"m\"; op = \"<\"; " LEVELS);
	cr_assert(eq(str, (char *)rig.rule->wording.topic, (char *)"m under its limit"));
	rig_release(&rig);
}
