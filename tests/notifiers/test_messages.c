#include "base/json.h"
#include "base/utf8.h"
#include "notifiers/fallback.h"
#include "notifiers/mail.h"
#include "notifiers/message_compose.h"
#include "notifiers/message_cut.h"
#include "notifiers/message_trace.h"
#include "notifiers/notifiers.h"
#include "notifiers/slack_blocks.h"
#include "tests/notifiers/sample.h"
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct view { /* one notification in all its forms */
	struct notification *notification;
	struct arena *arena;
	struct message *message;
	GString *text, *html;
	json_t *slack;
	char *slack_text, *mail;
	size_t mail_length;
};

static const struct mail_parts parts = {"Tocsin <tocsin@example.com>", "oncall@example.com"};

static void view_init(struct view *view, struct notification *notification)
{
	view->notification = notification;
	view->arena = arena_new();
	view->message = message_new(notification, view->arena);
	mail_text(view->message, view->text = g_string_new(NULL));
	mail_html(view->message, view->html = g_string_new(NULL));
	view->mail = mail_build(view->message, &parts, NULL, &view->mail_length);
	view->slack = slack_payload(view->message);
	view->slack_text = json_dumps(view->slack, 0);
}

static void view_release(struct view *view)
{
	free(view->slack_text);
	json_decref(view->slack);
	g_free(view->mail);
	g_string_free(view->text, TRUE);
	g_string_free(view->html, TRUE);
	message_release(view->message);
	arena_free(view->arena);
	notification_free(view->notification);
}

static void has(const char *text, const char *what, const char *where)
{
	cr_expect(strstr(text, what) != NULL, "%s lacks '%s':\n%s", where, what, text);
}

static void has_not(const char *text, const char *what, const char *where)
{
	cr_expect(strstr(text, what) == NULL, "%s must not contain '%s'", where, what);
}

Test(messages, one_line_is_that_of_the_samples)
{
	static const char *const lines[SAMPLE_COUNT] = {
		[SAMPLE_FIRING] =
			"orders-jdbc-sink on prod-eu: 1.3 % of records fail > 1 %. Warning since 02:42. Nobody has it.",
		[SAMPLE_GROUP] = "8 connectors on prod-eu: 14 tasks failed. 9 critical, 5 warning since 03:08, worst "
				 "payments-jdbc-sink. Nobody has them.",
		[SAMPLE_WORSE] = "orders-jdbc-sink on prod-eu: 5.2 % of records fail > 5 %. Worse: warning to critical "
				 "at 02:47. "
				 "Nobody has it.",
		[SAMPLE_STILL] = "orders-jdbc-sink on prod-eu: 6.1 % of records fail > 5 %. Still critical after 5 h "
				 "17 m. Nobody "
				 "has it since 04:00.",
		[SAMPLE_PART_RESOLVED] =
			"3 connectors on prod-eu: 5 tasks still failed. 9 of 14 resolved at 03:31. Nobody has the "
			"rest.",
		[SAMPLE_RESOLVED] =
			"Resolved: orders-jdbc-sink on prod-eu after 5 h 52 m. 0.3 % of records fail < 0.5 %, peak "
			"8.6 %.",
		[SAMPLE_FLAPPING] = "orders-jdbc-sink on prod-eu: 34 % of usual < 40 %. Flapping: 5th time in 1 h. "
				    "Kept as one from "
				    "now. Nobody has it.",
		[SAMPLE_NO_DATA] =
			"orders-jdbc-sink on prod-eu: error rate unknown. No data for 5 m, warning. Nobody has it.",
		[SAMPLE_TEST] = "Test to streams-oncall: nothing is broken. Nobody has to do anything.",
		[SAMPLE_CLOSED] = "Closed: orders-jdbc-sink on prod-eu, connector deleted.",
		[SAMPLE_DIGEST] = "38 connectors on 2 clusters: 50 alerts. 37 critical, 13 warning since 03:08, worst "
				  "jdbc-00-sink. Nobody has them.",
		[SAMPLE_DIGEST_PART_RESOLVED] = "5 connectors on 2 clusters: 6 alerts still firing. 44 of 50 resolved at "
						"03:09. Nobody has the rest.",
	};
	for (int i = 0; i < SAMPLE_COUNT; i++) {
		struct notification *notification = sample_new((enum sample)i);
		char *line = notification_one_line(notification);
		if (lines[i])
			cr_expect_str_eq(line, lines[i], "%s: %s", sample_names[i], line);
		cr_expect_leq(utf8_length(line), 160, "%s is too long for a line", sample_names[i]);
		free(line);
		notification_free(notification);
	}
}

