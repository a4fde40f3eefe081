#include "tests/notifiers/sample.h"
#include <glib.h>
#include <math.h>
#include <string.h>

const char *const sample_names[SAMPLE_COUNT] = {
	"01-firing",   "02-firing-task",    "03-group",    "04-worse",   "05-still", "06-part-resolved",
	"07-resolved", "08-resolved-group", "09-flapping", "10-no-data", "11-test",  "12-closed",
	"13-digest",   "14-digest-part-resolved",
};

enum { MINUTE = 60000, HOUR = 3600000 };
static const msec_t t0242 = INT64_C(1784162530000); /* 2026-07-16 02:42:10 CEST */

static struct labels *labels_of(const char *text)
{
	char **pairs = g_strsplit(text, "|", -1);
	struct label list[16];
	size_t count = 0;
	for (char **pair = pairs; *pair; pair++) {
		char *equals = strchr(*pair, '=');
		*equals = '\0';
		list[count++] = (struct label){*pair, equals + 1};
	}
	struct labels *labels = labels_new(list, count);
	g_strfreev(pairs);
	return labels;
}

static void rule(struct alert *alert, const char *name, const char *kind, const char *place, const char *topic,
		 const char *condition, enum unit unit)
{
	alert->rule = (struct alert_rule){.name = g_strdup(name),
					  .kind = g_strdup(kind),
					  .place = g_strdup(place),
					  .topic = g_strdup(topic),
					  .condition = g_strdup(condition),
					  .unknown = g_strdup("error rate unknown"),
					  .unit = unit};
}

static struct alert *error_rate(double value, enum severity severity)
{
	struct alert *alert = alert_new();
	char number[64], fact[128];
	g_strlcpy(alert->id, "01K0A7QF5M0000000000000000", sizeof alert->id);
	rule(alert, "ConnectorErrorRate", "error_rate",
	     severity == SEVERITY_CRITICAL ? "conf.d/errors.conf:14" : "conf.d/errors.conf:12", "records fail",
	     "over 1 % for 1 m", UNIT_RATIO);
	alert->labels = labels_of(
		"alertname=ConnectorErrorRate|cluster=prod-eu|connector=orders-jdbc-sink|team=streams|type=sink");
	alert->annotations = labels_of("runbook=https://wiki.example.com/connect/errors|tasks=8 of 8 running|"
				       "trend=▁▁▁▁▁▁▂▃▅▇ 30 m: 0.2 % to 5.2 %");
	g_snprintf(fact, sizeof fact, "%s of records fail", unit_format(UNIT_RATIO, value, number, sizeof number));
	alert->fact = g_strdup(fact);
	alert->state = ALERT_FIRING;
	alert->severity = alert->peak_severity = severity;
	alert->value = value;
	alert->raise = severity == SEVERITY_CRITICAL ? 0.05 : 0.01;
	alert->clear = severity == SEVERITY_CRITICAL ? 0.02 : 0.005;
	alert->levels[0] = (struct alert_level){SEVERITY_WARNING, 0.01, 0.005};
	alert->levels[1] = (struct alert_level){SEVERITY_CRITICAL, 0.05, 0.02};
	alert->level_count = 2;
	alert->started_at = t0242;
	alert->pending_since = t0242 - MINUTE;
	alert->updated_at = t0242;
	return alert;
}

static struct alert *task(const char *cluster, const char *connector, int number, int total, enum severity severity,
			  msec_t started, const char *trace)
{
	struct alert *alert = alert_new();
	char text[512];
	g_snprintf(alert->id, sizeof alert->id, "01K0A9D2WX%016d", number);
	rule(alert, "TaskFailed", "state", "conf.d/tasks.conf:3", "failed", "state FAILED", UNIT_STATE);
	g_snprintf(text, sizeof text, "alertname=TaskFailed|cluster=%s|connector=%s|task=%d|team=streams|type=sink",
		   cluster, connector, number);
	alert->labels = labels_of(text);
	char *notes = g_strdup_printf("runbook=https://wiki.example.com/connect/task-failed|worker=connect-us-3:8083|"
				      "task_count=%d|trace=%s",
				      total, trace);
	alert->annotations = labels_of(notes);
	g_free(notes);
	g_snprintf(text, sizeof text, "task %d failed", number);
	alert->fact = g_strdup(text);
	alert->state = ALERT_FIRING;
	alert->severity = alert->peak_severity = severity;
	alert->value = 7; /* FAILED */
	alert->started_at = alert->updated_at = alert->pending_since = started;
	return alert;
}

