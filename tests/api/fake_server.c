/* fake_server: the HTTP server over the fake app, for tests of clients: prints its address, emits an event for each line
 * on standard input, ends at its end. Argument: a tokens file. */
#include "base/json.h"
#include "tests/api/rig.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct error err = {{0}};
	char line[64];
	struct settings_global settings = {.listen = (char *)(uintptr_t) "127.0.0.1:0",
					   .tokens_file = argc > 1 ? argv[1] : NULL};
	json_setup();
	struct app *app = fake_app_new(clock_system(), &settings);
	struct server *server = server_start(app, &err);
	if (!server) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	printf("http://%s\n", server_address(server));
	fflush(stdout);
	while (fgets(line, sizeof line, stdin))
		fake_app_event(
			app, EVENT_TRANSITION, FAKE_FIRING,
			"{\"transition\":\"opened\",\"alert\":{\"id\":\"" FAKE_FIRING
			"\",\"rule\":\"ErrorRate\",\"severity\":\"critical\",\"labels\":{\"connector\":\"orders\"}}}");
	server_stop(server);
	fake_app_free(app);
	return 0;
}
