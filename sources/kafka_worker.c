#include "sources/kafka_worker.h"
#include "sources/lag_report.h"
#include <pthread.h>

struct kafka_worker {
	/* fixed */
	struct kafka_watch watch; /* its own */
	struct clock *clock;
	pthread_t thread;
	/* the thread's */
	struct kafka_client *client;
	struct lag_report *report;
	atomic_bool cancelled;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	/* under lock */
	struct target *wanted; /* whose poll is to be answered; who takes it out answers it */
	bool busy; /* the thread may be in a call of the library */
	bool stopping, left; /* left: nobody waits for the thread, so it frees the worker */
};

/* ---- asking ---- */

/* What one poll has learnt. */
struct findings {
	GString *note; /* partial failures */
	bool complete; /* the list of groups is whole */
	bool any; /* something was learnt */
	struct kafka_group *groups;
	size_t count;
	rd_kafka_topic_partition_list_t **committed; /* by group; NULL = unknown */
	rd_kafka_topic_partition_list_t *starts, *ends; /* starts: of those whose end is known */
};

static bool group_wanted(const void *ctx, const char *name)
{
	const GPtrArray *patterns = ctx;

	for (guint i = 0; i < patterns->len; i++)
		if (g_regex_match(patterns->pdata[i], name, 0, NULL))
			return true;
	return false;
}

static void add_note(struct findings *found, const char *text)
{
	if (found->note->len < 200)
		g_string_append_printf(found->note, "%s%s", found->note->len ? "; " : "", text);
}

/* Brokers that cannot list groups leave the names that the configuration knows. */
static void find_groups(struct kafka_worker *worker, struct findings *found)
{
	const GPtrArray *names = worker->watch.names;
	struct error err;

	if (kafka_client_groups(worker->client, group_wanted, worker->watch.patterns, &found->groups, &found->count,
				&found->complete, &err)) {
		found->any = true;
		if (!found->complete)
			add_note(found, "not every broker told its groups");
		return;
	}
	add_note(found, err.text);
	found->groups = g_new0(struct kafka_group, names->len + 1);
	found->count = names->len;
	for (guint i = 0; i < names->len; i++)
		found->groups[i] = (struct kafka_group){g_strdup(names->pdata[i]), true};
}

static rd_kafka_topic_partition_list_t *wanted_partitions(struct kafka_worker *worker, msec_t now,
							  struct findings *found)
{
	rd_kafka_topic_partition_list_t *list;
	struct error err;

	if (!worker->watch.topics || !worker->watch.topics[0])
		return NULL;
	list = rd_kafka_topic_partition_list_new(16);
	for (char *const *topic = worker->watch.topics; *topic; topic++)
		if (!kafka_client_partitions(worker->client, *topic, now, list, &err))
			add_note(found, err.text);
	return list;
}

static void ask_groups(struct kafka_worker *worker, msec_t now, struct findings *found)
{
	rd_kafka_topic_partition_list_t *wanted = wanted_partitions(worker, now, found);
	struct error err;

	found->committed = g_new0(rd_kafka_topic_partition_list_t *, found->count + 1);
	for (size_t i = 0; i < found->count; i++) {
		found->committed[i] = kafka_client_committed(worker->client, found->groups[i].name, wanted, &err);
		if (!found->committed[i])
			add_note(found, err.text);
		found->any |= found->committed[i] != NULL;
	}
	if (wanted)
		rd_kafka_topic_partition_list_destroy(wanted);
}

static rd_kafka_topic_partition_list_t *all_of(rd_kafka_topic_partition_list_t **committed, size_t count)
{
	rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(64);

	for (size_t i = 0; i < count; i++)
		for (int p = 0; committed[i] && p < committed[i]->cnt; p++) {
			const rd_kafka_topic_partition_t *one = &committed[i]->elems[p];
			if (!rd_kafka_topic_partition_list_find(all, one->topic, one->partition))
				rd_kafka_topic_partition_list_add(all, one->topic, one->partition);
		}
	return all;
}

/* A leader that did not answer is not asked a second time. */
static rd_kafka_topic_partition_list_t *known_of(const rd_kafka_topic_partition_list_t *ends)
{
	rd_kafka_topic_partition_list_t *known = rd_kafka_topic_partition_list_new(64);

	for (int i = 0; i < ends->cnt; i++)
		if (ends->elems[i].offset >= 0)
			rd_kafka_topic_partition_list_add(known, ends->elems[i].topic, ends->elems[i].partition);
	return known;
}

static void ask_partitions(struct kafka_worker *worker, struct findings *found)
{
	struct clock *clock = worker->clock;
	struct error err;

	found->ends = all_of(found->committed, found->count);
	if (!kafka_client_offsets(worker->client, RD_KAFKA_OFFSET_END, found->ends, clock->read(clock).mono, &err))
		add_note(found, err.text);
	found->starts = known_of(found->ends);
	if (!kafka_client_offsets(worker->client, RD_KAFKA_OFFSET_BEGINNING, found->starts, clock->read(clock).mono,
				  &err))
		add_note(found, err.text);
}

static void findings_release(struct findings *found)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->committed[i])
			rd_kafka_topic_partition_list_destroy(found->committed[i]);
		g_free(found->groups[i].name);
	}
	rd_kafka_topic_partition_list_destroy(found->starts);
	rd_kafka_topic_partition_list_destroy(found->ends);
	g_free(found->committed);
	g_free(found->groups);
	g_string_free(found->note, TRUE);
}