Test(messages, facts_words_and_reasons_stand_in_every_form)
{
	static const struct {
		enum sample sample;
		const char *text, *slack, *html;
	} table[] = {
		{SAMPLE_FIRING, "Changed      First message of this incident", "*Who has it*\\n*Nobody yet*",
		 ">Warning</b> &nbsp;<span class=\"t2\" style=\"color:#484852\">Firing"},
		{SAMPLE_FIRING, "Critical at 5 %, at once; resolved; or again at 06:42", "Critical at 5", "Critical at 5"},
		{SAMPLE_NO_DATA, "last sample 2026-07-16T00:42:10Z", "Nobody yet", "last sample 2026-07-16T00:42:10Z"},
		{SAMPLE_FIRING, "held 1 m over the limit", "limit for a warning; clears under",
		 "limit for a warning; clears under"},
		{SAMPLE_FIRING_TASK, "at o.a.k.clients.producer.KafkaProducer.<init>(KafkaProducer.java:440)",
		 "KafkaProducer.&lt;init&gt;", "KafkaProducer.&lt;init&gt;"},
		{SAMPLE_FIRING_TASK, "Root cause: KafkaException: javax.net.ssl", "Root cause: KafkaException",
		 "Root cause"},
		{SAMPLE_GROUP, "13 of 14: PSQLException: ERROR: deadlock detected",
		 "Worst five of 8 connectors, all critical", "4 of 4 failed"},
		{SAMPLE_GROUP, "5 more tasks, all warning: invoices-jdbc-sink", "tasks 0 to 3", "Acknowledge 14"},
		{SAMPLE_WORSE, "Critical, was warning. Worse.", "*Critical*, was warning", "Worse, was warning"},
		{SAMPLE_STILL, "Nobody; primary on call had it until 04:00", "still firing", "Still firing"},
		{SAMPLE_PART_RESOLVED, "9 of 14 resolved, none new", "Still failed", "Part resolved"},
		{SAMPLE_RESOLVED, "You were told it fired (02:42, 02:47)", "clear limit", "was critical"},
		{SAMPLE_RESOLVED_GROUP, "Longest five of 8 connectors", "ended <!date^", "was 9 critical, 5 warning"},
		{SAMPLE_FLAPPING, "before that 01:42, 01:55", "*Warning*, flapping", "Firing, flapping"},
		{SAMPLE_FLAPPING, "Flap score   5.0; steady again under 2.0", "steady again under", "Flap score"},
		{SAMPLE_FLAPPING, "4 incidents within 1 h before this one; from now on one", "4 incidents within", "4 incidents within"},
		{SAMPLE_NO_DATA, "Unknown limit 1 % (last known 0.2 % at 02:42:10", "*Unknown* limit",
		 "too old to trust"},
		{SAMPLE_TEST, "Does not prove that a person is woken", "nothing is broken", ">Test</b>"},
		{SAMPLE_CLOSED, "Closed, was critical.", "*Closed*", "Closed"},
		{SAMPLE_DIGEST, "38 connectors on 2 clusters: 50 alerts", "38 connectors on 2 clusters: 50 alerts",
		 "Acknowledge 50"},
		{SAMPLE_DIGEST, "than 20 incidents in a minute for streams-oncall (tocsin.conf:31):",
		 "More than 20 incidents in a minute for *streams-oncall* (tocsin.conf:31): told as one.",
		 "More than 20 incidents in a minute for <b"},
		{SAMPLE_DIGEST, "The worst: rule TaskFailed (conf.d/tasks.conf:3): state FAILED.", "Worst five, all critical",
		 "Worst five, all critical"},
		{SAMPLE_DIGEST, "jdbc-01-sink on prod-eu  tasks 0, 1  2 of 4 failed", "*jdbc-01-sink on prod-eu*",
		 "jdbc-01-sink on prod-eu"},
		{SAMPLE_DIGEST, "More alerts join or get worse, at most once a minute; all resolved; or",
		 "More alerts join or get worse, at most once a minute", "at most once a minute; all resolved"},
		{SAMPLE_DIGEST_PART_RESOLVED, "task 0      1 of 4 failed", "Still firing", "1.3\u00a0% of records fail"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct view view;
		view_init(&view, sample_new(table[i].sample));
		has(view.text->str, table[i].text, sample_names[table[i].sample]);
		has(view.slack_text, table[i].slack, sample_names[table[i].sample]);
		has(view.html->str, table[i].html, sample_names[table[i].sample]);
		has_not(view.text->str, "{{", "text");
		has_not(view.text->str, "(null)", "text");
		has_not(view.html->str, "(null)", "html");
		has_not(view.slack_text, "(null)", "slack");
		has_not(view.text->str, "nan", "text");
		view_release(&view);
	}
}

/* As the engine makes it of a group that is longer than its list. */
Test(messages, what_is_left_out_of_the_list_is_counted)
{
	struct view view;
	struct notification *n = sample_new(SAMPLE_PART_RESOLVED);
	n->truncated = 50;
	n->rest = (struct notification_rest){.severities = {[SEVERITY_WARNING] = 10}, .resolved = 40, .objects = 7};
	view_init(&view, n);
	has(view.message->one_line, "10 connectors on prod-eu: 15 tasks still failed. 49 of 64 resolved at 03:31.", "line");
	has(view.text->str, "3 critical, 12 warning", "text");
	has(view.text->str, "49 of 64 resolved, none new", "text");
	has(view.text->str, "10 more", "text");
	has(view.slack_text, "loyalty-jdbc-sink 1, 40 more alerts", "slack");
	has(view.html->str, "Acknowledge 15", "html");
	view_release(&view);

	n = sample_new(SAMPLE_GROUP);
	n->truncated = 100;
	n->rest = (struct notification_rest){.severities = {[SEVERITY_WARNING] = 100}, .fresh = 100, .taken = 100,
					     .objects = 20, .elsewhere = 1};
	view_init(&view, n);
	has(view.message->one_line, "28 connectors on several clusters: 114 tasks failed. 9 critical, 105 warning", "line");
	has(view.message->one_line, "Nobody has the rest.", "line");
	has(view.text->str, "Several people have 100 of 114; nobody the rest", "text");
	has(view.text->str, "Worst five of 28 connectors", "text");
	view_release(&view);
}

static unsigned count_of(const char *text, const char *what)
{
	unsigned count = 0;
	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		count++;
	return count;
}

/* Each zone is a cell, the one with the mark two. */
static void check_scale(struct notification *notification, const char *zones, const char *const *labels)
{
	static const char *const classes[] = {"\"zn\"", "\"zh\"", "\"zi\"", "\"zw\"", "\"zc\""};
	struct view view;
	view_init(&view, notification);
	cr_expect_eq(count_of(view.html->str, "class=\"mk\""), 1);
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
		cr_expect_eq(count_of(view.html->str, classes[i]), (unsigned)(zones[i] - '0'), "%s", classes[i]);
	for (; *labels; labels++)
		has(view.html->str, *labels, "scale");
	view_release(&view);
}

Test(messages, the_scale_shows_every_level)
{
	check_scale(sample_new(SAMPLE_FIRING), "10021",
		    (const char *const[]){">0<", ">1\u00a0% warning<", ">5\u00a0% critical<", NULL});
	check_scale(sample_new(SAMPLE_WORSE), "10012",
		    (const char *const[]){">1\u00a0% warning<", ">5\u00a0% critical<", NULL});
	check_scale(sample_new(SAMPLE_RESOLVED), "20011",
		    (const char *const[]){">1\u00a0% warning<", NULL});
	check_scale(sample_new(SAMPLE_FLAPPING), "11020",
		    (const char *const[]){">warning under 40\u00a0%<", ">clear over 60\u00a0%<", NULL});
	struct notification *single = sample_new(SAMPLE_FIRING);
	single->alerts[0].alert->level_count = 1;
	check_scale(single, "11020",
		    (const char *const[]){">clear under 0.5\u00a0%<", ">1\u00a0% warning<", NULL});
	struct notification *lower = sample_new(SAMPLE_FLAPPING);
	struct alert *alert = lower->alerts[0].alert;
	alert->levels[1] = (struct alert_level){SEVERITY_CRITICAL, 0.2, 0.3};
	alert->level_count = 2;
	check_scale(lower, "11021",
		    (const char *const[]){">critical under 20\u00a0%<", ">warning under 40\u00a0%<", NULL});
	struct notification *info = sample_new(SAMPLE_FIRING);
	info->alerts[0].alert->levels[0].severity = SEVERITY_INFO;
	check_scale(info, "10201",
		    (const char *const[]){">1\u00a0% info<", NULL});
}

/* Rows written by an older version say only the level it is at. */
Test(messages, a_scale_without_the_other_levels_shows_its_own)
{
	struct notification *n = sample_new(SAMPLE_WORSE);
	n->alerts[0].alert->level_count = 0;
	check_scale(n, "11002",
		    (const char *const[]){">clear under 2\u00a0%<", ">5\u00a0% critical<", NULL});
}

Test(messages, numbers_that_cannot_be_drawn_are_not)
{
	static const double values[] = {-1, 1e301, INFINITY, NAN};
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		struct notification *n = sample_new(SAMPLE_WORSE);
		n->alerts[0].alert->value = values[i];
		struct view view;
		view_init(&view, n);
		has_not(view.html->str, "class=\"mk\"", "html");
		view_release(&view);
	}
}

