/* app_sources: what is polled, as the running configuration says. */
#include "base/failpoint.h"
#include "engine/app_state.h"

bool app_start_sources(struct app *app, struct settings *settings, uint64_t generation, struct error *err)
{
	struct source_context context = {
		.clock = app->clock,
		.http = app->http,
		.pool = app->parsers,
		.sink = &app->sink,
		.config = generation,
	};
	if (FAILPOINT("sources.start"))
		return error_set(err, "failpoint sources.start");
	return source_set_start(settings->sources, &context, err);
}

void app_use_targets(struct app *app)
{
	app->target_count = source_set_targets(app->settings->sources);
	g_free(app->targets);
	app->targets = g_new0(struct target_status, app->target_count + 1);
	msec_t *intervals = g_new0(msec_t, app->target_count + 1);
	for (uint32_t i = 0; i < app->target_count; i++)
		intervals[i] = source_set_target(app->settings->sources, i)->interval;
	evaluator_set_targets(app->evaluator, app->target_count, intervals);
	g_free(intervals);
}
