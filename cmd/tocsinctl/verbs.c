#include "cmd/tocsinctl/ctl.h"

#include <stdarg.h>
#include <stdio.h>

/* clang-format off */
const struct verb verbs[] = {
	{"ack", "ID…", "Take alerts: reminders stop until it ends, gets worse, or they resolve", "tocsinctl ack 01J… --for 2h -m 'looking'", ack_options, run_ack},
	{"alert show", "ID", "One alert with its timeline and its notifications", "tocsinctl alert show 01J…", NULL, run_alert_show},
	{"alerts", "[FILTER…]", "The open alerts, worst first", "tocsinctl alerts severity=critical connector=~'orders-.*'", alerts_options, run_alerts},
	{"comment", "ID", "Add a comment to an alert's timeline", "tocsinctl comment 01J… -m 'restarted the task'", comment_options, run_comment},
	{"connector show", "CLUSTER NAME", "One connector's numbers", "tocsinctl connector show prod orders-sink", NULL, run_connector_show},
	{"connectors", "", "The connectors of all clusters", "tocsinctl connectors --cluster prod", connectors_options, run_connectors},
	{"history", "[FILTER…]", "Alerts of a time, resolved ones included, newest first", "tocsinctl history --from -24h", history_options, run_history},
	{"notification retry", "ID…", "Try dead letters again", "tocsinctl notification retry 01J…", NULL, run_notification_retry},
	{"notifications", "", "Messages sent, waiting and given up", "tocsinctl notifications --state dead", notifications_options, run_notifications},
	{"receivers", "", "Who is told, by which channels, and how these do", "tocsinctl receivers", NULL, run_receivers},
	{"receivers test", "NAME", "Send a marked test through every channel of a receiver", "tocsinctl receivers test oncall", NULL, run_receiver_test},
	{"reload", "", "Make the daemon read its configuration again", "tocsinctl reload", NULL, run_reload},
	{"rules", "", "The rules and how they go", "tocsinctl rules", NULL, run_rules},
	{"status", "", "Is it live, what fires, what is unwell", "tocsinctl status", NULL, run_status},
	{"tail", "", "Follow alerts and messages as they happen", "tocsinctl tail -o ndjson", tail_options, run_tail},
	{"token new", "", "Make a token: print it once, append its hash to the tokens file", "tocsinctl token new --role responder --name ada", token_options, run_token_new},
	{"unack", "ID…", "Give alerts up again", "tocsinctl unack 01J…", comment_options, run_unack},
	{NULL, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */

int usage_error(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("tocsinctl: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return EXIT_USAGE;
}
