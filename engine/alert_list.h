/* alert_list: the alerts of a snapshot, in order: immutable, shared by reference counting by all snapshots between which
 * none of them changed. Any thread. */
#ifndef ENGINE_ALERT_LIST_H
#define ENGINE_ALERT_LIST_H

#include "model/alert.h"
#include <glib.h>

struct alert_list {
	_Atomic uint32_t references;
	size_t count;
	struct alert **alerts; /* references */
};

struct alert_list *alert_list_new(GPtrArray *alerts); /* takes the array and its references */
struct alert_list *alert_list_ref(struct alert_list *list);
void alert_list_unref(struct alert_list *list); /* NULL is fine */

#endif