Test(messages, the_store_keeps_all_that_a_message_says)
{
	for (int i = 0; i < SAMPLE_COUNT; i++) {
		struct view fresh, stored;
		struct error err = {""};
		struct notification *n = sample_new((enum sample)i);
		if (i == SAMPLE_PART_RESOLVED) {
			n->truncated = 9;
			n->rest = (struct notification_rest){{1, 1, 1, 1}, 5, 1, 1, 2, 3, 1};
		}
		view_init(&fresh, n);
		char *text = notification_text(fresh.notification);
		json_t *object = json_parse(text, strlen(text), 0, &err);
		cr_assert_not_null(object, "%s: %s", sample_names[i], err.text);
		struct notification *again = notification_from_json(object, &err);
		cr_assert_not_null(again, "%s: %s", sample_names[i], err.text);
		view_init(&stored, again);
		cr_expect_str_eq(stored.mail, fresh.mail, "%s", sample_names[i]);
		cr_expect_str_eq(stored.slack_text, fresh.slack_text, "%s", sample_names[i]);
		json_decref(object);
		g_free(text);
		view_release(&stored);
		view_release(&fresh);
	}
}

Test(messages, actions_follow_the_type)
{
	for (int i = 0; i < SAMPLE_COUNT; i++) {
		struct view view;
		view_init(&view, sample_new((enum sample)i));
		bool part = i == SAMPLE_PART_RESOLVED || i == SAMPLE_DIGEST_PART_RESOLVED;
		bool act = i != SAMPLE_TEST && i != SAMPLE_CLOSED && i != SAMPLE_RESOLVED && i != SAMPLE_RESOLVED_GROUP;
		cr_expect_eq(strstr(view.slack_text, "|Acknowledge") != NULL, act, "%s", sample_names[i]);
		cr_expect_eq(strstr(view.html->str, ">Acknowledge") != NULL, act, "%s", sample_names[i]);
		const char *type = json_string_value(
			json_object_get(json_array_get(json_object_get(view.slack, "blocks"), 0), "type"));
		cr_expect_str_eq(type, act && !part ? "header" : "section", "%s", sample_names[i]);
		bool tint = i == SAMPLE_FIRING_TASK || i == SAMPLE_GROUP || i == SAMPLE_WORSE || i == SAMPLE_STILL ||
			    i == SAMPLE_DIGEST || part;
		cr_expect_eq(strstr(view.html->str, "class=\"px tint\"") != NULL, tint, "%s", sample_names[i]);
		view_release(&view);
	}
}

