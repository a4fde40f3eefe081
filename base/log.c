#include <config.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-journal.h>
#endif

enum { VALUE_MAX = 1024, LINE_MAX_BYTES = 8192, PAIRS_MAX = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* whole lines, in order */
static atomic_int least_level = LOG_LEVEL_INFO;
static atomic_int sink = -1; /* -1: not asked for yet, decided at the first line */
static _Atomic(struct clock *) line_clock;

static const char *const level_names[] = {"debug", "info", "warning", "error"};

void log_configure(enum log_level least, enum log_sink to)
{
	atomic_store(&least_level, (int)least);
	atomic_store(&sink, (int)to);
}

void log_set_clock(struct clock *clock)
{
	atomic_store(&line_clock, clock);
}

#ifdef HAVE_SYSTEMD
/* JOURNAL_STREAM is "device:inode" of our standard error, if that leads to the journal (systemd.exec(5)). */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	char own[64];
	g_snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	return !strcmp(own, stream);
}
#else
static bool stderr_is_journal(void)
{
	return false;
}
#endif

static enum log_sink chosen_sink(void)
{
	int now = atomic_load(&sink);
	if (now >= 0)
		return (enum log_sink)now;
	now = stderr_is_journal() ? LOG_SINK_JOURNAL : LOG_SINK_STDERR;
	atomic_store(&sink, now);
	return (enum log_sink)now;
}

/* Quoted JSON text: clean UTF-8 without controls, cut at VALUE_MAX bytes. */
static void append_quoted(GString *line, const char *text)
{
	size_t length = strlen(text);
	bool cut = length > VALUE_MAX;
	char *clean = utf8_clean(text, cut ? VALUE_MAX : length, true);
	g_string_append_c(line, '"');
	for (const char *at = clean; *at; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(line, '\\');
		if (*at == '\n')
			g_string_append(line, "\\n");
		else if (*at == '\t')
			g_string_append(line, "\\t");
		else
			g_string_append_c(line, *at);
	}
	g_string_append(line, cut ? "…\"" : "\"");
	free(clean);
}

static void append_pair(GString *line, const char *key, const char *value)
{
	if (line->len > LINE_MAX_BYTES)
		return;
	g_string_append(line, line->len > 1 ? "," : "");
	append_quoted(line, key);
	g_string_append_c(line, ':');
	if (value)
		append_quoted(line, value);
	else
		g_string_append(line, "null");
}

static GString *format_line(enum log_level level, const char *room, const char *message, const char **pairs,
			    size_t count)
{
	char time[RFC3339_SIZE];
	struct clock *clock = atomic_load(&line_clock);
	if (!clock)
		clock = clock_system();
	GString *line = g_string_new("{");
	append_pair(line, "time", rfc3339_format(clock->read(clock).wall, time));
	append_pair(line, "level", level_names[level]);
	append_pair(line, "room", room);
	append_pair(line, "message", message);
	for (size_t i = 0; i < count; i++)
		append_pair(line, pairs[2 * i], pairs[2 * i + 1]);
	g_string_append(line, "}\n");
	return line;
}

static void write_all(const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(STDERR_FILENO, text, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* nobody is left to tell */
		text += n;
		length -= (size_t)n;
	}
}

#ifdef HAVE_SYSTEMD
static const int priorities[] = {7, 6, 4, 3}; /* syslog(3) numbers of our levels */

/* Our JSON is the journal's message, so that both sinks read alike. */
static bool send_to_journal(enum log_level level, const char *room, GString *line)
{
	return sd_journal_send("PRIORITY=%d", priorities[level], "TOCSIN_ROOM=%s", room, "MESSAGE=%.*s",
			       (int)line->len - 1, line->str, NULL) == 0;
}
#else
static bool send_to_journal(enum log_level level, const char *room, GString *line)
{
	return false;
}
#endif

void log_event(enum log_level level, const char *room, const char *message, ...)
{
	enum log_sink to = chosen_sink();
	if ((int)level < atomic_load(&least_level) || to == LOG_SINK_NONE)
		return;
	const char *pairs[2 * PAIRS_MAX], *key;
	size_t count = 0;
	va_list args;
	va_start(args, message);
	while (count < PAIRS_MAX && (key = va_arg(args, const char *))) {
		pairs[2 * count] = key;
		pairs[2 * count + 1] = va_arg(args, const char *);
		count++;
	}
	va_end(args);
	GString *line = format_line(level, room, message, pairs, count);
	if (to != LOG_SINK_JOURNAL || !send_to_journal(level, room, line)) {
		pthread_mutex_lock(&lock);
		write_all(line->str, line->len);
		pthread_mutex_unlock(&lock);
	}
	g_string_free(line, TRUE);
}
