/* mail_address: addresses as they may stand in an envelope and a header: dot-atoms only, so that nothing can be injected
 * by quoting. Pure. */
#ifndef NOTIFIERS_MAIL_ADDRESS_H
#define NOTIFIERS_MAIL_ADDRESS_H

#include <stdbool.h>

bool mail_address_valid(const char *address); /* "user@example.com" */
bool mail_domain_valid(const char *domain);
/* The bare address of a mailbox ("Name <user@example.com>"), NULL if it has none that is valid. Caller g_free's. */
char *mailbox_address(const char *mailbox);

#endif
