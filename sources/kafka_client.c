#include "sources/kafka_client.h"
#include "base/log.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

enum { LEADERS_FRESH = 60000 /* ms */, TEXT = 256 };

struct kafka_client {
	rd_kafka_t *kafka;
	rd_kafka_queue_t *queue;
	char *name;
	int timeout;
	const atomic_bool *cancelled;
	GHashTable *leaders; /* "partition\ntopic" -> leader's id + 2 (1: none) */
	msec_t leaders_at; /* mono; 0 = never */
};

static void on_log(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
	log_event(level <= LOG_ERR ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG, "source", text, "library", "librdkafka",
		  "facility", facility, NULL);
}

/* ---- settings ---- */

static bool set_option(rd_kafka_conf_t *conf, const char *name, const char *value, const char **setting,
		       struct error *err)
{
	char text[TEXT];

	if (rd_kafka_conf_set(conf, name, value, text, sizeof text) == RD_KAFKA_CONF_OK)
		return true;
	if (setting)
		*setting = name;
	/* the library's text may quote the value, and this one may be a secret */
	if (strstr(name, "password") || strstr(name, "secret") || strstr(name, "ssl.key.pem"))
		return error_set(err, "librdkafka refuses the value of %s", name);
	return error_set(err, "librdkafka: %s", text);
}

static bool set_secrets(rd_kafka_conf_t *conf, const struct kafka_options *options, const char **setting,
			struct error *err)
{
	if (options->sasl_password &&
	    !set_option(conf, "sasl.password", secret_text(options->sasl_password), setting, err))
		return false;
	return !options->key_password ||
	       set_option(conf, "ssl.key.password", secret_text(options->key_password), setting, err);
}

static rd_kafka_conf_t *make_conf(const struct kafka_options *options, const char **setting, struct error *err)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char *brokers = g_strjoinv(",", (char **)options->brokers);
	bool ok = set_option(conf, "client.id", "tocsin", setting, err) &&
		  set_option(conf, "isolation.level", "read_uncommitted", setting, err) &&
		  set_option(conf, "log.connection.close", "false", setting, err);

	for (size_t i = 0; ok && options->extra && i < options->extra->count; i++)
		ok = set_option(conf, options->extra->pairs[i].name, options->extra->pairs[i].value, setting, err);
	ok = ok && set_option(conf, "bootstrap.servers", brokers, setting, err) &&
	     set_secrets(conf, options, setting, err);
	g_free(brokers);
	if (ok) {
		rd_kafka_conf_set_log_cb(conf, on_log);
		return conf;
	}
	rd_kafka_conf_destroy(conf);
	return NULL;
}

bool kafka_options_check(const struct kafka_options *options, const char **setting, struct error *err)
{
	rd_kafka_conf_t *conf;

	*setting = NULL;
	conf = make_conf(options, setting, err);
	if (!conf)
		return false;
	rd_kafka_conf_destroy(conf);
	return true;
}

struct kafka_client *kafka_client_open(const struct kafka_options *options, struct error *err)
{
	rd_kafka_conf_t *conf = make_conf(options, NULL, err);
	struct kafka_client *client;
	char text[TEXT];
	rd_kafka_t *kafka;

	if (!conf)
		return NULL;
	kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
	if (!kafka) {
		rd_kafka_conf_destroy(conf);
		error_set(err, "librdkafka: %s", text);
		return NULL;
	}
	client = g_new0(struct kafka_client, 1);
	client->kafka = kafka;
	client->queue = rd_kafka_queue_new(kafka);
	client->name = g_strdup(options->name);
	client->timeout = (int)options->timeout;
	client->cancelled = options->cancelled;
	client->leaders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return client;
}

void kafka_client_close(struct kafka_client *client)
{
	if (!client)
		return;
	rd_kafka_queue_destroy(client->queue);
	rd_kafka_destroy_flags(client->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	g_hash_table_destroy(client->leaders);
	g_free(client->name);
	g_free(client);
}

static bool cancelled(const struct kafka_client *client)
{
	return client->cancelled && atomic_load(client->cancelled);
}

/* ---- groups ---- */

static bool is_active(const struct rd_kafka_group_info *group)
{
	return group->state && strcmp(group->state, "Stable") == 0 && group->member_cnt > 0;
}

bool kafka_client_groups(struct kafka_client *client, bool (*wanted)(const void *ctx, const char *name),
			 const void *ctx, struct kafka_group **groups, size_t *count, bool *complete, struct error *err)
{
	const struct rd_kafka_group_list *list = NULL;
	rd_kafka_resp_err_t code = rd_kafka_list_groups(client->kafka, NULL, &list, client->timeout);
	GArray *found;

	if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTIAL) {
		if (list)
			rd_kafka_group_list_destroy(list);
		return error_set(err, "list of groups: %s", rd_kafka_err2str(code));
	}
	found = g_array_new(FALSE, FALSE, sizeof(struct kafka_group));
	for (int i = 0; list && i < list->group_cnt; i++) {
		struct kafka_group group = {NULL, is_active(&list->groups[i])};
		if (!wanted(ctx, list->groups[i].group))
			continue;
		group.name = g_strdup(list->groups[i].group);
		g_array_append_val(found, group);
	}
	if (list)
		rd_kafka_group_list_destroy(list);
	*complete = code == RD_KAFKA_RESP_ERR_NO_ERROR;
	*count = found->len;
	*groups = (struct kafka_group *)(void *)g_array_free(found, FALSE);
	return true;
}

