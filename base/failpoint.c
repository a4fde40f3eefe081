#include "base/failpoint.h"
#include "base/clock.h"
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

atomic_bool failpoint_armed;

/* Sorted. */
static const char *const names[] = {
	"app.reload",  "delivery.claimed", "delivery.result", "delivery.sent",   "engine.publish",
	"engine.step", "sources.start",    "store.begin",     "store.commit",  "store.committed", NULL,
};

enum { NAMES = G_N_ELEMENTS(names) - 1 };

enum action { ACTION_NONE, ACTION_ERROR, ACTION_SLEEP, ACTION_KILL };

struct point {
	enum action action;
	msec_t pause;
	uint64_t only; /* the n-th hit; 0 = every */
	uint64_t hits;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct point points[NAMES]; /* under lock */

const char *const *failpoint_names(void)
{
	return names;
}

static size_t find(const char *name)
{
	size_t i = 0;
	while (i < NAMES && strcmp(names[i], name) != 0)
		i++;
	return i;
}

static bool parse_number(const char *text, uint64_t *out)
{
	return g_ascii_string_to_unsigned(text, 10, 0, UINT32_MAX, out, NULL);
}

/* "@3" or "@once", cut off the action. */
static bool parse_when(char *action, uint64_t *out, struct error *err)
{
	char *when = strchr(action, '@');
	*out = 0;
	if (!when)
		return true;
	*when++ = '\0';
	if (!strcmp(when, "once"))
		*out = 1;
	else if (!parse_number(when, out) || !*out)
		return error_set(err, "failpoint: '@%.32s' is neither a count nor @once", when);
	return true;
}

static bool parse_action(char *text, struct point *out, struct error *err)
{
	if (!parse_when(text, &out->only, err))
		return false;
	size_t length = strlen(text);
	uint64_t pause;
	if (!strcmp(text, "error")) {
		out->action = ACTION_ERROR;
	} else if (!strcmp(text, "kill")) {
		out->action = ACTION_KILL;
	} else if (length > 7 && g_str_has_prefix(text, "sleep(") && text[length - 1] == ')') {
		text[length - 1] = '\0';
		if (!parse_number(text + 6, &pause))
			return error_set(err, "failpoint: '%.32s' is no number of milliseconds", text + 6);
		out->action = ACTION_SLEEP;
		out->pause = (msec_t)pause;
	} else {
		return error_set(err, "failpoint: unknown action '%.32s' (error, sleep(MS), kill)", text);
	}
	return true;
}

static bool parse_entry(char *entry, struct point *into, struct error *err)
{
	char *equals = strchr(g_strstrip(entry), '=');
	if (!*entry)
		return true;
	if (!equals)
		return error_set(err, "failpoint: '%.64s' has no action", entry);
	*equals = '\0';
	size_t i = find(entry);
	if (i == NAMES)
		return error_set(err, "failpoint: unknown name '%.64s'", entry);
	return parse_action(equals + 1, &into[i], err);
}

bool failpoint_configure(const char *specification, struct error *err)
{
	struct point parsed[NAMES] = {0};
	char **entries = g_strsplit(specification ? specification : "", ";", -1);
	bool ok = true, any = false;
	for (char **entry = entries; ok && *entry; entry++)
		ok = parse_entry(*entry, parsed, err);
	g_strfreev(entries);
	if (!ok)
		return false;
	for (size_t i = 0; i < NAMES; i++)
		any = any || parsed[i].action != ACTION_NONE;
	pthread_mutex_lock(&lock);
	memcpy(points, parsed, sizeof points);
	pthread_mutex_unlock(&lock);
	atomic_store(&failpoint_armed, any);
	return true;
}

bool failpoint_configure_from_environment(struct error *err)
{
	return failpoint_configure(getenv("TOCSIN_FAILPOINTS"), err);
}

static void pause_for(msec_t duration)
{
	struct clock *clock = clock_system();
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond;
	clock_cond_init(&cond);
	msec_t until = clock->read(clock).mono + duration;
	pthread_mutex_lock(&mutex);
	while (clock->read(clock).mono < until)
		clock->wait(clock, &cond, &mutex, until);
	pthread_mutex_unlock(&mutex);
	pthread_cond_destroy(&cond);
}

bool failpoint_hit(const char *name)
{
	size_t i = find(name);
	if (i == NAMES)
		abort(); /* a FAILPOINT that the table does not know */
	pthread_mutex_lock(&lock);
	struct point *point = &points[i];
	bool now = point->action != ACTION_NONE && (++point->hits == point->only || !point->only);
	enum action action = now ? point->action : ACTION_NONE;
	msec_t pause = point->pause;
	pthread_mutex_unlock(&lock);
	if (action == ACTION_KILL)
		kill(getpid(), SIGKILL);
	if (action == ACTION_SLEEP)
		pause_for(pause);
	return action == ACTION_ERROR;
}
