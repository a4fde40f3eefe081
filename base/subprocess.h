/* subprocess: one helper program, started by posix_spawn, fed on standard input, read on standard output,
 * killed when its time is over. Blocks the calling (pool) thread; descriptors are CLOEXEC; never a shell. */
#ifndef BASE_SUBPROCESS_H
#define BASE_SUBPROCESS_H

#include "base/clock.h"
#include "base/error.h"
#include <stdatomic.h>
#include <stddef.h>

enum subprocess_end { SUBPROCESS_EXITED, SUBPROCESS_SIGNALLED, SUBPROCESS_TIMED_OUT, SUBPROCESS_NOT_STARTED };

struct subprocess_result {
	enum subprocess_end end;
	int status; /* exit status or signal number; -1 = not told */
	char *output; /* NUL-terminated, at most output_limit bytes; caller frees */
	size_t output_length;
};

/* argv is NULL-terminated, environment too (NULL = empty). timeout is a duration; it is over as soon as *stop becomes
 * true (NULL: it never does). */
void subprocess_run(const char *path, char *const argv[], char *const environment[], const void *input,
		    size_t input_length, size_t output_limit, msec_t timeout, const atomic_bool *stop,
		    struct subprocess_result *out, struct error *err);

#endif
