/* tocsinctl: the command-line client. Global options may stand before or after the command. */
#include "base/json.h"
#include "base/secret.h"
#include "cmd/tocsinctl/ctl.h"
#include "config.h"
#include <curl/curl.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *server, *ca_file, *output, *color;
static gboolean no_headers, version;

static const GOptionEntry global_options[] = {
	{"server", 's', 0, G_OPTION_ARG_STRING, &server,
	 "The daemon's URL; default TOCSIN_SERVER, then http://127.0.0.1:9797", "URL"},
	{"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &ca_file,
	 "Certificates (PEM) that may sign for an https server; default TOCSIN_CA_FILE, then the system's", "FILE"},
	{"output", 'o', 0, G_OPTION_ARG_STRING, &output, "table, json or ndjson", "FORM"},
	{"no-headers", 0, 0, G_OPTION_ARG_NONE, &no_headers, "Tables without their first line", NULL},
	{"color", 0, 0, G_OPTION_ARG_STRING, &color, "auto, always or never", "WHEN"},
	{"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
	{NULL},
};

static const char exit_codes[] = "Exit codes:\n"
				 "  0    done\n"
				 "  1    the server could not do it\n"
				 "  2    wrong use\n"
				 "  4    a token is needed, or its role is too small\n"
				 "  5    not found\n"
				 "  6    conflict: it is so already, or resolved\n"
				 "  7    the daemon cannot be reached\n"
				 "  10   --exit-code: there are some\n"
				 "  130  interrupted\n";

static int help(FILE *to)
{
	fputs("Usage: tocsinctl [OPTION…] COMMAND [ARGUMENT…]\n\nExamples:\n"
	      "  tocsinctl alerts severity=critical\n"
	      "  tocsinctl ack 01J… --for 2h -m 'looking'\n"
	      "  tocsinctl tail\n\nCommands:\n",
	      to);
	for (const struct verb *verb = verbs; verb->name; verb++)
		fprintf(to, "  %-20s %s\n", verb->name, verb->help);
	fputs("\nOptions:\n", to);
	for (const GOptionEntry *entry = global_options; entry->long_name; entry++)
		fprintf(to, "  --%-18s %s\n", entry->long_name, entry->description);
	fputs("\nTOCSIN_SERVER names the daemon, TOCSIN_TOKEN_FILE a file that holds a token, TOCSIN_CA_FILE one with certificates.\n"
	      "tocsinctl COMMAND --help tells more of a command, tocsinctl help exit-codes of exit codes.\n",
	      to);
	return to == stdout ? EXIT_OK : EXIT_USAGE;
}

/* How many words of argv name this command; 0 = it does not. */
static int words_of(const struct verb *verb, int argc, char **argv)
{
	const char *blank = strchr(verb->name, ' ');
	size_t first = blank ? (size_t)(blank - verb->name) : strlen(verb->name);
	if (argc < 1 || strlen(argv[0]) != first || strncmp(argv[0], verb->name, first) != 0)
		return 0;
	if (!blank)
		return 1;
	return argc > 1 && strcmp(argv[1], blank + 1) == 0 ? 2 : 0;
}

static const struct verb *find_verb(int argc, char **argv, int *words)
{
	const struct verb *best = NULL;
	*words = 0;
	for (const struct verb *verb = verbs; verb->name; verb++) {
		int count = words_of(verb, argc, argv);
		if (count <= *words)
			continue;
		best = verb; /* "receivers test" is more than "receivers" */
		*words = count;
	}
	return best;
}

/* The command stands at the first word that is not a global option. */
static int find_command(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];
		if (arg[0] != '-')
			return i;
		bool takes_value = strcmp(arg, "-s") == 0 || strcmp(arg, "-o") == 0 || strcmp(arg, "--server") == 0 ||
				   strcmp(arg, "--output") == 0 || strcmp(arg, "--color") == 0 || strcmp(arg, "--ca-file") == 0;
		i += takes_value;
	}
	return argc;
}

static bool parse(const struct verb *verb, int *argc, char ***argv)
{
	GError *error = NULL;
	char *what = g_strconcat(verb->name, " ", verb->arguments, NULL);
	GOptionContext *context = g_option_context_new(what);
	char *summary = g_strdup_printf("%s\n\nExample:\n  %s", verb->help, verb->example);
	g_option_context_set_summary(context, summary);
	g_option_context_add_main_entries(context, global_options, NULL);
	if (verb->options)
		g_option_context_add_main_entries(context, verb->options, NULL);
	bool ok = g_option_context_parse(context, argc, argv, &error);
	if (!ok)
		usage_error("%s (see tocsinctl %s --help)", error->message, verb->name);
	g_clear_error(&error);
	g_option_context_free(context);
	g_free(summary);
	g_free(what);
	return ok;
}

