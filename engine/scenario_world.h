/* scenario_world: a whole Tocsin in virtual time: rulebook, evaluator, dispatcher, a store in memory, one or more
 * targets whose numbers are written by hand, and receivers that only take notes. The engine's own functions run in it;
 * what differs from the daemon is that nothing leaves. One owner, one thread. */
#ifndef ENGINE_SCENARIO_WORLD_H
#define ENGINE_SCENARIO_WORLD_H

#include "base/error.h"
#include "engine/dispatcher.h"
#include "engine/scenario_post.h"
#include "engine/scenario_store.h"
#include <glib.h>

struct scenario_world;

struct scenario_world *scenario_world_new(uint64_t seed);
void scenario_world_free(struct scenario_world *world);
/* The first call starts it, later ones reload. Errors of the configuration come out as err, nothing changes then. */
bool scenario_world_configure(struct scenario_world *world, const char *name, const char *text, struct error *err);
void scenario_world_every(struct scenario_world *world, msec_t interval);
/* Index of a target; a new name makes a new one. */
uint32_t scenario_world_target(struct scenario_world *world, const char *name);
void scenario_world_fail_polls(struct scenario_world *world, uint32_t target, const char *reason); /* NULL: works */
/* Its polls neither complete nor fail, until they fail or work again. */
void scenario_world_hang_polls(struct scenario_world *world, uint32_t target);
/* Takes no reference. per_second: it climbs by itself. */
void scenario_world_set(struct scenario_world *world, uint32_t target, struct labels *series, double value,
			double per_second);

/* Runs polls, timers and deliveries up to this time since the start. */
void scenario_world_run(struct scenario_world *world, msec_t until);
msec_t scenario_world_wall(const struct scenario_world *world);
msec_t scenario_world_elapsed(const struct scenario_world *world);
void scenario_world_jump(struct scenario_world *world, msec_t by); /* the wall clock only */
/* Stops, stays away for that long, starts again from what was committed. orderly: with a last checkpoint. What is in
 * flight was delivered or not. */
void scenario_world_restart(struct scenario_world *world, msec_t away, bool orderly, bool in_flight_delivered);
void scenario_world_command(struct scenario_world *world, struct command *command); /* runs and frees it */
void scenario_world_suppress(struct scenario_world *world, bool on);
void scenario_world_fail(struct scenario_world *world, const struct scenario_fault *fault); /* copies */
void scenario_world_hold(struct scenario_world *world,
			 const char *to); /* deliveries stay in flight; NULL: answer all */

/* Called after each commit: what became durable, NULL = nothing, and what is sent for it next. */
typedef void scenario_watch_fn(void *ctx, const struct scenario_world *world, const struct effects *effects,
			       const struct claim *claims, size_t count);
void scenario_world_watch(struct scenario_world *world, scenario_watch_fn *watch, void *ctx);

struct scenario_store *scenario_world_store(struct scenario_world *world);
GPtrArray *scenario_world_messages(const struct scenario_world *world); /* struct scenario_message */
/* Of scenario_check, over all that arrived. */
bool scenario_world_check(const struct scenario_world *world, struct error *err);

#endif
