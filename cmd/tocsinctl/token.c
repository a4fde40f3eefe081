/* token new: works on the tokens file, on the daemon's machine. */
#include "api/tokens.h"
#include "base/json.h"
#include "cmd/tocsinctl/output.h"
#include <stdio.h>

static char *role_text, *name, *file;

const GOptionEntry token_options[] = {
	{"role", 0, 0, G_OPTION_ARG_STRING, &role_text, "viewer, responder or admin", "ROLE"},
	{"name", 0, 0, G_OPTION_ARG_STRING, &name, "Who it is for; shown with what they do; default: the user's name",
	 "NAME"},
	{"file", 0, 0, G_OPTION_ARG_FILENAME, &file, "The tokens file; default " TOCSIN_SYSCONFDIR "/tocsin/tokens",
	 "FILE"},
	{NULL},
};

int run_token_new(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	struct error err;
	enum role role;
	char token[TOKEN_SIZE];
	if (argc || !role_text || !role_parse(role_text, &role))
		return usage_error("token new takes --role viewer, responder or admin");
	token_make(token);
	const char *path = file ? file : TOCSIN_SYSCONFDIR "/tocsin/tokens", *who = name ? name : g_get_user_name();
	if (!token_append(path, who, role, token, &err)) {
		fprintf(stderr, "tocsinctl: %s\n", err.text);
		return EXIT_FAILED;
	}
	json_t *made = json_pack("{s:o, s:s, s:s}", "name", json_text_value(who), "role", role_text, "token", token);
	if (!output_object(ctl, made))
		puts(token);
	json_decref(made);
	fprintf(stderr, "tocsinctl: a %s token for %s; this is the only time it is shown. %s holds its hash.\n",
		role_text, who, path);
	return EXIT_OK;
}
