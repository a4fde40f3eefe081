/* scenario_store: what a scenario's daemon has committed, in memory: enough of a store to restart from. Rows are kept by
 * their keys and applied as they come, as a real store would. One owner. */
#ifndef ENGINE_SCENARIO_STORE_H
#define ENGINE_SCENARIO_STORE_H

#include "model/effects.h"

struct scenario_store;

struct scenario_store *scenario_store_new(void);
void scenario_store_free(struct scenario_store *store);
void scenario_store_commit(struct scenario_store *store, const struct effects *effects);
/* What a start reads: the caller's. */
struct effects *scenario_store_recover(const struct scenario_store *store, uint64_t *last_seq);
/* State of the instances of a rule whose labels hold all of these; how many there are. "resolved" where an episode has
 * closed and none is open. */
size_t scenario_store_state(const struct scenario_store *store, const char *rule, const struct labels *labels,
			    enum alert_state *out, enum severity *severity);
/* The newest alert of such an instance, open or closed; borrowed; NULL if there is none. */
const struct alert *scenario_store_alert(const struct scenario_store *store, const char *rule,
					 const struct labels *labels);
/* Ids of dead letters, oldest first; freed by the caller with g_strfreev. */
char **scenario_store_dead(const struct scenario_store *store);
/* How many events give this reason. */
size_t scenario_store_logged(const struct scenario_store *store, const char *reason);

#endif
