/* failpoint: named places where tests make the daemon fail. Free of cost when none is armed
 * (one relaxed load). Armed by the environment: TOCSIN_FAILPOINTS="store.commit=error;delivery.sent=kill@3".
 * Actions: error, sleep(MS), kill (SIGKILL to ourselves), each with @N (only the n-th hit) or @once. */
#ifndef BASE_FAILPOINT_H
#define BASE_FAILPOINT_H

#include "base/error.h"
#include <stdatomic.h>
#include <stdbool.h>

extern atomic_bool failpoint_armed;

bool failpoint_configure(const char *specification, struct error *err); /* NULL or "" disarms all */
bool failpoint_configure_from_environment(struct error *err);
bool failpoint_hit(const char *name); /* true = fail here (action error) */
/* Every name in the program, NULL-terminated, for the torture run. */
const char *const *failpoint_names(void);

#define FAILPOINT(name) \
	(atomic_load_explicit(&failpoint_armed, memory_order_relaxed) && failpoint_hit(name))

#endif
