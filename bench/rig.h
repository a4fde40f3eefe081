/* rig: a real tocsind between an exporter and a webhook sink, both served by one thread of this process on loopback, for the
 * benches of the whole daemon. The callbacks run on that thread; times are of the monotonic clock. */
#ifndef BENCH_RIG_H
#define BENCH_RIG_H

#include "base/clock.h"
#include <glib.h>

struct rig_world {
	void *ctx;
	void (*page)(void *ctx, GString *body); /* fills what a poll shows */
	void (*shown)(void *ctx, msec_t at); /* the last byte of it was handed to the kernel */
	void (*post)(void *ctx, const char *body, msec_t at); /* a message came; may be NULL */
};

struct rig;

/* config is everything of the configuration but its sources and receivers; the receiver is named "sink". Ends the program
 * with a reason when the daemon does not start. */
struct rig *rig_open(const char *tocsind, const char *interval, const char *config, const struct rig_world *world);
/* Of the daemon: seconds of CPU so far, user and system, all threads; a size of /proc/PID/status, such as "VmRSS:". */
double rig_cpu_seconds(const struct rig *rig);
double rig_megabytes(const struct rig *rig, const char *field);
unsigned short rig_port(const struct rig *rig); /* the daemon's, on loopback */
void rig_ask_to_end(struct rig *rig); /* does not wait */
void rig_close(struct rig *rig); /* stops the daemon, removes its state */

#endif