static rd_kafka_topic_partition_list_t *committed_of(rd_kafka_event_t *event, struct error *err)
{
	const rd_kafka_ListConsumerGroupOffsets_result_t *result =
		rd_kafka_event_ListConsumerGroupOffsets_result(event);
	const rd_kafka_group_result_t **groups;
	size_t count = 0;

	if (rd_kafka_event_error(event) || !result) {
		error_set(err, "%s", rd_kafka_event_error_string(event));
		return NULL;
	}
	groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
	if (count != 1 || rd_kafka_group_result_error(groups[0])) {
		error_set(err, "%s",
			  count == 1 ? rd_kafka_error_string(rd_kafka_group_result_error(groups[0]))
				     : "no answer for the group");
		return NULL;
	}
	return rd_kafka_topic_partition_list_copy(rd_kafka_group_result_partitions(groups[0]));
}

static void ask_committed(struct kafka_client *client, const char *group, const rd_kafka_topic_partition_list_t *wanted)
{
	rd_kafka_AdminOptions_t *options =
		rd_kafka_AdminOptions_new(client->kafka, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
	rd_kafka_ListConsumerGroupOffsets_t *ask = rd_kafka_ListConsumerGroupOffsets_new(group, wanted);
	char text[TEXT];

	rd_kafka_AdminOptions_set_request_timeout(options, client->timeout, text, sizeof text);
	rd_kafka_ListConsumerGroupOffsets(client->kafka, &ask, 1, options, client->queue);
	rd_kafka_ListConsumerGroupOffsets_destroy(ask);
	rd_kafka_AdminOptions_destroy(options);
}

rd_kafka_topic_partition_list_t *kafka_client_committed(struct kafka_client *client, const char *group,
							const rd_kafka_topic_partition_list_t *wanted,
							struct error *err)
{
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_event_t *event;

	if (cancelled(client)) {
		error_set(err, "stopping");
		return NULL;
	}
	ask_committed(client, group, wanted);
	/* the request ends by its own timeout; waiting a little longer keeps answers and questions in step */
	event = rd_kafka_queue_poll(client->queue, client->timeout + 1000);
	if (!event) {
		rd_kafka_queue_destroy(client->queue); /* a late answer must not be taken for the next one's */
		client->queue = rd_kafka_queue_new(client->kafka);
		error_set(err, "offsets of group '%.100s': no answer", group);
		return NULL;
	}
	list = committed_of(event, err);
	if (!list)
		error_prefix(err, "offsets of group '%.100s'", group);
	rd_kafka_event_destroy(event);
	return list;
}

/* ---- leaders ---- */

static char *leader_key(const char *topic, int32_t partition)
{
	return g_strdup_printf("%d\n%s", partition, topic);
}

static bool learn_leaders(struct kafka_client *client, msec_t now_mono, struct error *err)
{
	const struct rd_kafka_metadata *metadata;
	rd_kafka_resp_err_t code = rd_kafka_metadata(client->kafka, 1, NULL, &metadata, client->timeout);

	if (code)
		return error_set(err, "metadata: %s", rd_kafka_err2str(code));
	g_hash_table_remove_all(client->leaders);
	for (int t = 0; t < metadata->topic_cnt; t++)
		for (int p = 0; p < metadata->topics[t].partition_cnt; p++) {
			const struct rd_kafka_metadata_partition *partition = &metadata->topics[t].partitions[p];
			g_hash_table_replace(client->leaders, leader_key(metadata->topics[t].topic, partition->id),
					     GINT_TO_POINTER((partition->leader < 0 ? -1 : partition->leader) + 2));
		}
	rd_kafka_metadata_destroy(metadata);
	client->leaders_at = now_mono;
	return true;
}

static int32_t leader_of(const struct kafka_client *client, const char *topic, int32_t partition)
{
	char *key = leader_key(topic, partition);
	int32_t leader = GPOINTER_TO_INT(g_hash_table_lookup(client->leaders, key)) - 2;

	g_free(key);
	return leader; /* -2: unknown; -1: none */
}

static bool leaders_stale(const struct kafka_client *client, const rd_kafka_topic_partition_list_t *partitions,
			  msec_t now_mono)
{
	if (client->leaders_at == 0 || now_mono - client->leaders_at > LEADERS_FRESH)
		return true;
	for (int i = 0; i < partitions->cnt; i++)
		if (leader_of(client, partitions->elems[i].topic, partitions->elems[i].partition) < 0)
			return true;
	return false;
}

/* ---- first and end offsets ---- */

static rd_kafka_topic_partition_list_t *led_by(struct kafka_client *client, int32_t leader, int64_t which,
					       const rd_kafka_topic_partition_list_t *all)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(all->cnt);

	for (int i = 0; i < all->cnt; i++)
		if (leader_of(client, all->elems[i].topic, all->elems[i].partition) == leader)
			rd_kafka_topic_partition_list_add(list, all->elems[i].topic, all->elems[i].partition)->offset =
				which;
	return list;
}