/* ---- telling ---- */

static int64_t offset_in(rd_kafka_topic_partition_list_t *list, const rd_kafka_topic_partition_t *of)
{
	const rd_kafka_topic_partition_t *one = rd_kafka_topic_partition_list_find(list, of->topic, of->partition);

	return one ? one->offset : -1;
}

static void report(struct kafka_worker *worker, struct target *target, const struct findings *found)
{
	lag_report_begin(worker->report, target->slots, worker->clock->read(worker->clock).mono);
	for (int i = 0; i < found->ends->cnt; i++) {
		const rd_kafka_topic_partition_t *end = &found->ends->elems[i];
		lag_report_partition(worker->report, end->topic, end->partition, offset_in(found->starts, end),
				     end->offset);
	}
	for (size_t i = 0; i < found->count; i++) {
		const rd_kafka_topic_partition_list_t *committed = found->committed[i];
		lag_report_group(worker->report, found->groups[i].name, found->groups[i].active, committed != NULL);
		for (int p = 0; committed && p < committed->cnt; p++)
			lag_report_committed(worker->report, committed->elems[p].topic, committed->elems[p].partition,
					     committed->elems[p].offset);
	}
	lag_report_finish(worker->report, found->complete);
}

static struct target *claim(struct kafka_worker *worker)
{
	pthread_mutex_lock(&worker->lock);
	struct target *target = g_steal_pointer(&worker->wanted);
	pthread_mutex_unlock(&worker->lock);
	return target;
}

static void answer(struct kafka_worker *worker, struct target *target, const struct findings *found)
{
	const char *note = found->note->str;

	if (found->any) {
		report(worker, target, found);
		target_done(target, note);
	} else {
		target_failed(target, "%s", *note ? note : "nothing to ask for");
	}
}

static void do_poll(struct kafka_worker *worker)
{
	struct findings found = {.note = g_string_new(NULL)};
	struct target *target;

	find_groups(worker, &found);
	ask_groups(worker, worker->clock->read(worker->clock).mono, &found);
	ask_partitions(worker, &found);
	target = claim(worker);
	if (target)
		answer(worker, target, &found);
	findings_release(&found);
}

/* ---- the thread ---- */

static void worker_free(struct kafka_worker *worker)
{
	kafka_client_close(worker->client);
	lag_report_free(worker->report);
	g_ptr_array_unref(worker->watch.patterns);
	g_ptr_array_unref(worker->watch.names);
	g_strfreev((char **)worker->watch.topics);
	pthread_cond_destroy(&worker->wake);
	pthread_mutex_destroy(&worker->lock);
	g_free(worker);
}

static void *run(void *ctx)
{
	struct kafka_worker *worker = ctx;

	pthread_mutex_lock(&worker->lock);
	while (!worker->stopping) {
		if (!worker->wanted) {
			pthread_cond_wait(&worker->wake, &worker->lock);
			continue;
		}
		worker->busy = true;
		pthread_mutex_unlock(&worker->lock);
		do_poll(worker);
		pthread_mutex_lock(&worker->lock);
		worker->busy = false;
	}
	bool left = worker->left;
	pthread_mutex_unlock(&worker->lock);
	if (left) {
		worker_free(worker);
		source_thread_ended();
	}
	return NULL;
}

/* ---- the other side ---- */

static struct lag_report *new_report(const struct target *target, uint32_t window)
{
	struct labels *base = labels_with(target->model_labels, "job", target->source->name);
	struct lag_report *made = lag_report_new(base, target->model_labels, window);

	labels_unref(base);
	return made;
}

struct kafka_worker *kafka_worker_open(const struct target *target, const struct kafka_options *options,
				       const struct kafka_watch *watch, struct error *err)
{
	struct kafka_worker *worker = g_new0(struct kafka_worker, 1);
	struct kafka_options own = *options;
	int code = -1;

	worker->watch = (struct kafka_watch){.patterns = g_ptr_array_ref(watch->patterns),
					     .names = g_ptr_array_ref(watch->names),
					     .topics = g_strdupv((char **)watch->topics),
					     .window = watch->window};
	worker->clock = target_clock(target);
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->wake, NULL);
	worker->report = new_report(target, watch->window);
	own.cancelled = &worker->cancelled;
	worker->client = kafka_client_open(&own, err);
	if (worker->client && (code = pthread_create(&worker->thread, NULL, run, worker)) != 0)
		error_set(err, "no thread: %s", g_strerror(code));
	if (code == 0)
		return worker;
	worker_free(worker);
	return NULL;
}

void kafka_worker_close(struct kafka_worker *worker)
{
	if (!worker)
		return;
	pthread_t thread = worker->thread;
	pthread_mutex_lock(&worker->lock);
	worker->stopping = true;
	bool left = worker->left = worker->busy;
	if (left)
		source_thread_left();
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
	if (left) {
		pthread_detach(thread);
		return;
	}
	pthread_join(thread, NULL);
	worker_free(worker);
}

void kafka_worker_poll(struct kafka_worker *worker, struct target *target)
{
	pthread_mutex_lock(&worker->lock);
	worker->wanted = target;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
}

void kafka_worker_cancel(struct kafka_worker *worker)
{
	struct target *target = claim(worker);

	atomic_store(&worker->cancelled, true);
	if (target)
		target_failed(target, "stopping");
}
