/* host_port: "127.0.0.1:9797" or "[::1]:9797" in its two parts. Pure; any thread. */
#ifndef BASE_HOST_PORT_H
#define BASE_HOST_PORT_H

#include "base/error.h"
#include <stdbool.h>

/* A host of any spelling and a port from 0 to 65535; both g_free. */
bool host_port_split(const char *text, char **host, char **port, struct error *err);

#endif
