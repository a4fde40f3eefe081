#include "base/subprocess.h"
#include "config.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct subprocess_result run(const char *script, const char *input, size_t length, size_t limit, msec_t patience,
				    struct error *err)
{
	char sh[] = "sh", c[] = "-c", word[] = "WORD=hello";
	char *argv[] = {sh, c, (char *)script, NULL}, *environment[] = {word, NULL};
	struct subprocess_result result;
	err->text[0] = '\0';
	subprocess_run("/bin/sh", argv, environment, input, length, limit, patience, NULL, &result, err);
	return result;
}

Test(subprocess, is_fed_read_and_its_end_is_told, .timeout = 60)
{
	struct error err;
	struct subprocess_result result = run("cat; echo $WORD; exit 3", "in\n", 3, 100, 20000, &err);
	cr_assert_eq(result.end, SUBPROCESS_EXITED);
	cr_assert_eq(result.status, 3);
	cr_assert_str_eq(result.output, "in\nhello\n");
	cr_assert(strstr(err.text, "status 3"));
	free(result.output);
	result = run("kill -9 $$", "", 0, 100, 20000, &err);
	cr_assert(result.end == SUBPROCESS_SIGNALLED && result.status == SIGKILL, "%s", err.text);
	free(result.output);
}

Test(subprocess, neither_a_deaf_nor_a_talkative_nor_a_hanging_helper_holds_us, .timeout = 60)
{
	struct error err;
	size_t big = 1 << 20;
	char *input = calloc(1, big);
	struct subprocess_result result = run("exec <&-; exit 0", input, big, 100, 20000, &err);
	cr_assert(result.end == SUBPROCESS_EXITED && result.status == 0, "%s", err.text);
	free(result.output);
	result = run("cat", input, big, 1000, 20000, &err);
	cr_assert(result.end == SUBPROCESS_EXITED && result.output_length == 1000, "%s", err.text);
	free(result.output);
	free(input);
	result = run("echo begun; cat /dev/zero | sleep 600", "", 0, 100, 100, &err);
	cr_assert_eq(result.end, SUBPROCESS_TIMED_OUT);
	free(result.output);
	result = run("exec >&-; exec sleep 600", "", 0, 100, 100, &err);
	cr_assert_eq(result.end, SUBPROCESS_TIMED_OUT);
	cr_assert(strstr(err.text, "in time"));
	free(result.output);
}

#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
Test(subprocess, a_helper_gets_nothing_that_libraries_left_open, .timeout = 60)
{
	struct error err;
	enum { LEFT_OPEN = 77 };
	cr_assert_eq(dup2(STDOUT_FILENO, LEFT_OPEN), LEFT_OPEN);
	struct subprocess_result result = run("test -e /proc/$$/fd/77 && echo open; echo done", "", 0, 100, 20000, &err);
	cr_expect_str_eq(result.output, "done\n");
	free(result.output);
	close(LEFT_OPEN);
}
#endif

static atomic_bool stop;

static void *stop_it(void *ctx)
{
	atomic_store(&stop, true);
	return NULL;
}

/* It has said something, so it runs; its time would last for ever. */
Test(subprocess, who_is_stopped_does_not_wait_for_it, .timeout = 60)
{
	char sh[] = "sh", c[] = "-c", script[] = "echo begun; sleep 600", *argv[] = {sh, c, script, NULL};
	struct subprocess_result result;
	struct error err = {""};
	pthread_t other;
	cr_assert_eq(pthread_create(&other, NULL, stop_it, NULL), 0);
	subprocess_run("/bin/sh", argv, NULL, NULL, 0, 100, MSEC_NEVER, &stop, &result, &err);
	cr_expect_eq(result.end, SUBPROCESS_TIMED_OUT, "%s", err.text);
	pthread_join(other, NULL);
	free(result.output);
}

Test(subprocess, an_end_that_is_not_told_is_no_success, .timeout = 60)
{
	struct error err;
	signal(SIGCHLD, SIG_IGN);
	struct subprocess_result result = run("kill -9 $$", "", 0, 100, 20000, &err);
	cr_assert(result.end != SUBPROCESS_EXITED || result.status != 0);
	cr_assert(err.text[0]);
	free(result.output);
}

Test(subprocess, what_does_not_start_is_said)
{
	struct error err = {""};
	struct subprocess_result result;
	char none[] = "none", *argv[] = {none, NULL};
	subprocess_run("/nonexistent/helper", argv, NULL, NULL, 0, 10, MSEC_NEVER, NULL, &result, &err);
	cr_assert_eq(result.end, SUBPROCESS_NOT_STARTED);
	cr_assert(strstr(err.text, "/nonexistent/helper"));
	free(result.output);
}
