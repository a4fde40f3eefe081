#include "engine/queue.h"

struct queue *queue_get(struct dispatcher *dispatcher, const char *integration)
{
	struct queue *queue = g_hash_table_lookup(dispatcher->queue_index, integration);
	if (queue)
		return queue;
	queue = g_new0(struct queue, 1);
	queue->name = g_strdup(integration);
	queue->rows = g_ptr_array_new();
	for (int i = 0; i < LANES; i++)
		g_queue_init(&queue->lanes[i]);
	g_queue_init(&queue->dead);
	if (dispatcher->receivers)
		queue->integration = receivers_integration(dispatcher->receivers, integration);
	if (queue->integration) {
		queue->receiver = g_strdup(queue->integration->receiver);
		queue->kind = g_strdup(queue->integration->kind->name);
		token_bucket_init(&queue->bucket, queue->integration->rate, queue->integration->burst,
				  dispatcher->now.mono);
	}
	g_hash_table_insert(dispatcher->queue_index, queue->name, queue);
	g_ptr_array_add(dispatcher->queues, queue);
	return queue;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	g_ptr_array_free(queue->rows, TRUE);
	g_queue_clear(&queue->dead);
	g_free(queue->name);
	g_free(queue->receiver);
	g_free(queue->kind);
	g_free(queue);
}

static void bind_queue(struct dispatcher *dispatcher, struct queue *queue)
{
	struct integration *before = queue->integration;
	queue->integration = receivers_integration(dispatcher->receivers, queue->name);
	if (!queue->integration)
		return;
	g_free(queue->receiver);
	g_free(queue->kind);
	queue->receiver = g_strdup(queue->integration->receiver);
	queue->kind = g_strdup(queue->integration->kind->name);
	if (before)
		token_bucket_adjust(&queue->bucket, queue->integration->rate, queue->integration->burst);
	else
		token_bucket_init(&queue->bucket, queue->integration->rate, queue->integration->burst,
				  dispatcher->now.mono);
}

void queues_bind(struct dispatcher *dispatcher)
{
	for (guint i = 0; i < dispatcher->receivers->count; i++) {
		const struct receiver *receiver = dispatcher->receivers->receivers[i];
		for (uint32_t k = 0; k < receiver->integration_count; k++)
			queue_get(dispatcher, receiver->integrations[k]->name);
	}
	for (guint i = 0; i < dispatcher->queues->len; i++)
		bind_queue(dispatcher, dispatcher->queues->pdata[i]);
}
