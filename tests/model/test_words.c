#include "base/utf8.h"
#include "model/words.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

static struct alert *alert_with(const struct label *pairs, size_t count)
{
	struct alert *alert = alert_new();
	alert->rule.name = g_strdup("ConnectorErrorRate");
	alert->rule.topic = g_strdup("records fail");
	alert->rule.unknown = g_strdup("error rate unknown");
	alert->labels = labels_new(pairs, count);
	return alert;
}

Test(words, an_alert_is_named_by_its_object_and_place)
{
	static const struct {
		struct label pairs[3];
		size_t count;
		const char *name;
	} cases[] = {
		{{{"connector", "orders"}, {"cluster", "prod-eu"}, {"task", "1"}}, 3, "orders on prod-eu"},
		{{{"worker", "c1:8083"}, {"cluster", "prod-eu"}}, 2, "c1:8083 on prod-eu"},
		{{{"instance", "b:7071"}, {"job", "broker1"}}, 2, "b:7071 on broker1"},
		{{{"job", "broker1"}}, 1, "broker1"},
		{{{"zone", "x"}}, 1, "ConnectorErrorRate"},
		{{{"connector", "a\nb\x1b[31mc"}, {"cluster", "p"}}, 2, "a bc on p"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct alert *alert = alert_with(cases[i].pairs, cases[i].count);
		char *name = alert_headline_name(alert);
		cr_assert_str_eq(name, cases[i].name, "%s, not %s", name, cases[i].name);
		g_free(name);
		alert_unref(alert);
	}
}

Test(words, the_subject_names_topic_and_incident)
{
	struct label pairs[] = {{"connector", "orders"}, {"cluster", "prod-eu"}};
	struct alert *alert = alert_with(pairs, 2);
	char *one = alert_subject(alert, false, "K7Q4"), *many = alert_subject(alert, true, "K7Q4");
	cr_assert_str_eq(one, "orders on prod-eu: records fail [K7Q4]");
	cr_assert_str_eq(many, "orders and others on prod-eu: records fail [K7Q4]");
	g_free(one);
	g_free(many);
	one = alert_digest_subject(alert, "K7Q4");
	cr_assert_str_eq(one, "orders and others: many incidents at once [K7Q4]");
	g_free(one);
	alert->state = ALERT_NO_DATA;
	one = alert_subject(alert, false, "K7Q4");
	cr_assert_str_eq(one, "orders on prod-eu: error rate unknown [K7Q4]");
	g_free(one);
	alert_unref(alert);
}

/* Longer subjects are folded or cut by clients, and the tag at their end keeps incidents apart. */
Test(words, a_subject_stays_within_its_budget_and_keeps_its_tag)
{
	char name[101], cluster[101];
	memset(name, 'n', 100);
	memset(cluster, 'c', 100);
	name[100] = cluster[100] = '\0';
	struct label pairs[] = {{"connector", name}, {"cluster", cluster}};
	struct alert *alert = alert_with(pairs, 2);
	char *subject = alert_subject(alert, true, "K7Q4");
	cr_expect_eq(utf8_length(subject), 78, "%s", subject);
	cr_expect(g_str_has_suffix(subject, ": records fail [K7Q4]"), "%s", subject);
	cr_expect_not_null(strstr(subject, "n\u2026n"), "%s", subject);
	cr_expect_not_null(strstr(subject, "n and others on c"), "%s", subject);
	g_free(subject);
	alert_unref(alert);
}

Test(words, worst_first_is_a_total_order)
{
	struct label pairs[] = {{"connector", "a"}};
	struct alert *resolved = alert_with(pairs, 1), *warning = alert_with(pairs, 1);
	struct alert *critical = alert_with(pairs, 1), *older = alert_with(pairs, 1);
	resolved->state = ALERT_RESOLVED;
	resolved->severity = critical->severity = SEVERITY_CRITICAL;
	warning->severity = older->severity = SEVERITY_WARNING;
	warning->started_at = 2;
	older->started_at = 1;
	struct alert *order[] = {critical, older, warning, resolved};
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 4; k++) {
			int sign = alert_compare_worst_first(order[i], order[k]);
			cr_assert((i < k && sign < 0) || (i == k && !sign) || (i > k && sign > 0), "%d %d", i, k);
		}
	for (int i = 0; i < 4; i++)
		alert_unref(order[i]);
}
