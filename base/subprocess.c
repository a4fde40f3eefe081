#include <config.h> /* of the build: base has one of its own */
#include "base/subprocess.h"
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK = 100 }; /* msec between looks at the stop */

/* One run: our ends of the helper's standard input and output. */
struct run {
	pid_t pid;
	int to, from; /* -1 = closed */
	const char *input;
	size_t input_left, output_limit;
	GString *output;
	msec_t until;
	const atomic_bool *stop;
	bool timed_out;
};

static msec_t mono(void)
{
	return clock_system()->read(clock_system()).mono;
}

static msec_t left(const struct run *run)
{
	return run->stop && atomic_load(run->stop) ? 0 : run->until - mono();
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The helper's signals are as a fresh program's, whatever this thread blocks. All but 0-2 is closed: ours by CLOEXEC, and
 * what libraries opened without it (libcurl's connections would stay open as long as a helper hangs). */
static int spawn(pid_t *pid, const char *path, char *const argv[], char *const environment[], int input, int output)
{
	static char *const empty[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
#endif
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0); /* its children die with it */
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	int rc = posix_spawn(pid, path, &actions, &attributes, argv, environment ? environment : empty);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

/* Input goes through a socket, so that a helper that does not read raises no SIGPIPE. */
static bool start(struct run *run, const char *path, char *const argv[], char *const environment[], struct error *err)
{
	int input[2], output[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) != 0)
		return error_set(err, "%s: %s", path, g_strerror(errno));
	if (pipe2(output, O_CLOEXEC) != 0) {
		error_set(err, "%s: %s", path, g_strerror(errno));
		close(input[0]);
		close(input[1]);
		return false;
	}
	int rc = spawn(&run->pid, path, argv, environment, input[1], output[1]);
	close(input[1]);
	close(output[1]);
	run->to = input[0];
	run->from = output[0];
	fcntl(run->to, F_SETFL, O_NONBLOCK);
	fcntl(run->from, F_SETFL, O_NONBLOCK);
	return rc == 0 || error_set(err, "%s: %s", path, g_strerror(rc));
}

static void feed(struct run *run)
{
	ssize_t n = run->input_left ? send(run->to, run->input, run->input_left, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
	if (n > 0) {
		run->input += n;
		run->input_left -= (size_t)n;
	}
	bool later = n < 0 && (errno == EAGAIN || errno == EINTR);
	if (!run->input_left || (n < 0 && !later))
		close_end(&run->to);
}

static void collect(struct run *run)
{
	char piece[4096];
	ssize_t n = read(run->from, piece, sizeof piece);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		close_end(&run->from);
	else if (run->output->len < run->output_limit)
		g_string_append_len(run->output, piece, (gssize)MIN((size_t)n, run->output_limit - run->output->len));
}

static void converse(struct run *run)
{
	while (run->to >= 0 || run->from >= 0) {
		msec_t patience = left(run);
		if (patience <= 0) {
			run->timed_out = true;
			return;
		}
		/* A negative descriptor is skipped by poll. */
		struct pollfd ends[] = {{.fd = run->to, .events = POLLOUT}, {.fd = run->from, .events = POLLIN}};
		poll(ends, 2, (int)MIN(patience, run->stop ? LOOK : 60000));
		if (ends[0].revents)
			feed(run);
		if (ends[1].revents)
			collect(run);
	}
}

/* It closed its output: it should end by itself now; poll on a descriptor of nothing is how we wait for that. */
static void reap(struct run *run, struct subprocess_result *out)
{
	int status = 0;
	pid_t got = 0;
	while (!run->timed_out && (got = waitpid(run->pid, &status, WNOHANG)) == 0) {
		poll(NULL, 0, 2);
		run->timed_out = left(run) <= 0;
	}
	if (run->timed_out) {
		kill(-run->pid, SIGKILL);
		kill(run->pid, SIGKILL);
	}
	while (got == 0 && (got = waitpid(run->pid, &status, 0)) < 0 && errno == EINTR)
		got = 0;
	out->end = run->timed_out        ? SUBPROCESS_TIMED_OUT
		   : WIFSIGNALED(status) ? SUBPROCESS_SIGNALLED
					 : SUBPROCESS_EXITED;
	out->status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	if (got < 0)
		out->status = -1; /* SIGCHLD is ignored: nobody is told how it ended, which is no success */
}

static void explain(const char *path, const struct subprocess_result *out, struct error *err)
{
	switch (out->end) {
	case SUBPROCESS_EXITED:
		if (out->status)
			error_set(err, "%s ended with status %d", path, out->status);
		break;
	case SUBPROCESS_SIGNALLED:
		error_set(err, "%s was ended by signal %d (%s)", path, out->status, strsignal(out->status));
		break;
	case SUBPROCESS_TIMED_OUT:
		error_set(err, "%s did not end in time", path);
		break;
	case SUBPROCESS_NOT_STARTED:
		break;
	}
}

void subprocess_run(const char *path, char *const argv[], char *const environment[], const void *input,
		    size_t input_length, size_t output_limit, msec_t timeout, const atomic_bool *stop,
		    struct subprocess_result *out, struct error *err)
{
	struct run run = {.to = -1,
			  .from = -1,
			  .input = input,
			  .input_left = input_length,
			  .output_limit = output_limit,
			  .output = g_string_new(""),
			  .stop = stop,
			  .until = timeout < MSEC_NEVER - mono() ? mono() + timeout : MSEC_NEVER};
	*out = (struct subprocess_result){.end = SUBPROCESS_NOT_STARTED};
	if (start(&run, path, argv, environment, err)) {
		converse(&run);
		reap(&run, out);
		explain(path, out, err);
	}
	close_end(&run.to);
	close_end(&run.from);
	out->output_length = run.output->len;
	out->output = g_string_free(run.output, FALSE);
}
