#include "tests/store/commits.h"
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>

char *store_folder_new(void)
{
	return g_dir_make_tmp("tocsin-store-XXXXXX", NULL);
}

void store_folder_empty(const char *directory)
{
	static const char *const names[] = {"tocsin.db", "tocsin.db-wal", "tocsin.db-shm", "tocsin.lock", "ballast",
					     "tocsin.db.before-migration"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(directory, names[i], NULL);
		g_unlink(path);
		g_free(path);
	}
}

void store_folder_remove(char *directory)
{
	store_folder_empty(directory);
	g_rmdir(directory);
	g_free(directory);
}

struct effects *numbered(uint64_t number)
{
	struct effects *effects = effects_new();
	struct event *event = effects_add_event(effects);
	*event = (struct event){.seq = number, .at = 1, .kind = EVENT_START, .data = "{}"};
	struct told_row *told = effects_add_told(effects);
	*told = (struct told_row){.integration = arena_printf(effects->arena, "i%llu", (unsigned long long)number),
				  .told = TOLD_FIRING};
	g_strlcpy(told->episode, "01K0A7QF5M0000000000000001", ULID_SIZE);
	return effects;
}

bool has_number(const struct recovered *recovered, uint64_t number)
{
	char name[32];
	g_snprintf(name, sizeof name, "i%llu", (unsigned long long)number);
	for (size_t i = 0; i < recovered->rows->told_count; i++)
		if (!strcmp(recovered->rows->told[i].integration, name))
			return true;
	return false;
}

struct answer {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool there;
	enum store_outcome outcome;
	struct error err;
};

static void note(void *ctx, enum store_outcome outcome, const struct error *err)
{
	struct answer *answer = ctx;
	pthread_mutex_lock(&answer->mutex);
	answer->outcome = outcome;
	answer->err = *err;
	answer->there = true;
	pthread_cond_signal(&answer->cond);
	pthread_mutex_unlock(&answer->mutex);
}

enum store_outcome commit_effects(struct store *store, const struct effects *effects, struct error *err)
{
	struct answer answer = {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};
	store_commit(store, effects, note, &answer);
	pthread_mutex_lock(&answer.mutex);
	while (!answer.there)
		pthread_cond_wait(&answer.cond, &answer.mutex);
	pthread_mutex_unlock(&answer.mutex);
	*err = answer.err;
	return answer.outcome;
}

enum store_outcome commit_number(struct store *store, uint64_t number, struct error *err)
{
	struct effects *effects = numbered(number);
	enum store_outcome outcome = commit_effects(store, effects, err);
	effects_free(effects);
	return outcome;
}

const char store_to_version_1[] =
	"ALTER TABLE outbox ADD COLUMN payload TEXT;"
	"UPDATE outbox SET payload = (SELECT text FROM payload WHERE outbox = id); DROP TABLE payload;"
	"ALTER TABLE told DROP COLUMN incident; ALTER TABLE member DROP COLUMN ack_ended;"
	"ALTER TABLE told DROP COLUMN heard;"
	"ALTER TABLE instance DROP COLUMN kept;"
	"ALTER TABLE instance DROP COLUMN flap_starts; DROP INDEX alert_rule; DROP INDEX outbox_over;"
	"CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at > 0;"
	"DROP INDEX event_at; DROP INDEX incident_closed; DROP INDEX outbox_predecessor;"
	"DROP INDEX event_ack; DROP INDEX alert_ended; CREATE INDEX alert_ended ON alert (ended_at) WHERE ended_at > 0;"
	"PRAGMA user_version=1";
