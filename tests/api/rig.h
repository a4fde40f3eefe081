/* rig: a real server on a free port over the fake app, and a client for it. */
#ifndef TESTS_API_RIG_H
#define TESTS_API_RIG_H

#include "api/server.h"
#include "tests/api/fake_app.h"
#include <glib.h>
#include <jansson.h>

struct rig {
	struct settings_global settings;
	struct clock *clock;
	bool own_clock;
	struct app *app;
	struct server *server;
	char *tokens_path;
	char secrets[3][64]; /* viewer, responder, admin */
};

enum rig_flag { RIG_TOKENS = 1, RIG_VIRTUAL = 2 };
void rig_start(struct rig *rig, unsigned flags);
/* Under these settings; where it listens is the rig's. */
void rig_start_with(struct rig *rig, unsigned flags, const struct settings_global *settings);
void rig_stop(struct rig *rig);

struct reply {
	long status;
	GString *head, *body;
	json_t *json; /* NULL if the body is none */
};

/* token NULL = none; headers: "Name: value" lines separated by \n, or NULL; body NULL = none. */
struct reply rig_call(struct rig *rig, const char *method, const char *path, const char *token, const char *headers,
		      const char *body);
void reply_release(struct reply *reply);
/* The header's value, those of several lines joined by ", "; g_free'd by the caller; NULL if absent. */
char *reply_header(const struct reply *reply, const char *name);

/* A plain socket to the server. */
int rig_connect(struct rig *rig);
int connect_to(const char *address); /* -1 = nobody listens there */
void rig_send(int fd, const char *text);
/* Reads until the text was seen, the end, or 30 s of nothing; appends to out. True if it was seen. */
bool rig_read_until(int fd, GString *out, const char *text);

#endif
