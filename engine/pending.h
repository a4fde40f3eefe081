/* pending: the instances whose condition holds, but not yet for its time, in the shape of alerts: with the key
 * "pending:<fingerprint>" instead of an id, the severity of the highest level that is raised, and started_at when the
 * condition began. Made when asked for. Engine thread. */
#ifndef ENGINE_PENDING_H
#define ENGINE_PENDING_H

#include "engine/alert_list.h"
#include "engine/evaluator.h"

enum { PENDING_MAX = 1000 };

/* At most PENDING_MAX of them; how many more there are. The reference is the caller's. */
struct alert_list *evaluator_pending(struct evaluator *evaluator, size_t *left_off);
/* The one with this key; NULL if it is not pending (any more). The reference is the caller's. */
struct alert *evaluator_pending_find(struct evaluator *evaluator, const char *key);

#endif
