/* delivery: carries out claims whose effects are committed: reads the frozen notification, lets the integration write and
 * send it on a pool, and keeps the results until the engine takes them. In flight at most what was claimed.
 * start and take: engine thread; everything else happens on pool and HTTP threads. */
#ifndef ENGINE_DELIVERY_H
#define ENGINE_DELIVERY_H

#include "base/executor.h"
#include "engine/command.h"
#include "engine/dispatcher.h"
#include "notifiers/notifiers.h"

struct delivery_runner;

/* wake is called from any thread when a result waits. */
struct delivery_runner *delivery_runner_new(struct clock *clock, struct executor *pool, void (*wake)(void *ctx), void *ctx);
/* Waits (bounded by the attempts' own deadlines) until nothing is in flight. */
void delivery_runner_free(struct delivery_runner *runner);
/* Claims are copied; receivers are held by reference until each attempt has ended. */
void delivery_start(struct delivery_runner *runner, struct receivers *receivers, const struct claim *claims, size_t count);
/* The next result as a command, or NULL; the caller owns it. */
struct command *delivery_take(struct delivery_runner *runner);
size_t delivery_in_flight(struct delivery_runner *runner);

#endif
