/* mailbox: a bounded queue between threads. Messages are pointers whose ownership moves with them.
 * Many producers, one consumer. A short lock, never held across work. */
#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>

struct mailbox;

struct mailbox *mailbox_new(struct clock *clock, size_t capacity);
void mailbox_free(struct mailbox *mailbox, void (*free_message)(void *));
/* False when full or closed: the caller keeps the message. */
bool mailbox_post(struct mailbox *mailbox, void *message);
/* Takes up to max messages in order; waits until one is there, wake was called, it is closed, or
 * mono >= deadline. Returns how many. */
size_t mailbox_take(struct mailbox *mailbox, void **out, size_t max, msec_t deadline_mono);
void mailbox_wake(struct mailbox *mailbox);
void mailbox_close(struct mailbox *mailbox); /* posts fail from now on; what is queued can be taken */
size_t mailbox_length(struct mailbox *mailbox);

#endif
