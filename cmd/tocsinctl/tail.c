/* tail: follow the event stream; comes back by itself where it left off. */
#include "base/clock.h"
#include "base/json.h"
#include "cmd/tocsinctl/client.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_FIRST = 1000, PAUSE_MAX = 30000 };

static char *since;
static int count;

const GOptionEntry tail_options[] = {
	{"since", 0, 0, G_OPTION_ARG_STRING, &since, "Go on after this event: EPOCH:SEQ", "ID"},
	{"count", 'n', 0, G_OPTION_ARG_INT, &count, "End after so many events", "N"},
	{NULL},
};

struct tail {
	const struct ctl *ctl;
	int seen;
	msec_t pause;
	bool enough;
};

static void print_event(const char *name, const json_t *event)
{
	const json_t *alert = json_object_get(event, "alert"), *toast = json_object_get(event, "toast");
	const char *by = json_get_text(event, "by", NULL);
	if (strcmp(name, "toast") == 0) {
		output_line(json_get_text(event, "at", ""), "message %s: %s", json_get_text(toast, "title", ""),
			    json_get_text(toast, "body", ""));
		return;
	}
	const json_t *labels = json_object_get(alert ? alert : event, "labels");
	char *object = output_object_name(labels);
	output_line(json_get_text(event, "at", ""), "%s %s %s %s %s%s%s %s",
		    json_get_text(event, "transition", json_get_text(event, "kind", "")),
		    json_get_text(alert, "severity", ""),
		    json_get_text(alert, "rule", json_get_text(event, "rule", "")), object,
		    json_get_text(alert, "fact", ""), by ? " by " : "", by ? by : "", json_get_text(alert, "id", ""));
	g_free(object);
}

static bool take(void *ctx, const char *name, const char *data)
{
	struct tail *tail = ctx;
	bool shown = strcmp(name, "alert") == 0 || strcmp(name, "toast") == 0;
	tail->pause = PAUSE_FIRST;
	if (strcmp(name, "reset") == 0)
		fputs("tocsinctl: some events were missed: they are no longer in the log\n", stderr);
	if (!shown)
		return true;
	if (tail->ctl->output == OUTPUT_TABLE) {
		json_t *event = json_parse(data, strlen(data), 0, NULL);
		print_event(name, event);
		json_decref(event);
	} else {
		puts(data);
	}
	fflush(stdout);
	tail->enough = ++tail->seen == count || ferror(stdout);
	return !tail->enough;
}

static void pause_for(msec_t length)
{
	struct clock *clock = clock_system();
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never;
	msec_t end = clock->read(clock).mono + length;
	clock_cond_init(&never);
	pthread_mutex_lock(&lock);
	while (clock->read(clock).mono < end)
		clock->wait(clock, &never, &lock, end);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&never);
}

int run_tail(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	if (argc)
		return usage_error("tail takes options only");
	struct tail tail = {.ctl = ctl, .pause = PAUSE_FIRST};
	GString *last_id = g_string_new(since);
	int result = client_stream(ctl, last_id, take, &tail);
	bool opened = result == EXIT_OK;
	while (opened && !tail.enough && (result == EXIT_OK || result == EXIT_UNREACHABLE || result == EXIT_FAILED)) {
		pause_for(tail.pause);
		tail.pause = MIN(tail.pause * 2, PAUSE_MAX);
		result = client_stream(ctl, last_id, take, &tail);
	}
	g_string_free(last_id, TRUE);
	return result;
}