Test(messages, a_test_opens_its_receivers_place_whatever_its_name)
{
	struct notification *n = sample_new(SAMPLE_TEST);
	g_free(n->receiver);
	n->receiver = g_strdup("day & night? #1");
	struct view view;
	view_init(&view, n);
	static const char url[] = "https://tocsin.example.com/receivers/day%20%26%20night%3F%20%231";
	has(view.text->str, url, "text");
	has(view.html->str, url, "html");
	has(view.slack_text, "/receivers/day%20%26%20night%3F%20%231|Open Delivery>", "slack");
	view_release(&view);
}

Test(messages, an_acknowledged_one_is_not_tinted_and_names_who_has_it)
{
	struct notification *notification = sample_new(SAMPLE_WORSE);
	struct ack *ack = &notification->alerts[0].alert->ack;
	ack->by = g_strdup("Alex");
	ack->at = notification->at;
	struct view view;
	view_init(&view, notification);
	has(view.text->str, "Who has it   Alex", "text");
	has(view.message->one_line, "Alex has it.", "line");
	has(view.text->str, "or when the acknowledgement ends", "text");
	has_not(view.html->str, "class=\"px tint\"", "html");
	view_release(&view);
}

Test(messages, mail_has_the_headers_that_thread_and_filter)
{
	struct view view;
	view_init(&view, sample_new(SAMPLE_WORSE));
	static const char *const headers[] = {
		"\r\nSubject: orders-jdbc-sink on prod-eu: records fail [K7Q4]\r\n",
		"\r\nIn-Reply-To: <K7Q4.01K0A7QF5M0000000000000001@example.com>\r\n",
		"\r\nReferences: <K7Q4.01K0A7QF5M0000000000000001@example.com>\r\n",
		"\r\nThread-Topic: orders-jdbc-sink on prod-eu: records fail [K7Q4]\r\n",
		"\r\nAuto-Submitted: auto-generated\r\n",
		"\r\nX-Auto-Response-Suppress: All\r\n",
		"\r\nList-Id: Tocsin streams-oncall <streams-oncall.example.com>\r\n",
		"\r\nX-Tocsin-Incident: K7Q4\r\n",
		"\r\nX-Tocsin-Message: 2\r\n",
		"\r\nX-Tocsin-Severity: critical\r\n",
		"\r\nX-Tocsin-State: worse\r\n",
		"\r\nDate: Thu, 16 Jul 2026 02:47:20 +0200\r\n",
		"multipart/alternative; boundary=",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++)
		has(view.mail, headers[i], "mail");
	size_t length;
	char *again = mail_build(view.message, &parts, NULL, &length);
	cr_expect_str_eq(view.mail, again, "a retry is the same bytes");
	const struct mail_parts other = {parts.from, "second@example.com"};
	char *second = mail_build(view.message, &other, NULL, &length);
	char *id = mail_delivery_id(view.notification, parts.to), *id2 = mail_delivery_id(view.notification, other.to);
	cr_expect_str_neq(id, id2);
	has(view.mail, id, "mail");
	has(second, id2, "mail");
	g_free(id);
	g_free(id2);
	g_free(second);
	g_free(again);
	view_release(&view);
}

