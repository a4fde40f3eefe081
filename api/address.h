/* address: peers' addresses: who is local, who is a trusted proxy, and the text in logs. Pure; any thread. */
#ifndef API_ADDRESS_H
#define API_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

enum { ADDRESS_SIZE = 64 };

/* "192.0.2.7" or "2001:db8::1"; an IPv4 address inside IPv6 is shown as IPv4. */
void address_text(const struct sockaddr *address, char out[ADDRESS_SIZE]);
bool address_is_loopback(const char *text);
/* ranges: "10.0.0.1", "10.0.0.0/8", "fd00::/8"; NULL-terminated, or NULL. */
bool address_in(const char *text, char *const *ranges);

#endif
