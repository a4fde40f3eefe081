#include "tests/scenarios/story_check.h"
#include "base/json.h"
#include <stdio.h>
#include <string.h>

enum { CLAIMS_MOST = 64 + STORY_INTEGRATIONS, LISTED_MOST = 100 };
/* Within this long before it is said, an end's cause must be found: two polls, and the second a timer may take. */
#define CAUSE_WITHIN ((msec_t)21 * 1000)
#define DIGEST_EVERY ((msec_t)60 * 1000)

struct kept_row { /* the newest of an outbox row that was committed */
	char *payload, *integration, *recipient;
	enum outbox_state state;
	bool claimed, revived; /* revived: a dead letter that somebody tried again */
};

struct heard { /* one recipient of an integration, of one episode */
	char *integration, *recipient, *episode;
	bool firing, maybe; /* heard that it fires, or may have */
	GPtrArray *threads; /* roots of the incidents in which it heard that */
	char *end_key;
};

struct story_check {
	const struct random_story *story;
	GHashTable *rows; /* id -> struct kept_row */
	GHashTable *keys; /* idempotency key -> payload it was first sent with */
	GHashTable *arrived; /* keys */
	GHashTable *hearers; /* text -> struct heard */
	GHashTable *closed; /* ids of episodes */
	GHashTable *open; /* groups, members, ledger entries, incidents that are stored and not at their end */
	GHashTable *digests; /* integration and incident -> msec_t, when its last message was made */
	msec_t now; /* since the start */
	guint messages_read;
	uint64_t seq;
	struct error wrong; /* the first thing; "" = none */
};

static void row_free(void *pointer)
{
	struct kept_row *row = pointer;
	g_free(row->payload);
	g_free(row->integration);
	g_free(row->recipient);
	g_free(row);
}

static void heard_free(void *pointer)
{
	struct heard *heard = pointer;
	g_free(heard->integration);
	g_free(heard->recipient);
	g_free(heard->episode);
	g_ptr_array_free(heard->threads, TRUE);
	g_free(heard->end_key);
	g_free(heard);
}

struct story_check *story_check_new(const struct random_story *story)
{
	struct story_check *check = g_new0(struct story_check, 1);
	check->story = story;
	check->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, row_free);
	check->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	check->arrived = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	check->hearers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, heard_free);
	check->closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	check->open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	check->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return check;
}

void story_check_free(struct story_check *check)
{
	if (!check)
		return;
	GHashTable *tables[] = {check->rows, check->keys, check->arrived, check->hearers, check->closed, check->open,
				check->digests};
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		g_hash_table_destroy(tables[i]);
	g_free(check);
}

/* The first fault is told, later ones mostly follow from it. */
#define WRONG(check, ...)                                                                                              \
	do {                                                                                                           \
		if (!(check)->wrong.text[0])                                                                           \
			error_set(&(check)->wrong, __VA_ARGS__);                                                       \
	} while (0)

/* ---- who heard what (P2) ---- */

static struct heard *heard_of(struct story_check *check, const char *integration, const char *recipient,
			      const char *episode)
{
	char *name = g_strdup_printf("%s %s %s", episode, integration, recipient);
	struct heard *heard = g_hash_table_lookup(check->hearers, name);
	if (heard) {
		g_free(name);
		return heard;
	}
	heard = g_new0(struct heard, 1);
	heard->integration = g_strdup(integration);
	heard->recipient = g_strdup(recipient);
	heard->episode = g_strdup(episode);
	heard->threads = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_insert(check->hearers, name, heard);
	return heard;
}

/* Of what was sent with this key: the root of its incident. Caller g_free's. */
static char *thread_of(const struct story_check *check, const char *key)
{
	struct error err;
	const char *text = g_hash_table_lookup(check->keys, key);
	json_t *payload = text ? json_parse(text, strlen(text), 0, &err) : NULL;
	char *root = g_strdup(json_get_text(payload, "root", ""));
	json_decref(payload);
	return root;
}

static void hear_firing(struct story_check *check, const struct scenario_message *message, const char *episode)
{
	struct heard *heard = heard_of(check, message->integration, message->recipient, episode);
	bool again = g_hash_table_contains(check->arrived, message->key);
	if (heard->end_key && !again)
		WRONG(check, "%s %s heard that %s fires after it heard its end", message->integration,
		      message->recipient, episode);
	heard->firing = true;
	g_ptr_array_add(heard->threads, thread_of(check, message->key));
}