static void add(struct notification *n, struct alert *alert)
{
	n->alerts = g_renew(struct notification_alert, n->alerts, n->alert_count + 1);
	n->alerts[n->alert_count++] = (struct notification_alert){.alert = alert, .told_value = NAN, .new_now = true};
}

static struct notification *base(enum notification_type type, enum reason reason, const char *incident,
				 uint32_t message, msec_t at)
{
	struct notification *n = notification_new();
	n->type = type;
	n->reason = reason;
	g_strlcpy(n->incident, incident, sizeof n->incident);
	g_strlcpy(n->root, "01K0A7QF5M0000000000000001", sizeof n->root);
	g_snprintf(n->key, sizeof n->key, "%064x", 0xabc0u + message);
	n->message = message;
	n->receiver = g_strdup("streams-oncall");
	n->integration = g_strdup("streams-oncall/slack/0f3a");
	n->group_key = g_strdup("{}:{cluster=\"prod-eu\"}");
	n->route = g_strdup("team=streams");
	n->route_place = g_strdup("tocsin.conf:41");
	n->external_url = g_strdup("https://tocsin.example.com/");
	n->timezone = g_strdup("Europe/Berlin");
	n->at = at;
	n->since = t0242;
	n->group_labels = labels_of("cluster=prod-eu");
	n->common_labels = labels_of("cluster=prod-eu|team=streams");
	n->common_annotations = labels_of("runbook=https://wiki.example.com/connect/errors");
	n->subject = g_strdup_printf("orders-jdbc-sink on prod-eu: records fail [%s]", incident);
	return n;
}

static struct notification *firing(void)
{
	struct notification *n = base(NOTIFICATION_FIRING, REASON_FIRST, "K7Q4", 1, t0242);
	add(n, error_rate(0.013, SEVERITY_WARNING));
	n->repeat_at = t0242 + 4 * HOUR;
	return n;
}

static struct notification *worse(void)
{
	struct notification *n = base(NOTIFICATION_WORSE, REASON_TOLD_WORSE, "K7Q4", 2, t0242 + 310000);
	add(n, error_rate(0.052, SEVERITY_CRITICAL));
	n->alerts[0].told_severity = n->alerts[0].alert->was = SEVERITY_WARNING;
	n->alerts[0].told_value = 0.013;
	n->alerts[0].new_now = false;
	n->alerts[0].alert->updated_at = n->at;
	n->last_at = t0242;
	n->repeat_at = n->at + 4 * HOUR;
	return n;
}

static struct notification *still(void)
{
	struct notification *n = base(NOTIFICATION_STILL, REASON_REPEAT, "K7Q4", 4, t0242 + 5 * HOUR + 17 * MINUTE);
	add(n, error_rate(0.061, SEVERITY_CRITICAL));
	n->alerts[0].told_severity = SEVERITY_CRITICAL;
	n->alerts[0].told_value = 0.063;
	n->alerts[0].new_now = false;
	n->last_at = n->ack_ended_at = t0242 + 78 * MINUTE - 10000; /* 04:00 */
	n->ack_ended_by = g_strdup("primary on call");
	n->repeat_at = n->at + 4 * HOUR;
	return n;
}

