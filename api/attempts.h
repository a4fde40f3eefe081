/* attempts: how often an address may try to sign in: a few at once, then one every six seconds. Bounded. Any thread. */
#ifndef API_ATTEMPTS_H
#define API_ATTEMPTS_H

#include "base/clock.h"
#include <stdbool.h>

struct attempts;

struct attempts *attempts_new(void);
void attempts_free(struct attempts *attempts);
/* One more. False: too many; *wait is when to come again. */
bool attempts_take(struct attempts *attempts, const char *address, msec_t mono, msec_t *wait);
/* Lets go of addresses that have all their tries again. */
void attempts_forget(struct attempts *attempts, msec_t mono);

#endif