/* It comes where the beginning stands, whatever was regrouped meanwhile. */
static void check_thread(struct story_check *check, const struct heard *heard, const struct scenario_message *message)
{
	char *root = thread_of(check, message->key);
	if (heard->threads->len && !g_ptr_array_find_with_equal_func(heard->threads, root, g_str_equal, NULL))
		WRONG(check, "%s %s heard the end of %s in another thread than its beginning", message->integration,
		      message->recipient, heard->episode);
	g_free(root);
}

static void hear_end(struct story_check *check, const struct scenario_message *message, const char *episode)
{
	struct heard *heard = heard_of(check, message->integration, message->recipient, episode);
	if (!heard->firing && !heard->maybe)
		WRONG(check, "%s %s heard the end of %s and cannot have heard its beginning", message->integration,
		      message->recipient, episode);
	if (heard->end_key && strcmp(heard->end_key, message->key) != 0)
		WRONG(check, "%s %s heard twice that %s is over", message->integration, message->recipient, episode);
	if (!g_hash_table_contains(check->closed, episode))
		WRONG(check, "%s heard the end of %s, which is open", message->integration, episode);
	check_thread(check, heard, message);
	g_free(heard->end_key);
	heard->end_key = g_strdup(message->key);
}

static void read_messages(struct story_check *check, const struct scenario_world *world)
{
	const GPtrArray *messages = scenario_world_messages(world);
	for (; check->messages_read < messages->len; check->messages_read++) {
		const struct scenario_message *message = messages->pdata[check->messages_read];
		for (guint i = 0; i < message->firing->len; i++)
			hear_firing(check, message, message->firing->pdata[i]);
		for (guint i = 0; i < message->resolved->len; i++)
			hear_end(check, message, message->resolved->pdata[i]);
		g_hash_table_add(check->arrived, g_strdup(message->key));
	}
}

typedef void listed_fn(struct story_check *check, const struct kept_row *row, const char *episode, bool over);

static size_t each_listed(struct story_check *check, const struct kept_row *row, listed_fn *visit)
{
	struct error err;
	json_t *payload = json_parse(row->payload, strlen(row->payload), 0, &err);
	json_t *alerts = json_object_get(payload, "alerts");
	size_t count = json_array_size(alerts);
	for (size_t i = 0; i < count; i++) {
		const json_t *listed = json_array_get(alerts, i);
		visit(check, row, json_get_text(json_object_get(listed, "alert"), "id", ""),
		      json_get_bool(listed, "resolved_now", false));
	}
	json_decref(payload);
	return count;
}

static void may_have_heard(struct story_check *check, const struct kept_row *row, const char *episode, bool over)
{
	if (!over)
		heard_of(check, row->integration, row->recipient, episode)->maybe = true;
}

/* ---- what is stored, and sent for it (P1) ---- */

static void keep_payload(struct story_check *check, struct kept_row *row, const char *id, const char *payload)
{
	if (!payload)
		return;
	if (row->claimed && strcmp(row->payload, payload) != 0)
		WRONG(check, "the message %s changed after it was sent", id);
	g_free(row->payload);
	row->payload = g_strdup(payload);
}

/* ---- what is told as one ---- */

static void check_pace(struct story_check *check, const struct outbox_row *stored)
{
	char *name = g_strdup_printf("%s %s", stored->integration, stored->incident);
	const msec_t *last = g_hash_table_lookup(check->digests, name);
	if (last && check->now != *last && check->now - *last < DIGEST_EVERY && !check->story->clock_jumps)
		WRONG(check, "the digest of %s spoke after %lld ms again", stored->receiver,
		      (long long)(check->now - *last));
	g_hash_table_replace(check->digests, name, g_memdup2(&check->now, sizeof check->now));
}

/* Only people are told a digest, and its fallbacks what it could not tell. */
static void check_digest(struct story_check *check, const struct outbox_row *stored)
{
	struct error err;
	json_t *payload = json_parse(stored->payload, strlen(stored->payload), 0, &err);
	const char *digest = json_get_text(payload, "digest", "");
	bool own = strcmp(digest, stored->receiver) == 0;
	if (own && strcmp(stored->kind, "webhook") == 0)
		WRONG(check, "%s is told a digest", stored->integration);
	if (own)
		check_pace(check, stored);
	json_decref(payload);
}

