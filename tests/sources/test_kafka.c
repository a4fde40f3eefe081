/* The kind kafka as a whole against librdkafka's mock cluster, which cannot list groups: so the group is named in
 * full, and the topic too. */
#include "model/value.h"
#include "tests/sources/polling.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <string.h>

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

static void produce(const char *brokers, int count)
{
	rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, brokers, NULL);
	char value[] = "x";

	for (int i = 0; i < count; i++)
		rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("t"), RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_VALUE(value, 1),
				  RD_KAFKA_V_END);
	cr_assert_eq(rd_kafka_flush(producer, 20000), 0);
	rd_kafka_destroy(producer);
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
	produce(brokers, 10);
	commit(brokers, 4);
	char *text =
		g_strdup_printf("{ name = \"lag\"; kind = \"kafka\"; interval = \"1h\"; labels = { cluster = \"p\"; };"
				" brokers = [ \"%s\" ]; groups = \"connect-s\"; topics = [ \"t\" ];"
				" librdkafka = ( { name = \"security.protocol\"; value = \"plaintext\"; } ); }",
				brokers);
	struct polling *polling = polling_start(text);
	g_free(text);
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
