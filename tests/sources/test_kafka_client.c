/* Against librdkafka's mock cluster, which speaks the protocol on loopback. It cannot list groups, and answers offsets
 * of named partitions only. */
#include "sources/kafka_client.h"
#include <criterion/criterion.h>
#include <glib.h>
#include <librdkafka/rdkafka_mock.h>
#include <string.h>

struct mock {
	rd_kafka_t *owner;
	rd_kafka_mock_cluster_t *cluster;
	struct kafka_client *client;
};

static void open_mock(struct mock *mock, int brokers, msec_t timeout)
{
	char text[256];
	struct error err = {""};

	mock->owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), text, sizeof text);
	mock->cluster = rd_kafka_mock_cluster_new(mock->owner, brokers);
	char *list[] = {(char *)rd_kafka_mock_cluster_bootstraps(mock->cluster), NULL};
	struct kafka_options options = {.name = "mock", .brokers = list, .timeout = timeout};
	mock->client = kafka_client_open(&options, &err);
	cr_assert_not_null(mock->client, "%s", err.text);
}

static void close_mock(struct mock *mock)
{
	kafka_client_close(mock->client);
	rd_kafka_mock_cluster_destroy(mock->cluster);
	rd_kafka_destroy(mock->owner);
}

/* n records into each partition. */
static void produce(const struct mock *mock, const char *topic, int partitions, int n)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[256], value[] = "x";

	rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock->cluster), text,
			  sizeof text);
	rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
	for (int p = 0; p < partitions; p++)
		for (int i = 0; i < n; i++)
			rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(p),
					  RD_KAFKA_V_VALUE(value, 1), RD_KAFKA_V_END);
	cr_assert_eq(rd_kafka_flush(producer, 20000), 0);
	rd_kafka_destroy(producer);
}

static void commit(const struct mock *mock, const char *group, const char *topic, int64_t offset)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[256];

	rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock->cluster), text,
			  sizeof text);
	rd_kafka_conf_set(conf, "group.id", group, text, sizeof text);
	rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, topic, 0)->offset = offset;
	cr_assert_eq(rd_kafka_commit(consumer, list, 0), RD_KAFKA_RESP_ERR_NO_ERROR);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(consumer);
}

Test(kafka_client, committed_and_end_offsets, .timeout = 60)
{
	struct mock mock;
	struct error err = {""};

	open_mock(&mock, 1, 10000);
	rd_kafka_mock_topic_create(mock.cluster, "t", 2, 1);
	produce(&mock, "t", 1, 10);
	commit(&mock, "connect-s", "t", 4);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
	cr_assert(kafka_client_partitions(mock.client, "t", 1, list, &err), "%s", err.text);
	cr_assert_eq(list->cnt, 2);
	rd_kafka_topic_partition_list_t *committed = kafka_client_committed(mock.client, "connect-s", list, &err);
	cr_assert_not_null(committed, "%s", err.text);
	cr_expect_eq(rd_kafka_topic_partition_list_find(committed, "t", 0)->offset, 4);
	cr_expect_lt(rd_kafka_topic_partition_list_find(committed, "t", 1)->offset, 0);
	cr_assert(kafka_client_offsets(mock.client, RD_KAFKA_OFFSET_END, list, 1, &err), "%s", err.text);
	cr_expect_eq(rd_kafka_topic_partition_list_find(list, "t", 0)->offset, 10);
	cr_expect_eq(rd_kafka_topic_partition_list_find(list, "t", 1)->offset, 0);
	cr_assert(kafka_client_offsets(mock.client, RD_KAFKA_OFFSET_BEGINNING, list, 1, &err), "%s", err.text);
	cr_expect_eq(rd_kafka_topic_partition_list_find(list, "t", 0)->offset, 0);
	cr_expect_not(kafka_client_partitions(mock.client, "no such topic!", 1, list, &err));
	rd_kafka_topic_partition_list_destroy(committed);
	rd_kafka_topic_partition_list_destroy(list);
	close_mock(&mock);
}

Test(kafka_client, a_dead_leader_hides_its_own_partitions_only, .timeout = 60)
{
	struct mock mock;
	struct error err = {""};

	open_mock(&mock, 2, 2000);
	rd_kafka_mock_topic_create(mock.cluster, "t", 2, 1);
	rd_kafka_mock_partition_set_leader(mock.cluster, "t", 0, 1);
	rd_kafka_mock_partition_set_leader(mock.cluster, "t", 1, 2);
	produce(&mock, "t", 2, 7);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2);
	cr_assert(kafka_client_partitions(mock.client, "t", 1, list, &err), "%s", err.text);
	cr_assert(kafka_client_offsets(mock.client, RD_KAFKA_OFFSET_END, list, 1, &err), "%s", err.text);
	rd_kafka_mock_broker_set_down(mock.cluster, 2);
	cr_expect_not(kafka_client_offsets(mock.client, RD_KAFKA_OFFSET_END, list, 1, &err));
	cr_expect_eq(list->elems[0].offset, 7);
	cr_expect_eq(list->elems[1].offset, -1);
	cr_expect_neq(err.text[0], '\0');
	rd_kafka_mock_broker_set_up(mock.cluster, 2);
	rd_kafka_topic_partition_list_destroy(list);
	close_mock(&mock);
}

Test(kafka_client, nobody_there_ends_by_the_timeout, .timeout = 60)
{
	struct error err = {""};
	char *brokers[] = {(char *)"127.0.0.1:1", NULL};
	struct kafka_options options = {.name = "none", .brokers = brokers, .timeout = 500};
	struct kafka_client *client = kafka_client_open(&options, &err);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	struct kafka_group *groups = NULL;
	size_t count = 0;
	bool complete = false;

	cr_assert_not_null(client, "%s", err.text);
	rd_kafka_topic_partition_list_add(list, "t", 0);
	cr_expect_not(kafka_client_offsets(client, RD_KAFKA_OFFSET_END, list, 1, &err));
	cr_expect_eq(list->elems[0].offset, -1);
	cr_expect_not(kafka_client_groups(client, NULL, NULL, &groups, &count, &complete, &err));
	cr_expect_null(kafka_client_committed(client, "g", list, &err));
	rd_kafka_topic_partition_list_destroy(list);
	kafka_client_close(client);
}

Test(kafka_client, settings_are_passed_through_and_refused_by_name)
{
	char *brokers[] = {(char *)"127.0.0.1:1", NULL};
	struct config_pair pairs[] = {{(char *)"security.protocol", (char *)"SASL_SSL"},
				      {(char *)"sasl.mechanism", (char *)"PLAIN"},
				      {(char *)"sasl.username", (char *)"u"}};
	struct config_pair bad[] = {{(char *)"security.protocol", (char *)"TELEPATHY"}};
	struct config_pair unknown[] = {{(char *)"no.such.thing", (char *)"1"}};
	struct config_pairs good_list = {pairs, 3}, bad_list = {bad, 1}, unknown_list = {unknown, 1};
	struct kafka_options options = {.name = "x", .brokers = brokers, .extra = &good_list, .timeout = 500};
	const char *setting;
	struct error err = {""};

	cr_expect(kafka_options_check(&options, &setting, &err), "%s", err.text);
	options.extra = &bad_list;
	cr_expect_not(kafka_options_check(&options, &setting, &err));
	cr_expect_str_eq(setting, "security.protocol");
	options.extra = &unknown_list;
	cr_expect_not(kafka_options_check(&options, &setting, &err));
	cr_expect_str_eq(setting, "no.such.thing");
	cr_expect(strstr(err.text, "no.such.thing"));
}