static struct notification *resolved(void)
{
	struct notification *n =
		base(NOTIFICATION_RESOLVED, REASON_ALL_RESOLVED, "K7Q4", 5, t0242 + 5 * HOUR + 52 * MINUTE);
	struct alert *alert = error_rate(0.003, SEVERITY_CRITICAL);
	alert->state = ALERT_RESOLVED;
	alert->reason = REASON_CLEARED;
	alert->ended_at = n->at;
	alert->peak = 0.086;
	add(n, alert);
	n->alerts[0].told_severity = SEVERITY_CRITICAL;
	n->alerts[0].told_value = 0.061;
	n->alerts[0].resolved_now = true;
	n->alerts[0].new_now = false;
	n->last_at = t0242 + 5 * HOUR + 17 * MINUTE;
	n->told_time_count = 2;
	n->told_times = g_new(msec_t, 2);
	n->told_times[0] = t0242;
	n->told_times[1] = t0242 + 310000;
	return n;
}

static struct notification *group(enum notification_type type, uint32_t message)
{
	static const char deadlock[] =
		"org.postgresql.util.PSQLException: ERROR: deadlock detected\n\tat x.Y.z(Y.java:1)";
	static const struct {
		const char *connector;
		int first, count, total;
		enum severity severity;
	} rows[] = {
		{"payments-jdbc-sink", 0, 4, 4, SEVERITY_CRITICAL},
		{"debezium-mysql-customers", 0, 1, 1, SEVERITY_CRITICAL},
		{"orders-jdbc-sink", 3, 2, 8, SEVERITY_CRITICAL},
		{"shipping-jdbc-sink", 0, 1, 2, SEVERITY_CRITICAL},
		{"inventory-jdbc-sink", 1, 1, 4, SEVERITY_CRITICAL},
		{"invoices-jdbc-sink", 0, 2, 4, SEVERITY_WARNING},
		{"returns-jdbc-sink", 1, 2, 4, SEVERITY_WARNING},
		{"loyalty-jdbc-sink", 0, 1, 4, SEVERITY_WARNING},
	};
	const msec_t start = INT64_C(1784164111000); /* 03:08:31 */
	struct notification *n = base(type, REASON_FIRST, "M2XD", message, start + (message > 1 ? 23 * MINUTE : 4000));
	n->since = start;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int k = 0; k < rows[i].count; k++)
			add(n, task("prod-eu", rows[i].connector, rows[i].first + k, rows[i].total, rows[i].severity,
				    start + (msec_t)i * 500,
				    i == 1 ? "org.apache.kafka.connect.errors.ConnectException: Could "
					     "not find first log file name in binary log index file"
					   : deadlock));
	g_free(n->subject);
	n->subject = g_strdup("payments-jdbc-sink and others on prod-eu: tasks failed [M2XD]");
	n->last_at = message > 1 ? start : 0;
	n->repeat_at = n->at + 4 * HOUR;
	return n;
}

static struct notification *part_resolved(void)
{
	struct notification *n = group(NOTIFICATION_PART_RESOLVED, 2);
	n->reason = REASON_SOME_RESOLVED;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const char *connector = labels_get(n->alerts[i].alert->labels, "connector");
		bool open = g_str_has_prefix(connector, "debezium") || g_str_has_prefix(connector, "orders") ||
			    g_str_has_prefix(connector, "returns");
		n->alerts[i].new_now = false;
		n->alerts[i].resolved_now = !open;
		if (!open) {
			n->alerts[i].alert->state = ALERT_RESOLVED;
			n->alerts[i].alert->ended_at = n->at;
		}
	}
	return n;
}

static struct notification *resolved_group(void)
{
	struct notification *n = group(NOTIFICATION_RESOLVED, 6);
	n->at = n->since + 5 * HOUR + 18 * MINUTE;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		struct alert *alert = n->alerts[i].alert;
		bool last = g_str_has_prefix(labels_get(alert->labels, "connector"), "orders");
		n->alerts[i].resolved_now = last;
		n->alerts[i].new_now = false;
		alert->state = ALERT_RESOLVED;
		alert->reason = REASON_CLEARED;
		alert->ended_at = last ? n->at : n->since + 23 * MINUTE;
	}
	n->told_times = g_new(msec_t, 1);
	n->told_times[n->told_time_count++] = n->since;
	return n;
}