static void check_mail_lines(const struct view *view)
{
	const char *end = strstr(view->mail, "\r\n\r\n");
	cr_assert_not_null(end);
	for (const char *line = view->mail; line < view->mail + view->mail_length;) {
		const char *next = strstr(line, "\r\n");
		cr_assert_not_null(next, "every line ends with CRLF");
		cr_expect_leq(next - line, 998);
		cr_expect_null(memchr(line, '\n', (size_t)(next - line)), "no bare LF");
		if (line < end)
			cr_expect(g_ascii_strncasecmp(line, "Bcc:", 4) != 0, "a header was injected");
		line = next + 2;
	}
	for (size_t i = 0; i < view->mail_length; i++)
		cr_assert((unsigned char)view->mail[i] < 0x80, "7 bit");
}

static size_t slack_measure(const json_t *value, bool inside_field)
{
	size_t total = 0, i;
	const char *key;
	json_t *child;
	if (json_is_array(value))
		json_array_foreach(value, i, child) total += slack_measure(child, inside_field);
	if (json_is_object(value))
		json_object_foreach((json_t *)value, key, child)
		{
			if (json_is_string(child) && !strcmp(key, "text")) {
				size_t length = utf8_length(json_string_value(child));
				cr_expect_leq(length, inside_field ? 2000 : 3000);
				total += length;
			} else {
				total += slack_measure(child, inside_field || !strcmp(key, "fields"));
			}
		}
	return total;
}

