#include "api/stream_words.h"

#include "base/rfc3339.h"
#include <string.h>

void stream_say_reset(GString *out, const char *epoch, uint64_t seq, const char *reason)
{
	g_string_append_printf(out,
			       "id: %s:%" G_GUINT64_FORMAT "\nevent: reset\ndata: {\"seq\":%" G_GUINT64_FORMAT
			       ",\"epoch\":\"%s\",\"reason\":\"%s\"}\n\n",
			       epoch, (guint64)seq, (guint64)seq, epoch, reason);
}

/* A source is up when all its targets are. Targets of a source stand together. */
static void count_sources(const struct snapshot *snapshot, unsigned *total, unsigned *up)
{
	bool all = true;
	*total = *up = 0;
	for (size_t i = 0; i < snapshot->target_count; i++) {
		const struct snapshot_target *target = &snapshot->targets[i];
		all = all && target->up;
		if (i + 1 < snapshot->target_count && strcmp(target->source, target[1].source) == 0)
			continue;
		++*total;
		*up += all;
		all = true;
	}
}

void stream_say_heartbeat(GString *out, const char *epoch, uint64_t seq, msec_t wall, const struct snapshot *snapshot)
{
	char at[RFC3339_SIZE], step[RFC3339_SIZE];
	unsigned sources, up;
	rfc3339_format(wall, at);
	rfc3339_format(snapshot->last_step_at, step);
	count_sources(snapshot, &sources, &up);
	g_string_append_printf(out,
			       "id: %s:%" G_GUINT64_FORMAT
			       "\nevent: heartbeat\ndata: {\"at\":\"%s\",\"seq\":%" G_GUINT64_FORMAT
			       ",\"last_evaluation_at\":\"%s\",\"rules\":%u,\"sources\":{\"total\":%u,\"up\":%u}}\n\n",
			       epoch, (guint64)seq, at, (guint64)seq, step, (unsigned)snapshot->rule_count, sources,
			       up);
}

void stream_say_bye(GString *out, unsigned retry_msec)
{
	g_string_append_printf(out, "event: bye\ndata: {\"retry_ms\":%u}\n\n", retry_msec);
}

void stream_say_auth(GString *out)
{
	g_string_append(out, "event: auth\ndata: {\"reason\":\"session_ended\"}\n\n");
}