static struct notification *flapping(void)
{
	struct notification *n = base(NOTIFICATION_FLAPPING, REASON_FLAPPING, "H9TB", 1, t0242);
	struct alert *alert = error_rate(0.34, SEVERITY_WARNING);
	g_free(alert->rule.topic);
	alert->rule.topic = g_strdup("throughput low");
	alert->rule.lower_is_worse = true;
	g_free(alert->fact);
	alert->fact = g_strdup("34\u00a0% of usual");
	alert->raise = 0.4;
	alert->clear = 0.6;
	alert->flapping = true;
	add(n, alert);
	alert->levels[0] = (struct alert_level){SEVERITY_WARNING, 0.4, 0.6};
	alert->level_count = 1;
	alert->flap = (struct alert_flap){.score = 5, .steady_under = 2, .start_count = 4};
	for (int i = 0; i < 4; i++)
		alert->flap.starts[i] = t0242 - HOUR + i * 13 * MINUTE;
	return n;
}

static struct notification *no_data(void)
{
	struct notification *n = base(NOTIFICATION_NO_DATA, REASON_FIRST, "R3WN", 1, t0242 + 5 * MINUTE);
	struct alert *alert = error_rate(0.002, SEVERITY_WARNING);
	alert->value = NAN;
	alert->no_data = true;
	alert->state = ALERT_NO_DATA;
	alert->last_known = 0.002;
	alert->last_known_at = t0242;
	labels_unref(alert->annotations);
	alert->annotations = labels_of("cause=Jolokia on connect-us-3:8778: Connection refused|"
				       "still_known=4 of 4 tasks RUNNING (Connect REST, 1 s ago)");
	add(n, alert);
	n->repeat_at = n->at + 4 * HOUR;
	return n;
}

/* 25 of one cluster's connectors fail, and of another's some lose records. */
static struct notification *digest(void)
{
	const msec_t start = INT64_C(1784164111000); /* 03:08:31 */
	struct notification *n = base(NOTIFICATION_FIRING, REASON_STORM, "V8JD", 1, start + 10000);
	char name[128];
	for (int i = 0; i < 25; i++) {
		g_snprintf(name, sizeof name, "jdbc-%02d-sink", i);
		for (int k = 0; k <= i % 2; k++)
			add(n, task("prod-eu", name, k, 4, SEVERITY_CRITICAL, start + i * 200,
				    "org.postgresql.util.PSQLException: ERROR: deadlock detected"));
	}
	for (int i = 0; i < 13; i++) {
		struct alert *alert = error_rate(0.013 + i * 0.001, SEVERITY_WARNING);
		g_snprintf(name, sizeof name, "alertname=ConnectorErrorRate|cluster=prod-us|connector=s3-%02d-sink", i);
		labels_unref(alert->labels);
		alert->labels = labels_of(name);
		alert->started_at = alert->pending_since = alert->updated_at = start + i * 300;
		add(n, alert);
	}
	g_free(n->subject);
	n->subject = g_strdup("jdbc-00-sink and others: many incidents at once [V8JD]");
	labels_unref(n->common_labels);
	n->common_labels = labels_new(NULL, 0);
	n->since = start;
	n->digest = g_strdup("streams-oncall");
	n->digest_above = 20;
	g_free(n->route_place);
	n->route_place = g_strdup("tocsin.conf:31");
	n->repeat_at = n->at + 4 * HOUR;
	return n;
}

static struct notification *digest_part_resolved(void)
{
	struct notification *n = digest();
	n->type = NOTIFICATION_PART_RESOLVED;
	n->reason = REASON_SOME_RESOLVED;
	n->message = 2;
	n->last_at = n->at;
	n->at += MINUTE;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		struct alert *alert = n->alerts[i].alert;
		bool open = i >= 34 && i < 40;
		n->alerts[i].new_now = false;
		n->alerts[i].resolved_now = !open;
		alert->state = open ? ALERT_FIRING : ALERT_RESOLVED;
		alert->ended_at = open ? 0 : n->at;
	}
	return n;
}

