/* ctl: what every command of tocsinctl is given, the one table of commands, and the exit codes. One thread. */
#ifndef CMD_TOCSINCTL_CTL_H
#define CMD_TOCSINCTL_CTL_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1, /* the server could not do it */
	EXIT_USAGE = 2,
	EXIT_AUTH = 4, /* a token is needed, or its role is too small */
	EXIT_NOT_FOUND = 5,
	EXIT_CONFLICT = 6, /* it is so already, or resolved */
	EXIT_UNREACHABLE = 7,
	EXIT_CONDITION = 10, /* --exit-code: there are some */
};

enum output { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_NDJSON };

struct ctl {
	const char *server; /* URL without a slash at the end */
	const char *ca_file; /* who may sign for an https server; NULL = the system's authorities */
	char *token; /* NULL = none */
	enum output output;
	gboolean no_headers;
	gboolean color;
};

struct verb {
	const char *name; /* one or two words */
	const char *arguments; /* "ID…" */
	const char *help; /* one sentence */
	const char *example;
	const GOptionEntry *options; /* NULL = none; their values are static in the verb's file */
	int (*run)(struct ctl *ctl, int argc, char **argv); /* argv: arguments only */
};

extern const struct verb verbs[]; /* sorted by name; ends with a NULL name */

int run_ack(struct ctl *ctl, int argc, char **argv);
int run_alert_show(struct ctl *ctl, int argc, char **argv);
int run_alerts(struct ctl *ctl, int argc, char **argv);
int run_comment(struct ctl *ctl, int argc, char **argv);
int run_connector_show(struct ctl *ctl, int argc, char **argv);
int run_connectors(struct ctl *ctl, int argc, char **argv);
int run_history(struct ctl *ctl, int argc, char **argv);
int run_notification_retry(struct ctl *ctl, int argc, char **argv);
int run_notifications(struct ctl *ctl, int argc, char **argv);
int run_receiver_test(struct ctl *ctl, int argc, char **argv);
int run_receivers(struct ctl *ctl, int argc, char **argv);
int run_reload(struct ctl *ctl, int argc, char **argv);
int run_rules(struct ctl *ctl, int argc, char **argv);
int run_status(struct ctl *ctl, int argc, char **argv);
int run_tail(struct ctl *ctl, int argc, char **argv);
int run_token_new(struct ctl *ctl, int argc, char **argv);
int run_unack(struct ctl *ctl, int argc, char **argv);

extern const GOptionEntry ack_options[], alerts_options[], comment_options[], connectors_options[], history_options[],
	notifications_options[], tail_options[], token_options[];

/* "wrong use: …" on standard error; EXIT_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
