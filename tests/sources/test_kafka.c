/* The kind kafka as a whole against librdkafka's mock cluster, which cannot list groups: so the group is named in
 * full, and the topic too. */
#include "model/value.h"
#include "tests/sources/polling.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static rd_kafka_t *client(rd_kafka_type_t type, const char *brokers, const char *group)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[256];

	if (brokers)
		rd_kafka_conf_set(conf, "bootstrap.servers", brokers, text, sizeof text);
	if (group)
		rd_kafka_conf_set(conf, "group.id", group, text, sizeof text);
	return rd_kafka_new(type, conf, text, sizeof text);
}

static void produce(const char *brokers, int count, size_t size)
{
	rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, brokers, NULL);
	char *value = g_malloc0(size);

	for (int i = 0; i < count; i++) {
		rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("t"), RD_KAFKA_V_PARTITION(0),
				  RD_KAFKA_V_VALUE(value, size), RD_KAFKA_V_END);
		cr_assert_eq(rd_kafka_flush(producer, 20000), 0); /* a batch of its own */
	}
	rd_kafka_destroy(producer);
	g_free(value);
}

static struct polling *start_polling(const char *brokers, const char *timeout)
{
	char *text =
		g_strdup_printf("{ name = \"lag\"; kind = \"kafka\"; interval = \"1h\"; labels = { cluster = \"p\"; };"
				" brokers = [ \"%s\" ]; groups = \"connect-s\"; topics = [ \"t\" ]; timeout = \"%s\";"
				" librdkafka = ( { name = \"security.protocol\"; value = \"plaintext\"; } ); }",
				brokers, timeout);
	struct polling *polling = polling_start(text);

	g_free(text);
	return polling;
}

static void commit(const char *brokers, int64_t offset)
{
	rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, brokers, "connect-s");
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

	rd_kafka_topic_partition_list_add(list, "t", 0)->offset = offset;
	cr_assert_eq(rd_kafka_commit(consumer, list, 0), RD_KAFKA_RESP_ERR_NO_ERROR);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(consumer);
}

Test(kafka, committed_4_end_10_lag_6, .timeout = 90)
{
	rd_kafka_t *owner = client(RD_KAFKA_PRODUCER, NULL, NULL);
	rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, 1);
	const char *brokers = rd_kafka_mock_cluster_bootstraps(cluster);

	rd_kafka_mock_topic_create(cluster, "t", 1, 1);
	produce(brokers, 10, 1);
	commit(brokers, 4);
	struct polling *polling = start_polling(brokers, "5s");
	const struct batch *batch = polling_next(polling);
	cr_expect_not(batch->failed, "%s", batch->failure);
	cr_expect_eq(polling_value(polling, "kafka_consumergroup_lag", "", ""), 6);
	cr_expect_eq(polling_value(polling, "kafka_consumergroup_current_offset", "", ""), 4);
	cr_expect_eq(polling_value(polling, "connector_lag", "s", ""), 6);
	commit(brokers, 10);
	polling_now(polling);
	cr_expect_eq(polling_value(polling, "connector_lag", "s", ""), 0);
	cr_expect_eq(polling_value(polling, "connector_lag_seconds", "s", ""), 0);
	polling_stop(polling);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(owner);
}

Test(kafka, no_broker_is_a_failed_poll_with_a_reason, .timeout = 60)
{
	struct polling *polling =
		polling_start("{ name = \"lag\"; kind = \"kafka\"; interval = \"1h\"; timeout = \"1s\";"
			      " brokers = [ \"127.0.0.1:1\" ]; }");
	const struct batch *batch = polling_next(polling);

	cr_expect(batch->failed);
	cr_expect_neq(batch->failure[0], '\0');
	polling_stop(polling);
}

/* The mock keeps 5 MB of a partition and then drops the oldest records, as retention does. */
Test(kafka, what_retention_took_is_told, .timeout = 90)
{
	rd_kafka_t *owner = client(RD_KAFKA_PRODUCER, NULL, NULL);
	rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, 1);
	const char *brokers = rd_kafka_mock_cluster_bootstraps(cluster);

	rd_kafka_mock_topic_create(cluster, "t", 1, 1);
	produce(brokers, 10, 1);
	commit(brokers, 4);
	produce(brokers, 12, 900000);
	struct polling *polling = start_polling(brokers, "5s");
	cr_expect_not(polling_next(polling)->failed);
	double start = polling_value(polling, "kafka_topic_partition_oldest_offset", "", "");
	cr_expect_gt(start, 4);
	cr_expect_eq(polling_value(polling, "kafka_consumergroup_lost", "", ""), start - 4);
	cr_expect_eq(polling_value(polling, "connector_lost_records", "s", ""), start - 4);
	polling_stop(polling);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(owner);
}

struct hole {
	int listener;
	char brokers[32];
};

/* Takes connections into its queue and says nothing. */
static void open_hole(struct hole *hole)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;

	hole->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(hole->listener, (struct sockaddr *)&address, length), 0);
	cr_assert_eq(listen(hole->listener, 8), 0);
	getsockname(hole->listener, (struct sockaddr *)&address, &length);
	snprintf(hole->brokers, sizeof hole->brokers, "127.0.0.1:%d", ntohs(address.sin_port));
}

static msec_t elapsed(msec_t *since)
{
	struct clock *clock = clock_system();
	msec_t now = clock->read(clock).mono, passed = now - *since;

	*since = now;
	return passed;
}

/* Starts a poll and stops; true if the stop left a thread behind that was in a call. One call takes four seconds here and
 * cannot be interrupted; the stop must not wait for it. */
static bool stop_within_a_call(const struct hole *hole, msec_t patience)
{
	struct clock *clock = clock_system();
	struct polling *polling = start_polling(hole->brokers, "4s");
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never;
	msec_t at;

	polling_ask(polling);
	clock_cond_init(&never);
	elapsed(&at);
	pthread_mutex_lock(&lock);
	clock->wait(clock, &never, &lock, at + patience);
	pthread_mutex_unlock(&lock);
	elapsed(&at);
	polling_stop(polling);
	cr_expect_lt(elapsed(&at), 2000, "the stop waited for the call");
	source_sets_settle();
	return elapsed(&at) > 500;
}

/* Whether the stop comes within the call cannot be seen from here but by what it leaves: tried until it did. */
Test(kafka, a_broker_that_hangs_does_not_hold_up_the_stop, .timeout = 60)
{
	struct hole hole;
	msec_t patience = 1;

	open_hole(&hole);
	while (!stop_within_a_call(&hole, patience))
		patience *= 2;
	close(hole.listener);
}

Test(kafka, settings_are_checked_with_their_place)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"librdkafka = ( { name = \"security.protocol\"; value = \"x\"; } );", "security.protocol"},
		{"librdkafka = ( { name = \"sasl.mechanismus\"; value = \"x\"; } );", "sasl.mechanismus"},
		{"groups = \"connect-(\";", "connect-("},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct config_report report = {0};
		char *text = g_strdup_printf(
			"sources = ( { name = \"x\"; kind = \"kafka\"; brokers = [ \"a:1\" ];\n%s } );", cases[i].text);
		struct config_tree *tree = config_tree_parse("t.conf", text, &report);
		cr_expect_null(source_set_load(tree, &report));
		char *said = config_report_text(&report);
		cr_expect(strstr(said, "t.conf:") && strstr(said, cases[i].says), "%s", said);
		free(said);
		config_tree_free(tree);
		config_report_release(&report);
		g_free(text);
	}
}
