/* What is pending, as people see it. */
#include "engine/pending.h"
#include "tests/engine/lab.h"
#include <criterion/criterion.h>

enum { POLL = 5000 };

static void poll_value(struct lab *lab, double value)
{
	lab_poll(lab, lab_batch(lab, 0, 1, value));
	lab_pass(lab, POLL);
}

/* The only one, one reference; NULL = none. */
static struct alert *pending(struct lab *lab)
{
	size_t left_off;
	struct alert_list *list = evaluator_pending(lab->evaluator, &left_off);
	cr_expect_eq(left_off, 0);
	cr_expect(list->count <= 1);
	struct alert *alert = list->count ? alert_ref(list->alerts[0]) : NULL;
	alert_list_unref(list);
	return alert;
}

Test(pending, from_the_first_sample_over_the_limit_until_it_fires)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	lab_poll(&lab, lab_announce(lab_batch(&lab, 0, 1, 1.0), 0, "m", "0"));
	lab_pass(&lab, POLL);
	cr_expect_null(pending(&lab), "quiet");
	msec_t began = lab.now.wall;
	poll_value(&lab, 20.0);
	struct alert *first = pending(&lab);
	cr_assert_not_null(first);
	cr_expect(alert_id_pending(first->id) && !ulid_valid(first->id), "%s", first->id);
	cr_expect_eq(first->state, ALERT_PENDING);
	cr_expect_eq(first->severity, SEVERITY_WARNING);
	cr_expect(first->value == 20 && first->raise == 10 && first->clear == 5);
	cr_expect_eq(first->pending_since, began);
	cr_expect_eq(first->started_at, began);
	cr_expect_str_eq(first->rule.name, "High");
	cr_expect_str_eq(first->rule.place, "test.conf:7");
	cr_expect_eq(first->level_count, 2);
	cr_expect_not_null(first->fact);
	cr_expect_str_eq(labels_get_or_empty(first->labels, "task"), "0");
	struct trail_point points[TRAIL_POINTS];
	cr_assert_eq(evaluator_trail(lab.evaluator, first, points), 1);
	cr_expect(points[0].value == 20);
	struct alert *again = evaluator_pending_find(lab.evaluator, first->id);
	cr_assert_not_null(again);
	cr_expect(labels_equal(again->labels, first->labels));
	alert_unref(again);
	cr_expect_null(evaluator_pending_find(lab.evaluator, "pending:0000000000000000"));
	lab_fail(&lab, 0);
	lab_pass(&lab, POLL);
	struct alert *frozen = pending(&lab);
	cr_assert_not_null(frozen, "a failed poll changes nothing");
	cr_expect_str_eq(frozen->id, first->id);
	cr_expect_eq(frozen->severity, SEVERITY_WARNING);
	for (int i = 0; i < 4; i++)
		poll_value(&lab, 21.0);
	cr_expect_null(pending(&lab), "it fires");
	cr_expect_null(evaluator_pending_find(lab.evaluator, first->id));
	cr_expect_eq(evaluator_trail(lab.evaluator, first, points), 0, "its points are the alert's");
	alert_unref(first);
	alert_unref(frozen);
	lab_stop(&lab);
	lab_book_free(&book);
}
