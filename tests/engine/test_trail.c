/* The points kept behind an alert: which, how many, and when they go. */
#include "tests/engine/lab.h"
#include <criterion/criterion.h>
#include <math.h>

enum { POLL = 5000 };

Test(trail, the_newest_stay_oldest_first)
{
	struct trails trails = {0};
	struct trail *trail = NULL;
	struct trail_point points[TRAIL_POINTS];
	cr_expect_eq(trail_copy(NULL, points), 0);
	for (int i = 0; i < 3; i++)
		trail_note(&trails, &trail, 1000 + i, i == 1 ? VALUE_UNKNOWN : i);
	trail_note(&trails, &trail, 1002, 99); /* not newer */
	cr_assert_eq(trail_copy(trail, points), 3);
	cr_expect(points[0].at == 1000 && points[0].value == 0);
	cr_expect(points[1].at == 1001 && isnan(points[1].value));
	cr_expect(points[2].at == 1002 && points[2].value == 2);
	for (int i = 3; i < 300; i++)
		trail_note(&trails, &trail, 1000 + i, i);
	cr_assert_eq(trail_copy(trail, points), TRAIL_POINTS);
	cr_expect_eq(points[0].value, 300 - TRAIL_POINTS);
	cr_expect_eq(points[TRAIL_POINTS - 1].value, 299);
	cr_expect_eq(trails.count, 1);
	trail_drop(&trails, &trail);
	cr_expect_eq(trails.count, 0);
	cr_expect_null(trail);
}

Test(trail, their_number_has_a_bound)
{
	struct trails trails = {.count = TRAILS_MAX};
	struct trail *trail = NULL;
	trail_note(&trails, &trail, 1000, 1);
	cr_expect_null(trail);
	cr_expect_eq(trails.refused, 1);
	trails.count--;
	trail_note(&trails, &trail, 1001, 1);
	cr_expect_not_null(trail, "room again");
	trail_drop(&trails, &trail);
}

static void poll_value(struct lab *lab, double value)
{
	lab_poll(lab, lab_batch(lab, 0, 1, value));
	lab_pass(lab, POLL);
}

/* The alert that opened, one reference. */
static struct alert *fire(struct lab *lab)
{
	lab_poll(lab, lab_announce(lab_batch(lab, 0, 1, 1.0), 0, "m", "0"));
	lab_pass(lab, POLL);
	cr_expect_eq(evaluator_trails(lab->evaluator)->count, 0, "a quiet instance has none");
	poll_value(lab, 20.0);
	cr_expect_eq(evaluator_trails(lab->evaluator)->count, 1, "a pending one has");
	poll_value(lab, 21.0);
	poll_value(lab, 22.0);
	const struct transition *opened = lab_find(lab, TRANSITION_OPENED);
	cr_assert(opened);
	return alert_ref(opened->alert);
}

Test(trail, goes_from_pending_to_resolved)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	struct trail_point points[TRAIL_POINTS];
	struct alert *alert = fire(&lab);
	cr_assert_eq(evaluator_trail(lab.evaluator, alert, points), 3);
	cr_expect(points[0].value == 20 && points[1].value == 21 && points[2].value == 22);
	cr_expect_eq(points[2].at, alert->started_at);
	cr_expect_eq(points[1].at - points[0].at, POLL);
	lab_fail(&lab, 0);
	lab_pass(&lab, POLL);
	cr_assert_eq(evaluator_trail(lab.evaluator, alert, points), 4);
	cr_expect(isnan(points[3].value), "a failed poll is unknown");
	for (int i = 0; i < 4; i++)
		poll_value(&lab, 1.0);
	cr_assert_eq(evaluator_trail(lab.evaluator, alert, points), 8, "recovering still has it");
	for (int i = 0; i < 4; i++)
		poll_value(&lab, 1.0);
	cr_expect_eq(evaluator_trail(lab.evaluator, alert, points), 0, "resolved: it is gone");
	cr_expect_eq(evaluator_trails(lab.evaluator)->count, 0);
	alert_unref(alert);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(trail, timers_between_polls_are_no_samples)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	struct trail_point points[TRAIL_POINTS];
	struct alert *alert = fire(&lab);
	for (int i = 0; i < 3; i++) {
		lab_pass(&lab, 1000);
		lab_step(&lab);
	}
	cr_expect_eq(evaluator_trail(lab.evaluator, alert, points), 3);
	alert_unref(alert);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(trail, of_states_only_whether_it_is_bad)
{
	struct lab_book book;
	struct rule *rule = lab_rule("State", &lab_plain);
	rule->unit = UNIT_STATE;
	struct lab lab = lab_start(1, lab_rules(&book, 1, rule));
	struct trail_point points[TRAIL_POINTS];
	struct alert *alert = fire(&lab);
	poll_value(&lab, 1.0);
	cr_assert_eq(evaluator_trail(lab.evaluator, alert, points), 4);
	cr_expect(points[0].value == 1 && points[2].value == 1 && points[3].value == 0);
	alert_unref(alert);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(trail, another_episode_is_not_ours)
{
	struct lab_book book;
	struct lab lab = lab_start(1, lab_rules(&book, 1, lab_rule("High", &lab_plain)));
	struct trail_point points[TRAIL_POINTS];
	struct alert *alert = fire(&lab), *other = alert_copy(alert);
	other->id[ULID_SIZE - 2] = other->id[ULID_SIZE - 2] == '0' ? '1' : '0';
	cr_expect_eq(evaluator_trail(lab.evaluator, other, points), 0);
	/* A rule's edit leaves the alert with the labels it began with. */
	struct alert *edited = alert_copy(alert);
	labels_unref(edited->labels);
	edited->labels = labels_new(&(struct label){"alertname", "Else"}, 1);
	cr_expect_eq(evaluator_trail(lab.evaluator, edited, points), 3);
	alert_unref(edited);
	alert_unref(other);
	alert_unref(alert);
	lab_stop(&lab);
	lab_book_free(&book);
}

Test(trail, it_begins_anew_when_the_wall_clock_is_set_back)
{
	struct trails trails = {0};
	struct trail *trail = NULL;
	struct trail_point points[TRAIL_POINTS];
	trail_note(&trails, &trail, 10000000, 1);
	trail_note(&trails, &trail, 10005000, 2);
	trail_note(&trails, &trail, 10004000, 3);
	cr_expect_eq(trail_copy(trail, points), 2, "that is only the order of polls");
	trail_note(&trails, &trail, 5000000, 4);
	trail_note(&trails, &trail, 5005000, 5);
	cr_assert_eq(trail_copy(trail, points), 2);
	cr_expect(points[0].value == 4 && points[1].at == 5005000);
	trail_drop(&trails, &trail);
}