static bool take_offsets(const rd_kafka_topic_partition_list_t *asked, rd_kafka_topic_partition_list_t *out,
		      struct error *err)
{
	bool ok = true;

	for (int i = 0; i < asked->cnt; i++) {
		const rd_kafka_topic_partition_t *from = &asked->elems[i];
		rd_kafka_topic_partition_t *to = rd_kafka_topic_partition_list_find(out, from->topic, from->partition);
		if (to && !from->err && from->offset >= 0)
			to->offset = from->offset;
		else
			ok = error_set(err, "offset of %.100s[%d]: %s", from->topic, from->partition,
				       rd_kafka_err2str(from->err));
	}
	return ok;
}

static bool ask_leader(struct kafka_client *client, int32_t leader, int64_t which, rd_kafka_topic_partition_list_t *out,
		       struct error *err)
{
	rd_kafka_topic_partition_list_t *asked = led_by(client, leader, which, out);
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	bool ok;

	if (leader < 0)
		ok = error_set(err, "%d partitions have no leader", asked->cnt);
	else if (cancelled(client))
		ok = error_set(err, "stopping");
	else if ((code = rd_kafka_offsets_for_times(client->kafka, asked, client->timeout)) != 0)
		ok = error_set(err, "broker %d: %s", leader, rd_kafka_err2str(code));
	else
		ok = take_offsets(asked, out, err);
	if (!ok)
		client->leaders_at = 0; /* it may have moved: ask again next time */
	rd_kafka_topic_partition_list_destroy(asked);
	return ok;
}

bool kafka_client_offsets(struct kafka_client *client, int64_t which, rd_kafka_topic_partition_list_t *partitions,
			  msec_t now_mono, struct error *err)
{
	GHashTable *asked = g_hash_table_new(NULL, NULL);
	struct error one;
	bool ok = true;

	for (int i = 0; i < partitions->cnt; i++)
		partitions->elems[i].offset = -1;
	if (partitions->cnt && leaders_stale(client, partitions, now_mono) && !learn_leaders(client, now_mono, &one)) {
		ok = error_set(err, "%s", one.text);
		if (g_hash_table_size(client->leaders) == 0) {
			g_hash_table_destroy(asked);
			return false;
		}
	}
	for (int i = 0; i < partitions->cnt; i++) {
		int32_t leader = leader_of(client, partitions->elems[i].topic, partitions->elems[i].partition);
		if (!g_hash_table_add(asked, GINT_TO_POINTER(leader + 3)))
			continue;
		if (!ask_leader(client, leader, which, partitions, &one) && ok)
			ok = error_set(err, "%s", one.text);
	}
	g_hash_table_destroy(asked);
	return ok;
}

bool kafka_client_partitions(struct kafka_client *client, const char *topic, msec_t now_mono,
			     rd_kafka_topic_partition_list_t *list, struct error *err)
{
	int32_t partition = 0;

	if ((client->leaders_at == 0 || now_mono - client->leaders_at > LEADERS_FRESH ||
	     leader_of(client, topic, 0) == -2) &&
	    !learn_leaders(client, now_mono, err))
		return false;
	for (; leader_of(client, topic, partition) != -2; partition++)
		rd_kafka_topic_partition_list_add(list, topic, partition);
	return partition > 0 ? true : error_set(err, "no topic '%.100s'", topic);
}