Test(messages, hostile_texts_stay_texts_and_within_every_limit)
{
	static const unsigned sizes[] = {1, 2, 7, 300};
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct view view;
		view_init(&view, sample_hostile(sizes[i]));
		json_t *markup = json_copy(view.slack); /* without the headline: plain_text is shown as it is */
		json_object_del(markup, "blocks");
		char *markup_text = json_dumps(markup, 0);
		has_not(markup_text, "<!channel>", "slack");
		has_not(markup_text, "<http://a", "slack");
		free(markup_text);
		json_decref(markup);
		has_not(view.slack_text, "javascript:", "slack");
		has_not(view.html->str, "<script", "html");
		has_not(view.html->str, "<init>", "html");
		has_not(view.html->str, "javascript:", "html");
		has_not(view.text->str, "\x1b", "text");
		has_not(view.text->str, "\xe2\x80\xae", "text");
		cr_expect(g_utf8_validate(view.text->str, -1, NULL));
		cr_expect(g_utf8_validate(view.html->str, -1, NULL));
		cr_expect_leq(view.mail_length, 100 * 1024u, "mail of %zu bytes", view.mail_length);
		check_mail_lines(&view);
		const json_t *blocks =
			json_object_get(json_array_get(json_object_get(view.slack, "attachments"), 0), "blocks");
		size_t total =
			slack_measure(blocks, false) + slack_measure(json_object_get(view.slack, "blocks"), false);
		cr_expect_leq(total, 13200, "%zu characters in blocks", total);
		cr_expect_leq(utf8_length(view.message->headline), 150);
		GString *plain = g_string_new(NULL);
		fallback_plain(view.message, "Template x:1:1 failed", plain);
		json_t *fallback = slack_fallback_payload(view.message, "Template x:1:1 failed");
		cr_expect_leq(strlen(json_get_text(fallback, "text", "")), 3900);
		has_not(json_get_text(fallback, "text", ""), "<!channel>", "fallback");
		json_decref(fallback);
		g_string_free(plain, TRUE);
		view_release(&view);
	}
}

static void check_entities(const char *text, const char *where)
{
	for (const char *at = strchr(text, '&'); at; at = strchr(at + 1, '&'))
		cr_expect(g_str_has_prefix(at, "&amp;") || g_str_has_prefix(at, "&lt;") || g_str_has_prefix(at, "&gt;"),
			  "%s: a sign was cut in two: %.12s", where, at);
}

/* Also where the headline is a section of Slack's own markup, not plain text. */
Test(messages, hostile_texts_stay_texts_in_every_type)
{
	for (int type = 0; type < NOTIFICATION_TEST; type++)
		for (unsigned alerts = 1; alerts <= 2; alerts++) {
			struct notification *n = sample_hostile(alerts);
			n->type = (enum notification_type)type;
			n->digest = alerts == 2 ? g_strdup(n->receiver) : NULL;
			for (unsigned i = 0; type == NOTIFICATION_RESOLVED && i < alerts; i++)
				n->alerts[i].alert->state = ALERT_RESOLVED;
			struct view view;
			view_init(&view, n);
			const json_t *head = json_array_get(json_object_get(view.slack, "blocks"), 0);
			const json_t *shown = json_object_get(head, "text");
			if (!strcmp(json_get_text(shown, "type", ""), "mrkdwn")) {
				has_not(json_get_text(shown, "text", ""), "<!channel>", "slack");
				check_entities(json_get_text(shown, "text", ""), "slack");
			}
			has_not(json_get_text(view.slack, "text", ""), "<!channel>", "slack");
			has_not(view.html->str, "<script", "html");
			check_mail_lines(&view);
			view_release(&view);
		}
}

/* A name that is written from the right does not carry the numbers beside it to its other side. */
Test(messages, a_name_from_the_right_stays_where_it_is)
{
	static const char hebrew[] = "\xd7\x90\xd7\x91\xd7\x92";
	struct notification *n = sample_new(SAMPLE_GROUP);
	struct alert *alert = n->alerts[0].alert;
	const struct label pairs[] = {{"connector", hebrew}, {"cluster", "prod-eu"}, {"task", "0"}};
	labels_unref(alert->labels);
	alert->labels = labels_new(pairs, G_N_ELEMENTS(pairs));
	struct view view;
	view_init(&view, n);
	char *cell = g_strdup_printf("unicode-bidi:isolate\">%s</b>", hebrew);
	has(view.html->str, cell, "html");
	has(view.html->str, "<h1 class=\"t1\" dir=\"ltr\"", "html");
	g_free(cell);
	view_release(&view);
}

Test(messages, texts_are_cut_before_they_are_escaped)
{
	struct arena *arena = arena_new();
	struct message_time time;
	message_time_init(&time, NULL, 0);
	GString *signs = g_string_new(NULL), *out = g_string_new(NULL);
	for (int i = 0; i < 3000; i++)
		g_string_append(signs, i % 3 ? "&" : "<");
	struct rich *rich = rich_new(arena);
	rich_text(rich, "%s", signs->str);
	rich_slack(rich, &time, 400, out);
	cr_expect_leq(out->len, 400u);
	cr_expect(g_str_has_suffix(out->str, "…"));
	check_entities(out->str, "slack");
	g_string_free(signs, TRUE);
	g_string_free(out, TRUE);
	message_time_release(&time);
	arena_free(arena);
}

