/* health: GET /-/healthy and /-/ready, for supervisors and load balancers. */
#include "api/context.h"
#include "api/routes.h"

static void answer(struct request *request, bool fine, const char *yes, const char *no)
{
	unsigned status = fine ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
	request_answer_text(request, status, "text/plain; charset=utf-8", g_strdup(fine ? yes : no));
}

void handle_healthy(struct request *request)
{
	answer(request, app_healthy(request->api->app), "healthy\n",
	       "not healthy: the engine stands still or the store does not write\n");
}

void handle_ready(struct request *request)
{
	answer(request, app_ready(request->api->app), "ready\n", "not ready: not every source was read once\n");
}