static void keep_row(struct story_check *check, const struct outbox_row *stored)
{
	struct kept_row *row = g_hash_table_lookup(check->rows, stored->id);
	if (!row) {
		row = g_new0(struct kept_row, 1);
		row->integration = g_strdup(stored->integration);
		row->recipient = g_strdup(stored->recipient);
		g_hash_table_insert(check->rows, g_strdup(stored->id), row);
		if (stored->payload)
			check_digest(check, stored);
	}
	keep_payload(check, row, stored->id, stored->payload);
	if (row->state == OUTBOX_SENT && stored->state != OUTBOX_SENT)
		WRONG(check, "the message %s was sent and is %s now", stored->id, outbox_state_name(stored->state));
	/* Cut off by a crash, and its receiver is gone: nobody asks what became of it. */
	bool cut_off = row->state == OUTBOX_SENDING && stored->dead_reason == REASON_RECEIVER_REMOVED;
	row->revived |= row->state == OUTBOX_DEAD && stored->state != OUTBOX_DEAD;
	row->state = stored->state;
	if (!row->payload)
		WRONG(check, "the message %s is stored without its text", stored->id);
	else if (stored->state == OUTBOX_AMBIGUOUS || cut_off)
		each_listed(check, row, may_have_heard);
}

static bool stands_as_sending(const struct effects *effects, const char *id)
{
	for (size_t i = 0; effects && i < effects->outbox_count; i++)
		if (strcmp(effects->outbox[i].id, id) == 0)
			return effects->outbox[i].state == OUTBOX_SENDING;
	return false;
}

static void check_key(struct story_check *check, const struct claim *claim)
{
	struct error err;
	json_t *payload = json_parse(claim->payload, strlen(claim->payload), 0, &err);
	const char *key = json_get_text(payload, "key", "");
	const char *before = g_hash_table_lookup(check->keys, key);
	if (before && strcmp(before, claim->payload) != 0)
		WRONG(check, "the key of %s was used for another text", claim->outbox_id);
	if (!before)
		g_hash_table_insert(check->keys, g_strdup(key), g_strdup(claim->payload));
	const struct kept_row *row = g_hash_table_lookup(check->rows, claim->outbox_id);
	if (g_hash_table_contains(check->arrived, key) && !claim->maybe_repeat && !row->revived)
		WRONG(check, "%s arrived and is sent again as if it had not", claim->outbox_id);
	json_decref(payload);
}

static void check_claim(struct story_check *check, const struct effects *effects, const struct claim *claim)
{
	struct kept_row *row = g_hash_table_lookup(check->rows, claim->outbox_id);
	if (!row || !stands_as_sending(effects, claim->outbox_id)) {
		WRONG(check, "%s is sent and not stored as being sent", claim->outbox_id);
		return;
	}
	if (strcmp(row->payload, claim->payload) != 0)
		WRONG(check, "%s is sent with another text than is stored", claim->outbox_id);
	row->claimed = true;
	if (claim->maybe_repeat)
		each_listed(check, row, may_have_heard);
	check_key(check, claim);
}

/* ---- why it ended (P3) ---- */

static unsigned series_of(const struct alert *alert)
{
	return story_series(alert->rule.name, labels_get_or_empty(alert->labels, "cluster"),
			    labels_get_or_empty(alert->labels, "connector"));
}

static bool true_end(const struct story_check *check, const struct alert *alert, msec_t at)
{
	unsigned which = series_of(alert);
	msec_t from = at - CAUSE_WITHIN;
	if (which == STORY_SERIES)
		return false;
	if (alert->reason == REASON_CLEARED)
		return story_was_clear(check->story, which, from, at);
	if (alert->reason == REASON_GONE)
		return story_was_gone(check->story, which, from, at);
	if (alert->reason == REASON_RULE_GONE)
		return story_rule_absent(check->story, which);
	return alert->reason == REASON_NO_DATA && check->story->no_data_resolves;
}

static void check_alert(struct story_check *check, const struct alert *alert, msec_t at)
{
	bool over = alert->state == ALERT_RESOLVED, known = g_hash_table_contains(check->closed, alert->id);
	if (known && !over)
		WRONG(check, "%s was over and is open again", alert->id);
	if (!over || known)
		return;
	if (!true_end(check, alert, at))
		WRONG(check, "%s %s (series %u) ended after %lld ms as %s, and that is not true", alert->rule.name,
		      alert->id, series_of(alert), (long long)at, reason_name(alert->reason));
	g_hash_table_add(check->closed, g_strdup(alert->id));
}

/* ---- what is left ---- */

/* Takes the name. */
static void keep_open(struct story_check *check, char *name, bool done)
{
	if (done) {
		g_hash_table_remove(check->open, name);
		g_free(name);
	} else {
		g_hash_table_add(check->open, name);
	}
}

