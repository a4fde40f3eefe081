/* tocsind: the daemon: options, signals, word to the supervisor; the rest is engine/app and api/server. */
#include "api/server.h"
#include "base/failpoint.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "config.h"
#include <curl/curl.h>
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#else
#define sd_notify(unset, state) ((void)(unset), (void)(state))
#endif

static struct {
	char *config, *listen, *state, *test_receiver;
	gboolean check, demo, insecure, version;
	char **rest;
} arguments;

static const GOptionEntry entries[] = {
	{"config", 'c', 0, G_OPTION_ARG_FILENAME, &arguments.config, "Configuration file", "FILE"},
	{"check", 0, 0, G_OPTION_ARG_NONE, &arguments.check, "Only check the configuration", NULL},
	{"demo", 0, 0, G_OPTION_ARG_NONE, &arguments.demo, "Watch an embedded, simulated Connect cluster", NULL},
	{"listen", 0, 0, G_OPTION_ARG_STRING, &arguments.listen, "Serve here; port 0 takes a free one", "ADDR:PORT"},
	{"state", 0, 0, G_OPTION_ARG_FILENAME, &arguments.state, "Write here", "DIR"},
	{"test-receiver", 0, 0, G_OPTION_ARG_STRING, &arguments.test_receiver, "Send a marked test to a receiver", "NAME"},
	{"insecure", 0, 0, G_OPTION_ARG_NONE, &arguments.insecure, "Serve beyond loopback without tokens", NULL},
	{"version", 0, 0, G_OPTION_ARG_NONE, &arguments.version, "Print the version", NULL},
	{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments.rest, NULL, "[FILE]"},
	{NULL},
};

static bool parse(int argc, char **argv)
{
	GError *error = NULL;
	GOptionContext *context = g_option_context_new(NULL);
	g_option_context_add_main_entries(context, entries, NULL);
	bool ok = g_option_context_parse(context, &argc, &argv, &error);
	g_option_context_free(context);
	if (!ok) {
		fprintf(stderr, "tocsind: %s\n", error->message);
		g_error_free(error);
		return false;
	}
	if (arguments.rest && (arguments.rest[1] || arguments.config)) {
		fprintf(stderr, "tocsind: one configuration file, please\n");
		return false;
	}
	if (!arguments.config)
		arguments.config = arguments.rest ? arguments.rest[0] : g_strdup(TOCSIN_SYSCONFDIR "/tocsin/tocsin.conf");
	return true;
}

static int check(const struct app_options *options)
{
	struct config_report report = {0};
	struct notifier_context context = {.clock = clock_system(), .libexec_directory = options->libexec_directory};
	struct settings *settings = settings_load(options->config_path, NULL, &context, &report);
	if (settings)
		server_check(settings, &report);
	char *text = config_report_text(&report);
	fputs(text, stderr);
	bool fine = report.errors == 0;
	if (fine)
		printf("%s: fine, %zu warning%s\n", options->config_path, report.count - report.errors,
		       report.count - report.errors == 1 ? "" : "s");
	else
		fprintf(stderr, "%s: %zu error%s\n", options->config_path, report.errors, report.errors == 1 ? "" : "s");
	free(text);
	config_report_release(&report);
	settings_unref(settings);
	return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void warn_all(const struct config_report *report)
{
	char *text = config_report_text(report);
	if (text[0])
		log_event(report->errors ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "config", "configuration", "report", text, NULL);
	free(text);
}

static int serve(const struct app_options *options, const sigset_t *signals)
{
	struct config_report report = {0};
	struct error err = {""};
	struct app *app = app_start(options, &report, &err);
	warn_all(&report);
	config_report_release(&report);
	struct server *server = app ? server_start(app, &err) : NULL;
	if (!server) {
		log_event(LOG_LEVEL_ERROR, "tocsind", "cannot start", "reason", err.text, NULL);
		app_stop(app);
		return EXIT_FAILURE;
	}
	printf("tocsind: serving http://%s/\n", server_address(server));
	fflush(stdout);
	sd_notify(0, "READY=1");
	int signal_number;
	const struct timespec turn = {.tv_sec = 5};
	for (;;) {
		signal_number = sigtimedwait(signals, NULL, &turn);
		if (signal_number == SIGHUP)
			app_reload(app, NULL, NULL);
		else if (signal_number == SIGTERM || signal_number == SIGINT)
			break;
		else if (app_healthy(app))
			sd_notify(0, "WATCHDOG=1");
	}
	sd_notify(0, "STOPPING=1");
	log_event(LOG_LEVEL_INFO, "tocsind", "stopping", NULL);
	server_stop(server);
	app_stop(app);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	sigset_t signals;
	setlocale(LC_CTYPE, "C.UTF-8");
	if (!parse(argc, argv))
		return 2;
	if (arguments.version) {
		printf("tocsind %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL); /* before any thread: this one takes them */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* who starts us may ignore it, which is inherited: helpers' ends would not be told */
	memory_setup();
	json_setup();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	log_set_clock(clock_system());
	struct error err = {""};
	if (!failpoint_configure_from_environment(&err)) {
		fprintf(stderr, "tocsind: %s\n", err.text);
		return 2;
	}
	struct app_options options = {
		.config_path = arguments.config,
		.listen = arguments.listen,
		.state = arguments.state,
		.demo = arguments.demo,
		.insecure = arguments.insecure,
		.libexec_directory = g_getenv("TOCSIN_LIBEXECDIR"),
	};
	if (arguments.check)
		return check(&options);
	if (arguments.test_receiver)
		return app_test_receiver(&options, arguments.test_receiver);
	return serve(&options, &signals);
}
