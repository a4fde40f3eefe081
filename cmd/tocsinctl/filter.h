/* filter: FILTER arguments as query parameters: severity=critical, state=firing, connector=~'orders-.*'; a bare word
 * is a rule's name. */
#ifndef CMD_TOCSINCTL_FILTER_H
#define CMD_TOCSINCTL_FILTER_H

#include <glib.h>
#include <stdbool.h>

/* False with a message on standard error. */
bool filter_add(GString *path, int argc, char **argv);

#endif