static bool take_token(struct ctl *ctl)
{
	struct error err;
	const char *path = getenv("TOCSIN_TOKEN_FILE");
	if (!path || !*path)
		return true;
	struct secret *secret = secret_from_file(path, &err);
	if (!secret) {
		usage_error("TOCSIN_TOKEN_FILE: %s", err.text);
		return false;
	}
	ctl->token = g_strdup(secret_text(secret));
	secret_free(secret);
	if (strpbrk(ctl->token, "\r\n")) {
		usage_error("TOCSIN_TOKEN_FILE: %s does not hold a token", path);
		return false;
	}
	return true;
}

static bool take_authorities(struct ctl *ctl)
{
	const char *named = getenv("TOCSIN_CA_FILE");
	ctl->ca_file = ca_file ? ca_file : named && *named ? named : NULL;
	if (ctl->ca_file && access(ctl->ca_file, R_OK) != 0) {
		usage_error("%s: %s: %s", ca_file ? "--ca-file" : "TOCSIN_CA_FILE", ctl->ca_file, g_strerror(errno));
		return false;
	}
	return true;
}

static bool take_output(struct ctl *ctl)
{
	static const char *const names[] = {"table", "json", "ndjson"};
	for (size_t i = 0; output && i < G_N_ELEMENTS(names); i++) {
		if (strcmp(output, names[i]) == 0) {
			ctl->output = (enum output)i;
			return true;
		}
	}
	if (output)
		usage_error("-o takes table, json or ndjson");
	return !output;
}

static bool take_color(struct ctl *ctl)
{
	const char *term = getenv("TERM"), *off = getenv("NO_COLOR");
	bool automatic = isatty(STDOUT_FILENO) && !(off && *off) && !(term && strcmp(term, "dumb") == 0);
	if (color && strcmp(color, "auto") != 0 && strcmp(color, "always") != 0 && strcmp(color, "never") != 0) {
		usage_error("--color takes auto, always or never");
		return false;
	}
	ctl->color = color && strcmp(color, "always") == 0  ? TRUE
		     : color && strcmp(color, "never") == 0 ? FALSE
							    : automatic;
	return true;
}

static bool configure(struct ctl *ctl)
{
	const char *named = getenv("TOCSIN_SERVER");
	char *url = g_strdup(server ? server : named && *named ? named : "http://127.0.0.1:9797");
	while (g_str_has_suffix(url, "/"))
		url[strlen(url) - 1] = '\0';
	ctl->server = url;
	ctl->no_headers = no_headers;
	if (!g_str_has_prefix(url, "http://") && !g_str_has_prefix(url, "https://")) {
		usage_error("the server is a URL: http://HOST:PORT, not %s", url);
		return false;
	}
	return take_output(ctl) && take_color(ctl) && take_authorities(ctl) && take_token(ctl);
}

static int run(const struct verb *verb, int argc, char **argv)
{
	struct ctl ctl = {0};
	if (!parse(verb, &argc, &argv))
		return EXIT_USAGE;
	int words = strchr(verb->name, ' ') ? 2 : 1;
	int result = configure(&ctl) ? verb->run(&ctl, argc - 1 - words, argv + 1 + words) : EXIT_USAGE;
	if ((fflush(stdout) != 0 || ferror(stdout)) && result == EXIT_OK) {
		fprintf(stderr, "tocsinctl: standard output: %s\n", g_strerror(errno));
		result = EXIT_FAILED;
	}
	g_free((char *)(uintptr_t)ctl.server);
	g_free(ctl.token);
	return result;
}

/* Names and comments are UTF-8, also from a cron job that has no locale. */
static void set_locale(void)
{
	const char *charset;
	setlocale(LC_CTYPE, "");
	if (!g_get_charset(&charset))
		setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	set_locale();
	json_setup();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	int words, at = find_command(argc, argv);
	for (int i = 1; i < at; i++) {
		if (strcmp(argv[i], "--version") == 0)
			return puts("tocsinctl " PACKAGE_VERSION) < 0 ? EXIT_FAILED : EXIT_OK;
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return help(stdout);
	}
	if (at == argc)
		return help(stderr);
	if (strcmp(argv[at], "help") == 0) {
		if (at + 1 < argc && strcmp(argv[at + 1], "exit-codes") == 0)
			return fputs(exit_codes, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
		return help(stdout);
	}
	const struct verb *verb = find_verb(argc - at, argv + at, &words);
	if (!verb)
		return usage_error("unknown command '%s' (see tocsinctl help)", argv[at]);
	int result = run(verb, argc, argv);
	curl_global_cleanup();
	return result;
}