struct notification *sample_new(enum sample sample)
{
	static const char trace[] =
		"org.apache.kafka.common.KafkaException: Failed to construct kafka producer\n"
		"\tat org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:440)\n\tat "
		"b.C.d(C.java:2)\n"
		"Caused by: org.apache.kafka.common.KafkaException: javax.net.ssl.SSLHandshakeException: PKIX path "
		"validation "
		"failed\n\t... 6 more";
	struct notification *n = NULL;
	switch (sample) {
	case SAMPLE_FIRING:
		return firing();
	case SAMPLE_FIRING_TASK:
		n = base(NOTIFICATION_FIRING, REASON_FIRST, "P6VC", 1, t0242);
		add(n, task("prod-us", "mqtt-telemetry-source", 1, 2, SEVERITY_CRITICAL, t0242, trace));
		return n;
	case SAMPLE_GROUP:
		return group(NOTIFICATION_FIRING, 1);
	case SAMPLE_WORSE:
		return worse();
	case SAMPLE_STILL:
		return still();
	case SAMPLE_PART_RESOLVED:
		return part_resolved();
	case SAMPLE_RESOLVED:
		return resolved();
	case SAMPLE_RESOLVED_GROUP:
		return resolved_group();
	case SAMPLE_FLAPPING:
		return flapping();
	case SAMPLE_NO_DATA:
		return no_data();
	case SAMPLE_TEST:
		n = base(NOTIFICATION_TEST, REASON_TEST, "TEST5F2", 1, t0242);
		n->note = g_strdup("primary on call, tocsind --test-receiver");
		return n;
	case SAMPLE_CLOSED:
		n = resolved();
		n->alerts[0].alert->reason = REASON_GONE;
		n->alerts[0].alert->value = NAN;
		return n;
	case SAMPLE_DIGEST:
		return digest();
	case SAMPLE_DIGEST_PART_RESOLVED:
		return digest_part_resolved();
	case SAMPLE_COUNT:
		break;
	}
	return NULL;
}

struct notification *sample_hostile(unsigned alerts)
{
	static const char evil[] =
		"<!channel> <init> & \"q\" 'a' *b* _i_ ~s~ `c` \r\nBcc: x@example.com\r\n\x1b[31m "
		"\xe2\x80\xae\xff\xfe </pre><script>alert(1)</script> {{value}} =?utf-8?q?x?= | <http://a|b> ";
	struct notification *n = base(NOTIFICATION_FIRING, REASON_FIRST, "EV1L", 1, t0242);
	GString *name = g_string_new(evil);
	while (name->len < 10000)
		g_string_append(name, evil);
	for (unsigned i = 0; i < alerts; i++) {
		struct alert *alert = error_rate(0.5, i % 2 ? SEVERITY_WARNING : SEVERITY_CRITICAL);
		char *connector = g_strdup_printf("%u %s", i, name->str);
		const struct label pairs[] = {{"connector", connector}, {"cluster", name->str}, {"x", name->str}};
		const struct label notes[] = {{"runbook", "javascript:alert(1)"},
					      {"trace", name->str},
					      {"tasks", name->str},
					      {"worker", name->str},
					      {"trend", name->str},
					      {"cause", name->str}};
		labels_unref(alert->labels);
		labels_unref(alert->annotations);
		alert->labels = labels_new(pairs, G_N_ELEMENTS(pairs));
		alert->annotations = labels_new(notes, G_N_ELEMENTS(notes));
		char **texts[] = {&alert->fact, &alert->rule.name, &alert->rule.place, &alert->rule.topic,
				  &alert->rule.condition};
		for (size_t k = 0; k < G_N_ELEMENTS(texts); k++) {
			g_free(*texts[k]);
			*texts[k] = g_strdup(name->str);
		}
		alert->ack.by = i ? NULL : g_strdup(name->str);
		g_free(connector);
		add(n, alert);
	}
	char **texts[] = {&n->subject, &n->receiver, &n->route, &n->route_place, &n->note};
	for (size_t k = 0; k < G_N_ELEMENTS(texts); k++) {
		g_free(*texts[k]);
		*texts[k] = g_strdup(name->str);
	}
	g_string_free(name, TRUE);
	return n;
}
