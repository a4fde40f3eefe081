#include "tests/sources/polling.h"
#include "base/json.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct polling {
	struct sink sink; /* first */
	struct config_tree *tree;
	struct config_report report;
	struct source_set *set;
	struct source_context context;
	GHashTable *labels; /* slot -> labels, as announced */
	struct batch *last;
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	GQueue waiting; /* under lock */
};

static bool accept_batch(struct sink *sink, struct batch *batch)
{
	struct polling *polling = (struct polling *)sink;

	pthread_mutex_lock(&polling->lock);
	g_queue_push_tail(&polling->waiting, batch);
	pthread_cond_signal(&polling->arrived);
	pthread_mutex_unlock(&polling->lock);
	return true;
}

static void unref_labels(gpointer labels)
{
	labels_unref(labels);
}

struct polling *polling_start(const char *text)
{
	struct polling *polling = g_new0(struct polling, 1);
	char *whole = g_strdup_printf("sources = ( %s );\n", text);
	struct error err = {""};

	json_setup();
	polling->sink.accept = accept_batch;
	pthread_mutex_init(&polling->lock, NULL);
	clock_cond_init(&polling->arrived);
	g_queue_init(&polling->waiting);
	polling->labels = g_hash_table_new_full(NULL, NULL, NULL, unref_labels);
	polling->tree = config_tree_parse("test.conf", whole, &polling->report);
	polling->set = source_set_load(polling->tree, &polling->report);
	if (!polling->set)
		g_error("%s", config_report_text(&polling->report));
	polling->context = (struct source_context){.clock = clock_system(),
						   .http = http_client_new(clock_system(), 32),
						   .pool = executor_new("pool", 2, 64),
						   .sink = &polling->sink,
						   .config = 1};
	if (!source_set_start(polling->set, &polling->context, &err))
		g_error("%s", err.text);
	g_free(whole);
	return polling;
}

void polling_stop(struct polling *polling)
{
	source_set_stop(polling->set);
	http_client_free(polling->context.http);
	executor_free(polling->context.pool);
	source_set_free(polling->set);
	config_tree_free(polling->tree);
	config_report_release(&polling->report);
	for (struct batch *batch; (batch = g_queue_pop_head(&polling->waiting));)
		batch_free(batch);
	batch_free(polling->last);
	g_hash_table_destroy(polling->labels);
	pthread_cond_destroy(&polling->arrived);
	pthread_mutex_destroy(&polling->lock);
	g_free(polling);
}

static void learn(struct polling *polling, const struct batch *batch)
{
	for (uint32_t i = 0; i < batch->added_count; i++)
		g_hash_table_replace(polling->labels, GUINT_TO_POINTER(batch->added[i].slot),
				     labels_ref(batch->added[i].labels));
}

const struct batch *polling_next(struct polling *polling)
{
	struct clock *clock = clock_system();
	msec_t deadline = clock->read(clock).mono + 30000;
	struct batch *batch;

	pthread_mutex_lock(&polling->lock);
	while (!(batch = g_queue_pop_head(&polling->waiting))) {
		if (clock->read(clock).mono >= deadline)
			g_error("no batch came");
		clock->wait(clock, &polling->arrived, &polling->lock, deadline);
	}
	pthread_mutex_unlock(&polling->lock);
	learn(polling, batch);
	batch_free(polling->last);
	polling->last = batch;
	return batch;
}

void polling_ask(struct polling *polling)
{
	source_set_poll_now(polling->set, 0);
}

const struct batch *polling_now(struct polling *polling)
{
	polling_ask(polling);
	return polling_next(polling);
}

double polling_value(const struct polling *polling, const char *name, const char *connector, const char *task)
{
	for (uint32_t slot = 0; slot < polling->last->slot_count; slot++) {
		const struct labels *labels = g_hash_table_lookup(polling->labels, GUINT_TO_POINTER(slot));
		if (labels && strcmp(labels_get_or_empty(labels, "__name__"), name) == 0 &&
		    strcmp(labels_get_or_empty(labels, "connector"), connector) == 0 &&
		    strcmp(labels_get_or_empty(labels, "task"), task) == 0)
			return polling->last->values[slot];
	}
	return -404;
}
