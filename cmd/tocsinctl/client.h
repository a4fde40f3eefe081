/* client: one call to the daemon at a time, by libcurl, synchronously; and its event stream. */
#ifndef CMD_TOCSINCTL_CLIENT_H
#define CMD_TOCSINCTL_CLIENT_H

#include "cmd/tocsinctl/ctl.h"

/* body NULL = GET without one; else it is taken and sent with the method. EXIT_OK and *out (json_decref) or the code to
 * exit with, said on standard error. out may be NULL. */
int client_call(const struct ctl *ctl, const char *method, const char *path, json_t *body, json_t **out);
/* All pages of a list, at most `most` items (0 = all): {"items"} in one. */
int client_list(const struct ctl *ctl, const char *path, size_t most, json_t **out);
/* "?name=value" or "&name=value", escaped; nothing for a NULL value. */
void query_add(GString *path, const char *name, const char *value);
/* "/api/v1/alerts/" and the id, escaped, and the rest. g_free. */
char *client_path(const char *before, const char *id, const char *after);

/* Calls take for each event until it returns false, the stream ends or breaks. last_id: "" or where to go on; kept up to
 * date. EXIT_OK when it was open once. */
int client_stream(const struct ctl *ctl, GString *last_id, bool (*take)(void *ctx, const char *name, const char *data),
		  void *ctx);

#endif
