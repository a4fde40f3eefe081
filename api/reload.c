/* reload: POST /-/reload: read the configuration again; on error the one before keeps running. */
#include "api/context.h"
#include "api/routes.h"
#include "base/json.h"

struct reload {
	struct request *request;
	bool taken, ok;
	char *text;
};

static void reload_free(void *state)
{
	struct reload *reload = state;
	g_free(reload->text);
	g_free(reload);
}

static void done(void *ctx, bool ok, const char *text)
{
	struct reload *reload = ctx;
	reload->ok = ok;
	reload->text = g_strdup(text ? text : "");
	reload->taken = true;
	request_resume(reload->request);
}

static void finish(struct request *request)
{
	const struct reload *reload = request->state;
	if (!reload->taken)
		request_busy(request);
	else if (reload->ok)
		request_answer(request, MHD_HTTP_OK,
			       json_pack("{s:b, s:o}", "reloaded", 1, "report", json_text_value(reload->text)));
	else
		request_fail(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "configuration", NULL, "%s", reload->text);
}

void handle_reload(struct request *request)
{
	struct reload *reload = g_new0(struct reload, 1);
	reload->request = request;
	request->state = reload;
	request->free_state = reload_free;
	request_suspend(request, finish);
	if (!app_reload(request->api->app, done, reload))
		request_resume(request);
}