static void keep_rest(struct story_check *check, const struct effects *effects)
{
	for (size_t i = 0; i < effects->groups_count; i++)
		keep_open(check, g_strdup_printf("group %s", effects->groups[i].key), effects->groups[i].deleted);
	for (size_t i = 0; i < effects->members_count; i++)
		keep_open(check, g_strdup_printf("member %s %s", effects->members[i].group, effects->members[i].episode),
			  effects->members[i].deleted);
	for (size_t i = 0; i < effects->told_count; i++)
		keep_open(check, g_strdup_printf("told %s %s", effects->told[i].episode, effects->told[i].integration),
			  effects->told[i].deleted);
	for (size_t i = 0; i < effects->incidents_count; i++)
		keep_open(check, g_strdup_printf("incident %s", effects->incidents[i].root),
			  effects->incidents[i].closed_at != 0);
}

void story_check_step(void *ctx, const struct scenario_world *world, const struct effects *effects,
		      const struct claim *claims, size_t count)
{
	struct story_check *check = ctx;
	check->now = scenario_world_elapsed(world);
	read_messages(check, world);
	for (size_t i = 0; effects && i < effects->events_count; i++)
		if (effects->events[i].seq != ++check->seq)
			WRONG(check, "an event has the number %llu instead of %llu",
			      (unsigned long long)effects->events[i].seq, (unsigned long long)check->seq);
	for (size_t i = 0; effects && i < effects->alerts_count; i++)
		check_alert(check, effects->alerts[i], scenario_world_elapsed(world));
	for (size_t i = 0; effects && i < effects->outbox_count; i++)
		keep_row(check, &effects->outbox[i]);
	if (effects)
		keep_rest(check, effects);
	if (count > CLAIMS_MOST)
		WRONG(check, "%zu messages are sent at once", count);
	for (size_t i = 0; i < count; i++)
		check_claim(check, effects, &claims[i]);
}

/* ---- the end ---- */

static void dead_end(struct story_check *check, const struct kept_row *row, const char *episode, bool over)
{
	struct heard *heard = over ? heard_of(check, row->integration, row->recipient, episode) : NULL;
	if (heard && !heard->end_key)
		heard->end_key = g_strdup("dead");
}

static bool excused(const struct random_story *story, const struct heard *heard)
{
	for (unsigned i = 0; i < STORY_INTEGRATIONS; i++)
		if (strcmp(story_integrations[i], heard->integration) == 0 && story->absent[i])
			return true;
	for (unsigned i = 0; i < STORY_ADDRESSES; i++)
		if (strcmp(story_addresses[i], heard->recipient) == 0 && story->address_absent[i])
			return true;
	return strcmp(heard->integration, "team/slack/other") == 0;
}

static void check_rows(struct story_check *check)
{
	GHashTableIter iter;
	void *id, *value;
	g_hash_table_iter_init(&iter, check->rows);
	while (g_hash_table_iter_next(&iter, &id, &value)) {
		const struct kept_row *row = value;
		if (row->state != OUTBOX_SENT && row->state != OUTBOX_CANCELLED && row->state != OUTBOX_DEAD)
			WRONG(check, "the message %s to %s is still %s", (const char *)id, row->integration,
			      outbox_state_name(row->state));
		size_t listed = each_listed(check, row, row->state == OUTBOX_DEAD ? dead_end : may_have_heard);
		if (listed > LISTED_MOST)
			WRONG(check, "the message %s lists %zu alerts", (const char *)id, listed);
	}
}

static void check_hearers(struct story_check *check)
{
	GHashTableIter iter;
	void *value;
	g_hash_table_iter_init(&iter, check->hearers);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct heard *heard = value;
		if (heard->firing && !heard->end_key && !excused(check->story, heard))
			WRONG(check, "%s %s heard that %s fires, and never its end", heard->integration,
			      heard->recipient, heard->episode);
	}
}

bool story_check_end(struct story_check *check, const struct scenario_world *world, struct error *err)
{
	GHashTableIter iter;
	void *name;
	read_messages(check, world);
	check_rows(check);
	check_hearers(check);
	g_hash_table_iter_init(&iter, check->open);
	if (g_hash_table_iter_next(&iter, &name, NULL))
		WRONG(check, "when all is over, %s is still open", (const char *)name);
	if (!check->wrong.text[0])
		return true;
	*err = check->wrong;
	return false;
}
