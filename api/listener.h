/* listener: the socket that connections come in by, and room for their descriptors. */
#ifndef API_LISTENER_H
#define API_LISTENER_H

#include "api/address.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

enum { LISTENER_NAME_SIZE = ADDRESS_SIZE + 16 };

/* "host:port" or "[v6]:port"; port 0 takes a free one. -1 with err. host is the caller's (g_free), set also when the
 * socket could not be opened. loopback: only this machine reaches it. */
int listener_open(const char *listen_at, char **host, bool *loopback, struct error *err);
/* "127.0.0.1:9797", the real port. */
void listener_name(int fd, char out[LISTENER_NAME_SIZE]);
/* Raises this process's limit of descriptors, as far as it may, for so many connections and the rest of the daemon. Returns
 * for how many there is room: polls and messages need descriptors too. */
size_t listener_allow_descriptors(size_t connections);

#endif
