#include "base/json.h"
#include "model/alert.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(alert_json, .init = json_setup);

static char *text_of(const struct alert *alert)
{
	struct json_out out;
	json_out_init(&out, g_string_new(NULL));
	alert_write_json(alert, &out, NULL);
	return g_string_free(out.text, FALSE);
}

static struct alert *full_alert(void)
{
	struct alert *alert = alert_new();
	const struct label labels[] = {{"alertname", "R"}, {"connector", "or\"ders\\"}, {"\xc3\xa4", "stra\xc3\x9f" "e"}};
	const struct label notes[] = {{"summary", "it\nbroke"}};
	g_strlcpy(alert->id, "01ARZ3NDEKTSV4RRFFQ69G5FAV", ULID_SIZE);
	alert->version = 3;
	alert->rule.name = g_strdup("R");
	alert->rule.kind = g_strdup("threshold");
	alert->rule.place = g_strdup("conf.d/a:b.conf:12");
	alert->rule.lower_is_worse = true;
	alert->state = ALERT_FIRING;
	alert->severity = alert->peak_severity = SEVERITY_CRITICAL;
	alert->was = SEVERITY_WARNING;
	alert->labels = labels_new(labels, G_N_ELEMENTS(labels));
	alert->annotations = labels_new(notes, G_N_ELEMENTS(notes));
	alert->fact = g_strdup("5 % of records fail");
	alert->value = 0.05;
	alert->raise = 3;
	alert->suppressed = SUPPRESSED_SILENCED | SUPPRESSED_ACKNOWLEDGED;
	alert->suppressed_by = g_strdup("night");
	alert->started_at = 1763000000123;
	alert->ack = (struct ack){.by = g_strdup("ann"), .at = 1763000001000, .sticky = true, .severity = SEVERITY_WARNING};
	return alert;
}

Test(alert_json, what_is_written_is_read_back_in_full)
{
	struct error err;
	struct alert *alert = full_alert();
	char *text = text_of(alert);
	json_t *tree = json_parse(text, strlen(text), 0, &err);
	cr_assert(tree, "%s: %s", err.text, text);
	struct alert *back = alert_from_json(tree, &err);
	cr_assert(back, "%s", err.text);
	char *again = text_of(back);
	cr_assert_str_eq(again, text);
	cr_assert_str_eq(back->rule.place, alert->rule.place);
	cr_assert(back->rule.lower_is_worse);
	cr_assert_eq(back->suppressed, alert->suppressed);
	cr_assert(labels_equal(back->labels, alert->labels));
	json_decref(tree);
	alert_unref(alert);
	alert_unref(back);
	free(text);
	free(again);
}

/* Lists and streams carry thousands: a trace stands there in two lines; all else is the same. */
Test(alert_json, the_brief_form_differs_by_its_trace_alone)
{
	struct alert *alert = full_alert();
	struct labels *notes = labels_with(alert->annotations, "trace", "a.B: no\n\tat a.b(A.java:1)\nCaused by: c.D: deep\n\tat c");
	labels_unref(alert->annotations);
	alert->annotations = notes;
	json_t *whole = alert_to_json(alert), *brief = alert_to_brief(alert);
	json_t *shown = json_object_get(brief, "annotations");
	cr_expect_str_eq(json_get_text(shown, "trace", ""), "a.B: no\nCaused by: c.D: deep");
	cr_expect_not(json_equal(whole, brief));
	json_object_set_new(shown, "trace", json_string(labels_get(notes, "trace")));
	cr_expect(json_equal(whole, brief));
	json_decref(whole);
	json_decref(brief);
	alert_unref(alert);
}

/* Names from outside may become equal when they are cleaned: the text must still be readable. */
Test(alert_json, labels_that_cleaning_makes_equal_stand_once)
{
	const struct label pairs[] = {{"a", "1"}, {"a\x01", "2"}, {"b", "3\x02"}};
	struct labels *labels = labels_new(pairs, G_N_ELEMENTS(pairs));
	struct json_out out;
	struct error err;
	json_out_init(&out, g_string_new(NULL));
	labels_write_json(labels, &out, NULL);
	json_t *tree = json_parse(out.text->str, out.text->len, 0, &err);
	cr_assert(tree, "%s: %s", err.text, out.text->str);
	cr_assert_str_eq(json_get_text(tree, "b", ""), "3");
	cr_assert_eq(json_object_size(tree), 2);
	json_decref(tree);
	g_string_free(out.text, TRUE);
	labels_unref(labels);
}