static const char *facts_text(const json_t *payload)
{
	const json_t *blocks = json_object_get(json_array_get(json_object_get(payload, "attachments"), 0), "blocks");
	return json_get_text(json_object_get(json_array_get(blocks, 1), "text"), "text", "");
}

Test(messages, a_long_text_of_ones_own_is_cut_where_nothing_breaks)
{
	static const struct {
		const char *before, *unit, *end;
	} table[] = {
		{"", "a word &amp; ", "\n…"},
		{"", "<https://example.com/a b|c d>", "\n…"},
		{"", "\u00fc", "\n…"},
		{"short line\n", "wort ", "\n…"},
		{"", "R&D <- ", "\n…"},
		{"```", "code\n", "\n```…"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct view view;
		view_init(&view, sample_new(SAMPLE_WORSE));
		GString *body = g_string_new(table[i].before);
		while (body->len < 9000)
			g_string_append(body, table[i].unit);
		view.message->custom_body = body->str;
		json_t *payload = slack_payload(view.message);
		const char *text = facts_text(payload), *rest = text + strlen(table[i].before);
		cr_expect_leq(strlen(text), 2820u, "%zu", i);
		cr_expect_geq(strlen(text), 2600u, "%zu: %s", i, text);
		cr_expect(g_str_has_suffix(text, table[i].end), "%zu: %s", i, text);
		cr_expect(g_utf8_validate(text, -1, NULL));
		if (i == 1)
			cr_expect_eq((strlen(rest) - strlen(table[i].end)) % strlen(table[i].unit), 0, "%s", text);
		if (i == 0)
			check_entities(text, "slack");
		json_decref(payload);
		g_string_free(body, TRUE);
		view_release(&view);
	}
}

Test(messages, the_built_in_text_keeps_its_links_however_long_the_facts_are)
{
	struct view view;
	GString *wide = g_string_new(NULL);
	while (wide->len < 3000)
		g_string_append(wide, "\u8a08\u6e2c&");
	struct notification *n = sample_new(SAMPLE_FIRING_TASK);
	struct alert *alert = n->alerts[0].alert;
	char *trace = g_strconcat("java.io.IOException: ", wide->str, NULL);
	const struct label notes[] = {{"cause", wide->str}, {"still_known", wide->str}, {"tasks", wide->str},
				      {"worker", wide->str}, {"trace", trace}};
	g_free(alert->fact);
	alert->fact = g_strdup(wide->str);
	labels_unref(alert->annotations);
	alert->annotations = labels_new(notes, G_N_ELEMENTS(notes));
	view_init(&view, n);
	json_t *fallback = slack_fallback_payload(view.message, "refused");
	const char *text = json_get_text(fallback, "text", "");
	cr_expect_leq(strlen(text), 3900u);
	has(text, "\nAcknowledge: https://", "fallback");
	has(text, "\nOpen: https://", "fallback");
	has(text, "Incident P6VC, message 1.", "fallback");
	json_decref(fallback);
	g_free(trace);
	g_string_free(wide, TRUE);
	view_release(&view);
}

Test(messages, twins_stay_apart_when_their_names_are_cut)
{
	struct arena *arena = arena_new();
	char *one = g_strdup_printf("orders-%0150d-eu-sink-7", 0), *two = g_strdup_printf("orders-%0150d-eu-sink-8", 0);
	const char *a = clean_name(arena, one, MESSAGE_NAME_MAX), *b = clean_name(arena, two, MESSAGE_NAME_MAX);
	cr_expect_leq(utf8_length(a), MESSAGE_NAME_MAX);
	cr_expect_str_neq(a, b);
	cr_expect_not_null(strstr(a, "…"));
	g_free(one);
	g_free(two);
	arena_free(arena);
}

Test(messages, what_is_never_cut_stays_and_a_cut_says_so)
{
	struct view view;
	view_init(&view, sample_hostile(300));
	unsigned step = 0;
	while (message_cut(view.message, &step))
		;
	cr_expect_eq(step, 10u);
	GString *html = g_string_new(NULL);
	mail_html(view.message, html);
	static const char *const kept[] = {">Since<",      ">Who has it<",  "Acknowledge 300", ">Open<",
					   "incident EV1L", " more",        ">Why you get this<"};
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		has(html->str, kept[i], "html");
	cr_expect_eq(view.message->rows_shown, 3u);
	g_string_free(html, TRUE);
	view_release(&view);
	view_init(&view, sample_new(SAMPLE_FIRING_TASK));
	has(view.html->str, "2 more lines on the page", "html");
	has(view.text->str, "(2 more lines on the page)", "text");
	view.message->trace_more = 1;
	cr_expect_str_eq(message_trace_rest(view.message), "1 more line on the page");
	view_release(&view);
}

Test(messages, the_small_print_stays_small)
{
	for (int type = 0; type < NOTIFICATION_TEST; type++) {
		struct notification *n = sample_hostile(1);
		n->type = (enum notification_type)type;
		struct view view;
		view_init(&view, n);
		cr_expect_leq(utf8_length(message_plain(view.message, view.message->why)), MESSAGE_WHY_MAX, "type %d", type);
		cr_expect_leq(utf8_length(view.message->labels), MESSAGE_LABELS_MAX);
		cr_expect_leq(utf8_length(view.message->preheader), 180);
		view_release(&view);
	}
}

Test(messages, fallback_says_why_and_keeps_the_links)
{
	struct view view;
	view_init(&view, sample_new(SAMPLE_FIRING_TASK));
	json_t *fallback =
		slack_fallback_payload(view.message, "Template payments.tmpl:3:14 failed: \"percent\" needs a number");
	const char *text = json_get_text(fallback, "text", "");
	cr_expect_null(json_object_get(fallback, "blocks"));
	has(text, "■ mqtt-telemetry-source on prod-us: task 1 failed. Critical since 02:42. Nobody has it.",
	    "fallback");
	has(text, "\nOpen: https://tocsin.example.com/alerts/", "fallback");
	has(text, "Built-in text. Template payments.tmpl:3:14 failed", "fallback");
	size_t length;
	char *mail = mail_build(view.message, &parts, "Template payments.tmpl:3:14 failed", &length);
	has(mail, "Built-in text. Template payments.tmpl:3:14 failed", "mail");
	has(mail, "<pre style", "mail");
	g_free(mail);
	json_decref(fallback);
	view_release(&view);
}

Test(messages, a_name_with_markup_at_its_edge_is_not_formatted_by_slack)
{
	static const struct {
		const char *in, *out;
	} table[] = {
		{"my_topic_name", "my_topic_name"},
		{"_internal_", "\xcb\x8dinternal\xcb\x8d"},
		{"*bold*", "\xe2\x88\x97"
			   "bold\xe2\x88\x97"},
		{"~gone~", "\xe2\x88\xbcgone\xe2\x88\xbc"},
		{"`code`", "\xcb\x8b"
			   "code\xcb\x8b"},
		{"5\u00a0*bold*\u00a0x", "5\u00a0\xe2\x88\x97"
					  "bold\xe2\x88\x97\u00a0x"},
		{"…_it_…", "…\xcb\x8dit\xcb\x8d…"},
		{"gr\u00fc_n", "gr\u00fc_n"},
		{"<!channel> & <init>", "&lt;!channel&gt; &amp; &lt;init&gt;"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		GString *out = g_string_new(NULL);
		slack_escape(table[i].in, out);
		cr_expect_str_eq(out->str, table[i].out);
		g_string_free(out, TRUE);
	}
}

Test(messages, times_are_in_the_receivers_zone)
{
	struct message_time time;
	char text[MESSAGE_TIME_SIZE];
	const msec_t wall = INT64_C(1784162530000);
	message_time_init(&time, "Europe/Berlin", wall);
	cr_expect_str_eq(message_time_second(&time, wall, text), "02:42:10");
	cr_expect_str_eq(message_time_minute(&time, wall - 3 * 3600000, text), "15 Jul 23:42");
	cr_expect_str_eq(message_time_zone(&time, wall, text), "CEST");
	message_time_release(&time);
	cr_expect_str_eq(message_time_utc_after(wall, wall - 60000, text), "00:42:10Z");
	cr_expect_str_eq(message_time_utc_after(wall, wall - 3600000, text), "2026-07-16T00:42:10Z", "the day before");
	message_time_init(&time, "Nowhere/Land", wall);
	cr_expect_str_eq(message_time_second(&time, wall, text), "00:42:10", "unknown zones are UTC");
	message_time_release(&time);
}
